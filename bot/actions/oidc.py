"""Whom an account at Microsoft or Google stands for: somebody of the roster who is here today, or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.actions.gather import gather_whoever
from bot.actions.sign_in import places_of, with_address
from bot.domain.people import Person, Setting
from bot.ports import Identity
from bot.services import Services


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may sign in, and where."""

    person: Person
    settings: tuple[Setting, ...]


def find_known(services: Services, identity: Identity, now: datetime) -> Known | None:
    """Find who an account is: by the directory's own reference, else by an address that one person has."""
    with services.store.reading() as conn:
        snapshot = gather_whoever(conn, identity.subject, identity.email or "")
    person = snapshot.people.get(identity.subject)
    if person is None and identity.email:
        person, _ = with_address(snapshot, identity.email, now)
    settings = places_of(snapshot, person, now) if person is not None else ()
    return Known(person, settings) if person is not None and settings else None


def find_again(services: Services, person: str, now: datetime) -> Known | None:
    """Find somebody by their key, as they stand now."""
    with services.store.reading() as conn:
        snapshot = gather_whoever(conn, person)
    known = snapshot.people.get(person)
    settings = places_of(snapshot, known, now) if known is not None else ()
    return Known(known, settings) if known is not None and settings else None
