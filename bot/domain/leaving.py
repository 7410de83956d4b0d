"""Leaving: what is still asked of somebody whose last day is known, and by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from bot.domain.calendar import Days
from bot.domain.cycles import WEEK_OF_SCHOOL, Cycle, in_words
from bot.domain.people import Membership

# Everybody but the rarest works on one of so many school days.
LOOKS_BACK = 3 * WEEK_OF_SCHOOL
THEIRS, YOURS = "Their last day is", "Your last day is"


class Leaving(NamedTuple):
    """Somebody's last day, and the last school day on which they work."""

    leaves_on: date
    works_until: date

    def spares(self, cycle: Cycle, days: Days, *, told: bool) -> bool:
        """Say whether a cycle is not asked of them: it is due after they have gone, and can wait for others.

        What was done last and counts until then is not renewed. What the calendar asks for is asked of them
        if they were told, or have a week of school for it. A live clock and an event wait for nobody.
        """
        if cycle.due_on is None or cycle.due_on <= self.works_until or cycle.single:
            return False
        if cycle.times == "renewal" or cycle.opens_on > self.works_until:
            return True
        in_time = days.add_school_days(self.works_until, 1 - WEEK_OF_SCHOOL)
        return cycle.times == "calendar" and cycle.opens_on > in_time and not told

    def fit(self, cycle: Cycle) -> Cycle:
        """Make a cycle due on the last day on which they work, if it is due later; never a live clock."""
        if cycle.due_on is None or cycle.due_on <= self.works_until or cycle.live:
            return cycle
        why = f"{cycle.why} {THEIRS} {in_words(self.leaves_on)}."
        if cycle.spared:
            return replace(cycle, why=why)
        last = self.works_until if cycle.opens_on <= self.works_until else self.leaves_on
        late_after = max(cycle.due_on, cycle.late_after or cycle.due_on)
        return replace(cycle, due_on=min(cycle.due_on, last), late_after=late_after, why=why)


def leaving(days: Days, membership: Membership) -> Leaving | None:
    """Say when somebody leaves; None: no last day of theirs is known."""
    if membership.leaves_on is None:
        return None
    last = day = days.staff_day_up_to(membership.leaves_on)
    for _ in range(LOOKS_BACK):
        if day.weekday() in membership.working_days:
            return Leaving(membership.leaves_on, day)
        day = days.staff_day_up_to(day - timedelta(days=1))
    return Leaving(membership.leaves_on, last)


def to_themselves(why: str) -> str:
    """Put a reason as the person it is about reads it."""
    return why.replace(THEIRS, YOURS)
