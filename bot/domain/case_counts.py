"""Numbers about cases for people who may not open them: no names, and nothing under five."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.cases import CATEGORIES, Case, is_open

FEWEST = 5
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a category, as it may be told: a number, or "fewer than 5" (none is not told apart)."""

    category: str
    title: str
    cases: str
    still_open: str


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


def told(number: int) -> str:
    return str(number) if number >= FEWEST else f"fewer than {FEWEST}"
