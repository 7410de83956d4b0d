"""Numbers about cases for people who may not open them: no names, and nothing under five."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.cases import CATEGORIES, Case, CaseOutcome, is_open

FEWEST = 5
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a category, as it may be told: a number, or "fewer than 5" (none is not told apart)."""

    category: str
    title: str
    cases: str
    still_open: str


@dataclass(frozen=True, slots=True)
class Year:
    """How many cases of a year there were of each kind, and how many ended in each way: (what, number)."""

    kinds: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]


def counts(cases: Iterable[Case], reader: str) -> tuple[Count, ...]:
    """Count by category for one reader, as if the cases about that reader did not exist.

    A category of the setting's own, and one that tells whom it is about, count as something else.
    """
    known = [case for case in cases if reader not in case.named]
    every = Counter(_told_as(case) for case in known)
    still_open = Counter(_told_as(case) for case in known if is_open(case))
    return tuple(
        Count(category, title, told(every[category]), told(still_open[category]))
        for category, title in CATEGORIES.items()
    )


def _told_as(case: Case) -> str:
    return case.category if case.category in CATEGORIES else OTHER


def told(number: int, part: int = 0) -> str:
    """Write a number down as it may be told.

    `part` is a number of some of the same cases that is told elsewhere: the rest must not be small either.
    """
    if number < FEWEST:
        return f"fewer than {FEWEST}"
    return str(number) if part < FEWEST or number - part >= FEWEST else f"{FEWEST} or more"


def of_year(year: Iterable[Case], term: Iterable[Case], reader: str) -> Year:
    """Count the cases of a year for one reader; those of its term are told elsewhere, by kind."""
    known = [case for case in year if reader not in case.named]
    kinds = Counter(_told_as(case) for case in known)
    lately = Counter(_told_as(case) for case in term if reader not in case.named)
    ended = Counter(case.outcome for case in known if not is_open(case))
    return Year(
        tuple((title, told(kinds[key], lately[key])) for key, title in CATEGORIES.items()),
        tuple((one.value, told(ended[one])) for one in CaseOutcome),
    )
