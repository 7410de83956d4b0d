"""Four clocks: clock hours, working days, clear days, school days. Bank holidays and terms are data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """A stretch of school days, both ends included. Half terms are gaps between two of them."""

    name: str
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """One setting's year. INSET days are staff days without pupils and may lie outside every term.

    Where no term covers a school year, every weekday but bank holidays counts: nothing is missed for
    want of dates, and `knows` says so.
    """

    terms: tuple[Term, ...] = ()
    inset_on: frozenset[date] = frozenset()
    closed_on: frozenset[date] = frozenset()
    bank_holidays: frozenset[date] = frozenset()
