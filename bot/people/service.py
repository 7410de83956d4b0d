"""What the office does with people: lists them, records absence, leaving and addresses, imports a list.

An uploaded list is previewed first and then imported as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.form_start import check_start
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.identity.case_roles import settle, watching
from bot.people import address_changes
from bot.people.address_changes import held_back
from bot.people.edit_policy import why_not_editable
from bot.planning.snapshot import Snapshot
from bot.records import case_roles as record_case_roles
from bot.records import ledger
from bot.records import people as record_people
from bot.rules.people import Absence, Membership, Person
from bot.services import Services

LOOKS_BACK = timedelta(days=366)
LOOKS_AHEAD = timedelta(days=3 * 366)
MAX_EMAIL_LENGTH = 254
SHOWS = ("here", "away", "leaving", "starting", "left", "no address", "refused")


@dataclass(frozen=True, slots=True)
class PersonListRow:
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


def list_people(snapshot: Snapshot, school: str, now: datetime) -> tuple[PersonListRow, ...]:
    """List everyone of a school by name, anyone who has left at the end."""
    today = local_date(now)
    found = (_listed(snapshot, one, school, today) for one in snapshot.people.values())
    return tuple(sorted((one for one in found if one), key=lambda one: ("left" in one.is_, one.name)))


def find_person(snapshot: Snapshot, school: str, key: str, now: datetime) -> PersonListRow | None:
    """Find one person of a school."""
    return next((one for one in list_people(snapshot, school, now) if one.person.key == key), None)


def has_directory(services: Services, school: str) -> bool:
    """Return whether a directory states who works here: what comes from it is put right there, not here."""
    return school in services.rosters


def note_absence(
    store: Store, key: str, first_on: date | None, until: date | None, by: Actor, now: datetime
) -> None:
    """Record that someone is away; with no last day, until further notice. No one asks why.

    AlreadySubmitted: this form noted it before, and they may be back since.
    """
    today = local_date(now)
    if first_on is None:
        raise ValidationFailed(FieldError("first_on", "Give the first day away, for example 7 January 2027."))
    if not today - LOOKS_BACK <= first_on <= today + LOOKS_AHEAD:
        raise ValidationFailed(FieldError("first_on", "Give a first day within a year of today."))
    if until is not None and until < first_on:
        raise ValidationFailed(FieldError("until", "The last day comes before the first. Check both."))
    if until is not None and until > today + LOOKS_AHEAD:
        raise ValidationFailed(FieldError("until", "Give a last day within three years, or leave it empty."))

    def noted(away: tuple[Absence, ...]) -> tuple[Absence, ...]:
        if any(_overlap(one, first_on, until) for one in away):
            raise ValidationFailed(
                FieldError("first_on", "They are already marked as away on some of these days.")
            )
        ours = [one for one in away if one.noted_here]
        return tuple(sorted([*ours, Absence(first_on, until, noted_here=True)], key=lambda one: one.first_on))

    data = {"first_on": first_on.isoformat(), "until": until.isoformat() if until else None}
    _change_absences(store, key, noted, _Entry("noted an absence", data), by=by, now=now)


def end_absence(
    store: Store, key: str, first_on: date | None, back_on: date | None, by: Actor, now: datetime
) -> None:
    """Record the day someone is back. On or before its first day: the absence is taken out."""
    if back_on is None:
        raise ValidationFailed(FieldError("back_on", "Give the first day they are back."))

    def ended(away: tuple[Absence, ...]) -> tuple[Absence, ...]:
        ours = [one for one in away if one.noted_here]
        found = next((one for one in ours if one.first_on == first_on), None)
        if found is None:
            raise ValidationFailed(
                FieldError("back_on", "This absence is not here any more, or comes from the list.")
            )
        if found.until is not None and back_on > found.until + timedelta(days=1):
            raise ValidationFailed(
                FieldError("back_on", "That is after the day they are back already. Note a new absence.")
            )
        shorter = replace(found, until=back_on - timedelta(days=1))
        kept = [one for one in ours if one is not found]
        return tuple([*kept, shorter] if back_on > found.first_on else kept)

    data = {"first_on": first_on.isoformat() if first_on else None, "back_on": back_on.isoformat()}
    _change_absences(store, key, ended, _Entry("ended an absence", data), by=by, now=now)


def set_leaving(services: Services, key: str, leaves_on: date | None, by: Actor, now: datetime) -> None:
    """Record someone's last day; None: they stay. A directory's word is not changed here.

    `by.was`: `start_of` the day shown. AlreadySubmitted: this form noted it before.
    """
    today = local_date(now)
    if has_directory(services, by.school.key):
        raise ValidationFailed(
            FieldError("leaves_on", "This comes from the school’s directory. Change it there.")
        )
    if leaves_on is not None and not today - LOOKS_BACK <= leaves_on <= today + LOOKS_AHEAD:
        raise ValidationFailed(
            FieldError("leaves_on", "Give a last day between a year ago and three years from now.")
        )
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        member = _membership(conn, by.school.key, key)
        if leaves_on != member.leaves_on:
            check_start(by.was, member.leaves_on)
        if leaves_on is not None and member.starts_on is not None and leaves_on < member.starts_on:
            raise ValidationFailed(FieldError("leaves_on", "That is before the day they started."))
        _within_reach(conn, key, replace(member, leaves_on=leaves_on), "leaves_on", by=by, now=now)
        with watching(conn, by.school.key, now, by.actor):
            record_people.set_leaving(conn, by.school.key, key, leaves_on)
        data = {"leaves_on": leaves_on.isoformat() if leaves_on else None}
        _note(conn, key, _Entry("noted a last day", data), by=by, now=now)


def mend_address(services: Services, key: str, email: str, by: Actor, now: datetime) -> None:
    """Record someone's address; the same one again means that it takes mail now.

    The address of someone who opens cases waits, and the same one again forgets what waits.
    `by.was`: `start_of` the address shown. AlreadySubmitted: this form noted it before.
    """
    said = email.strip().casefold()
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        _membership(conn, by.school.key, key)
        known = record_people.roster(conn, by.school.key)[key]
        if said != known.email:
            check_start(by.was, known.email)
        if has_directory(services, by.school.key) and said != (known.email or ""):
            raise ValidationFailed(
                FieldError("email", "Addresses come from the school’s directory. Change it there.")
            )
        if not looks_like_address(said):
            raise ValidationFailed(FieldError("email", "Give one address, such as jo.bell@school.example."))
        _within_reach(conn, key, said, "email", by=by, now=now)
        settle(conn, by.school.key, now, by.actor)
        waiting = held_back(conn, {key: said})
        if waiting:
            address_changes.ask(conn, by.school.key, waiting, now, by.actor)
            return
        if not address_changes.take(conn, key, said, now):
            raise ValidationFailed(
                FieldError("email", "Someone else has this email address. Each person needs their own.")
            )
        record_case_roles.drop_address(conn, key)
        _note(conn, key, _Entry("mended an address", {"changed": said != known.email}), by=by, now=now)


def _listed(snapshot: Snapshot, person: Person, school: str, today: date) -> PersonListRow | None:
    member = person.membership(school)
    if member is None:
        return None
    manager = snapshot.people.get(member.manager or "")
    return PersonListRow(
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
    by: Actor,
    now: datetime,
) -> None:
    with store.writing() as conn:
        claim_submission(conn, by.form, now)
        away = change(_membership(conn, by.school.key, key).absences)
        record_people.note_absences(conn, by.school.key, key, away)
        _note(conn, key, entry, by=by, now=now)


def _membership(conn: Connection, school: str, key: str) -> Membership:
    """Return a person's membership; None for people that only the register names."""
    person = record_people.roster(conn, school).get(key)
    member = person.membership(school) if person else None
    if member is None:
        raise ValidationFailed(
            FieldError("main", "This person is not in the list of people. Add them to the list first.")
        )
    return member


