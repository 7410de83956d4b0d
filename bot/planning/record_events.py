"""Noting that something happened which rules wait for: in the transaction of what caused it, and once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from bot.database.engine import Connection, Store
from bot.planning.events import EventKind, event_name, in_full, waiting
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.records import register as record_register
from bot.rules.evidence import Event
from bot.rules.obligations import Obligation


@dataclass(frozen=True, slots=True)
class EventSource:
    """What set an event going, and when. `key` names it for good; the rest as an event has it."""

    key: str
    school: str
    on: date
    person: str | None = None
    subject: str | None = None


def note(conn: Connection, happening: EventKind, cause: EventSource, *, now: datetime, actor: str) -> bool:
    """Write an event down where a rule waits for it; False: none does, or it is known already."""
    name = event_name(happening, waiting(record_register.obligations(conn, [cause.school])))
    if name is None:
        return False
    key = f"{name}-{cause.on}" if happening.daily else cause.key
    one = Event(key, cause.school, name, cause.on, cause.person, cause.subject)
    return write(conn, one, now=now, actor=actor)


def write(conn: Connection, one: Event, *, now: datetime, actor: str) -> bool:
    """Write an event and its ledger entry, never in words; False: it is known already."""
    if not record_evidence.add(conn, one, now):
        return False
    data = {"name": one.name, "on": one.on.isoformat(), "note": short(one.note) if one.note else ""}
    subject = f"event:{one.school}/{one.key}"
    ledger.append(conn, at=now, actor=actor, action="something happened", subject=subject, data=data)
    return True


def take_back(conn: Connection, school: str, key: str, *, now: datetime, actor: str) -> bool:
    """Forget an event: no one is asked for it any more. False: there is none."""
    if not record_evidence.take_back(conn, school, key):
        return False
    subject = f"event:{school}/{key}"
    ledger.append(conn, at=now, actor=actor, action="event taken back", subject=subject, data={})
    return True


def short(*words: str) -> str:
    """Return a short name made of words that may stand in no address and no ledger."""
    return sha256("|".join(words).encode("utf-8", "replace")).hexdigest()[:16]


def waits(store: Store) -> list[tuple[str, str]]:
    """List what rules wait for, in any school: each event with when it rings."""
    with store.reading() as conn:
        return waits_of(record_register.obligations(conn, None))


def waits_of(rules: Iterable[Obligation]) -> list[tuple[str, str]]:
    """List the events that these rules wait for, each with when it rings, as each school's register says."""
    by_school: dict[str, list[Obligation]] = {}
    for one in rules:
        by_school.setdefault(one.school, []).append(one)
    found: dict[tuple[str, str], None] = {}
    for some in by_school.values():
        names = waiting(some)
        found |= {(name, in_full(name, names)): None for name in names}
    return sorted(found)
