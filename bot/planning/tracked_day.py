"""Today's date, which records the comparisons made with it, so that a plan knows until when it holds.

`DayTracker(today).day` gives the answers of the plain date. From each question that is asked of it, the
tracker computes the first later day on which the answer would differ, and keeps the earliest:
`next_change_on`. Planning is a pure function of the snapshot and the day, so on each day before that one it
decides the same from the same snapshot. Rules need not list their days a second time: what a rule compares is
recorded as it does so. An answer that is not modelled exactly, such as `day.weekday()`, counts as
different tomorrow.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self, SupportsIndex

LAST = date.max.toordinal()


class DayTracker:
    """The first later day on which something that was asked of `day` would be answered otherwise."""

    __slots__ = ("_first", "_today", "day")

    def __init__(self, today: date) -> None:
        self._today = today.toordinal()
        self._first = LAST
        self.day: date = TrackedDay(today, self, 0)

    @property
    def next_change_on(self) -> date:
        """The first later day on which an answer given so far differs; `date.max`: none ever does."""
        return date.fromordinal(self._first)

    def note(self, number: int) -> None:
        """Note that an answer changes on a day, given by its number. What is past changes nothing."""
        if self._today < number < self._first:
            self._first = number

    def note_tomorrow(self) -> None:
        self._first = self._today + 1


class TrackedDay(date):
    """The day of a tracker, or the day `shift` days after it. It gives the answers of the plain date."""

    __slots__ = ("shift", "tracker")
    tracker: DayTracker
    shift: int

    def __new__(cls, day: date, tracker: DayTracker, shift: int) -> Self:
        """Make a plain date a tracked one."""
        one = super().__new__(cls, day.year, day.month, day.day)
        one.tracker, one.shift = tracker, shift
        return one

    def untracked(self) -> date:
        """Give the date without its tracker: for what decides no more than how something is said."""
        return date.fromordinal(super().toordinal())

    # --- understood exactly: before or after a day that stands still, and days counted on or back

    def __lt__(self, other: date) -> bool:
        self._passes(other, 0)
        return super().__lt__(other)

    def __le__(self, other: date) -> bool:
        self._passes(other, 1)
        return super().__le__(other)

    def __gt__(self, other: date) -> bool:
        self._passes(other, 1)
        return super().__gt__(other)

    def __ge__(self, other: date) -> bool:
        self._passes(other, 0)
        return super().__ge__(other)

    def __eq__(self, other: object) -> bool:
        self._passes(other, 0)
        self._passes(other, 1)
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __add__(self, span: timedelta) -> TrackedDay:
        return TrackedDay(self.untracked() + span, self.tracker, self.shift + span.days)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self + -other if isinstance(other, timedelta) else self._unsure() - other

    def __rsub__(self, other: date) -> timedelta:
        return other - self._unsure()

    @property
    def year(self) -> int:
        """The year; it changes on the first of January."""
        day = self.untracked()
        self._note(day.replace(month=12, day=31).toordinal() + 1)
        return day.year

    @property
    def month(self) -> int:
        """The month; it changes on the first of the next."""
        day = self.untracked()
        self._note((day.replace(day=28) + timedelta(days=4)).replace(day=1).toordinal())
        return day.month

    def monday(self) -> date:
        """Find the Monday of its week; it changes on the next one."""
        monday = monday_of(self.untracked())
        self._note(monday.toordinal() + 7)
        return monday

    # --- everything else that a date can be asked: tomorrow's answer may differ

    @property
    def day(self) -> int:
        """The day of the month."""
        return self._unsure().day

    def __hash__(self) -> int:
        return hash(self._unsure())

    def __format__(self, how: str) -> str:
        return format(self._unsure(), how)

    def __str__(self) -> str:
        return str(self._unsure())

    def __repr__(self) -> str:
        return repr(self._unsure())

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return self._unsure().__reduce_ex__(protocol)

    def __reduce__(self) -> Any:
        return self._unsure().__reduce__()

    def ctime(self) -> str:
        return self._unsure().ctime()

    def isocalendar(self) -> Any:
        return self._unsure().isocalendar()

    def isoformat(self) -> str:
        return self._unsure().isoformat()

    def isoweekday(self) -> int:
        return self._unsure().isoweekday()

    def replace(self, *fields: Any, **named: Any) -> Any:
        return self._unsure().replace(*fields, **named)

    def strftime(self, how: str) -> str:
        return self._unsure().strftime(how)

    def timetuple(self) -> Any:
        return self._unsure().timetuple()

    def toordinal(self) -> int:
        return self._unsure().toordinal()

    def weekday(self) -> int:
        return self._unsure().weekday()

    def _unsure(self) -> date:
        self.tracker.note_tomorrow()
        return self.untracked()

    def _passes(self, other: object, after: int) -> None:
        """Note the day on which this one comes to another, or `after` days past it."""
        if isinstance(other, TrackedDay):
            # Two of one tracker move together and never pass each other.
            other = None if other.tracker is self.tracker else other.untracked()
        if isinstance(other, date):
            self._note(other.toordinal() + after)

    def _note(self, number: int) -> None:
        self.tracker.note(number - self.shift)


def untracked(day: date) -> date:
    """Give a day without its tracker: for what decides no more than how something is said."""
    return day.untracked() if isinstance(day, TrackedDay) else day


def monday_of(day: date) -> date:
    """Find the Monday of a day's week."""
    return day.monday() if isinstance(day, TrackedDay) else day - timedelta(days=day.weekday())
