"""People as the office looks after them: who is here, away or leaving, and whom nobody can write to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.actions import address_changes
from bot.actions.address_changes import held_back
from bot.actions.case_holders import settle, watching
from bot.actions.gather import school_day
from bot.actions.office_questions import Doer
from bot.actions.office_reach import too_far
from bot.actions.sign import Refusal, Refused
from bot.domain.people import Absence, Membership, Person
from bot.domain.snapshot import Snapshot
from bot.services import Services
from bot.store import case_roles, ledger, people
from bot.store.engine import Connection, Store
from bot.store.forms import do_once

LOOKS_BACK = timedelta(days=366)
LOOKS_AHEAD = timedelta(days=3 * 366)
LONGEST_EMAIL = 254
SHOWS = ("here", "away", "leaving", "starting", "left", "no address", "refused")


@dataclass(frozen=True, slots=True)
class Listed:
    """One person in the office's list. `is_` names every list they stand in."""

    person: Person
    member: Membership
    is_: frozenset[str]
    away: Absence | None
    manager: str

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(sorted(self.member.roles))


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the ledger says of a change: keys and dates, no names."""

    action: str
    data: Mapping[str, str | bool | None]


def list_people(snapshot: Snapshot, setting: str, now: datetime) -> tuple[Listed, ...]:
    """List everybody of a setting by name, whoever has left at the end."""
    today = school_day(now)
    found = (_listed(snapshot, one, setting, today) for one in snapshot.people.values())
    return tuple(sorted((one for one in found if one), key=lambda one: ("left" in one.is_, one.name)))


def find_person(snapshot: Snapshot, setting: str, key: str, now: datetime) -> Listed | None:
    """Find one person of a setting."""
    return next((one for one in list_people(snapshot, setting, now) if one.person.key == key), None)


def has_directory(services: Services, setting: str) -> bool:
    """Say whether a directory states who works here: what comes from it is put right there, not here."""
    return setting in services.rosters


def note_absence(
    store: Store, key: str, first_on: date | None, until: date | None, by: Doer, now: datetime
) -> None:
    """Note that somebody is away; with no last day, until further notice. Nobody asks why.

    DoneAlready: this form noted it before, and they may be back since.
    """
    today = school_day(now)
    if first_on is None:
        raise Refused(Refusal("first_on", "Give the first day away, for example 7 January 2027."))
    if not today - LOOKS_BACK <= first_on <= today + LOOKS_AHEAD:
        raise Refused(Refusal("first_on", "Give a first day within a year of today."))
    if until is not None and until < first_on:
        raise Refused(Refusal("until", "The last day comes before the first. Check both."))
    if until is not None and until > today + LOOKS_AHEAD:
        raise Refused(Refusal("until", "Give a last day within three years, or leave it empty."))

    def noted(away: tuple[Absence, ...]) -> tuple[Absence, ...]:
        if any(_overlap(one, first_on, until) for one in away):
            raise Refused(Refusal("first_on", "They are noted as away on some of these days already."))
        ours = [one for one in away if one.noted_here]
        return tuple(sorted([*ours, Absence(first_on, until, noted_here=True)], key=lambda one: one.first_on))

    data = {"first_on": first_on.isoformat(), "until": until.isoformat() if until else None}
    _change_absences(store, key, noted, _Entry("noted an absence", data), by=by, now=now)


def end_absence(
    store: Store, key: str, first_on: date | None, back_on: date | None, by: Doer, now: datetime
) -> None:
    """Note the day somebody is back. On or before its first day: the absence is taken out."""
    if back_on is None:
        raise Refused(Refusal("back_on", "Give the first day they are back."))

    def ended(away: tuple[Absence, ...]) -> tuple[Absence, ...]:
        ours = [one for one in away if one.noted_here]
        found = next((one for one in ours if one.first_on == first_on), None)
        if found is None:
            raise Refused(Refusal("back_on", "This absence is not here any more, or comes from the list."))
        if found.until is not None and back_on > found.until + timedelta(days=1):
            raise Refused(
                Refusal("back_on", "That is after the day they are back already. Note a new absence.")
            )
        shorter = replace(found, until=back_on - timedelta(days=1))
        kept = [one for one in ours if one is not found]
        return tuple([*kept, shorter] if back_on > found.first_on else kept)

    data = {"first_on": first_on.isoformat() if first_on else None, "back_on": back_on.isoformat()}
    _change_absences(store, key, ended, _Entry("ended an absence", data), by=by, now=now)


def set_leaving(services: Services, key: str, leaves_on: date | None, by: Doer, now: datetime) -> None:
    """Note somebody's last day; None: they stay. A directory's word is not changed here."""
    today = school_day(now)
    if has_directory(services, by.setting.key):
        raise Refused(Refusal("leaves_on", "This comes from the school’s directory. Change it there."))
    if leaves_on is not None and not today - LOOKS_BACK <= leaves_on <= today + LOOKS_AHEAD:
        raise Refused(Refusal("leaves_on", "Give a last day between a year ago and three years from now."))
    with services.store.writing() as conn:
        member = _membership(conn, by.setting.key, key)
        if leaves_on is not None and member.starts_on is not None and leaves_on < member.starts_on:
            raise Refused(Refusal("leaves_on", "That is before the day they started."))
        _within_reach(conn, key, replace(member, leaves_on=leaves_on), "leaves_on", by=by, now=now)
        with watching(conn, by.setting.key, now, by.actor):
            people.set_leaving(conn, by.setting.key, key, leaves_on)
        data = {"leaves_on": leaves_on.isoformat() if leaves_on else None}
        _note(conn, key, _Entry("noted a last day", data), by=by, now=now)


def mend_address(services: Services, key: str, email: str, by: Doer, now: datetime) -> None:
    """Note the address somebody has; the same one again means that it takes mail now.

    The address of somebody who opens cases waits, and the same one again forgets what waits.
    """
    said = email.strip().casefold()
    with services.store.writing() as conn:
        _membership(conn, by.setting.key, key)
        known = people.roster(conn, by.setting.key)[key]
        if has_directory(services, by.setting.key) and said != (known.email or ""):
            raise Refused(Refusal("email", "Addresses come from the school’s directory. Change it there."))
        if not looks_like_address(said):
            raise Refused(Refusal("email", "Give one address, such as jo.bell@school.example."))
        _within_reach(conn, key, said, "email", by=by, now=now)
        settle(conn, by.setting.key, now, by.actor)
        waiting = held_back(conn, {key: said})
        if waiting:
            address_changes.ask(conn, by.setting.key, waiting, now, by.actor)
            return
        if not address_changes.take(conn, key, said, now):
            raise Refused(Refusal("email", "Somebody else has this address. Two people cannot share one."))
        case_roles.drop_address(conn, key)
        _note(conn, key, _Entry("mended an address", {"changed": said != known.email}), by=by, now=now)


def _listed(snapshot: Snapshot, person: Person, setting: str, today: date) -> Listed | None:
    member = person.membership(setting)
    if member is None:
        return None
    manager = snapshot.people.get(member.manager or "")
    return Listed(
        person=person,
        member=member,
        is_=frozenset(_lists(person, member, today)),
        away=member.absence_on(today),
        manager=manager.name if manager else member.manager or "",
    )


def _lists(person: Person, member: Membership, today: date) -> Iterator[str]:
    if member.leaves_on is not None and member.leaves_on < today:
        yield "left"
        return
    yield "here" if member.here_on(today) else "starting"
    if member.away_on(today):
        yield "away"
    if member.leaves_on is not None:
        yield "leaving"
    if not person.email:
        yield "no address"
    elif person.unreachable:
        yield "refused"


def _change_absences(
    store: Store,
    key: str,
    change: Callable[[tuple[Absence, ...]], tuple[Absence, ...]],
    entry: _Entry,
    *,
    by: Doer,
    now: datetime,
) -> None:
    with store.writing() as conn:
        do_once(conn, by.form, now)
        away = change(_membership(conn, by.setting.key, key).absences)
        people.note_absences(conn, by.setting.key, key, away)
        _note(conn, key, entry, by=by, now=now)


def _membership(conn: Connection, setting: str, key: str) -> Membership:
    """Find what somebody is here by the list of people; whoever only the register names has no such thing."""
    person = people.roster(conn, setting).get(key)
    member = person.membership(setting) if person else None
    if member is None:
        raise Refused(
            Refusal("main", "This person is not in the list of people. Add them to the list first.")
        )
    return member


def _within_reach(
    conn: Connection, key: str, change: Membership | str, field: str, *, by: Doer, now: datetime
) -> None:
    """Refuse a new membership or address that is not the office's to give."""
    known = people.roster(conn, by.setting.key)[key]
    changed = (
        replace(known, email=change) if isinstance(change, str) else replace(known, memberships=(change,))
    )
    for one in too_far(conn, by, {key: changed}, now):
        raise Refused(Refusal(field, f"{one.right}."))


def _note(conn: Connection, key: str, entry: _Entry, *, by: Doer, now: datetime) -> None:
    subject = f"person:{by.setting.key}/{key}"
    ledger.append(conn, at=now, actor=by.actor, action=entry.action, subject=subject, data=entry.data)


def _overlap(one: Absence, first_on: date, until: date | None) -> bool:
    starts_before_end = until is None or one.first_on <= until
    return starts_before_end and (one.until is None or first_on <= one.until)


def looks_like_address(said: str) -> bool:
    """Say whether somebody could be written to there."""
    name, at, domain = said.rpartition("@")
    plain = not any(sign.isspace() or sign in ',;<>"' for sign in said) and "@" not in name
    return bool(name and at and "." in domain.strip(".")) and plain and len(said) <= LONGEST_EMAIL
