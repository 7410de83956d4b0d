"""Happenings: the events that registers name in "on event NAME", and what writes each of them.

Some Handbell writes itself, in the transaction of what caused them; those of the list of people follow from
it. A case rings for those who may open it, by its letters and clocks, and writes none: a duty stands on lists
that are read by people who may not know of the case. A rule that waits for such events alone is never asked.
All others are recorded on the office's page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from bot.planning.snapshot import Snapshot
from bot.rules.cadence import OnEvent
from bot.rules.check_items import ACTION_EVENT
from bot.rules.evidence import Event
from bot.rules.obligations import Obligation
from bot.rules.people import Membership, Person

BY_HAND = "somebody records it under Something happened, in the office"
NEVER = (
    "never asked: a report becomes a case, and the case asks; "
    "only the people who may open cases can record it by hand"
)


@dataclass(frozen=True, slots=True)
class EventKind:
    """Something Handbell sees. `names`: what a register may call it; the first that it uses is written.

    `when` completes "It rings when ...". `daily`: however often on a day, it is one event. `until_complete`:
    what the rule asks for is the entry itself, so it rings only while something of the entry is missing.
    """

    names: tuple[str, ...]
    when: str
    daily: bool = False
    until_complete: bool = False


# By kind and step of the log; the step "" is the entry itself.
IN_THE_LOG: Mapping[tuple[str, str], EventKind] = {
    ("search", ""): EventKind(
        ("search",), "a search that is not complete is written into the log", until_complete=True
    ),
    ("taken", ""): EventKind(
        ("device-taken", "confiscation", "search"),
        "a device taken from a child is written into the log, until it is complete",
        until_complete=True,
    ),
    ("trip-phone", ""): EventKind(
        ("phone-taken-out", "trip-phone", "trip-started"),
        "a school phone or camera is written into the log as taken out",
        daily=True,
    ),
    ("trip-phone", "returned"): EventKind(
        ("phone-returned", "trip-returned"),
        "the log says that a school phone or camera is back",
        daily=True,
    ),
    ("consent", ""): EventKind(
        ("consent-taken-back", "consent-changed"), "a consent taken back is written into the log", daily=True
    ),
    ("tool", ""): EventKind(("new-tool", "new-app"), "a group’s new tool is written into the log"),
    ("device", ""): EventKind(
        ("device-issued", "new-device"), "a device that is issued is written into the log"
    ),
    ("device", "returned"): EventKind(
        ("device-returned",), "the log says that a device issued to somebody is returned"
    ),
    ("visitor", ""): EventKind(
        ("visitor", "visitor-arrived"), "a visitor is written into the log", daily=True
    ),
}
# A yes, and a family's first no, change nothing that was allowed before.
CONSENT_TAKEN_BACK = "Taken back"

HOLDER_ADDED = EventKind(
    ("account-holder-added", "holder-added", "new-holder"), "somebody new runs an official account"
)
HOLDER_LEFT = EventKind(
    ("account-holder-left", "holder-left"), "somebody does not run an official account any more"
)
ACCOUNT_AGREED = EventKind(
    ("account-agreed", "channel-opened", "account-opened", "new-account"),
    "a new official account is agreed to",
)
JOINED = EventKind(("staff-joined", "joiner", "new-starter"), "somebody starts work here")
LEFT = EventKind(("staff-left", "leaver"), "somebody who works here leaves")
# By kind of request; every other kind asks for a permission.
APP_ASKED = EventKind(("new-tool", "new-app", "permission-asked"), "somebody asks for a new app or tool")
RELATIONSHIP = EventKind(("relationship-declared",), "somebody tells the school that they know a family")
DECLARATION = EventKind(("declaration-made",), "somebody tells the school something it should know")
PERMISSION = EventKind(("permission-asked",), "somebody asks for a permission")
ASKED: Mapping[str, EventKind] = {
    "app": APP_ASKED,
    "relationship": RELATIONSHIP,
    "declaration": DECLARATION,
}
# What a case keeps by itself, with its clocks and questions. Never written: see above.
OF_CASES = frozenset(
    {
        "advice-needed",
        "allegation",
        "breach",
        "breach-confirmed",
        "breach-reported",
        "case-received",
        "concern-confirmed",
        "concern-reported",
        "data-breach",
        "exam-breach",
        "investigation-closed",
        "suspected-offence",
    }
)
ACTION_FOUND = EventKind((ACTION_EVENT,), "a check finds something that has to be done")
INDUCTION = EventKind(
    ("starter-joined",), "somebody starts work here: their manager is asked, or the headteacher"
)
ALL = (
    *IN_THE_LOG.values(), HOLDER_ADDED, HOLDER_LEFT, ACCOUNT_AGREED, JOINED, INDUCTION, LEFT, *ASKED.values(),
    PERMISSION, ACTION_FOUND,
)  # fmt: skip


def events_of(rule: Obligation) -> Iterator[str]:
    """Return the events that a rule waits for."""
    yield from (one.event for one in rule.cadence if isinstance(one, OnEvent))


def waiting(rules: Iterable[Obligation]) -> dict[str, list[Obligation]]:
    """Map each event that rules in force wait for to these rules, by name."""
    found: dict[str, list[Obligation]] = {}
    for rule in rules:
        for name in events_of(rule) if rule.active else ():
            found.setdefault(name, []).append(rule)
    return dict(sorted(found.items()))


def never_asked(rules: Iterable[Obligation]) -> Iterator[Obligation]:
    """Yield the rules in force that wait for events of cases alone: no report and no page writes those."""
    for rule in rules:
        waits = list(events_of(rule)) if rule.active else []
        if len(waits) == len(rule.cadence) and waits and OF_CASES.issuperset(waits):
            yield rule


def event_name(happening: EventKind, used: Collection[str]) -> str | None:
    """Find what a register that uses these names calls something; None: no rule waits for it."""
    return next((name for name in happening.names if name in used), None)


def rings_when(name: str, used: Collection[str]) -> tuple[str, ...]:
    """Return what rings an event by itself, in a register that uses these names; empty: nothing does."""
    return tuple(dict.fromkeys(one.when for one in ALL if event_name(one, used) == name))


def in_full(name: str, used: Collection[str]) -> str:
    """Return in words all that triggers an event."""
    if name in OF_CASES:
        return NEVER
    return "when " + ", or ".join((*rings_when(name, used), BY_HAND))


def of_people(snapshot: Snapshot, today: date) -> Iterator[Event]:
    """Yield who joins and who leaves, as the list of people says, where a rule of theirs waits for it.

    Anyone who came or went before our records sets nothing going, and who has left is no new colleague.
    """
    used: dict[str, set[str]] = {}
    for rule in snapshot.obligations:
        for name in events_of(rule) if rule.active else ():
            if name in (*JOINED.names, *LEFT.names, *INDUCTION.names):
                used.setdefault(rule.school, set()).add(name)
    for person in snapshot.people.values() if used else ():
        for member in person.memberships:
            if member.school in used and member.is_staff:
                yield from _of_one(person, member, used[member.school], snapshot, today)


def _of_one(
    person: Person, member: Membership, used: set[str], snapshot: Snapshot, today: date
) -> Iterator[Event]:
    joined, left = event_name(JOINED, used), event_name(LEFT, used)
    since = snapshot.schools[member.school].since
    starts_on, leaves_on = member.starts_on, member.leaves_on
    stays = leaves_on is None or leaves_on >= today
    if joined and starts_on and starts_on >= since and stays:
        yield _about(person, member.school, joined, starts_on, whom=person.key)
    gives = event_name(INDUCTION, used)
    inducts = member.manager or _head(snapshot, member.school)
    # An event about nobody would ask everybody.
    if gives and inducts and starts_on and starts_on >= since and stays:
        yield _about(person, member.school, gives, starts_on, whom=inducts)
    if left and leaves_on and leaves_on >= since:
        yield _about(person, member.school, left, leaves_on)


def _head(snapshot: Snapshot, school: str) -> str | None:
    heads = (
        person.key
        for person in snapshot.people.values()
        for one in person.memberships
        if one.school == school and "headteacher" in one.roles
    )
    return min(heads, default=None)


def _about(person: Person, school: str, name: str, on: date, whom: str | None = None) -> Event:
    # A key is anything, and a duty's name stands in addresses.
    key = sha256(person.key.encode()).hexdigest()[:16]
    return Event(f"{name}-{key}-{on}", school, name, on, person=whom, note=person.name)
