"""Propose a register from what was read: citations, roles to be filled, and questions for people.

Every question is a comment that begins with QUESTION, above the field that is to hold the answer. Names found
in documents stand in comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.reading.facts import NOT_STATED, DateFact, Finding, Header, Reading
from bot.register.problems import Place
from bot.register.propose_rules import ReadPolicy, data_officers, propose_rules, urgent_numbers
from bot.register.write import as_yaml
from bot.rules.case_rules import USUAL_ROUTES

ROSTER_ROLES = ("staff", "governor", "volunteer")
ROLES = {
    "head": "Who is in charge?",
    "dsl": "Who is the Designated Safeguarding Lead?",
    "deputy-dsl": "Who stands in for the Designated Safeguarding Lead?",
    "chair": "Who chairs those who govern? A concern about the head goes there.",
    "clerk": "Who sends out papers and keeps the minutes?",
    "safeguarding-governor": "Which governor leads on safeguarding?",
    "dpo": "Who is the data protection officer (DPO), in the school or outside? "
    "What is about personal information goes there. Somebody outside needs a line in the list of people too.",
    "office": "Who in the office sees to signs, consents and devices?",
    "it": "Who looks after computers, filtering and monitoring?",
}
PHONES = {
    "office": "What is the telephone number of the office? Everybody sees it who opens the report form.",
    "dsl": "On which number is the Designated Safeguarding Lead found, or somebody who finds them?",
    "lado": "What is the number of your council's designated officer (LADO)? Its website has it.",
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A part of the file and the comment lines before its fields, by field."""

    fields: Mapping[str, Any]
    notes: Mapping[str, tuple[str, ...]]


def propose_roles(policies: Sequence[ReadPolicy]) -> Proposed:
    """Propose every role that an obligation or a route needs, empty, with the names the documents give."""
    notes: dict[str, tuple[str, ...]] = {}
    for role, question in ROLES.items():
        found = [f"Found: {name} ({policy.reading.text.file})" for policy, name in _named(policies, role)]
        notes[role] = (*found, f"QUESTION: {question} Give their e-mail address.", *_two(found))
    return Proposed({**dict.fromkeys(ROLES), **dict.fromkeys(ROSTER_ROLES, "roster")}, notes)


def propose_phones(policies: Sequence[ReadPolicy]) -> Proposed:
    """Propose whom to ring: a number that the documents print is to be confirmed, others are asked for."""
    numbers: dict[str, str | None] = {}
    notes: dict[str, tuple[str, ...]] = {}
    for whose, question in PHONES.items():
        printed = [
            (one.number, f"Found: {one.number} ({policy.reading.text.file} line {one.line})")
            for policy in policies
            for one in urgent_numbers(policy.reading.text.lines)[whose]
        ]
        found = dict.fromkeys(number for number, _ in printed)
        numbers[whose] = next(iter(found)) if len(found) == 1 else None
        ask = " Is the number right that the policies print?" if numbers[whose] else ""
        notes[whose] = (*(line for _, line in printed), f"QUESTION: {question}{ask}")
    return Proposed(numbers, notes)


def _two(found: Sequence[str]) -> tuple[str, ...]:
    names = {line.partition("(")[0] for line in found}
    return (
        ("More than one name was found: say which holds now, or list them in order.",)
        if len(names) > 1
        else ()
    )


def _named(policies: Sequence[ReadPolicy], role: str) -> Iterable[tuple[ReadPolicy, str]]:
    for policy in policies:
        lines = policy.reading.text.lines
        for name in data_officers(lines) if role == "dpo" else _names(policy.reading.header, role):
            yield policy, name


def _names(header: Header, role: str) -> tuple[str, ...]:
    found: dict[str, tuple[str, ...]] = {
        "head": (header.headteacher,) if header.headteacher else (),
        "dsl": header.dsl,
        "deputy-dsl": header.deputy_dsl,
        "safeguarding-governor": header.lead_governors,
    }
    return found.get(role, ())


@dataclass(frozen=True, slots=True)
class Approvers:
    """The bodies found, and which of them approves a policy."""

    bodies: Mapping[str, str]
    by_policy: Mapping[str, str]
    usual: str


def find_approvers(policies: Sequence[ReadPolicy], usual_name: str) -> Approvers:
    """Make one body of every approver named. A policy without one is brought before the usual body."""
    bodies: dict[str, str] = {}
    by_policy: dict[str, str] = {}
    for policy in policies:
        name = policy.reading.header.approver
        if name is not None and _is_body(name):
            key = slug(_whole(name))
            bodies.setdefault(key, _whole(name))
            by_policy[policy.key] = key
    usual = next(iter(bodies), None)
    if usual is None:
        usual = slug(usual_name)
        bodies[usual] = usual_name
    return Approvers(bodies, by_policy, usual)


