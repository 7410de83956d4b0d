"""How a new register's questions are asked on a page: what to choose from, and answers as people write them.

A name becomes the address it has in the list of people, a day the date it is. What is not understood stays as
it was typed, and is refused with the words of its question when the register is to count.

The questions of a proposed register as a form asks them: found in its text, answered in its text.

A question is a comment that begins with QUESTION; the field under it holds the answer.

What the list of people answers of a new register's questions, so that a school is not asked twice.

It is proposed where nobody has answered, and counts once a person uses the register.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.text import fold_text
from bot.register.typed_dates import days_as_written, term_as_written
from bot.rules.people import ALIASES, Person

Choices = tuple[tuple[str, str], ...]
STAFF_MEANS: Choices = (
    ("staff", "Staff only"),
    ("staff, governor", "Staff and governors"),
    ("staff, volunteer", "Staff and volunteers"),
    ("staff, governor, volunteer", "Staff, governors and volunteers"),
)
OWNERS: Choices = (
    ("role:head", "Whoever is the head"),
    ("role:dsl", "Whoever is the Designated Safeguarding Lead"),
    ("role:dpo", "Whoever is the data protection officer"),
    ("role:office", "The office"),
    ("role:it", "Whoever looks after computers"),
)
TIMES: Choices = (
    ("every 12 months", "Every year, counted from the last time"),
    ("on joining within 10 school days, every 12 months", "On joining, and then every year"),
    ("each September", "Each September"),
    ("on joining within 10 school days, each September", "On joining, and each September"),
    ("each term", "Each term"),
    ("every month", "Every month"),
    ("weekly in term on Friday", "Every week in term, on Friday"),
    ("every 6 months", "Every 6 months"),
    ("every 24 months", "Every two years"),
    ("every 36 months", "Every three years"),
    ("on joining within 10 school days", "Once, on joining"),
    ("always", "Always: it applies all the time, so no one gets a reminder"),
)
MONTHS: Choices = (
    ("6", "Twice a year"),
    ("12", "Every year"),
    ("24", "Every two years"),
    ("36", "Every three years"),
    ("48", "Every four years"),
    ("60", "Every five years"),
)
IS_ASKED: Choices = (("yes", "Yes, ask it"), ("no", "No, leave it out"))
# What a question says for somebody who writes the file.
FOR_A_FILE = (
    (re.compile(r" (?:An e-mail address or role:head|A key from bodies|Give their e-mail address)\."), ""),
    (re.compile(r" Write them as \[.*?\]\."), ""),
    (re.compile(r" \[\d{4}-.*$"), ""),
    (re.compile(r" The e-mail addresses of two people: .*$"), " Name two people."),
    (re.compile(r" \(L\d+(?:, L\d+)*\); this is a proposal\."), "; what stands here is our proposal."),
    (re.compile(r"; delete it if not\.$"), "."),
    (re.compile(r" Add governor or volunteer if they do\.$"), ""),
)


def on_a_page(says: str) -> str:
    """Take out of a question what only somebody who writes the file can use."""
    for pattern, instead in FOR_A_FILE:
        says = pattern.sub(instead, says)
    return says


def choices(field: str, answer: str, bodies: Choices) -> Choices:
    """List what a question can be answered with; empty: it is written. What stands there is among them."""
    offered: dict[str, Choices] = {
        "staff_means": STAFF_MEANS,
        "owner": OWNERS,
        "approver": bodies,
        "when": TIMES,
        "review_every_months": MONTHS,
        "key": IS_ASKED,
    }
    known = offered.get(field, ())
    of_the_list = field == "owner" and "@" in answer
    if known and answer and answer not in dict(known) and not of_the_list:
        return ((answer, answer[:1].upper() + answer[1:]), *known)
    return known


def people_as_written(typed: str, people: Sequence[Person]) -> str:
    """Put addresses in the place of names: "Anna Lee" is the address she has, if one person is called so."""
    return ", ".join(_address(one, people) for one in re.split(r"[,;\n]", typed.strip("[]")) if one.strip())


def _address(typed: str, people: Sequence[Person]) -> str:
    said = " ".join(typed.split())
    called = {one.email for one in people if one.email and fold_text(one.name) == fold_text(said)}
    return called.pop() or said if len(called) == 1 else said


COMMENT = re.compile(r"^\s*#\s?(?P<words>.*)$")
FIELD = re.compile(r"^(?P<before>\s*(?:- )?)(?P<name>[\w-]+):(?P<value>.*)$")
SECTION = re.compile(r"^(?P<name>\w+):")
CITED = re.compile(r"^(?:Found: .+|.+ line \d+: \".*)$")
DAY_LISTS = frozenset({"inset_days", "meetings"})
NAMED = re.compile(r"^\s*(?:- )?(?:title|name): (?P<name>.+)$")
ASKS = "QUESTION: "
ITEM = "  - "
NOT_ASKED = "    active: false"
LISTS = frozenset({"inset_days", "meetings", "holders", "staff_means", "when"})
DAYS = frozenset({"since", "approved"})
SECTIONS = {
    "setting": "Your school",
    "calendar": "Terms and INSET days",
    "roles": "Who is who",
    "bodies": "Who approves policies",
    "policies": "Policies",
    "obligations": "What people are asked",
    "accounts": "School accounts",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the line its field stands in, what is asked, about what, and the answer so far.

    `cited` are the lines of documents it speaks of, `choices` the answers to choose from with their words.
    `from_list`: nobody gave this answer yet, the list of people has it.
    """

    line: int
    section: str
    about: str
    says: str
    field: str
    answer: str
    cited: tuple[str, ...] = ()
    choices: Choices = ()
    from_list: bool = False

    @property
    def label(self) -> str:
        """The question as a form asks it."""
        return f"{self.about}: {self.says}" if self.about else self.says

    @property
    def names_people(self) -> bool:
        """Say whether people answer it, by name or address."""
        return self.section == "roles" or self.field == "holders"

    @property
    def key(self) -> str:
        return f"line-{self.line}"

    @property
    def is_day(self) -> bool:
        return self.field in DAYS

    @property
    def takes_days(self) -> bool:
        """Say whether a day or several answer it."""
        return self.is_day or self.field in DAY_LISTS

    @property
    def is_terms(self) -> bool:
        return self.field == "terms"


