"""Calendar files: deadlines as whole days, meetings as whole days or with their hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event

FIRST_DAY = date(2026, 1, 1)
MEDIA = "text/calendar; method=PUBLISH; charset=utf-8"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry. `uid` is derived, so that a second copy replaces the first in the reader's calendar.

    `busy` False leaves the day free: a deadline takes no time. `starts_at` None: the whole day.
    """

    uid: str
    on: date
    title: str
    note: str = ""
    link: str = ""
    busy: bool = False
    starts_at: datetime | None = None
    lasts: timedelta = timedelta(hours=2)


def uid(domain: str, *facts: str) -> str:
    """Derive an entry's name, so that a second copy replaces the first."""
    return f"{sha256('|'.join(facts).encode()).hexdigest()[:32]}@{domain}"


def invite(entries: Iterable[CalendarEntry], stamped_at: datetime, organizer: str, name: str = "") -> bytes:
    """Return one .ics file for the reader's own calendar, without invitations.

    With a `name` it is a calendar of its own, which programs fetch again every day (RFC 7986). RFC 5546 3.2.1
    wants an organizer; a later day's file has a higher sequence and replaces an earlier one.
    """
    from icalendar import Calendar  # noqa: PLC0415 - no start waits for it

    calendar = Calendar()
    calendar.add("prodid", "-//Handbell//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", _one_line(name))
        calendar.add("x-wr-calname", _one_line(name))
        calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "P1D")
    for entry in entries:
        event = _event(entry, stamped_at)
        event.add("organizer", f"mailto:{organizer}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, stamped_at: datetime) -> Event:
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamped_at.astimezone(UTC))
    event.add("sequence", (stamped_at.astimezone(UTC).date() - FIRST_DAY).days)
    event.add("summary", _one_line(entry.title))
    if entry.starts_at is None:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
    else:
        event.add("dtstart", entry.starts_at.astimezone(UTC))
        event.add("dtend", (entry.starts_at + entry.lasts).astimezone(UTC))
    event.add("transp", "OPAQUE" if entry.busy else "TRANSPARENT")
    note = "\n".join(map(_one_line, entry.note.splitlines()))
    for name, words in (("description", note), ("url", entry.link)):
        if words:
            event.add(name, words)
    return event


def _one_line(words: str) -> str:
    """Replace line ends and control characters by spaces: icalendar escapes a line feed in TEXT alone."""
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())