def propose_bodies(approvers: Approvers) -> list[Proposed]:
    """Propose the bodies, each asked for its meetings."""
    ask = "QUESTION: on which days does it meet this school year? Write them as [2026-12-03, 2027-03-11]."
    stated = set(approvers.by_policy.values())
    found = []
    for key, name in approvers.bodies.items():
        notes = {"meetings": (ask,)}
        if key not in stated:
            notes["name"] = ("QUESTION: is this the body that approves policies? No document says.",)
        found.append(Proposed({"key": key, "name": name, "meetings": None}, notes))
    return found


def _is_body(name: str) -> bool:
    return re.search(r"govern|board|committee|trust|FGB|LGB|body|council", name, re.IGNORECASE) is not None


def _whole(name: str) -> str:
    return {"FGB": "Full governing body", "LGB": "Local governing body"}.get(name.strip(), name.strip())


def slug(words: str) -> str:
    """Make a key of words: "St Anne's School" becomes "st-annes-school"."""
    plain = re.sub(r"['’`]", "", words.lower())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "unnamed"


LONGEST_KEY = 40
# What this finding misses is asked as questions, each above the field that is to hold the answer.
ASKED_BELOW = frozenset({NOT_STATED})
HEAD = (
    "Proposed by Handbell from the documents named below. Nothing happens until you apply it.",
    "Answer each QUESTION in the field under it; then: handbell apply FILE",
)


def propose(readings: Sequence[Reading], files: Sequence[str] = ()) -> str:
    """Write a proposed register.yaml for one school from the readings of its policies.

    `files` are the documents as paths beside the register; left out, each stands right beside it.
    """
    policies = _keyed(readings, files or [reading.text.file for reading in readings])
    name = next((r.header.school for r in readings if r.header.school), None)
    kind = _kind(name or "")
    words = _words(kind)
    approvers = find_approvers(policies, words["approving_body"].capitalize())
    notes: dict[Place, Sequence[str]] = {}
    parts: dict[str, Any] = {
        "setting": {
            **_take(notes, ("setting",), _school(name, kind, words)),
            "phones": _take(notes, ("setting", "phones"), propose_phones(policies)),
        },
        "calendar": _take(notes, ("calendar",), _calendar()),
        "roles": _take(notes, ("roles",), propose_roles(policies)),
        "bodies": _list(notes, "bodies", propose_bodies(approvers)),
        "policies": _list(notes, "policies", [_policy(policy, approvers) for policy in policies]),
        "obligations": _rules(notes, policies, approvers, words),
        "accounts": _list(notes, "accounts", _accounts(policies)),
        "routes": [{"category": c, "to": list(to), "clocks": list(clocks)} for c, to, clocks in USUAL_ROUTES],
    }
    return as_yaml(parts, notes, HEAD)


def _keyed(readings: Sequence[Reading], files: Sequence[str]) -> list[ReadPolicy]:
    """Return every document with a unique key, from its title or file name."""
    keyed: dict[str, ReadPolicy] = {}
    for reading, path in zip(readings, files, strict=True):
        stem = reading.text.file.rpartition(".")[0] or reading.text.file
        title = reading.header.title or stem
        short = short_name(title)
        key, count = short, 1
        while key in keyed:
            count += 1
            key = f"{short}-{count}"
        keyed[key] = ReadPolicy(key, title, reading, path)
    return list(keyed.values())


def short_name(title: str) -> str:
    """Make a key of as many whole words of a title as fit."""
    key = slug(title)
    if len(key) <= LONGEST_KEY:
        return key
    return key[: LONGEST_KEY + 1].rpartition("-")[0] or key[:LONGEST_KEY]


def _kind(name: str) -> str:
    if re.search(r"pre-?school|nursery|playgroup", name, re.IGNORECASE):
        return "pre-school"
    return "trust" if re.search(r"\btrust\b", name, re.IGNORECASE) else "school"


def _words(kind: str) -> dict[str, str]:
    said = {
        "school": ("headteacher", "governors", "governing body", "pupils"),
        "pre-school": ("manager", "committee", "committee", "children"),
        "trust": ("chief executive", "trustees", "trust board", "pupils"),
    }[kind]
    return dict(zip(("head", "governors", "approving_body", "pupils"), said, strict=True))


def _school(name: str | None, kind: str, words: Mapping[str, str]) -> Proposed:
    notes: dict[str, tuple[str, ...]] = {
        "since": (
            "QUESTION: from which day on does Handbell keep your records? Nothing older is called late.",
        ),
        "staff_means": (
            "QUESTION: whom do your policies mean by staff? Add governor or volunteer if they do.",
        ),
    }
    if name is None:
        notes["name"] = ("QUESTION: what is the name of your school? No document says.",)
    fields = {
        "key": slug(name) if name else "our-school",
        "name": name,
        "kind": kind,
        "since": None,
        "staff_means": ["staff"],
        "words": dict(words),
    }
    return Proposed(fields, notes)


