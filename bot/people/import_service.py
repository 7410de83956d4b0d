"""Import of a list of people: the stored people of a school are made to agree with it, all of them or none.

Too many leavers at once stop it. Also noted: addresses that other schools' lists contradict, members of a
directory's groups who cannot be emailed, and roles that are likely misspelt.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from bot.core.clock import local_date
from bot.core.errors import BadInput, Problem
from bot.core.roles import NOT_STAFF
from bot.database import sync_state
from bot.database.engine import Connection, Store
from bot.database.job_runs import each
from bot.identity.case_roles import settle
from bot.people.address_changes import ask, held_back
from bot.people.import_identity import PersonChange, RosterChange, details, has_left, identify, membership_of
from bot.ports import Directory, ReportsSkipped, RosterEntry
from bot.records import ledger, school_setup
from bot.records import people as record_people
from bot.records import register as record_register
from bot.rules.names import is_told
from bot.rules.people import ALIASES, STAND_INS, Membership, Person
from bot.rules.register import Register
from bot.services import Services

SORT = "left out"


def left_out_by(directory: Directory) -> Mapping[str, int]:
    """Count whom the last reading left out, by role; empty for a list that has no one of the kind."""
    return directory.left_out if isinstance(directory, ReportsSkipped) else {}


def in_words(left_out: Mapping[str, int]) -> str:
    """Return it as one sentence; empty where no one is left out."""
    said = ", ".join(f"{number} for {role}" for role, number in sorted(left_out.items()) if number)
    return f"Left out, as they have no account there: {said}." if said else ""


def note_left_out(conn: Connection, school: str, left_out: Mapping[str, int], now: datetime) -> None:
    """Store the numbers, replacing the earlier ones."""
    for role in sync_state.known(conn, school, SORT).keys() - left_out.keys():
        sync_state.forget(conn, school, SORT, role)
    for role, number in left_out.items():
        sync_state.note(conn, school, SORT, role, value=str(number), now=now)


def noted(conn: Connection) -> list[tuple[str, str, int]]:
    """List school, role and number, where anyone is left out."""
    return [(one.school, one.key, int(one.value)) for one in sync_state.notes(conn, SORT) if int(one.value)]


@dataclass(frozen=True, slots=True)
class AgreedAddresses:
    """People with the address they are to have; by key what this list says against it, and that in words."""

    people: dict[str, Person]
    against: dict[str, str | None]
    kept: tuple[PersonChange, ...]


def agree(
    conn: Connection, school: str, wanted: Mapping[str, Person], known: Mapping[str, Person], today: date
) -> AgreedAddresses:
    """Keep an address that another school's list says, and any that this list merely leaves out.

    What a list said before it was noted counts as the address that is used.
    """
    shared = {key: tuple(_elsewhere(school, known.get(key), today)) for key in wanted}
    said = record_people.listed_addresses(conn, [key for key, places in shared.items() if places])
    agreed, against, kept = dict(wanted), dict[str, str | None](), list[PersonChange]()
    for key, places in shared.items():
        one, used = wanted[key], known[key].email if places else None
        if used is None or _folded(one.email) == used.casefold():
            continue
        if one.email and not any(_folded(said.get((at, key), used)) == used.casefold() for at in places):
            continue
        agreed[key] = replace(one, email=used)
        against[key] = one.email
        if one.email:
            words = f"e-mail stays {used}, as another school’s list says; this one says {one.email}"
            kept.append(PersonChange(key, one.name, (words,)))
    return AgreedAddresses(agreed, against, tuple(kept))


def _elsewhere(school: str, one: Person | None, today: date) -> Iterator[str]:
    for held in one.memberships if one is not None else ():
        if held.school != school and not has_left(held, today):
            yield held.school


def _folded(email: str | None) -> str:
    return (email or "").casefold()


log = logging.getLogger(__name__)
MAX_LEAVERS_SHARE = 5  # one in so many may leave at once
FEW_LEAVERS = 2  # so many may leave at once however small a school is, while someone stays


@dataclass(frozen=True, slots=True)
class RosterList:
    """What a list says. `whole`: anyone who is missing from it leaves, also `many_leavers` at once.

    `columns`: which of a person's facts it holds; what it does not hold stays, and it takes away no role,
    group or manager that someone has here. None: it says everything, as a directory does, and takes away the
    roles that the list before it stated; roles given on a page stay.
    """

    whole: bool = True
    columns: frozenset[str] | None = None
    many_leavers: bool = False


EVERYTHING = RosterList()


def listed_people(
    school: str,
    entries: Sequence[RosterEntry],
    keys: Mapping[str, str],
    before: Mapping[str, Person],
    listing: RosterList,
    today: date,
) -> dict[str, Person]:
    """Map the key of each entry's person to what they are to be by a list."""
    stated = (person_of(school, entry, keys) for entry in entries)
    return {one.key: _kept_here(school, before.get(one.key), one, listing, today) for one in stated}


