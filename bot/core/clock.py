"""What day it is at a school."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

SCHOOL_TIMEZONE = ZoneInfo("Europe/London")


def local_date(now: datetime) -> date:
    """Return the date in England at an instant."""
    return now.astimezone(SCHOOL_TIMEZONE).date()
