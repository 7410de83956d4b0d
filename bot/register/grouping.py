"""Which clauses become one obligation: a table, so that a policy of seventy clauses is not seventy emails.

A clause is grouped by its kind. Whatever a person does in one act (reading, one check at the start of a term)
is one obligation that cites every clause it carries out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.reading.duties.doer import IT, LEAD_GOVERNOR
from bot.reading.facts import Clause


@dataclass(frozen=True, slots=True)
class Group:
    """One obligation in waiting. `by_policy`: one for each policy; otherwise one for the whole school."""

    key: str
    kind: str
    title: str
    who: str
    when: tuple[str, ...]
    kinds: frozenset[str]
    statement: str = ""
    reminders: str = "ask"
    by_policy: bool = False


READ = Group(
    "read",
    "acknowledge",
    "{title}",
    "staff",
    ("on joining within 10 school days", "each September", "on every new version within 10 school days"),
    frozenset({"ACK", "CONF", "2ND", "acknowledge"}),
    statement="I have read the {title}, will follow it, and know whom to tell when something goes wrong.",
    by_policy=True,
)
REVIEW = Group(
    "review",
    "review",
    "Review of the {title}",
    "body:{body}",
    ("every 12 months",),
    frozenset({"REV", "review"}),
    reminders="review",
    by_policy=True,
)
START_OF_YEAR = Group(
    "start-of-year",
    "check",
    "Start of year: named people, and what families and staff must be told",
    "role:head",
    ("each September",),
    frozenset({"ROLE", "INFO", "CMP", "EDU"}),
    reminders="gentle",
)
GOVERNORS = Group(
    "governor-report",
    "report",
    "Report to the {governors}",
    "role:dsl",
    ("each term",),
    frozenset(),
    reminders="gentle",
)
GOVERNOR_VISIT = Group(
    "governor-visit",
    "check",
    "Visit on behalf of the {governors}: safeguarding and online safety",
    LEAD_GOVERNOR,
    ("each term",),
    frozenset(),
    reminders="gentle",
)
FILTER_CHECK = Group(
    "filtering-check",
    "check",
    "Check of filtering",
    IT,
    ("every month",),
    frozenset(),
    reminders="gentle",
)
TECHNICIAN = Group(
    "computer-checks",
    "check",
    "Checks of computers and accounts, and what they show told to the DSL",
    IT,
    ("each term",),
    frozenset(),
    reminders="gentle",
)
GROUPS: tuple[Group, ...] = (
    READ,
    Group(
        "training",
        "train",
        "Training: {title}",
        "staff",
        ("on joining within 10 school days", "every 12 months"),
        frozenset({"TRN", "train"}),
        by_policy=True,
    ),
    Group(
        "induction",
        "sign",
        "Induction",
        "staff",
        ("on joining within 10 school days",),
        frozenset({"IND"}),
        statement="My induction has covered what these policies ask, and I have told the school of any "
        "contact with families outside it.",
    ),
    Group(
        "account-agreement",
        "sign",
        "Agreement for people who run an official account",
        "holder",
        ("every 12 months",),
        frozenset({"AUP", "sign"}),
        statement="I will run this account as the policy says: second reader, consent checked, concerns "
        "reported, and handed back on the day I stop.",
    ),
    REVIEW,
    START_OF_YEAR,
    Group(
        "consents",
        "check",
        "Consent for photographs and accounts brought up to date",
        "role:office",
        ("each September",),
        frozenset({"CON"}),
        reminders="gentle",
    ),
    Group(
        "devices",
        "check",
        "Register of the school's own devices: issued, locked, returned",
        "role:it",
        ("each September",),
        frozenset({"DEV"}),
        reminders="gentle",
    ),
    Group(
        "signs-and-entrance",
        "check",
        "Signs, notices and what visitors are told",
        "role:office",
        ("each term",),
        frozenset({"VIS"}),
        reminders="gentle",
    ),
    Group(
        "account-check",
        "check",
        "Official accounts: register, who can get in, content",
        "role:head",
        ("each term",),
        frozenset({"ACC", "CRED"}),
        reminders="gentle",
    ),
    Group(
        "clear-devices",
        "check",
        "School phones and cameras uploaded and cleared",
        "role:office",
        ("weekly in term on Friday",),
        frozenset({"WIPE"}),
        reminders="same day",
    ),
    Group(
        "lock-change",
        "check",
        "Locks of the school's phones changed",
        "role:office",
        ("every 12 months",),
        frozenset({"LOCK"}),
        reminders="gentle",
    ),
    Group(
        "filtering-review",
        "check",
        "Review of filtering",
        "role:it",
        ("every 12 months",),
        frozenset({"FILT"}),
    ),
    FILTER_CHECK,
    Group(
        "monitoring-report",
        "report",
        "Report on the monitoring of internet use",
        "role:it",
        ("each term",),
        frozenset({"MON"}),
        reminders="gentle",
    ),
    TECHNICIAN,
    GOVERNORS,
    GOVERNOR_VISIT,
    Group(
        "risk-assessment",
        "decide",
        "Risk assessment and approval before something new is used",
        "role:head",
        ("on event new-tool within 5 school days",),
        frozenset({"RSK", "decide"}),
    ),
    Group(
        "permission",
        "decide",
        "A request for an exception",
        "role:head",
        ("on event permission-asked within 5 school days",),
        frozenset({"PERM"}),
    ),
    Group(
        "relationship",
        "decide",
        "A relationship declared: advice and decision recorded",
        "role:dsl",
        ("on event relationship-declared within 5 school days",),
        frozenset({"REL"}),
    ),
    Group(
        "breach",
        "decide",
        "A breach or concern: decide the route",
        "role:dsl",
        ("on event breach-reported within 1 working day",),
        frozenset({"BRCH", "RPT"}),
        reminders="same day",
    ),
    Group(
        "allegation",
        "report",
        "An allegation against an adult: tell the LADO",
        "role:head",
        ("on event allegation within 1 working day",),
        frozenset({"LADO"}),
        reminders="same day",
    ),
    Group(
        "suspected-offence",
        "report",
        "A suspected offence: tell the police",
        "role:head",
        ("on event suspected-offence within 1 working day",),
        frozenset({"POL"}),
        reminders="same day",
    ),
    Group(
        "advice",
        "report",
        "Advice taken, and from whom",
        "role:dsl",
        ("on event advice-needed within 1 working day",),
        frozenset({"EXT"}),
    ),
    Group(
        "search",
        "report",
        "A search or a device taken: record it",
        "role:head",
        ("on event search within 1 school day",),
        frozenset({"SRCH"}),
    ),
    Group(
        "debrief",
        "report",
        "After an investigation: what was learnt, what changes",
        "role:head",
        ("on event investigation-closed within 10 school days",),
        frozenset({"INV"}),
    ),
    Group(
        "action",
        "report",
        "An issue found: action, owner and date",
        "role:head",
        ("on event issue-found within 10 school days",),
        frozenset({"ACT"}),
    ),
)
# What whoever leads for the governors looks at on a visit, and what whoever looks after computers sees to.
LOOKED_AT = frozenset("ACC ACT CON CRED DEV FILT INV MON RPT VIS WIPE".split())
SEEN_TO = frozenset("ACC BRCH CRED DEV FILT INV RPT WIPE".split())
VISITS = re.compile(r"\b(?:visit|check|monitor|meet|walk|look|talk|speak)(?:s|es)?\b", re.IGNORECASE)
TO_GOVERNORS = ("governor", "governing", "committee", "trustee", "board")


def group_of(clause: Clause) -> Group | None:
    """Find the obligation a clause belongs to; None where it is one of its own, in the document's words.

    Only a sure kind makes a group. A standing rule of no kind is read with the rest of its document.
    """
    if clause.kind is None:
        return READ if not any(is_asked(one) for one in clause.cadence) else None
    post = _of_post(clause, clause.kind)
    if post is not None:
        return post
    if clause.kind == "RPT" and any(word in clause.quote.lower() for word in TO_GOVERNORS):
        return GOVERNORS
    return next((group for group in GROUPS if clause.kind in group.kinds), READ)


def is_asked(words: str) -> bool:
    """Return whether a timing asks someone on a day: a rhythm, or a deadline with a number."""
    return words != "always" and (not words.startswith("on event") or " within " in words)


def _of_post(clause: Clause, code: str) -> Group | None:
    """Find the obligation of a post that the words give it to: their own check is no one else's report."""
    on_event = any(one.startswith("on event") for one in clause.cadence)
    timed = any(is_asked(one) for one in clause.cadence)
    if clause.audience == LEAD_GOVERNOR and not on_event:
        return (
            GOVERNOR_VISIT if code in LOOKED_AT or (code == "ACK" and VISITS.search(clause.quote)) else None
        )
    if clause.audience != IT or code not in SEEN_TO:
        return None
    if code == "FILT":
        return None if any(_is_yearly(one) for one in clause.cadence) else FILTER_CHECK
    return TECHNICIAN if code == "INV" or (not on_event and timed) else None


def grouped(clauses: Iterable[Clause]) -> dict[Group, list[Clause]]:
    """Sort clauses into groups, in the order of the table. Those of no group are left out."""
    found: dict[Group, list[Clause]] = {}
    for clause in clauses:
        group = group_of(clause)
        if group is not None:
            found.setdefault(group, []).append(clause)
    return {group: found[group] for group in GROUPS if group in found}


def lines_of(clauses: Sequence[Clause]) -> str:
    """Cite clauses by their lines: "L58, L131"."""
    return ", ".join(f"L{line}" for line in sorted({clause.line for clause in clauses}))


def _is_yearly(words: str) -> bool:
    """Return whether a check is done once a year or less: then it is the review."""
    return bool(re.fullmatch(r"each [A-Z][a-z]+", words)) or bool(
        re.fullmatch(r"every (?:[7-9]|\d\d+) months", words)
    )
