"""Cadences: when an obligation falls due, in words a school office can write and read.

    on joining within 10 school days
    every 12 months                          counted from the last completion
    each September                           opens on the first staff day of the month, due on its last day
    on every new version within 10 school days      minor versions ask nobody
    each term                                opens on its first day, due on its last school day
    weekly in term on Friday                 due that day, or the last school day of that week
    on event trip-returned within 1 working day
    always                                   a standing rule: nothing falls due of itself

Spans are in days (calendar), school days, working days or hours (clock hours).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["hours", "days", "working days", "school days"]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time on one of the four clocks."""

    count: int
    unit: Unit = "school days"


@dataclass(frozen=True, slots=True)
class OnJoining:
    within: Span = Span(10)


@dataclass(frozen=True, slots=True)
class EveryMonths:
    months: int


@dataclass(frozen=True, slots=True)
class EachMonth:
    """Once a year, in the month numbered 1 to 12."""

    month: int


@dataclass(frozen=True, slots=True)
class OnNewVersion:
    within: Span = Span(10)


@dataclass(frozen=True, slots=True)
class EachTerm:
    pass


@dataclass(frozen=True, slots=True)
class WeeklyInTerm:
    """Weekday 0 is Monday."""

    weekday: int = 4


@dataclass(frozen=True, slots=True)
class OnEvent:
    event: str
    within: Span = Span(10)


@dataclass(frozen=True, slots=True)
class Always:
    pass


Cadence = OnJoining | EveryMonths | EachMonth | OnNewVersion | EachTerm | WeeklyInTerm | OnEvent | Always
