"""The people and bodies a proposal needs: roles to be filled, found names as comments, who approves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.reading.facts import Header
from bot.register.propose_rules import ReadPolicy
from bot.register.propose_said import data_officers, urgent_numbers

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
