"""Leaving: what is still asked of somebody whose last day is known, and by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from bot.domain.calendar import Days
from bot.domain.cycles import Cycle, in_words
from bot.domain.holidays import WEEK_OF_SCHOOL
from bot.domain.ladder import Step
from bot.domain.people import Membership

# The first two steps of a ladder ask and remind; whatever comes after them says that it is due, or late.
FIRST_STEPS = 2
# Everybody but the rarest works on one of so many school days.
LOOKS_BACK = 3 * WEEK_OF_SCHOOL
# School days before the last at work: whoever leaves is reminded, and after that somebody else is told.
LAST_REMINDER, LAST_WORD = 3, 2
THEIRS, YOURS = "Their last day is", "Your last day is"


class Leaving(NamedTuple):
    """Somebody's last day, and the last school day on which they work; `only_day`: it is their first too."""

    leaves_on: date
    works_until: date
    only_day: bool = False

    def spares(self, cycle: Cycle, days: Days, *, told: bool) -> bool:
        """Say whether a cycle is not asked of them: it is due after they have gone, and can wait for others.

        What was done last and counts until then is not renewed. What the calendar asks for is asked of them
        if they were told, or have a week of school for it. A live clock and an event wait for nobody.
        """
        if cycle.due_on is None or cycle.single:
            return False
        # What counts into the holidays after their last day is not renewed before it.
        counts_to = cycle.late_after if cycle.times == "renewal" else None
        if (counts_to or cycle.due_on) <= self.works_until:
            return False
        if cycle.times == "renewal" or cycle.opens_on > self.works_until:
            return True
        in_time = days.add_school_days(self.works_until, 1 - WEEK_OF_SCHOOL)
        return cycle.times == "calendar" and cycle.opens_on > in_time and not told

    def fit(self, cycle: Cycle) -> Cycle:
        """Make a cycle due on the last day on which they work, if it is due later; never a live clock."""
        why = f"{cycle.why} {THEIRS} {in_words(self.leaves_on)}."
        if cycle.spared:
            return replace(cycle, why=why)
        if cycle.due_on is None or cycle.due_on <= self.works_until or cycle.live:
            return cycle
        last = self.works_until if cycle.opens_on <= self.works_until else self.leaves_on
        late_after = max(cycle.due_on, cycle.late_after or cycle.due_on)
        return replace(cycle, due_on=min(cycle.due_on, last), late_after=late_after, why=why)

    def day_of(self, number: int, step: Step, usual: date, opens_on: date, days: Days) -> date | None:
        """Say when a step is told, so that it comes while they can still act; None: it cannot.

        `number` of the step on its ladder, `usual` its day for others. Asking or reminding them on the last
        day is too late; whoever is told of it last is told after they were, and while they are still here.
        """
        if step.to == "person":
            if usual < self.works_until:
                return usual
            return days.add_school_days(self.works_until, -LAST_REMINDER) if number < FIRST_STEPS else None
        after_asking = days.add_school_days(opens_on, 1)
        return min(usual, max(days.add_school_days(self.works_until, -LAST_WORD), after_asking))

    def is_near(self, on: date, days: Days) -> bool:
        """Say whether little time is left: nobody has a week to answer before somebody else is told."""
        return on >= days.add_school_days(self.works_until, -LAST_WORD)

    def is_silent(self, on: date, *, of_event: bool) -> bool:
        """Say whether nothing is sent to anybody of what they owe: it is their last day, or past it.

        What happened that day, and whoever is here for that day alone, could not be asked before.
        """
        return on > self.works_until or (on == self.works_until and not (self.only_day or of_event))


def leaving(days: Days, membership: Membership) -> Leaving | None:
    """Say when somebody leaves; None: no last day of theirs is known."""
    if membership.leaves_on is None:
        return None
    works_until = _at_work_up_to(days, membership, membership.leaves_on)
    before = _at_work_up_to(days, membership, works_until - timedelta(days=1))
    only_day = membership.starts_on is not None and before < membership.starts_on
    return Leaving(membership.leaves_on, works_until, only_day)


def _at_work_up_to(days: Days, membership: Membership, day: date) -> date:
    """Find the last school day up to a day on which somebody works; any, if they work on none."""
    last = found = days.staff_day_up_to(day)
    for _ in range(LOOKS_BACK):
        if found.weekday() in membership.working_days:
            return found
        found = days.staff_day_up_to(found - timedelta(days=1))
    return last


def to_themselves(why: str) -> str:
    """Put a reason as the person it is about reads it."""
    return why.replace(THEIRS, YOURS)
