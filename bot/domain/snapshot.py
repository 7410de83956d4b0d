"""The snapshot: everything the planner may know, gathered by one read of the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.account_log import Entry
from bot.domain.accounts import Account
from bot.domain.calendar import Calendar
from bot.domain.evidence import Event, Evidence
from bot.domain.meetings import Body
from bot.domain.obligations import Obligation
from bot.domain.people import Person, Setting
from bot.domain.policies import Delegation, Policy

# In this order: setting, obligation, person, cycle, step.
NaturalKey = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Decided:
    """A notice already decided. `lapsed` ones never reached anybody and may be decided again."""

    on: date
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent state of one or several settings. `messaged`: person -> the days we wrote to them.

    `names_others`: settings whose registers name people who do not belong to them.
    """

    settings: Mapping[str, Setting]
    calendars: Mapping[str, Calendar]
    people: Mapping[str, Person]
    policies: Mapping[tuple[str, str], Policy] = field(default_factory=dict)
    obligations: tuple[Obligation, ...] = ()
    accounts: tuple[Account, ...] = ()
    account_log: tuple[Entry, ...] = ()
    bodies: Mapping[tuple[str, str], Body] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    events: tuple[Event, ...] = ()
    delegations: Mapping[tuple[str, str], Delegation] = field(default_factory=dict)
    decided: Mapping[NaturalKey, Decided] = field(default_factory=dict)
    messaged: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    names_others: frozenset[str] = frozenset()
