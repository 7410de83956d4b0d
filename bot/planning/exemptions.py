"""Leaving: what is still asked of someone whose last day is known, and by when.

Training as rules: until when a completion counts, who is booked, and whether enough hold a course.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import NamedTuple

from bot.core.dates import long_date
from bot.planning.evidence_index import Acts, last_done
from bot.planning.occurrences import Occurrence, of_month
from bot.rules.cadence import EachMonth, EveryMonths
from bot.rules.calendar import WEEK_OF_SCHOOL, Days
from bot.rules.evidence import Outcome
from bot.rules.obligations import TELLS_ITS_DAY, Obligation
from bot.rules.people import Absence, Membership
from bot.rules.policies import add_months
from bot.rules.reminder_ladder import Step

# The first two steps of a ladder ask and remind; whatever comes after them says that it is due, or late.
FIRST_STEPS = 2
# Everyone but the rarest works on one of so many school days.
LOOKS_BACK = 3 * WEEK_OF_SCHOOL
# School days before the last at work: anyone who leaves is reminded, and after that someone else is told.
LAST_REMINDER, LAST_WORD = 3, 2
THEIRS, YOURS = "Their last day is", "Your last day is"


class LastDays(NamedTuple):
    """Someone's last day, and the last school day on which they work; `only_day`: it is their first too."""

    leaves_on: date
    works_until: date
    only_day: bool = False

    def spares(self, occurrence: Occurrence, days: Days, *, told: bool) -> bool:
        """Return whether an occurrence is not asked: it is due after their last day and can wait.

        What was done last and counts until then is not renewed. What the calendar asks for is asked of them
        if they were told, or have a week of school for it. A live clock and an event wait for no one.
        """
        if occurrence.due_on is None or occurrence.single:
            return False
        # What counts into the holidays after their last day is not renewed before it.
        counts_to = occurrence.late_after if occurrence.times == "renewal" else None
        if (counts_to or occurrence.due_on) <= self.works_until:
            return False
        if occurrence.times == "renewal" or occurrence.opens_on > self.works_until:
            return True
        in_time = days.add_school_days(self.works_until, 1 - WEEK_OF_SCHOOL)
        return occurrence.times == "calendar" and occurrence.opens_on > in_time and not told

    def fit(self, occurrence: Occurrence) -> Occurrence:
        """Make it due on the last day on which they work, if it is due later; never a live clock."""
        why = f"{occurrence.why} {THEIRS} {long_date(self.leaves_on)}."
        if occurrence.spared:
            return replace(occurrence, why=why)
        if occurrence.due_on is None or occurrence.due_on <= self.works_until or occurrence.live:
            return occurrence
        last = self.works_until if occurrence.opens_on <= self.works_until else self.leaves_on
        late_after = max(occurrence.due_on, occurrence.late_after or occurrence.due_on)
        return replace(occurrence, due_on=min(occurrence.due_on, last), late_after=late_after, why=why)

    def day_of(self, number: int, step: Step, usual: date, opens_on: date, days: Days) -> date | None:
        """Return when a step is told, so that it comes while they can still act; None: it cannot.

        `number` of the step on its ladder, `usual` its day for others. Asking or reminding them on the last
        day is too late; anyone who is told of it last is told after they were, and while they are still here.
        """
        if step.to == "person":
            if usual < self.works_until:
                return usual
            return days.add_school_days(self.works_until, -LAST_REMINDER) if number < FIRST_STEPS else None
        after_asking = days.add_school_days(opens_on, 1)
        return min(usual, max(days.add_school_days(self.works_until, -LAST_WORD), after_asking))

    def is_near(self, on: date, days: Days) -> bool:
        """Return whether little time is left: no one has a week to answer before someone else is told."""
        return on >= days.add_school_days(self.works_until, -LAST_WORD)

    def is_silent(self, on: date, *, of_event: bool) -> bool:
        """Return whether nothing is sent to anyone of what they owe: it is their last day, or past it.

        What happened that day, and anyone who is here for that day alone, could not be asked before.
        """
        return on > self.works_until or (on == self.works_until and not (self.only_day or of_event))


def leaving(days: Days, membership: Membership) -> LastDays | None:
    """Return when someone leaves; None: no last day of theirs is known."""
    if membership.leaves_on is None:
        return None
    works_until = _at_work_up_to(days, membership, membership.leaves_on)
    before = _at_work_up_to(days, membership, works_until - timedelta(days=1))
    only_day = membership.starts_on is not None and before < membership.starts_on
    return LastDays(membership.leaves_on, works_until, only_day)