def _kept_here(school: str, old: Person | None, new: Person, listing: RosterList, today: date) -> Person:
    """Add what is kept here of someone to what a list says of them."""
    states, says = membership_of(new, school), listing.columns
    if states is None:
        return new
    if says is None or "roles" in says:
        states = replace(states, listed_roles=states.roles)
    held = membership_of(old, school) if old is not None else None
    if held is None or old is None or has_left(held, today):
        unsaid = says is not None and "roles" not in says
        return _with(new, replace(states, roles=frozenset({"staff"})) if unsaid else states)
    if says is None:
        return _with(new, replace(states, roles=states.roles | given_here(held)))
    kept = replace(
        states,
        roles=states.roles | held.roles,
        listed_roles=states.listed_roles if "roles" in says else held.listed_roles,
        groups=states.groups | held.groups,
        leaves_on=states.leaves_on or held.leaves_on,
        working_days=states.working_days if "working days" in says else held.working_days,
        manager=states.manager or held.manager,
        absences=states.absences if "absences" in says else held.absences,
    )
    return replace(_with(new, kept), email=new.email or old.email)


def given_here(held: Membership) -> frozenset[str]:
    """Return the roles that were given to someone here and not by a list, which no list takes away."""
    return held.roles - held.listed_roles


def _with(person: Person, membership: Membership) -> Person:
    return replace(person, memberships=(membership,))


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
    store: Store,
    school: str,
    entries: Sequence[RosterEntry],
    *,
    now: datetime,
    listing: RosterList = EVERYTHING,
) -> RosterChange:
    """Return what importing this list would change, and change nothing."""
    with store.reading() as conn:
        return _decide(conn, school, entries, local_date(now), listing).change


def import_roster(
    store: Store,
    school: str,
    entries: Sequence[RosterEntry],
    *,
    now: datetime,
    actor: str,
    listing: RosterList = EVERYTHING,
) -> RosterChange:
    """Import a list in one transaction. Anyone who is missing from a whole list leaves; no one is deleted."""
    with store.writing() as conn:
        if school in record_register.school_keys(conn):
            settle(conn, school, now, actor)
        decided = _decide(conn, school, entries, local_date(now), listing)
        if not listing.many_leavers:
            _guard(decided, school, entries)
        record_people.note_listed(conn, school, decided.against)
        ask(conn, school, decided.waiting, now, actor)
        if decided.change:
            record_people.save_people(conn, decided.save, now)
            record_people.give_up_addresses(conn, decided.freed, now)
            settle(conn, school, now, actor)
            ledger.append(
                conn,
                at=now,
                actor=actor,
                action="people imported",
                subject=f"roster:{school}",
                data={
                    "joiners": [moved.key for moved in decided.change.joiners],
                    "leavers": [moved.key for moved in decided.change.leavers],
                    "changed": [moved.key for moved in decided.change.changes],
                },
            )
    log.info("roster of %s: %s", school, decided.change.summary())
    return decided.change


