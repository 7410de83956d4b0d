"""The snapshot: everything the planner may know, gathered by one read of the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from bot.rules.accounts import Account, AccountEntry
from bot.rules.calendar import Calendar
from bot.rules.duties import StepKey
from bot.rules.evidence import Event, Evidence
from bot.rules.meetings import Body
from bot.rules.obligations import Obligation
from bot.rules.people import Person, School
from bot.rules.policies import Delegation, Policy
from bot.rules.reminder_holds import ReminderHold


@dataclass(frozen=True, slots=True)
class DecidedStep:
    """A notice already decided. `lapsed` ones never reached anyone and may be decided again."""

    on: date
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent state of one or several schools. `messaged`: person -> the days we wrote to them.

    `no_meeting_emails`: in which school who wants no email about meetings of a body they are a member of.
    `names_others`: settings whose registers name people who do not belong to them.
    """

    schools: Mapping[str, School]
    calendars: Mapping[str, Calendar]
    people: Mapping[str, Person]
    policies: Mapping[tuple[str, str], Policy] = field(default_factory=dict)
    obligations: tuple[Obligation, ...] = ()
    accounts: tuple[Account, ...] = ()
    account_log: tuple[AccountEntry, ...] = ()
    bodies: Mapping[tuple[str, str], Body] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    events: tuple[Event, ...] = ()
    delegations: Mapping[tuple[str, str], Delegation] = field(default_factory=dict)
    decided: Mapping[StepKey, DecidedStep] = field(default_factory=dict)
    messaged: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    no_meeting_emails: frozenset[tuple[str, str]] = frozenset()
    names_others: frozenset[str] = frozenset()
    reminder_holds: tuple[ReminderHold, ...] = ()

    def name_of(self, key: str) -> str:
        """Return a person's name; for an unknown key, the key."""
        person = self.people.get(key)
        return person.name if person else key


Record = TypeVar("Record", Obligation, Account, AccountEntry, Evidence, Event)
Keyed = TypeVar("Keyed", Policy, Body, Delegation, DecidedStep)
Key = TypeVar("Key", bound=tuple[str, ...])


def apart(snapshot: Snapshot, families: Sequence[Collection[str]]) -> list[Snapshot]:
    """Split a snapshot of several families of schools into one for each, as if read alone.

    The days on which people were written to stay together: a person may be named in several families.
    """
    if len(families) == 1:
        return [snapshot]
    of = {key: number for number, family in enumerate(families) for key in family}
    people = _people_apart(snapshot.people, of)
    policies, bodies = _keyed_apart(snapshot.policies, of), _keyed_apart(snapshot.bodies, of)
    delegations, decided = _keyed_apart(snapshot.delegations, of), _keyed_apart(snapshot.decided, of)
    obligations, accounts = _listed_apart(snapshot.obligations, of), _listed_apart(snapshot.accounts, of)
    account_log, events = _listed_apart(snapshot.account_log, of), _listed_apart(snapshot.events, of)
    evidence = _listed_apart(snapshot.evidence, of)
    return [
        Snapshot(
            schools={key: snapshot.schools[key] for key in family if key in snapshot.schools},
            calendars={key: snapshot.calendars[key] for key in family if key in snapshot.calendars},
            people=people[number],
            policies=policies[number],
            obligations=tuple(obligations[number]),
            accounts=tuple(accounts[number]),
            account_log=tuple(account_log[number]),
            bodies=bodies[number],
            evidence=tuple(evidence[number]),
            events=tuple(events[number]),
            delegations=delegations[number],
            decided=decided[number],
            messaged=snapshot.messaged,
            no_meeting_emails=frozenset(one for one in snapshot.no_meeting_emails if one[0] in family),
            names_others=snapshot.names_others.intersection(family),
            reminder_holds=tuple(one for one in snapshot.reminder_holds if one.school in family),
        )
        for number, family in enumerate(families)
    ]


def _people_apart(people: Mapping[str, Person], of: Mapping[str, int]) -> dict[int, dict[str, Person]]:
    found: dict[int, dict[str, Person]] = defaultdict(dict)
    for key, one in people.items():
        families = {of[held.school] for held in one.memberships}
        for number in families:
            theirs = tuple(held for held in one.memberships if of[held.school] == number)
            found[number][key] = one if len(families) == 1 else replace(one, memberships=theirs)
    return found


def _listed_apart(records: Iterable[Record], of: Mapping[str, int]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    for one in records:
        found[of[one.school]].append(one)
    return found


def _keyed_apart(records: Mapping[Key, Keyed], of: Mapping[str, int]) -> dict[int, dict[Key, Keyed]]:
    found: dict[int, dict[Key, Keyed]] = defaultdict(dict)
    for key, one in records.items():
        found[of[key[0]]][key] = one
    return found
