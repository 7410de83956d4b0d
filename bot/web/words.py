"""Dates, instants and counts as a person says them."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain import days


def day(on: date) -> str:
    """Say a date in full: "Friday 4 December 2026"."""
    return days.full(on)


def short_day(on: date, today: date | None = None) -> str:
    """Say a date where room is scarce: "Fri 4 Dec"; the year too where it is not today's."""
    return days.short(on, today)


def capitalise(sentence: str) -> str:
    """Begin with a capital and leave the rest alone."""
    return sentence[:1].upper() + sentence[1:]


def instant(at: datetime, timezone: str = "Europe/London") -> str:
    """Say an instant on the setting's own clock: "Friday 4 December 2026 at 08:10"."""
    return days.instant(at, timezone)


def count(number: int, one: str, many: str | None = None) -> str:
    """Say how many: "1 person", "3 people"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def either(words: list[str]) -> str:
    """Join words as a sentence does: "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
