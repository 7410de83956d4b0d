"""Dates and instants as text, each form once, and dates read from forms.

full_date    "Friday 4 December 2026"   pages, messages, the command line: a day to act on
short_date   "Fri 4 Dec"                tables and lists on phones
long_date    "4 December 2026"          reasons, records and signed texts: a day to look up

`full_date` and `short_date` leave out the year where it is that of a given `today`. Files, addresses and the
fields that a browser fills have the ISO form, which people never read.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.clock import SCHOOL_TIMEZONE
from bot.core.validation import FieldError, ValidationFailed


@lru_cache(maxsize=1024)
def long_date(on: date) -> str:
    """Return "4 December 2026"."""
    return f"{on.day} {on:%B %Y}"


def full_date(on: date, today: date | None = None) -> str:
    """Return "Friday 4 December 2026", or "Friday 4 December" in the year of `today`."""
    if today is not None and on.year == today.year:
        return f"{on:%A} {on.day} {on:%B}"
    return f"{on:%A} {long_date(on)}"


def short_date(on: date, today: date | None = None) -> str:
    """Return "Fri 4 Dec 2026", or "Fri 4 Dec" in the year of `today`."""
    words = f"{on:%a} {on.day} {on:%b}"
    return words if today is not None and on.year == today.year else f"{words} {on.year}"


def local_instant(at: datetime, timezone: str = SCHOOL_TIMEZONE.key) -> str:
    """Return "Friday 4 December 2026 at 08:10": an instant in an IANA time zone."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{full_date(local.date())} at {local:%H:%M}"


def short_instant(at: datetime, timezone: str, today: date) -> str:
    """Return "Fri 4 Dec at 08:10"."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{short_date(local.date(), today)} at {local:%H:%M}"


def due(on: date | None, today: date, *, short: bool = False) -> str:
    """Return a due date with its distance from today; empty where there is no date.

    "by Friday 4 December, in 13 days"; "today, Friday 4 December";
    "was due on Friday 4 December, 3 days ago".
    `short`: "was due Fri 4 Dec, 3 days ago".
    """
    if on is None:
        return ""
    away, words = (on - today).days, (short_date if short else full_date)(on, today)
    if away > 1:
        return f"by {words}, in {away} days"
    if away < -1:
        return f"was due {words}, {-away} days ago" if short else f"was due on {words}, {-away} days ago"
    return {
        1: f"by tomorrow, {words}",
        0: f"today, {words}",
        -1: f"was due yesterday, {words}",
    }[away]


def by(on: date | None, today: date) -> str:
    """Return a due date for the end of a subject: "(by Friday 4 December)"; empty where there is no date."""
    if on is None:
        return ""
    if on == today:
        return f"(today, {full_date(on, today)})"
    return f"({'by' if on > today else 'was due'} {full_date(on, today)})"


def parse_date(typed: str) -> date | None:
    """Return the date of an ISO text; None where it is not one."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def parse_date_field(field_name: str, typed: str) -> date | None:
    """Return the date of a form's field; None where the field is empty.

    Raise ValidationFailed for any other text, so that a mistyped date is never taken for an empty field.
    """
    found = parse_date(typed)
    if found is None and typed.strip():
        raise ValidationFailed(FieldError(field_name, "This is not a day. Write it like 2027-01-07."))
    return found