def _decide(
    conn: Connection, school: str, entries: Sequence[RosterEntry], today: date, listing: RosterList
) -> _Import:
    if school not in record_register.school_keys(conn):
        right = "Apply its register first: handbell apply FILE."
        raise BadInput([Problem("list of people", None, "setting", f'"{school}" is not known', right)])
    before = record_people.roster(conn, school)
    identities = identify(conn, school, entries, today, whole=listing.whole)
    keys = identities.keys
    is_first = not before or _is_set_up(conn, school, today)
    listed = {
        key: _with_name(one, identities.known.get(key))
        for key, one in listed_people(school, entries, keys, before, listing, today).items()
    }
    agreed = agree(conn, school, listed, identities.known, today)
    kept = [*agreed.kept, *_roles_kept(school, before, listed, today)]
    waiting = held_back(conn, {key: one.email for key, one in agreed.people.items()})
    for key, email in waiting.items():
        one, used = agreed.people[key], identities.known[key].email
        agreed.people[key] = replace(one, email=used)
        words = f"e-mail stays {used} for a day, or until another leader agrees to {email}"
        kept.append(PersonChange(key, one.name, (words,)))
    wanted = {
        key: _with_start(school, before.get(key), one, None if is_first else today, today)
        for key, one in agreed.people.items()
    }
    present = {key for key, one in before.items() if not has_left(membership_of(one, school), today)}
    missing = present - wanted.keys() if listing.whole else set[str]()
    change, save = _compared(school, before, wanted, present, missing, today)
    change = replace(change, kept=tuple(kept))
    return _Import(change, save, len(present), identities.freed, agreed.against, waiting)


def _roles_kept(
    school: str, before: Mapping[str, Person], listed: Mapping[str, Person], today: date
) -> Iterator[PersonChange]:
    """Yield whose roles stay that were given here, and that their list does not state."""
    for key, one in listed.items():
        held = membership_of(before[key], school) if key in before else None
        states = membership_of(one, school)
        if held is None or states is None or has_left(held, today) or not states.listed_roles:
            continue
        stay = sorted(given_here(held) - states.listed_roles)
        if stay:
            yield PersonChange(key, one.name, (f"roles given here stay: {', '.join(stay)}",))


def _is_set_up(conn: Connection, school: str, today: date) -> bool:
    """Return whether a school is not live yet: anyone who its lists name was there before Handbell."""
    begun, live_on = school_setup.live_since(conn, school)
    return begun and (live_on is None or live_on > today)


def _with_start(school: str, old: Person | None, new: Person, joins_on: date | None, today: date) -> Person:
    """Keep the known start date if the list has none; who joins or returns starts on `joins_on`."""
    stated = membership_of(new, school)
    assert stated is not None
    if stated.starts_on is not None:
        return new
    held = membership_of(old, school) if old is not None else None
    joins = has_left(held, today) and not has_left(stated, today)
    known = held.starts_on if held is not None else None
    starts_on = joins_on if joins and joins_on is not None else known
    return replace(new, memberships=(replace(stated, starts_on=starts_on),))


def _compared(
    school: str,
    before: Mapping[str, Person],
    wanted: Mapping[str, Person],
    present: set[str],
    missing: set[str],
    today: date,
) -> tuple[RosterChange, tuple[Person, ...]]:
    joiners: list[PersonChange] = []
    leavers: list[PersonChange] = []
    changes: list[PersonChange] = []
    save: list[Person] = []
    for key, one in wanted.items():
        gone = has_left(membership_of(one, school), today)
        old = before.get(key)
        changed = details(school, old, one) if old is not None else ()
        if old is not None and not changed:
            continue
        save.append(one)
        moves = (
            leavers if key in present and gone else joiners if key not in present and not gone else changes
        )
        moves.append(PersonChange(key, one.name, changed))
    for key in sorted(missing):
        save.append(_ended(school, before[key], today))
        leavers.append(PersonChange(key, before[key].name, ("no longer in the list",)))
    return RosterChange(tuple(joiners), tuple(leavers), tuple(changes)), tuple(save)


