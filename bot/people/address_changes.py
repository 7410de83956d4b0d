"""A new address of someone who opens cases: it waits for another leader's yes, or for a day.

An address is a way to sign in. Until it counts, mail about cases goes to neither of the two, and whoever has
the old one is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clock import local_date
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.identity.access_emails import ADDRESS, tell
from bot.identity.actor import Actor
from bot.identity.case_roles import confirming, confirms
from bot.people.import_identity import has_left
from bot.records import case_roles as record_case_roles
from bot.records import ledger
from bot.records import people as record_people
from bot.records.case_roles import AddressChange
from bot.services import Services

WAITS = timedelta(days=1)
TWO = FieldError("main", "Another holder of a role that opens cases agrees to this.")


@dataclass(frozen=True, slots=True)
class WaitingAddress:
    """An address that waits, from when on it counts by itself, and whose yes makes it count before (keys).

    `deciding`: who may at least refuse it. Both are empty in a school where its person opens no cases.
    """

    change: AddressChange
    counts_at: datetime
    may_agree: tuple[str, ...]
    deciding: frozenset[str]


def held_back(conn: Connection, wanted: Mapping[str, str | None]) -> dict[str, str]:
    """Pick, of the addresses people are to have by key, those that must wait."""
    guarded = record_case_roles.in_any_school(conn, wanted.keys())
    known = {key: record_people.email_of(conn, key) for key in guarded}
    return {
        key: email
        for key, email in wanted.items()
        if email and key in guarded and email.casefold() != (known[key] or "").casefold()
    }


def ask(conn: Connection, school: str, waiting: Mapping[str, str], now: datetime, actor: str) -> None:
    """Record waiting addresses, once each, and tell the old address and the other leaders."""
    known = record_case_roles.address_changes(conn, waiting.keys())
    for key, email in waiting.items():
        if key in known and known[key].email == email:
            continue
        record_case_roles.ask_address(conn, AddressChange(key, school, email, now, actor))
        _note(conn, "address change waits", key, now, actor)
        for other in record_case_roles.schools_of(conn, key):
            for to in (key, *confirming(conn, other)):
                if to == key or f"person:{to}" != actor:
                    tell(conn, other, to, f"{ADDRESS} - {now.isoformat()} {key}", now)


def waiting_here(store: Store, school: str) -> dict[str, AddressChange]:
    """Find the addresses that wait, of those confirmed in a school."""
    with store.reading() as conn:
        return _here(conn, school)


def waiting_of(store: Store, school: str, person: str) -> WaitingAddress | None:
    """Find the address that waits for someone, as their page in a school shows it; None: none does."""
    with store.reading() as conn:
        change = record_case_roles.address_changes(conn, (person,)).get(person)
        if change is None:
            return None
        leaders = confirming(conn, school) if person in _here(conn, school) else ()
    may_agree = (one for one in leaders if one != person and f"person:{one}" != change.asked_by)
    return WaitingAddress(change, change.asked_at + WAITS, tuple(may_agree), frozenset(leaders))


def decide(services: Services, person: str, by: Actor, now: datetime, *, agreed: bool) -> None:
    """Confirm a waiting address now, or drop it. Raises ValidationFailed if none waits.

    Anyone who it is about, and anyone who asked for it, may only refuse it.
    """
    with services.store.writing() as conn:
        change = _here(conn, by.school.key).get(person)
        mine = person == by.person.key or (change is not None and change.asked_by == by.actor)
        if not confirms(conn, by.school.key, by.person.key) or (agreed and mine):
            raise ValidationFailed(TWO)
        if change is None:
            raise ValidationFailed(FieldError("main", "No address waits here any more."))
        _end(conn, change, now, by.actor, agreed=agreed)


def take_effect(services: Services, now: datetime) -> str:
    """Confirm every address that has waited for a day; return how many."""
    with services.store.writing() as conn:
        ripe = [
            one for one in record_case_roles.address_changes(conn).values() if one.asked_at <= now - WAITS
        ]
        for change in ripe:
            _end(conn, change, now, "schedule", agreed=True)
    return f"{len(ripe)} took effect"


def take(conn: Connection, key: str, email: str, now: datetime) -> bool:
    """Set a person's address. False: another current person has it."""
    bearing = record_people.with_memberships(conn, record_people.find_named(conn, [email.casefold()], {key}))
    others = [one for one in bearing.values() if (one.email or "").casefold() == email.casefold()]
    if not all(has_left(held, local_date(now)) for one in others for held in one.memberships):
        return False
    record_people.give_up_addresses(conn, [one.key for one in others], now)
    record_people.mark_reachable(conn, key, email, now)
    return True


def _end(conn: Connection, change: AddressChange, now: datetime, actor: str, *, agreed: bool) -> None:
    record_case_roles.drop_address(conn, change.person)
    taken = agreed and take(conn, change.person, change.email, now)
    action = "address change took effect" if taken else "address change refused"
    _note(conn, action, change.person, now, actor)


def _here(conn: Connection, school: str) -> dict[str, AddressChange]:
    held = record_case_roles.confirmed(conn, (school,)).get(school, {})
    return record_case_roles.address_changes(conn, held.keys())


def _note(conn: Connection, action: str, key: str, now: datetime, actor: str) -> None:
    ledger.append(conn, at=now, actor=actor, action=action, subject=f"person:{key}", data={})
