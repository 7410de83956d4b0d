"""Dates as people read them: each form once, and which belongs where.

full    "Friday 4 December 2026"   pages, letters, the command line: a day to act on
near    "Friday 4 December"        letters, where the year is this one
short   "Fri 4 Dec"                tables and lists that stand on phones; the year where it is not this one
plain   "4 December 2026"          reasons, records and what somebody signed: a day to look up

Files, addresses and forms that a browser fills have the ISO form; people never read it.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1024)
def plain(on: date) -> str:
    """Write a date as 4 December 2026."""
    return f"{on.day} {on:%B %Y}"


def full(on: date) -> str:
    """Say a date in full: "Friday 4 December 2026"."""
    return f"{on:%A} {plain(on)}"


def near(on: date, today: date) -> str:
    """Say "Friday 4 December"; the year too where it is not this one."""
    return f"{on:%A} {on.day} {on:%B}" if on.year == today.year else full(on)


def short(on: date, today: date | None = None) -> str:
    """Say "Fri 4 Dec"; the year too where it is not today's, or where no day is given."""
    words = f"{on:%a} {on.day} {on:%b}"
    return words if today is not None and on.year == today.year else f"{words} {on.year}"


def instant(at: datetime, timezone: str) -> str:
    """Say an instant on somebody's own clock: "Friday 4 December 2026 at 08:10"."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{full(local.date())} at {local:%H:%M}"
