"""Note what came back: whoever it was for is shown to the office until their address is corrected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.actions.each_school import each
from bot.domain.people import Person
from bot.ports import Bounce, ReturnedMail
from bot.services import Services
from bot.store import ledger, outbox, outside, people
from bot.store.engine import Connection, Store

READING = "returned mail"
INSTALLATION = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """One bounce, and whom it was about. `person` None: nobody here has or had that address."""

    bounce: Bounce
    person: Person | None


def read_returned(services: Services, now: datetime) -> str:
    """Read what came back to the address we send from, where it can be read."""
    if not services.returned:
        return "no inbox is read"
    found = each(services.returned, lambda vendor, inbox: _read(services, vendor, inbox, now))
    return f"{sum(found.values())} people cannot be written to"


def _read(services: Services, vendor: str, inbox: ReturnedMail, now: datetime) -> int:
    reading = f"{READING} {vendor}"
    with services.store.reading() as conn:
        cursor = outside.cursor(conn, INSTALLATION, reading)
    news = inbox.bounces(cursor)
    noted = note_bounces(services.store, news.items, now=now, actor="schedule")
    with services.store.writing() as conn:
        outside.keep_cursor(conn, INSTALLATION, reading, news.cursor, now)
    return sum(one.person is not None for one in noted)


def note_bounces(store: Store, bounces: Iterable[Bounce], *, now: datetime, actor: str) -> tuple[Noted, ...]:
    """Mark the people as unreachable, in one transaction. Noting the same again changes nothing more."""
    with store.writing() as conn:
        everybody = people.load_people(conn, None)
        noted = tuple(Noted(bounce, _person(conn, bounce, everybody)) for bounce in bounces)
        for one in noted:
            if one.person is not None and one.person.unreachable is None:
                people.mark_unreachable(conn, one.person.key, one.bounce.says)
                subject = f"person:{one.person.key}"
                ledger.append(conn, at=now, actor=actor, action="mail came back", subject=subject, data={})
    return noted


def _person(conn: Connection, bounce: Bounce, everybody: dict[str, Person]) -> Person | None:
    """Find the person by our own message, and only while the address is still the one that failed."""
    key = outbox.addressee(conn, bounce.message_id) if bounce.message_id else None
    failed = bounce.address.casefold()
    for person in [everybody[key]] if key in everybody else everybody.values():
        if person.email is not None and person.email.casefold() == failed:
            return person
    return None