def _calendar() -> Proposed:
    terms = (
        "QUESTION: what are the first and last day of each term? One line each:",
        "- {name: Autumn 1, first_day: 2026-09-02, last_day: 2026-10-22}",
    )
    inset = ("QUESTION: which are your INSET days? [2026-09-01, 2026-10-23]",)
    return Proposed({"terms": None, "inset_days": None}, {"terms": terms, "inset_days": inset})


def _policy(policy: ReadPolicy, approvers: Approvers) -> Proposed:
    header, file = policy.reading.header, policy.reading.text.file
    dates: dict[str, DateFact | None] = {
        "written": header.written_on,
        "reviewed": header.last_reviewed,
        "approved": header.approved_on,
        "effective": header.effective_on,
        "next_review": header.next_review,
    }
    notes = {name: (_cite(file, fact),) for name, fact in dates.items() if fact is not None}
    fields: dict[str, Any] = {
        "key": policy.key,
        "title": policy.title,
        "file": policy.path,
        "owner": "role:head" if header.owner and header.owner == header.headteacher else None,
        "approver": approvers.by_policy.get(policy.key),
        "approved_by": header.approver,
        **{name: fact.value for name, fact in dates.items() if fact is not None},
        "review_every_months": header.review_cycle_months,
        "review_words": header.review_cycle_quote,
        "version": header.version,
    }
    asked = _policy_questions(policy, fields, file)
    both = {name: (*notes.get(name, ()), *asked.get(name, ())) for name in {**notes, **asked}}
    kept = {name: value for name, value in fields.items() if value is not None or name in asked}
    return Proposed(kept, both)


def _policy_questions(policy: ReadPolicy, fields: dict[str, Any], file: str) -> dict[str, tuple[str, ...]]:
    header = policy.reading.header
    asked: dict[str, tuple[str, ...]] = {}
    if header.title is None:
        asked["title"] = ("QUESTION: what is this document called? It prints no title.",)
    if fields["owner"] is None:
        found = f" The document names {header.owner}." if header.owner else " The document names nobody."
        asked["owner"] = (f"QUESTION: who keeps it up to date?{found} An e-mail address or role:head.",)
    if fields["approver"] is None:
        asked["approver"] = (
            "QUESTION: which body approves it? The document does not say. A key from bodies.",
        )
    if header.review_cycle_months is None:
        asked["review_every_months"] = (
            "QUESTION: how often is it reviewed, in months? The document does not say.",
        )
    elif header.review_cycle_line:
        asked["review_every_months"] = (f"{file} line {header.review_cycle_line}",)
    if not any(fields.get(name) for name in ("reviewed", "approved", "written", "next_review")):
        fields["approved"] = None
        asked["approved"] = ("QUESTION: when was it approved? The document prints no date.",)
    asked["key"] = tuple(_noticed(policy.reading.findings))
    return {name: lines for name, lines in asked.items() if lines}


def _noticed(findings: Iterable[Finding]) -> Iterator[str]:
    """Return the findings for the document's author, without those a field asks for."""
    for finding in findings:
        if finding.level != "info" and finding.code not in ASKED_BELOW:
            place = f" (line {finding.line})" if finding.line else ""
            yield f"Noticed: {finding.says}{place}"


def _cite(file: str, fact: DateFact) -> str:
    return f'{file} line {fact.line}: "{fact.quote}"'


def _rules(
    notes: dict[Place, Sequence[str]],
    policies: Sequence[ReadPolicy],
    approvers: Approvers,
    words: Mapping[str, str],
) -> list[Any]:
    rules = []
    for number, rule in enumerate(propose_rules(policies, {**words, "body": approvers.usual})):
        notes["obligations", number] = ("", *rule.before)
        if rule.before_when:
            notes["obligations", number, "when"] = rule.before_when
        body = approvers.by_policy.get(str(rule.fields.get("about")), approvers.usual)
        who = f"body:{body}" if rule.fields["kind"] == "review" else rule.fields["who"]
        rules.append({**rule.fields, "who": who})
    return rules


def _accounts(policies: Sequence[ReadPolicy]) -> list[Proposed]:
    ask = "QUESTION: who runs it? The e-mail addresses of two people: [a@example.org, b@example.org]"
    found: dict[str, Proposed] = {}
    for policy in policies:
        for channel in policy.reading.header.official_channels:
            fields = {"key": slug(channel), "channel": channel, "name": channel, "holders": None}
            found.setdefault(slug(channel), Proposed(fields, {"holders": (ask,)}))
    return list(found.values())


def _list(notes: dict[Place, Sequence[str]], part: str, items: Sequence[Proposed]) -> list[Any]:
    return [_take(notes, (part, number), item) for number, item in enumerate(items)]


def _take(notes: dict[Place, Sequence[str]], place: Place, part: Proposed) -> dict[str, Any]:
    first = next(iter(part.fields))
    for name, lines in part.notes.items():
        # The first field of a list item stands behind its hyphen: what is noted there goes above the item.
        at = place if name == first and place and isinstance(place[-1], int) else (*place, name)
        notes[at] = lines
    return dict(part.fields)
