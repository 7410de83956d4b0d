"""Training as rules: until when a completion counts, who is booked, and whether enough hold a course."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from bot.domain.cadence import EachMonth, EveryMonths
from bot.domain.calendar import Days
from bot.domain.cycles import of_month
from bot.domain.evidence import Outcome
from bot.domain.evidence_index import Acts, last_done
from bot.domain.obligations import TELLS_ITS_DAY, Obligation
from bot.domain.people import Absence, Membership
from bot.domain.policies import add_months

# What an excuse of ours refers to: a place on a course, or a completion the office has still to look at.
BOOKED, WITH_OFFICE = "booked", "with the office"
# So long before too few people hold a course, somebody is told.
COVER_ENDS_SOON = timedelta(weeks=8)
FOUR_WEEKS = timedelta(weeks=4)
FOR_EVER = date.max


@dataclass(frozen=True, slots=True)
class Cover:
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
        """Say whether there are enough today and soon will not be."""
        until = self.enough_until
        return until is not None and until != FOR_EVER and until - on <= COVER_ENDS_SOON


def valid_until(course: Obligation, done_on: date, days: Days) -> date | None:
    """Say the last day on which a completion counts; None: it does not run out."""
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
) -> Cover | None:
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
    return Cover(course.at_least, holders, ends[course.at_least - 1] if enough else None, away)


def away_for_weeks(member: Membership, on: date) -> bool:
    """Say whether somebody is paused, or away on a day until further notice or for more than four weeks."""
    long = (one.until is None or one.until - one.first_on > FOUR_WEEKS for one in _absences(member, on))
    return member.paused or any(long)


def _absences(member: Membership, on: date) -> Iterator[Absence]:
    return (one for one in member.absences if one.covers(on))


def booked_for(acts: Acts, on: date) -> date | None:
    """Say for which day somebody is booked, as long as that day is not past."""
    until = _excuse(acts, BOOKED)
    return until if until is not None and until >= on else None


def is_with_office(acts: Acts, on: date) -> bool:
    """Say whether what somebody told us is still to be looked at."""
    until = _excuse(acts, WITH_OFFICE)
    return until is not None and until >= on


def _excuse(acts: Acts, reference: str) -> date | None:
    """Find until when the latest act excuses, if it is an excuse of this sort."""
    last = acts[-1] if acts else None
    if last is None or last.outcome is not Outcome.EXCUSED or last.reference != reference:
        return None
    return last.until
