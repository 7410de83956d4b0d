"""The questions of a proposed register as a form asks them: found in its text, answered in its text.

A question is a comment that begins with QUESTION; the field under it holds the answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

COMMENT = re.compile(r"^\s*#\s?(?P<words>.*)$")
FIELD = re.compile(r"^(?P<before>\s*(?:- )?)(?P<name>[\w-]+):(?P<value>.*)$")
SECTION = re.compile(r"^(?P<name>\w+):")
NAMED = re.compile(r"^\s*(?:- )?(?:title|name): (?P<name>.+)$")
ASKS = "QUESTION: "
LISTS = frozenset({"inset_days", "meetings", "holders", "staff_means", "when"})
DAYS = frozenset({"since", "approved"})
TERM = re.compile(r"^(?P<name>.*?)[\s,:]+(?P<first>\d{4}-\d\d-\d\d)[\s,a-z–-]+(?P<last>\d{4}-\d\d-\d\d)\s*$")
SECTIONS = {
    "setting": "Your school",
    "calendar": "Terms and INSET days",
    "roles": "Who is who",
    "bodies": "Who approves policies",
    "policies": "Policies",
    "obligations": "What people are asked",
    "accounts": "Official accounts",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the line its field stands in, what is asked, about what, and the answer so far."""

    line: int
    section: str
    about: str
    says: str
    field: str
    answer: str

    @property
    def key(self) -> str:
        return f"line-{self.line}"

    @property
    def is_day(self) -> bool:
        return self.field in DAYS

    @property
    def is_terms(self) -> bool:
        return self.field == "terms"


def questions_of(text: str) -> tuple[Asked, ...]:
    """Find the questions of a register, in its order."""
    return tuple(_questions(text.splitlines()))


def answered(text: str, answers: Mapping[str, str]) -> str:
    """Write answers into a register's text; a question nobody answered keeps what stands there."""
    lines = text.splitlines()
    for one in questions_of(text):
        if one.key not in answers:
            continue
        found = FIELD.match(lines[one.line - 1])
        assert found is not None
        value = _written(one, answers[one.key].strip())
        lines[one.line - 1] = f"{found['before']}{found['name']}: {value}".rstrip()
    return "\n".join(lines) + "\n"


def _questions(lines: list[str]) -> Iterator[Asked]:
    section, waiting = "", ""
    for number, line in enumerate(lines, start=1):
        if comment := COMMENT.match(line):
            words = comment["words"]
            waiting = words.removeprefix(ASKS) if words.startswith(ASKS) else waiting
            continue
        if found := SECTION.match(line):
            section = found["name"]
        field = FIELD.match(line)
        if waiting and field:
            says = waiting[:1].upper() + waiting[1:]
            about = _about(lines, number, section)
            yield Asked(number, section, about, says, field["name"], _read(field["name"], field["value"]))
            waiting = ""


def _about(lines: list[str], number: int, section: str) -> str:
    """Name the list item a field stands in; empty outside a list."""
    if section in {"setting", "calendar", "roles"}:
        return ""
    first = next((at for at in range(number - 1, 0, -1) if lines[at].startswith("  - ")), number - 1)
    named = (NAMED.match(line) for line in lines[first : first + 4])
    return next((found["name"].strip("'\"") for found in named if found), "")


def _read(name: str, value: str) -> str:
    """Show a value as it is typed: a list without its brackets, a term a line."""
    said = value.strip()
    if name == "terms" and said:
        return "\n".join(f"{one['name']}, {one['first_day']}, {one['last_day']}" for one in json.loads(said))
    if said.startswith('"'):
        return str(json.loads(said))
    return ", ".join(part.strip().strip("\"'") for part in said.strip("[]").split(",")) if said else ""


def _written(one: Asked, typed: str) -> str:
    """Write what was typed as the field wants it. What does not fit is left to the register to refuse."""
    if not typed:
        return ""
    if one.is_terms:
        return json.dumps([_term(line) for line in typed.splitlines() if line.strip()], ensure_ascii=False)
    if one.field in LISTS or (one.section == "roles" and "," in typed):
        parts = [" ".join(part.split()) for part in re.split(r"[,\n]", typed.strip("[]"))]
        return json.dumps([part for part in parts if part], ensure_ascii=False)
    if typed.isdecimal() and one.field == "review_every_months":
        return typed
    return json.dumps(" ".join(typed.split()), ensure_ascii=False)


def _term(line: str) -> dict[str, str]:
    found = TERM.match(line.strip())
    if found is None:
        return {"name": line.strip(), "first_day": "", "last_day": ""}
    return {"name": found["name"] or "Term", "first_day": found["first"], "last_day": found["last"]}
