"""Days in words: dates in full with the weekday, and how far away they are."""

from __future__ import annotations

from datetime import date

from bot.domain.days import near


def day(on: date, today: date) -> str:
    """Say "Friday 4 December"; the year too where it is not this one."""
    return near(on, today)


def due(on: date | None, today: date) -> str:
    """Say "by Friday 4 December, in 13 days", "today, Friday 4 December", "was due on ..., 3 days ago"."""
    if on is None:
        return ""
    away, words = (on - today).days, day(on, today)
    if away > 1:
        return f"by {words}, in {away} days"
    if away < -1:
        return f"was due on {words}, {-away} days ago"
    return {
        1: f"by tomorrow, {words}",
        0: f"today, {words}",
        -1: f"was due yesterday, {words}",
    }[away]


def by(on: date | None, today: date) -> str:
    """Say the same in brackets behind a subject: "(by Friday 4 December)"; nothing where there is no date."""
    if on is None:
        return ""
    if on == today:
        return f"(today, {day(on, today)})"
    return f"({'by' if on > today else 'was due'} {day(on, today)})"


def about_minutes(minutes: int | None) -> str:
    """Say "about 4 minutes"."""
    if not minutes:
        return ""
    return "about a minute" if minutes == 1 else f"about {minutes} minutes"
