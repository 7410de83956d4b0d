"""Bounces: mark the recipient unreachable until the address is corrected.

A bounce because our own sending is refused is recorded and reported, and no address is marked.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.encryption import CaseKeys
from bot.core.telemetry import ADDRESS
from bot.database import sync_state
from bot.database.engine import Connection, Store
from bot.database.job_runs import each
from bot.messages import sealed_store
from bot.messages import store as message_store
from bot.ports import Bounce, ReturnedMail
from bot.records import ledger
from bot.records import people as record_people
from bot.rules.people import Person
from bot.services import Services

SORT = "sending refused"
# A daily limit is over by then; a lasting refusal has caused another bounce in that time.
SHOWN_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class SendingRefused:
    """How many messages were refused recently, since when, and the reason of the last."""

    letters: int
    since: datetime
    last_at: datetime
    says: str


def note_refused(conn: Connection, bounce: Bounce, *, now: datetime, actor: str, by_letter: bool) -> bool:
    """Record one refused message, once. Why is kept without addresses: it is our own sending that is refused.

    False if recorded before, or if it names no message of ours (`by_letter`).
    """
    letter = bounce.message_id or ""
    school = message_store.school_of(conn, letter)
    if school is None and by_letter:
        return False
    where, key = school or INSTALLATION, letter or bounce.address.casefold()
    if key in sync_state.known(conn, where, SORT):
        return False
    sync_state.note(conn, where, SORT, key, value=ADDRESS.sub("[address]", bounce.says), now=now)
    whose = sealed_store.addressee(conn, None, letter)
    subject = f"person:{whose}" if whose is not None else "sending"
    ledger.append(conn, at=now, actor=actor, action="our sending was refused", subject=subject, data={})
    return True


def refused_lately(
    conn: Connection, now: datetime, schools: Collection[str] | None = None
) -> SendingRefused | None:
    """Sum up the refused messages of the last days, or None. `settings` None: of all schools."""
    where = None if schools is None else (*schools, INSTALLATION)
    notes = sync_state.notes(conn, SORT, since=now - SHOWN_FOR, schools=where)
    if not notes:
        return None
    return SendingRefused(len(notes), notes[0].noted_at, notes[-1].noted_at, notes[-1].value)


log = logging.getLogger(__name__)

READING = "returned mail"
INSTALLATION = ""


@dataclass(frozen=True, slots=True)
class NotedBounce:
    """One bounce and the person it was about.

    `person` None: the address is unknown, or our own sending was refused.
    """

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
        cursor = sync_state.cursor(conn, INSTALLATION, reading)
    news = inbox.bounces(cursor)
    ours = [one for one in news.items if one.message_id]
    if len(ours) < len(news.items):
        log.warning("%s notices in %s's inbox name no letter of ours", len(news.items) - len(ours), vendor)
    noted = note_bounces(
        services.store, ours, now=now, actor="schedule", by_letter=True, keys=services.case_keys
    )
    with services.store.writing() as conn:
        sync_state.keep_cursor(conn, INSTALLATION, reading, news.cursor, now)
    return sum(one.person is not None for one in noted)


def note_bounces(
    store: Store,
    bounces: Iterable[Bounce],
    *,
    now: datetime,
    actor: str,
    by_letter: bool = False,
    keys: CaseKeys | None = None,
) -> tuple[NotedBounce, ...]:
    """Mark the people as unreachable, in one transaction. Idempotent.

    Where our own sending was refused that is recorded, and no one is marked: the next message goes to them.
    `by_letter`: only recipients of a message of ours are marked. A forged notice can be sent to an inbox; one
    that a person saved for us is trusted by its address alone. `keys`: without them it is not known whom an
    email about a case was for.
    """
    noted = []
    with store.writing() as conn:
        for bounce in bounces:
            if bounce.of_sending:
                noted.append(NotedBounce(bounce, None))
                if note_refused(conn, bounce, now=now, actor=actor, by_letter=by_letter):
                    log.warning("a letter came back because our own sending is refused; see H203")
                continue
            person = _person(conn, bounce, keys, by_letter=by_letter)
            noted.append(NotedBounce(bounce, person))
            if person is not None and person.unreachable is None:
                record_people.mark_unreachable(conn, person.key, bounce.says)
                subject = f"person:{person.key}"
                ledger.append(conn, at=now, actor=actor, action="mail came back", subject=subject, data={})
    return tuple(noted)


def _person(conn: Connection, bounce: Bounce, keys: CaseKeys | None, *, by_letter: bool) -> Person | None:
    """Find the person by our own message, and only while the address is still the one that failed."""
    failed = bounce.address.casefold()
    bearing = record_people.find_named(conn, [failed], ()).values()
    theirs = {one.key: one for one in bearing if (one.email or "").casefold() == failed}
    key = sealed_store.addressee(conn, keys, bounce.message_id) if bounce.message_id else None
    if key is not None or by_letter:
        return theirs.get(key or "")
    return next(iter(theirs.values()), None)