def _within_reach(
    conn: Connection, key: str, change: Membership | str, field: str, *, by: Actor, now: datetime
) -> None:
    """Refuse a new membership or address that is not the office's to give."""
    known = record_people.roster(conn, by.school.key)[key]
    changed = (
        replace(known, email=change) if isinstance(change, str) else replace(known, memberships=(change,))
    )
    for one in why_not_editable(conn, by, {key: changed}, now):
        raise ValidationFailed(FieldError(field, f"{one.right}."))


def _note(conn: Connection, key: str, entry: _Entry, *, by: Actor, now: datetime) -> None:
    subject = f"person:{by.school.key}/{key}"
    ledger.append(conn, at=now, actor=by.actor, action=entry.action, subject=subject, data=entry.data)


def _overlap(one: Absence, first_on: date, until: date | None) -> bool:
    starts_before_end = until is None or one.first_on <= until
    return starts_before_end and (one.until is None or first_on <= one.until)


def looks_like_address(said: str) -> bool:
    """Return whether someone could be written to there."""
    name, at, domain = said.rpartition("@")
    plain = not any(sign.isspace() or sign in ',;<>"' for sign in said) and "@" not in name
    return bool(name and at and "." in domain.strip(".")) and plain and len(said) <= MAX_EMAIL_LENGTH
