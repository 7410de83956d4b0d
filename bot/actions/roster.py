"""Roster: make a setting's stored people agree with the list its owner keeps, all of it or nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.actions.address_changes import ask, held_back
from bot.actions.case_holders import settle
from bot.actions.gather import school_day
from bot.actions.roster_addresses import agree
from bot.actions.roster_changes import Moved, RosterChange, details, membership_of
from bot.actions.roster_identity import has_left, identify
from bot.domain.people import Membership, Person
from bot.domain.same_person import is_told
from bot.errors import BadInput, Problem
from bot.ports import RosterEntry
from bot.store import ledger, office, people, registers
from bot.store.engine import Connection, Store

__all__ = ["RosterChange", "compare_roster", "import_roster", "person_of", "too_many"]

log = logging.getLogger(__name__)
MOST_LEAVERS = 5  # one in so many may leave at once
FEW_LEAVERS = 2  # so many may leave at once however small a school is, while somebody stays


@dataclass(frozen=True, slots=True)
class _Import:
    """What is known before anything is written: who stands in the store, who is to; which addresses wait."""

    change: RosterChange
    save: tuple[Person, ...]
    present: int
    freed: frozenset[str]
    against: Mapping[str, str | None]
    waiting: Mapping[str, str]


def compare_roster(
    store: Store, setting: str, entries: Sequence[RosterEntry], *, now: datetime
) -> RosterChange:
    """Say what importing this list would change, and change nothing."""
    with store.reading() as conn:
        return _decide(conn, setting, entries, school_day(now)).change


def import_roster(
    store: Store,
    setting: str,
    entries: Sequence[RosterEntry],
    *,
    now: datetime,
    actor: str,
    allow_many_leavers: bool = False,
) -> RosterChange:
    """Import a list in one transaction. Whoever is missing from it leaves; nobody is deleted."""
    with store.writing() as conn:
        if setting in registers.setting_keys(conn):
            settle(conn, setting, now, actor)
        decided = _decide(conn, setting, entries, school_day(now))
        if not allow_many_leavers:
            _guard(decided, setting, entries)
        people.note_listed(conn, setting, decided.against)
        ask(conn, setting, decided.waiting, now, actor)
        if decided.change:
            people.save_people(conn, decided.save, now)
            people.give_up_addresses(conn, decided.freed, now)
            settle(conn, setting, now, actor)
            ledger.append(
                conn,
                at=now,
                actor=actor,
                action="people imported",
                subject=f"roster:{setting}",
                data=_noted(decided.change),
            )
    log.info("roster of %s: %s", setting, decided.change.summary())
    return decided.change


def _decide(conn: Connection, setting: str, entries: Sequence[RosterEntry], today: date) -> _Import:
    if setting not in registers.setting_keys(conn):
        right = "Apply its register first: handbell apply FILE."
        raise BadInput([Problem("list of people", None, "setting", f'"{setting}" is not known', right)])
    before = people.roster(conn, setting)
    identities = identify(conn, setting, entries, today)
    keys = identities.keys
    is_first = not before or _is_set_up(conn, setting, today)
    stated = (person_of(setting, entry, keys) for entry in entries)
    listed = {one.key: _with_name(one, identities.known.get(one.key)) for one in stated}
    agreed = agree(conn, setting, listed, identities.known, today)
    kept = list(agreed.kept)
    waiting = held_back(conn, {key: one.email for key, one in agreed.people.items()})
    for key, email in waiting.items():
        one, used = agreed.people[key], identities.known[key].email
        agreed.people[key] = replace(one, email=used)
        words = f"e-mail stays {used} for a day, or until another leader agrees to {email}"
        kept.append(Moved(key, one.name, (words,)))
    wanted = {
        key: _with_start(setting, before.get(key), one, None if is_first else today, today)
        for key, one in agreed.people.items()
    }
    present = {key for key, one in before.items() if not has_left(membership_of(one, setting), today)}
    change, save = _compared(setting, before, wanted, present, today)
    change = replace(change, kept=tuple(kept))
    return _Import(change, save, len(present), identities.freed, agreed.against, waiting)


def _is_set_up(conn: Connection, setting: str, today: date) -> bool:
    """Say whether a school is not live yet: whoever its lists name was there before Handbell."""
    begun, live_on = office.live_on(conn, setting)
    return begun and (live_on is None or live_on > today)


def _with_start(setting: str, old: Person | None, new: Person, joins_on: date | None, today: date) -> Person:
    """Keep the first day we know where a list says none; whoever joins by it, or comes back, starts then."""
    stated = membership_of(new, setting)
    assert stated is not None
    if stated.starts_on is not None:
        return new
    held = membership_of(old, setting) if old is not None else None
    joins = has_left(held, today) and not has_left(stated, today)
    known = held.starts_on if held is not None else None
    starts_on = joins_on if joins and joins_on is not None else known
    return replace(new, memberships=(replace(stated, starts_on=starts_on),))


def _compared(
    setting: str,
    before: Mapping[str, Person],
    wanted: Mapping[str, Person],
    present: set[str],
    today: date,
) -> tuple[RosterChange, tuple[Person, ...]]:
    joiners: list[Moved] = []
    leavers: list[Moved] = []
    changes: list[Moved] = []
    save: list[Person] = []
    for key, one in wanted.items():
        gone = has_left(membership_of(one, setting), today)
        old = before.get(key)
        changed = details(setting, old, one) if old is not None else ()
        if old is not None and not changed:
            continue
        save.append(one)
        moves = (
            leavers if key in present and gone else joiners if key not in present and not gone else changes
        )
        moves.append(Moved(key, one.name, changed))
    for key in sorted(present - wanted.keys()):
        save.append(_ended(setting, before[key], today))
        leavers.append(Moved(key, before[key].name, ("no longer in the list",)))
    return RosterChange(tuple(joiners), tuple(leavers), tuple(changes)), tuple(save)


def person_of(setting: str, entry: RosterEntry, keys: Mapping[str, str]) -> Person:
    """Make the person an entry states, with what they are in this setting."""
    membership = Membership(
        setting=setting,
        roles=entry.roles,
        groups=entry.groups,
        starts_on=entry.starts_on,
        leaves_on=entry.leaves_on,
        working_days=entry.working_days,
        absences=entry.absences,
        manager=keys.get(entry.manager, entry.manager) if entry.manager else None,
    )
    return Person(keys[entry.key], entry.name, entry.email, (membership,))


def _with_name(one: Person, known: Person | None) -> Person:
    """Keep the name we know of somebody whom this list knows by their address alone."""
    return one if known is None or is_told(one.name) else replace(one, name=known.name)


def _ended(setting: str, person: Person, today: date) -> Person:
    """End a membership yesterday: from today on nobody asks them anything."""
    membership = membership_of(person, setting)
    assert membership is not None
    return replace(person, memberships=(replace(membership, leaves_on=today - timedelta(days=1)),))


def too_many(leaving: int, present: int) -> bool:
    """Say whether so many would leave at once that somebody must say the list is whole."""
    few = leaving <= FEW_LEAVERS and leaving < present
    return not few and leaving * MOST_LEAVERS > present


def _guard(decided: _Import, setting: str, entries: Sequence[RosterEntry]) -> None:
    leaving = len(decided.change.leavers)
    if not too_many(leaving, decided.present):
        return
    wrong = f"{leaving} of {decided.present} people in {setting} would leave at once"
    by_hand = f"handbell sync --setting {setting} --many-leavers"
    if any(entry.line is not None for entry in entries):
        by_hand = f"handbell people import FILE --many-leavers; {by_hand} where it is read every morning"
    right = f"Check that the list is whole. If it is: {by_hand}."
    raise BadInput([Problem("list of people", None, None, wrong, right)])


def _noted(change: RosterChange) -> dict[str, object]:
    """Note for good how many and who, by key only."""
    return {
        "joiners": [moved.key for moved in change.joiners],
        "leavers": [moved.key for moved in change.leavers],
        "changed": [moved.key for moved in change.changes],
    }
