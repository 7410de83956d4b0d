"""One person added, or changed in what they are here: by the rules that a list of people follows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core.clock import local_date
from bot.core.errors import BadInput
from bot.core.form_start import check_start, start_of
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.identity.case_roles import watching
from bot.people.edit_policy import why_not_editable
from bot.people.import_identity import changed_facts, has_left, identify
from bot.people.import_service import EVERYWHERE, asked_roles, person_of
from bot.people.service import LOOKS_AHEAD, has_directory, looks_like_address
from bot.ports import RosterEntry
from bot.records import ledger
from bot.records import people as record_people
from bot.records import register as record_register
from bot.rules.names import may_be
from bot.rules.people import ALIASES, WEEKDAYS, Membership, Person
from bot.services import Services

FROM_DIRECTORY = "People come from the school’s directory here. Change them there; it is read every morning."
MAX_NAME_LENGTH = 120
EARLIEST = date(1940, 1, 1)
# A reference stands in addresses of pages, so it holds nothing that an address would read otherwise.
REFERENCE = re.compile(r"[\w.@+-]{1,100}")
TAKEN = (
    FieldError("email", "Someone else has this email address. Each person needs their own."),
    FieldError("reference", "Somebody else has this reference. Choose another."),
)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInput:
    """What the office says of someone. `email`, `reference` and `leaves_on` are asked once, on adding."""

    name: str
    roles: frozenset[str]
    groups: frozenset[str] = frozenset()
    working_days: frozenset[int] = WEEKDAYS
    manager: str = ""
    starts_on: date | None = None
    email: str = ""
    reference: str = ""
    leaves_on: date | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers: the roles this register asks for or someone holds, the others, and managers."""

    roles: tuple[str, ...]
    more: tuple[str, ...]
    managers: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]


def choices(store: Store, school: str, now: datetime, besides: str = "") -> Choices:
    """Return what may be chosen of someone; no one manages themselves."""
    with store.reading() as conn:
        return _choices(conn, school, local_date(now), besides)


def details_of(store: Store, school: str, key: str) -> PersonInput | None:
    """Return what the list of people says of someone; None: they are not in it."""
    with store.reading() as conn:
        return _details(record_people.roster(conn, school).get(key), school)


def shown_as(said: PersonInput) -> str:
    """Return what a form about someone starts from."""
    return start_of(*_facts(said))


def _facts(said: PersonInput) -> tuple[object, ...]:
    return said.name, said.roles, said.groups, said.working_days, said.manager, said.starts_on


def _details(found: Person | None, school: str) -> PersonInput | None:
    member = found.membership(school) if found else None
    if found is None or member is None:
        return None
    return PersonInput(
        name=found.name,
        roles=member.roles,
        groups=member.groups,
        working_days=member.working_days,
        manager=member.manager or "",
        starts_on=member.starts_on,
    )


def add_person(services: Services, said: PersonInput, by: Actor, now: datetime) -> str:
    """Add someone to the list of people and return their key.

    Raises ValidationFailed: what does not fit; AlreadySubmitted: this form added them before.
    """
    school = by.school.key
    if has_directory(services, school):
        raise ValidationFailed(FieldError("name", FROM_DIRECTORY))
    said = _tidy(said)
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        here = record_people.roster(conn, school)
        offered = _choices(conn, school, local_date(now), "")
        today = local_date(now)
        wrong = (*_wrong(said, offered, held=(), now=now), *_wrong_new(said, here, today))
        if wrong:
            raise ValidationFailed(*wrong)
        person, freed = _new(conn, school, said, today)
        if person.key in here and not has_left(here[person.key].membership(school), today):
            raise ValidationFailed(FieldError("name", f"{person.name} is in the list of people already."))
        _within_reach(conn, person, by, now)
        with watching(conn, school, now, by.actor):
            record_people.save_people(conn, [person], now)
            record_people.give_up_addresses(conn, freed, now)
        data = {"roles": sorted(said.roles), "starts_on": _iso(said.starts_on)}
        _note(conn, person.key, "added a person", data, by=by, now=now)
    return person.key


def change_person(services: Services, key: str, said: PersonInput, by: Actor, now: datetime) -> None:
    """Change someone's name, roles, groups, days, manager or first day; absences and address stay.

    `by.was`: what the form started from, as `shown_as` names it.
    """
    school = by.school.key
    if has_directory(services, school):
        raise ValidationFailed(FieldError("name", FROM_DIRECTORY))
    said = _tidy(said)
    with services.store.writing() as conn:
        known = record_people.roster(conn, school).get(key)
        member = known.membership(school) if known else None
        if known is None or member is None:
            raise ValidationFailed(
                FieldError("name", "This person is not in the list of people. Add them first.")
            )
        stands = _details(known, school)
        if stands is not None and _facts(said) != _facts(stands):
            check_start(by.was, *_facts(stands))
        offered = _choices(conn, school, local_date(now), key)
        stated = replace(said, leaves_on=member.leaves_on)
        wrong = (*_wrong(stated, offered, held=_held(member), now=now), *_wrong_name(said, known))
        if wrong:
            raise ValidationFailed(*wrong)
        changed = _changed(known, member, said)
        facts = changed_facts(school, known, changed)
        if facts:
            _within_reach(conn, changed, by, now)
            with watching(conn, school, now, by.actor):
                record_people.save_people(conn, [changed], now)
            _note(conn, key, "changed a person", _moved(facts, member.roles, said.roles), by=by, now=now)


