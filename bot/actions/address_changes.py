"""A new address of somebody who opens cases: it waits for another leader's yes, or for a day.

An address is a way to sign in. Until it counts, mail about cases goes to neither of the two, and whoever has
the old one is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.actions.access_notices import ADDRESS, tell
from bot.actions.case_holders import confirming, confirms
from bot.actions.gather import school_day
from bot.actions.office_questions import Doer
from bot.actions.roster_identity import has_left
from bot.actions.sign import Refusal, Refused
from bot.services import Services
from bot.store import case_roles, ledger, people
from bot.store.case_roles import AddressChange
from bot.store.engine import Connection, Store

WAITS = timedelta(days=1)
TWO = Refusal("main", "Another holder of a role that opens cases agrees to this.")


def held_back(conn: Connection, wanted: Mapping[str, str | None]) -> dict[str, str]:
    """Pick, of the addresses people are to have by key, those that must wait."""
    guarded = case_roles.in_any_school(conn, wanted.keys())
    known = {key: people.email_of(conn, key) for key in guarded}
    return {
        key: email
        for key, email in wanted.items()
        if email and key in guarded and email.casefold() != (known[key] or "").casefold()
    }


def ask(conn: Connection, setting: str, waiting: Mapping[str, str], now: datetime, actor: str) -> None:
    """Let these addresses wait, once each, and tell the old address and the other leaders."""
    known = case_roles.address_changes(conn, waiting.keys())
    for key, email in waiting.items():
        if key in known and known[key].email == email:
            continue
        case_roles.ask_address(conn, AddressChange(key, setting, email, now, actor))
        _note(conn, "address change waits", key, now, actor)
        for school in case_roles.schools_of(conn, key):
            for to in (key, *confirming(conn, school)):
                if to == key or f"person:{to}" != actor:
                    tell(conn, school, to, f"{ADDRESS} - {now.isoformat()} {key}", now)


def waiting_here(store: Store, setting: str) -> dict[str, AddressChange]:
    """Find the addresses that wait, of those confirmed in a school."""
    with store.reading() as conn:
        return _here(conn, setting)


def decide(services: Services, person: str, by: Doer, now: datetime, *, agreed: bool) -> None:
    """Let an address count now, or forget it. Refused: whoever asks may not, or none waits.

    Whoever it is about, and whoever asked for it, may only refuse it.
    """
    with services.store.writing() as conn:
        change = _here(conn, by.setting.key).get(person)
        mine = person == by.person.key or (change is not None and change.asked_by == by.actor)
        if not confirms(conn, by.setting.key, by.person.key) or (agreed and mine):
            raise Refused(TWO)
        if change is None:
            raise Refused(Refusal("main", "No address waits here any more."))
        _end(conn, change, now, by.actor, agreed=agreed)


def take_effect(services: Services, now: datetime) -> str:
    """Let every address count that has waited for a day; say how many."""
    with services.store.writing() as conn:
        ripe = [one for one in case_roles.address_changes(conn).values() if one.asked_at <= now - WAITS]
        for change in ripe:
            _end(conn, change, now, "schedule", agreed=True)
    return f"{len(ripe)} took effect"


def take(conn: Connection, key: str, email: str, now: datetime) -> bool:
    """Give somebody an address. False: another person who is still here has it."""
    bearing = people.with_memberships(conn, people.find_named(conn, [email.casefold()], {key}))
    others = [one for one in bearing.values() if (one.email or "").casefold() == email.casefold()]
    if not all(has_left(held, school_day(now)) for one in others for held in one.memberships):
        return False
    people.give_up_addresses(conn, [one.key for one in others], now)
    people.mark_reachable(conn, key, email, now)
    return True


def _end(conn: Connection, change: AddressChange, now: datetime, actor: str, *, agreed: bool) -> None:
    case_roles.drop_address(conn, change.person)
    taken = agreed and take(conn, change.person, change.email, now)
    action = "address change took effect" if taken else "address change refused"
    _note(conn, action, change.person, now, actor)


def _here(conn: Connection, setting: str) -> dict[str, AddressChange]:
    held = case_roles.confirmed(conn, (setting,)).get(setting, {})
    return case_roles.address_changes(conn, held.keys())


def _note(conn: Connection, action: str, key: str, now: datetime, actor: str) -> None:
    ledger.append(conn, at=now, actor=actor, action=action, subject=f"person:{key}", data={})