def questions_of(text: str) -> tuple[Asked, ...]:
    """Find the questions of a register, in its order."""
    return tuple(_questions(text.splitlines()))


def answered(text: str, answers: Mapping[str, str], people: Sequence[Person] = ()) -> str:
    """Write answers into a register's text; a question nobody answered keeps what stands there.

    `people` are those known already: who is named is written with their address.
    """
    lines = text.splitlines()
    # From the end, for an answer may add a line.
    for one in reversed(questions_of(text)):
        if one.key not in answers:
            continue
        if one.field == "key":
            lines[one.line : one.line + _left_out(lines, one.line)] = _leave_out(answers[one.key])
            continue
        found = FIELD.match(lines[one.line - 1])
        assert found is not None
        value = _written(one, answers[one.key].strip(), people)
        lines[one.line - 1] = f"{found['before']}{found['name']}: {value}".rstrip()
    return "\n".join(lines) + "\n"


def _questions(lines: list[str]) -> Iterator[Asked]:
    section, waiting = "", ""
    bodies = _bodies(lines)
    of_item: list[str] = []
    cited: list[str] = []
    for number, line in enumerate(lines, start=1):
        if comment := COMMENT.match(line):
            words = comment["words"]
            waiting = words.removeprefix(ASKS) if words.startswith(ASKS) else waiting
            cited += [words] if CITED.match(words) else []
            continue
        if found := SECTION.match(line):
            section, cited = found["name"], []
        field = FIELD.match(line)
        if field and line.startswith(ITEM):
            of_item, cited = (cited if section == "obligations" else []), []
        if waiting and field:
            said = waiting[:1].upper() + waiting[1:]
            answer = _read(field["name"], field["value"])
            if field["name"] == "key":
                answer = "no" if _left_out(lines, number) else "yes"
            yield Asked(
                line=number,
                section=section,
                about=_about(lines, number, section),
                says=on_a_page(said),
                field=field["name"],
                answer=answer,
                cited=tuple(dict.fromkeys((*of_item, *cited))),
                choices=choices(field["name"], answer, bodies),
            )
            waiting = ""
        cited = [] if field else cited


