"""A day that notes what it is asked, and until which later day every answer would have been the same.

Whoever decides from `Watch(today).day` decides the same, from the same facts, on each day before
`watch.until`. So nobody has to list, beside the rules, the days on which each of them might change its mind:
a rule that looks at the day is noticed when it looks. What is not understood exactly counts as "may differ
tomorrow".
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self, SupportsIndex

LAST = date.max.toordinal()


class Watch:
    """The first later day on which something that was asked of `day` would be answered otherwise."""

    __slots__ = ("_first", "_today", "day")

    def __init__(self, today: date) -> None:
        self._today = today.toordinal()
        self._first = LAST
        self.day: date = WatchedDay(today, self, 0)

    @property
    def until(self) -> date:
        """Say on which day to ask again; `date.max`: nothing will be answered otherwise."""
        return date.fromordinal(self._first)

    def note(self, number: int) -> None:
        """Note that an answer changes on a day, given by its number. What is past changes nothing."""
        if self._today < number < self._first:
            self._first = number

    def note_tomorrow(self) -> None:
        self._first = self._today + 1


class WatchedDay(date):
    """The day of a watch, or the day `shift` days after it. It gives the answers of the plain date."""

    __slots__ = ("shift", "watch")
    watch: Watch
    shift: int

    def __new__(cls, day: date, watch: Watch, shift: int) -> Self:
        """Make a plain date a watched one."""
        one = super().__new__(cls, day.year, day.month, day.day)
        one.watch, one.shift = watch, shift
        return one

    def plain(self) -> date:
        """Give the date without its watch: for what decides no more than how something is said."""
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

    def __add__(self, span: timedelta) -> WatchedDay:
        return WatchedDay(self.plain() + span, self.watch, self.shift + span.days)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self + -other if isinstance(other, timedelta) else self._unsure() - other

    def __rsub__(self, other: date) -> timedelta:
        return other - self._unsure()

    @property
    def year(self) -> int:
        """The year; it changes on the first of January."""
        day = self.plain()
        self._note(day.replace(month=12, day=31).toordinal() + 1)
        return day.year

    @property
    def month(self) -> int:
        """The month; it changes on the first of the next."""
        day = self.plain()
        self._note((day.replace(day=28) + timedelta(days=4)).replace(day=1).toordinal())
        return day.month

    def monday(self) -> date:
        """Find the Monday of its week; it changes on the next one."""
        monday = monday_of(self.plain())
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
        self.watch.note_tomorrow()
        return self.plain()

    def _passes(self, other: object, after: int) -> None:
        """Note the day on which this one comes to another, or `after` days past it."""
        if isinstance(other, WatchedDay):
            # Two of one watch move together and never pass each other.
            other = None if other.watch is self.watch else other.plain()
        if isinstance(other, date):
            self._note(other.toordinal() + after)

    def _note(self, number: int) -> None:
        self.watch.note(number - self.shift)


def plain(day: date) -> date:
    """Give a day without its watch: for what decides no more than how something is said."""
    return day.plain() if isinstance(day, WatchedDay) else day


def note_until(day: date, until: date) -> None:
    """Note for a watched day on which later day something that was found without it may change."""
    if isinstance(day, WatchedDay):
        day.watch.note(until.toordinal() - day.shift)


def monday_of(day: date) -> date:
    """Find the Monday of a day's week."""
    return day.monday() if isinstance(day, WatchedDay) else day - timedelta(days=day.weekday())