def person_of(school: str, entry: RosterEntry, keys: Mapping[str, str]) -> Person:
    """Make the person an entry states, with what they are in this school."""
    membership = Membership(
        school=school,
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
    """Keep the name we know of someone whom this list knows by their address alone."""
    return one if known is None or is_told(one.name) else replace(one, name=known.name)


def _ended(school: str, person: Person, today: date) -> Person:
    """End a membership yesterday: from today on no one asks them anything."""
    membership = membership_of(person, school)
    assert membership is not None
    return replace(person, memberships=(replace(membership, leaves_on=today - timedelta(days=1)),))


def too_many(leaving: int, present: int) -> bool:
    """Return whether so many would leave at once that someone must say the list is whole."""
    few = leaving <= FEW_LEAVERS and leaving < present
    return not few and leaving * MAX_LEAVERS_SHARE > present


def _guard(decided: _Import, school: str, entries: Sequence[RosterEntry]) -> None:
    leaving = len(decided.change.leavers)
    if not too_many(leaving, decided.present):
        return
    wrong = f"{leaving} of {decided.present} people in {school} would leave at once"
    by_hand = f"handbell sync --setting {school} --many-leavers"
    if any(entry.line is not None for entry in entries):
        by_hand = f"handbell people import FILE --many-leavers; {by_hand} where it is read every morning"
    right = f"Check that the list is whole. If it is: {by_hand}."
    raise BadInput([Problem("list of people", None, None, wrong, right)])


def read_rosters(services: Services, now: datetime) -> str:
    """Import every connected directory; each school by itself, all of it or nothing."""
    said = each(services.rosters, lambda school, directory: _read(services, school, directory, now))
    return (
        "; ".join(f"{school}: {summary}" for school, summary in said.items()) or "no directory is connected"
    )


def _read(services: Services, school: str, directory: Directory, now: datetime) -> str:
    entries = tuple(directory.roster())
    left_out = left_out_by(directory)
    with services.store.writing() as conn:
        note_left_out(conn, school, left_out, now)
    said = import_roster(services.store, school, entries, now=now, actor="schedule").summary()
    return f"{said} {in_words(left_out)}".rstrip()


EVERYWHERE = {*ALIASES, *NOT_STAFF, *STAND_INS, *(role for chain in STAND_INS.values() for role in chain)}
CLOSE = 0.8


def doubtful_roles(store: Store, school: str, entries: Sequence[RosterEntry]) -> tuple[str, ...]:
    """Return a warning for each doubtful role: where it is first, and what may be meant."""
    with store.reading() as conn:
        register = record_register.load_register(conn, school)
    known = sorted(EVERYWHERE | (set(asked_roles(register)) if register is not None else set()))
    first: dict[str, RosterEntry] = {}
    for entry in entries:
        for role in sorted(entry.roles):
            first.setdefault(role, entry)
    return tuple(
        f'{_place(entry)}: "{role}" is a role that nothing asks for. Did you mean "{near[0]}"?'
        for role, entry in first.items()
        if role not in known and (near := get_close_matches(role, known, n=1, cutoff=CLOSE))
    )


def _place(entry: RosterEntry) -> str:
    """Return where a role stands: in a file by its line, in a directory by the person."""
    return entry.name if entry.line is None else f"line {entry.line}"


def asked_roles(register: Register) -> Iterator[str]:
    """Return every role that a register gives, asks something of, or sends reports to."""
    yield from register.roles
    yield from register.school.staff_means
    for route in register.routes:
        yield from (*route.to, *route.tell)
    for one in register.obligations:
        yield from (
            term.name for term in (*one.audience.any_of, *one.audience.but_not) if term.sort == "role"
        )
