"""Four clocks: clock hours, working days, clear days, school days. Bank holidays and terms are data.

Holidays: what was done in the one before counts, and what falls due in one is asked for before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from bot.rules.cadence import Span

DAY = timedelta(days=1)
# More days than any plan asks about.
REMEMBERS = 4096
# The head and the office are asked for the next dates this long before the last term told ends, then weekly.
ASK_FOR_TERMS, ASK_AGAIN = timedelta(days=31), timedelta(days=7)
# Where a school has not told its terms, the usual three of a school year that begins in September.
USUAL_TERMS = (("autumn", (9, 1), (12, 20)), ("spring", (1, 4), (4, 5)), ("summer", (4, 20), (7, 22)))

# By these names the halves of a term are known to belong together.
SEASONS = frozenset({"autumn", "spring", "summer", "michaelmas", "lent", "trinity"})


@dataclass(frozen=True, slots=True)
class Term:
    """A stretch of school days, both ends included. Half terms are gaps between two of them."""

    name: str
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """One school's year. INSET days are staff days without pupils and may lie outside every term.

    Where the terms told do not reach, every weekday but bank holidays counts: nothing is missed for
    want of dates, and `knows` says so. `clear_working_days`: notice of meetings is counted in working days.
    """

    terms: tuple[Term, ...] = ()
    inset_on: frozenset[date] = frozenset()
    closed_on: frozenset[date] = frozenset()
    bank_holidays: frozenset[date] = frozenset()
    clear_working_days: bool = False

    def knows(self, day: date) -> bool:
        """Return whether the terms known for this day's school year reach it."""
        year = school_year(day)
        told = [term for term in self.terms if school_year(term.last_on) == year]
        if not told:
            return False
        first, last = min(term.first_on for term in told), max(term.last_on for term in told)
        from_start, to_end = first <= date(year, 9, 30), last >= date(year + 1, 7, 1)
        return (from_start or first <= day) and (to_end or day <= last)

    @property
    def last_on(self) -> date | None:
        """The last day of the last term told; None: none was told."""
        return max((term.last_on for term in self.terms), default=None)

    @property
    def known_until(self) -> date | None:
        """The last day that the terms told reach; None: none was told.

        A school year told to its summer reaches 31 August, any other the last day of its last term.
        """
        last = self.last_on
        if last is None or last < date(school_year(last) + 1, 7, 1):
            return last
        return date(school_year(last) + 1, 8, 31)

    def has_ended(self, day: date) -> bool:
        """Return whether a day is past all terms told; never where none was told."""
        until = self.known_until
        return until is not None and day > until

    def wants_terms(self, day: date) -> bool:
        """Return whether the school is to be asked for later terms: none was told, or the last ends soon."""
        return self.last_on is None or day >= self.last_on - ASK_FOR_TERMS

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday but for bank holidays; runs on in school holidays."""
        return day.weekday() < 5 and day not in self.bank_holidays

    def is_staff_day(self, day: date) -> bool:
        """Return whether staff are in: a day of term, or an INSET day."""
        if day in self.inset_on:
            return True
        if not self.is_working_day(day) or day in self.closed_on:
            return False
        return any(term.first_on <= day <= term.last_on for term in self.terms) or not self.knows(day)

    def staff_day_from(self, day: date) -> date:
        """Find the first staff day on or after a day."""
        return _first(day, DAY, self.is_staff_day)

    def staff_day_up_to(self, day: date) -> date:
        """Find the last staff day on or before a day."""
        return _first(day, -DAY, self.is_staff_day)

    def add_school_days(self, day: date, count: int) -> date:
        """Count staff days on, or back when `count` is negative; 0 is the day itself."""
        return _count(day, count, self.is_staff_day)

    def add_working_days(self, day: date, count: int) -> date:
        """Count Mondays to Fridays that are no bank holidays; they run in school holidays too."""
        return _count(day, count, self.is_working_day)

    def after(self, day: date, span: Span) -> date:
        """Count a span on from a day. Hours count as whole days from it, rounded down: never too late."""
        if span.unit == "school days":
            return self.add_school_days(day, span.count)
        if span.unit == "working days":
            return self.add_working_days(day, span.count)
        return day + timedelta(days=span.count) if span.unit == "days" else day + timedelta(hours=span.count)

    def clear_days_before(self, day: date, count: int) -> date:
        """Find the last day to send something with `count` clear days: neither that day nor `day` counts."""
        if self.clear_working_days:
            return self.add_working_days(day, -count) - DAY
        return day - timedelta(days=count + 1)

    def latest_term(self, day: date) -> Term | None:
        """Find the term that began last on or before a day; the usual terms where none has been told."""
        terms = self.terms if self.knows(day) else usual_terms(school_year(day))
        begun = [term for term in terms if term.first_on <= day]
        return max(begun, key=lambda term: term.first_on, default=None)

    def latest_whole_term(self, day: date) -> Term | None:
        """Find the latest term with its halves as one: "Autumn 1" and "Autumn 2" are the autumn term.

        Terms that are only numbered ("Term 1" to "Term 6") are whole ones: some schools have six.
        """
        latest = self.latest_term(day)
        season = _season(latest.name) if latest is not None else ""
        if latest is None or not season:
            return latest
        year = school_year(latest.last_on)
        halves = [
            one for one in self.terms if _season(one.name) == season and school_year(one.last_on) == year
        ]
        if halves == [latest] or latest not in halves:
            return latest
        first_on, last_on = min(one.first_on for one in halves), max(one.last_on for one in halves)
        return Term(season.capitalize(), first_on, last_on)


class Days:
    """A calendar that remembers its answers; its methods mean the same."""

    __slots__ = ("add_school_days", "after", "calendar", "is_staff_day", "staff_day_from", "staff_day_up_to")

    def __init__(self, calendar: Calendar) -> None:
        remember = lru_cache(maxsize=REMEMBERS)
        is_staff_day = remember(calendar.is_staff_day)
        self.calendar = calendar
        self.is_staff_day = is_staff_day
        self.add_school_days = remember(lambda day, count: _count(day, count, is_staff_day))
        self.staff_day_from = remember(lambda day: _first(day, DAY, is_staff_day))
        self.staff_day_up_to = remember(lambda day: _first(day, -DAY, is_staff_day))
        self.after = remember(calendar.after)


@lru_cache(maxsize=256)
def days_of(calendar: Calendar) -> Days:
    """Return the remembered answers of a calendar. Schools with the same days share them."""
    return Days(calendar)


def _first(day: date, step: timedelta, counts: Callable[[date], bool]) -> date:
    while not counts(day):
        day += step
    return day


def _count(day: date, count: int, counts: Callable[[date], bool]) -> date:
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day = _first(day + step, step, counts)
    return day


@lru_cache(maxsize=REMEMBERS)
def _season(name: str) -> str:
    """Return the season a term is called after; empty: none."""
    words = re.findall(r"[a-z]+", name.casefold())
    return next((word for word in words if word in SEASONS), "")


def school_year(day: date) -> int:
    """Return the school year a day lies in by the year of its September."""
    return day.year if day.month >= 9 else day.year - 1


def usual_terms(year: int) -> tuple[Term, ...]:
    """Return the usual three terms of the school year that begins in September of `year`."""
    return tuple(
        Term(name, date(year + (first[0] < 9), *first), date(year + (last[0] < 9), *last))
        for name, first, last in USUAL_TERMS
    )


def hours_after(start: datetime, hours: int) -> datetime:
    """Count elapsed hours on from an aware instant, through clock changes, in the instant's own zone."""
    return (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(start.tzinfo)


# Everyone has a working day in it.
WEEK_OF_SCHOOL = 5


def holiday_before(days: Days, opens_on: date) -> date:
    """Find the first day of the holiday that ends with a day, or that day: training is often done in it.

    What opens in the first week of a term opens with it, as September does in one that begins in August.
    """
    before = days.calendar.latest_term(opens_on - timedelta(days=1))
    if before is None:
        # The terms of this school year are told, and none of the year before.
        before = usual_terms(school_year(opens_on) - 1)[-1]
    if before.last_on < opens_on:
        return before.last_on + timedelta(days=1)
    a_week_in = days.add_school_days(days.staff_day_from(before.first_on), WEEK_OF_SCHOOL)
    return holiday_before(days, before.first_on) if opens_on < a_week_in else opens_on


def word_before_holidays(days: Days, opens_on: date, due_on: date) -> date:
    """Open a week of school earlier what would fall due in the holidays before anyone could be told."""
    if days.add_school_days(days.staff_day_from(opens_on), WEEK_OF_SCHOOL) <= due_on:
        return opens_on
    return days.add_school_days(days.staff_day_up_to(opens_on), 1 - WEEK_OF_SCHOOL)
