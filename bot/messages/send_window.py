"""Sending hours: when a message may be sent, when a failed delivery is retried, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rules.calendar import Calendar
from bot.rules.people import School


def next_opening(school: School, calendar: Calendar, now: datetime) -> datetime:
    """Return the next instant in the school's hours on one of its staff days; now, if it is one."""
    zone = ZoneInfo(school.timezone)
    local = now.astimezone(zone)
    if calendar.is_staff_day(local.date()) and school.opens_at <= local.time() < school.closes_at:
        return now
    late = local.time() >= school.opens_at
    opens_on = calendar.staff_day_from(local.date() + timedelta(days=late))
    return datetime.combine(opens_on, school.opens_at, zone)


LETTERS_WAIT = timedelta(days=7)

# Quick at first, for a server that restarts; then patient, for one that is down. About a day in all.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 480))


def after_failure(attempts: int, after: float | None = None) -> timedelta | None:
    """Return the wait after attempt number `attempts`; None: give up.

    `after` is what the vendor asked for, in seconds; it can lengthen a wait and never shortens one.
    """
    if attempts > len(WAITS):
        return None
    wait = WAITS[attempts - 1]
    return wait if after is None else max(wait, timedelta(seconds=after))