def _within_reach(conn: Connection, person: Person, by: Actor, now: datetime) -> None:
    """Refuse what is not the office's to give."""
    found = why_not_editable(conn, by, {person.key: person}, now)
    if found:
        raise ValidationFailed(*(FieldError("roles", f"{one.wrong}. {one.right}.") for one in found))


def _new(conn: Connection, school: str, said: PersonInput, today: date) -> tuple[Person, frozenset[str]]:
    """Make the person; the keys of those who had the address, and have it no more, come along."""
    entry = RosterEntry(
        key=said.reference or said.email,
        name=said.name,
        email=said.email or None,
        roles=said.roles,
        groups=said.groups,
        starts_on=said.starts_on,
        leaves_on=said.leaves_on,
        working_days=said.working_days,
        manager=said.manager or None,
    )
    try:
        found = identify(conn, school, [entry], today, whole=False)
    except BadInput as refused:
        wrong = {one.field for one in refused.problems}
        raise ValidationFailed(*(one for one in TAKEN if one.field in wrong)) from None
    return person_of(school, entry, found.keys), found.freed


def _changed(known: Person, member: Membership, said: PersonInput) -> Person:
    here = replace(
        member,
        roles=said.roles,
        groups=said.groups,
        working_days=said.working_days,
        manager=said.manager or None,
        starts_on=said.starts_on,
    )
    return replace(known, name=said.name, memberships=(here,))


def _choices(conn: Connection, school: str, today: date, besides: str) -> Choices:
    register = record_register.load_register(conn, school)
    here = record_people.roster(conn, school)
    members = [member for one in here.values() if (member := one.membership(school))]
    usual = {role for member in members for role in member.roles}
    usual |= {role for role in asked_roles(register) if SLUG.fullmatch(role)} if register else set()
    managers = sorted(
        (one.name, key)
        for key, one in here.items()
        if key != besides and (member := one.membership(school)) and _still_here(member, today)
    )
    return Choices(
        roles=tuple(sorted(usual)),
        more=tuple(sorted(EVERYWHERE - usual - ALIASES.keys())),
        managers=tuple((key, name) for name, key in managers),
        groups=tuple(sorted({group for member in members for group in member.groups})),
    )


def _still_here(member: Membership, today: date) -> bool:
    return member.leaves_on is None or member.leaves_on >= today


def _tidy(said: PersonInput) -> PersonInput:
    return replace(
        said,
        name=" ".join(said.name.split()),
        email=said.email.strip().casefold(),
        reference=said.reference.strip(),
    )


def _held(member: Membership) -> frozenset[str]:
    """Return what someone is already: it may stay, even where nothing offers it any more."""
    return member.roles | ({member.manager} if member.manager else frozenset())


def _wrong(
    said: PersonInput, offered: Choices, *, held: Collection[str], now: datetime
) -> Iterator[FieldError]:
    if not said.name:
        yield FieldError("name", "Write the person’s name.")
    elif len(said.name) > MAX_NAME_LENGTH or not said.name.isprintable():
        yield FieldError("name", f"Write the name in under {MAX_NAME_LENGTH} letters.")
    if not said.roles:
        yield FieldError("roles", "Choose at least one role. Choose “staff” for anyone who works here.")
    elif said.roles - {*offered.roles, *offered.more, *held}:
        yield FieldError("roles", "Choose from the roles that are listed.")
    if said.manager and said.manager not in {*dict(offered.managers), *held}:
        yield FieldError("manager", "Choose somebody who works here, other than the person.")
    if not said.working_days:
        yield FieldError("days", "Tick the days they work. Messages go out on those days only.")
    if said.starts_on and not EARLIEST <= said.starts_on <= local_date(now) + LOOKS_AHEAD:
        yield FieldError("starts_on", "Give a first day between 1940 and three years from now.")
    elif said.starts_on and said.leaves_on and said.leaves_on < said.starts_on:
        yield FieldError("starts_on", "Their last day comes before this. Check both.")


def _wrong_name(said: PersonInput, known: Person) -> Iterator[FieldError]:
    """Refuse to make one person another: what they signed and learnt would be the other's."""
    if said.name and not may_be(said.name, known.name):
        yield FieldError(
            "name",
            f"This is quite another name than “{known.name}”. For somebody else, note the last day of "
            f"{known.name} and add the new person. For the same person, save a part of the new name first.",
        )


def _wrong_new(said: PersonInput, here: Mapping[str, Person], today: date) -> Iterator[FieldError]:
    bearing = (one for one in here.values() if said.email and (one.email or "").casefold() == said.email)
    same = next((one for one in bearing if not all(has_left(held, today) for held in one.memberships)), None)
    if said.email and not looks_like_address(said.email):
        yield FieldError("email", "Give one address, such as jo.bell@school.example.")
    elif same is not None:
        yield FieldError("email", f"{same.name} has this address. Two people cannot share one.")
    if said.reference and not REFERENCE.fullmatch(said.reference):
        yield FieldError("reference", "Use letters, figures, full stops and hyphens, without spaces.")
    elif said.reference in here:
        yield FieldError("reference", f"{here[said.reference].name} has this reference. Choose another.")
    elif not said.reference and not said.email:
        yield FieldError("reference", "Give an e-mail address, or a reference for whoever has none.")


def _moved(facts: tuple[str, ...], before: frozenset[str], after: frozenset[str]) -> dict[str, object]:
    return {"changed": list(facts), "given": sorted(after - before), "taken": sorted(before - after)}


def _note(
    conn: Connection, key: str, action: str, data: Mapping[str, object], *, by: Actor, now: datetime
) -> None:
    subject = f"person:{by.school.key}/{key}"
    ledger.append(conn, at=now, actor=by.actor, action=action, subject=subject, data=dict(data))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
