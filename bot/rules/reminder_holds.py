"""Holds of reminders: for a while no one is reminded, in the whole school, or one person, or of one rule.

A hold moves no due date. A live clock is never held, nor is anything but reminders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MAX_HOLD = timedelta(days=14)
# A reason is one of these and never free text, so that no record of anyone's health comes about.
REASONS: Mapping[str, str] = {
    "inspection": "An inspection",
    "closure": "The school is closed",
    "busy": "A busy week for staff",
    "checking": "We are checking the rules or the list of people",
    "talking": "We are speaking to people ourselves",
}


class Scope(StrEnum):
    """What a hold is about."""

    SCHOOL = "school"
    PERSON = "person"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class ReminderHold:
    """One hold; both days count. `about`: the key of its person or rule, empty for the whole school."""

    school: str
    scope: Scope
    about: str
    reason: str
    from_on: date
    until_on: date
    by: str = ""

    def covers(self, school: str, person: str, rule: str | None) -> bool:
        """Return whether it holds what a person is reminded of. `rule` None: of no rule."""
        if self.school != school:
            return False
        return self.scope is Scope.SCHOOL or self.about == (person if self.scope is Scope.PERSON else rule)


def hold_on(
    holds: Iterable[ReminderHold], school: str, person: str, rule: str | None, on: date
) -> ReminderHold | None:
    """Return a hold that is in force on a day for what a person is reminded of; None: there is none."""
    mine = (one for one in holds if one.covers(school, person, rule))
    return next((one for one in mine if one.from_on <= on <= one.until_on), None)
