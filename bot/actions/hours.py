"""When a letter that can wait may go: in the setting's hours, on one of its staff days."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar import Calendar
from bot.domain.people import Setting


def next_opening(setting: Setting, calendar: Calendar, now: datetime) -> datetime:
    """Find the next instant in the setting's hours on one of its staff days: now, when it is one."""
    zone = ZoneInfo(setting.timezone)
    local = now.astimezone(zone)
    if calendar.is_staff_day(local.date()) and setting.opens_at <= local.time() < setting.closes_at:
        return now
    late = local.time() >= setting.opens_at
    opens_on = calendar.staff_day_from(local.date() + timedelta(days=late))
    return datetime.combine(opens_on, setting.opens_at, zone)
