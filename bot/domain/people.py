"""People and the settings they belong to: who is here on a day, and who stands in when a role is empty."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

WEEKDAYS = frozenset({0, 1, 2, 3, 4})


@dataclass(frozen=True, slots=True)
class Words:
    """A setting's own words for people and places; notices and pages use them."""

    head: str = "headteacher"
    governors: str = "governors"
    approving_body: str = "governing body"
    pupils: str = "pupils"


@dataclass(frozen=True, slots=True)
class Setting:
    """A school, pre-school or trust.

    `since` is the first day Handbell kept this setting's records: nothing that opened before it can be
    called overdue for want of a record. `staff_means` lists the roles its policies count as "staff".
    """

    key: str
    name: str
    kind: str = "school"
    since: date = date.min
    words: Words = field(default_factory=Words)
    opens_at: time = time(7, 30)
    closes_at: time = time(18, 0)
    weekly_budget: int = 3
    staff_means: frozenset[str] = frozenset({"staff"})
    timezone: str = "Europe/London"


@dataclass(frozen=True, slots=True)
class Absence:
    """Days away, both ends included; `until` None means until further notice."""

    first_on: date
    until: date | None = None
    reason: str = "away"

    def covers(self, day: date) -> bool:
        return self.first_on <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Membership:
    """What one person is in one setting. Nobody is asked anything before `starts_on` or after `leaves_on`."""

    setting: str
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    starts_on: date | None = None
    leaves_on: date | None = None
    working_days: frozenset[int] = WEEKDAYS
    absences: tuple[Absence, ...] = ()
    manager: str | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A human being, once, however many settings they belong to. `email` None: nobody can write to them."""

    key: str
    name: str
    email: str | None = None
    memberships: tuple[Membership, ...] = ()
    unreachable: str | None = None