def _at_work_up_to(days: Days, membership: Membership, day: date) -> date:
    """Find the last school day up to a day on which someone works; any, if they work on none."""
    last = found = days.staff_day_up_to(day)
    for _ in range(LOOKS_BACK):
        if found.weekday() in membership.working_days:
            return found
        found = days.staff_day_up_to(found - timedelta(days=1))
    return last


def to_themselves(why: str) -> str:
    """Return a reason in words addressed to its person."""
    return why.replace(THEIRS, YOURS)


# What an excuse of ours refers to: a place on a course, or a completion the office has still to look at.
BOOKED, WITH_OFFICE = "booked", "with the office"
# So long before too few people hold a course, someone is told.
COVER_ENDS_SOON = timedelta(weeks=8)
FOUR_WEEKS = timedelta(weeks=4)
FOR_EVER = date.max


@dataclass(frozen=True, slots=True)
class CourseCover:
    """How many people must hold a course at once, who does, and the last day on which that is enough.

    `away`: who holds it too and is away for weeks, so that they are no cover.
    """

    needed: int
    holders: tuple[str, ...]
    enough_until: date | None
    away: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        return len(self.holders) >= self.needed

    def ends_soon(self, on: date) -> bool:
        """Return whether there are enough today and soon will not be."""
        until = self.enough_until
        return until is not None and until != FOR_EVER and until - on <= COVER_ENDS_SOON


def valid_until(course: Obligation, done_on: date, days: Days) -> date | None:
    """Return the last day on which a completion counts; None: it does not run out."""
    return min(_ends(course, done_on, days), default=None)


def _ends(course: Obligation, done_on: date, days: Days) -> Iterator[date]:
    for cadence in course.cadence:
        if isinstance(cadence, EveryMonths):
            yield add_months(done_on, cadence.months)
        elif isinstance(cadence, EachMonth):
            yield _next_month_asked(course, cadence, done_on, days)


def _next_month_asked(course: Obligation, cadence: EachMonth, done_on: date, days: Days) -> date:
    """Find the last day of the first month that asks for it again."""

    def asked_from(year: int) -> date:
        asked = of_month(days, cadence, year)
        early_from = asked.counts_from if course.kind in TELLS_ITS_DAY else None
        return early_from or asked.opens_on

    year = next(year for year in count(done_on.year) if done_on < asked_from(year))
    return add_months(date(year, cadence.month, 1), 1) - timedelta(days=1)


def cover(
    course: Obligation,
    people: Mapping[str, Membership],
    acts_of: Callable[[str], Acts],
    *,
    days: Days,
    on: date,
) -> CourseCover | None:
    """Count who of these people holds a course on a day; None: the course asks for no number of holders."""
    if course.at_least is None:
        return None
    held: dict[str, date] = {}
    for person in people:
        done = last_done(acts_of(person))
        until = valid_until(course, done.on, days) or FOR_EVER if done is not None else date.min
        if until >= on:
            held[person] = until
    away = tuple(person for person in held if away_for_weeks(people[person], on))
    holders = tuple(person for person in held if person not in away)
    ends = sorted((held[person] for person in holders), reverse=True)
    enough = len(ends) >= course.at_least
    return CourseCover(course.at_least, holders, ends[course.at_least - 1] if enough else None, away)


def away_for_weeks(member: Membership, on: date) -> bool:
    """Return whether someone is paused, or away on a day until further notice or for more than four weeks."""
    long = (one.until is None or one.until - one.first_on > FOUR_WEEKS for one in _absences(member, on))
    return member.paused or any(long)


def _absences(member: Membership, on: date) -> Iterator[Absence]:
    return (one for one in member.absences if one.covers(on))


def booked_for(acts: Acts, on: date) -> date | None:
    """Return for which day someone is booked, as long as that day is not past."""
    until = _excuse(acts, BOOKED)
    return until if until is not None and until >= on else None


def is_with_office(acts: Acts, on: date) -> bool:
    """Return whether what someone told us is still to be looked at."""
    until = _excuse(acts, WITH_OFFICE)
    return until is not None and until >= on


def _excuse(acts: Acts, reference: str) -> date | None:
    """Find until when the latest act excuses, if it is an excuse of this sort."""
    last = acts[-1] if acts else None
    if last is None or last.outcome is not Outcome.EXCUSED or last.reference != reference:
        return None
    return last.until