def _left_out(lines: Sequence[str], number: int) -> int:
    """Count the lines behind this one that say that a rule is not asked: one or none."""
    return int(lines[number : number + 1] == [NOT_ASKED])


def _leave_out(typed: str) -> list[str]:
    return [NOT_ASKED] if typed == "no" else []


def _bodies(lines: Sequence[str]) -> Choices:
    """List the bodies of the file by key, each with its name."""
    text = "\n".join(lines)
    part = text.partition("\nbodies:\n")[2]
    part = re.split(r"\n(?=\w)", part, maxsplit=1)[0]
    found = re.findall(r"(?m)^  - key: (\S+)\n(?:\s*#.*\n)*    name: (.+)$", part)
    return tuple((key, name.strip("'\"")) for key, name in found)


def _about(lines: list[str], number: int, section: str) -> str:
    """Name the list item a field stands in; empty outside a list."""
    if section in {"setting", "calendar", "roles"}:
        return ""
    first = next((at for at in range(number - 1, 0, -1) if lines[at].startswith(ITEM)), number - 1)
    named = (NAMED.match(line) for line in lines[first : first + 4])
    return next((found["name"].strip("'\"") for found in named if found), "")


def _read(name: str, value: str) -> str:
    """Show a value as it is typed: a list without its brackets, a term a line."""
    said = value.strip()
    if name == "terms" and said:
        terms = ((one["name"], one["first_day"], one["last_day"]) for one in json.loads(said))
        return "\n".join(", ".join(filter(None, term)) for term in terms)
    if said.startswith('"'):
        return str(json.loads(said))
    return ", ".join(part.strip().strip("\"'") for part in said.strip("[]").split(",")) if said else ""


def _written(one: Asked, typed: str, people: Sequence[Person]) -> str:
    """Write what was typed as the field wants it. What does not fit is left to the register to refuse."""
    if not typed:
        return ""
    if one.is_terms:
        return json.dumps([_term(line) for line in typed.splitlines() if line.strip()], ensure_ascii=False)
    if one.takes_days:
        typed = days_as_written(typed)
    if one.names_people:
        typed = people_as_written(typed, people)
    if one.field in LISTS or (one.section == "roles" and "," in typed):
        parts = [" ".join(part.split()) for part in re.split(r"[,\n]", typed.strip("[]"))]
        return json.dumps([part for part in parts if part], ensure_ascii=False)
    if typed.isdecimal() and one.field == "review_every_months":
        return typed
    return json.dumps(" ".join(typed.split()), ensure_ascii=False)


def _term(line: str) -> dict[str, str]:
    name, first, last = term_as_written(line) or (line.strip(), "", "")
    return {"name": name, "first_day": first, "last_day": last}


# More people of one role than this are looked for by whoever answers.
MAX_NAMES = 3
FOUND = "Found: "


def filled_in(asked: Iterable[Asked], people: Sequence[Person], setting: str) -> Iterator[Asked]:
    """Give each question, with the names the list of people has for a role that nobody has answered."""
    for one in asked:
        names = _holders(one, people, setting) if one.section == "roles" and not one.answer else ()
        yield replace(one, answer=", ".join(names), from_list=True) if names else one


def _holders(one: Asked, people: Sequence[Person], setting: str) -> tuple[str, ...]:
    """Name who has a role in the list; else who the documents say has it, if it is one of the list."""
    role = ALIASES.get(one.field, one.field)
    called = [person for person in people if _can_be_named(person, people)]
    having = [person.name for person in called if role in _roles(person, setting)]
    if not having:
        printed = {fold_text(words.removeprefix(FOUND).rpartition(" (")[0]) for words in one.cited}
        having = [person.name for person in called if fold_text(person.name) in printed]
    return tuple(sorted(having)) if len(having) <= MAX_NAMES else ()


def _can_be_named(person: Person, people: Sequence[Person]) -> bool:
    """Say whether a name leads to one address, as an answer has to."""
    return bool(person.email) and sum(fold_text(one.name) == fold_text(person.name) for one in people) == 1


def _roles(person: Person, setting: str) -> frozenset[str]:
    membership = person.membership(setting)
    return membership.usual_roles if membership and membership.leaves_on is None else frozenset()
