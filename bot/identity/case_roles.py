"""Confirmation of roles that open cases: named by lists and registers, confirmed by a second person.

The office could enter itself in any role, so that no role counts for cases on its word alone. The head named
when the school began is confirmed by that, and others by a person who is confirmed already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.core.clock import local_date
from bot.core.errors import BadInput, Problem
from bot.core.roles import CASE_RESPONDERS
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.database.job_runs import each
from bot.identity.access_emails import CONFIRMED, NAMED, tell
from bot.identity.actor import Actor
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.records import case_roles as record_case_roles
from bot.records import ledger, school_setup
from bot.records import register as record_register
from bot.records.case_roles import CaseRole, Confirmation
from bot.rules.case_rules import opening_roles
from bot.rules.people import ALIASES, GOVERNOR, Person, governs
from bot.services import Services

OPERATOR, UPGRADE = "command line", "upgrade"
AT_FIRST = "named when the school began"
BY_HAND = "handbell admin confirm"
BEFORE = "held before confirmations began"


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder of a role that opens cases. `by`: who confirmed it, in words; "" where it waits."""

    person: Person
    role: str
    confirmed_at: datetime | None
    by: str
    may_confirm: bool


@contextmanager
def watching(conn: Connection, school: str, now: datetime, actor: str) -> Iterator[None]:
    """Change lists of people or registers inside: what it changes of roles waits to be confirmed."""
    settle(conn, school, now, actor)
    yield
    settle(conn, school, now, actor)


def settle(conn: Connection, school: str, now: datetime, actor: str) -> None:
    """Update the stored holders of roles that open cases: new ones wait, lost ones end.

    In a school that was live before confirmations began, every holder counts as confirmed.
    """
    held = _held(conn, school, now)
    known = {(one.person, one.role): one for one in record_case_roles.of_school(conn, school)}
    was = {key for key, one in known.items() if one.ended_at is None}
    is_first = not record_case_roles.is_confirming(conn, school)
    record_case_roles.begin_confirming(conn, school, now)
    new, lost = sorted(held - was), sorted(was - held)
    record_case_roles.end(conn, school, lost, now)
    record_case_roles.name(conn, school, new, now)
    for action, some in (("role that opens cases named", new), ("role that opens cases ended", lost)):
        if some:
            data = {"roles": [{"person": person, "role": role} for person, role in some]}
            ledger.append(conn, at=now, actor=actor, action=action, subject=f"setting:{school}", data=data)
    begun, live_on = school_setup.live_since(conn, school)
    if is_first and not (begun and live_on is None):
        for person, role in new:
            _confirm(conn, school, person, role, Confirmation(UPGRADE, BEFORE, now))
    elif new:
        _tell_of_named(conn, school, new, now)


def settle_all(services: Services, now: datetime) -> None:
    """Update, each morning, the schools with leavers, or stored by an earlier version of Handbell."""
    with services.store.reading() as conn:
        asked = record_case_roles.to_settle(conn, local_date(now))

    def one(school: str, _: None) -> None:
        with services.store.writing() as conn:
            settle(conn, school, now, "schedule")

    each(dict.fromkeys(asked), one)


def confirm(services: Services, person: str, role: str, by: Actor, now: datetime) -> None:
    """Confirm another person's role. Raises ValidationFailed if not allowed, or if it does not wait."""
    school = by.school.key
    with services.store.writing() as conn:
        if person == by.person.key or not confirms(conn, school, by.person.key):
            raise ValidationFailed(
                FieldError("main", "Another holder of a role that opens cases confirms this.")
            )
        given = Confirmation(by.person.key, by.identified_by, now)
        if not _confirm(conn, school, person, role, given):
            raise ValidationFailed(FieldError("main", "This is confirmed already, or not held any more."))


def confirm_as_operator(
    services: Services, school: str, email: str | None, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Confirm the head, or the roles of the person with an address, as operator; return names and roles.

    Used for a school whose register and people came by command. Raises BadInput if no one who waits fits.
    """
    with services.store.writing() as conn:
        settle(conn, school, now, OPERATOR)
        people = load_snapshot(conn, local_date(now), (school,), acts=False).people
        waiting = [one for one in record_case_roles.of_school(conn, school) if _waits(one)]
        wanted = [
            one
            for one in waiting
            if (one.role == "headteacher" if email is None else _has(people.get(one.person), email))
        ]
        if not wanted:
            said = ", ".join(f"{people[one.person].email or one.person} ({one.role})" for one in waiting)
            wrong = f"{email} does not wait to be confirmed" if email else "no headteacher waits"
            right = f"These wait: {said or 'nobody'}."
            raise BadInput([Problem("admin confirm", None, "--email", wrong, right)])
        for one in wanted:
            _confirm(conn, school, one.person, one.role, Confirmation(OPERATOR, BY_HAND, now))
    return tuple((people[one.person].name, one.role) for one in wanted)


def confirm_first_head(conn: Connection, school: str, person: str, now: datetime) -> None:
    """Confirm the head named when a school is begun."""
    settle(conn, school, now, OPERATOR)
    _confirm(conn, school, person, "headteacher", Confirmation(OPERATOR, AT_FIRST, now))


def confirms(conn: Connection, school: str, person: str) -> bool:
    """Return whether a person may confirm others: they are confirmed in a leading role themselves."""
    return person in confirming(conn, school)


def opens_cases(conn: Connection, school: str, person: str) -> bool:
    """Return whether a person holds a role that opens cases, confirmed or not."""
    held = record_case_roles.of_school(conn, school)
    return any(one.person == person and one.ended_at is None for one in held)


def confirming(conn: Connection, school: str) -> tuple[str, ...]:
    """List who may confirm others today, by role: head, DSL, deputy DSL, chair."""
    found = [
        one for one in record_case_roles.of_school(conn, school) if one.confirmed_at and not one.ended_at
    ]
    return tuple(dict.fromkeys(one.person for role in CASE_RESPONDERS for one in found if one.role == role))


def holders(store: Store, snapshot: Snapshot, school: str, reader: str) -> tuple[Holder, ...]:
    """List who holds a role that opens cases, those that wait first."""
    with store.reading() as conn:
        may = confirms(conn, school, reader)
        found = [one for one in record_case_roles.of_school(conn, school) if one.ended_at is None]
    shown = [
        Holder(
            snapshot.people[one.person],
            one.role,
            one.confirmed_at,
            _by(snapshot, one),
            may and one.person != reader and one.confirmed_at is None,
        )
        for one in found
        if one.person in snapshot.people
    ]
    return tuple(sorted(shown, key=lambda one: (bool(one.by), one.role, one.person.name)))


def waits_unopened(store: Store, school: str) -> bool:
    """Return whether no one at a school is confirmed to open cases, so that reports wait."""
    with store.reading() as conn:
        return record_case_roles.is_confirming(conn, school) and not confirming(conn, school)


def _by(snapshot: Snapshot, one: CaseRole) -> str:
    if one.confirmed_at is None or one.confirmed_by is None:
        return ""
    known = snapshot.people.get(one.confirmed_by)
    return f"{known.name if known else one.confirmed_by}, {one.how}"


def _confirm(conn: Connection, school: str, person: str, role: str, given: Confirmation) -> bool:
    if not record_case_roles.confirm(conn, school, person, role, given):
        return False
    ledger.append(
        conn,
        at=given.at,
        actor=given.by if given.by in {OPERATOR, UPGRADE} else f"person:{given.by}",
        action="role that opens cases confirmed",
        subject=f"person:{school}/{person}",
        data={"role": role, "how": given.how},
    )
    was = [one for one in record_case_roles.of_school(conn, school) if one.role == role and one.ended_at]
    former = sorted((one for one in was if one.confirmed_at and one.person != person), key=_ended)[-1:]
    for one in former:
        tell(conn, school, one.person, f"{CONFIRMED} {role} {given.at.date()} {person}", given.at)
    return True


def _ended(one: CaseRole) -> datetime:
    assert one.ended_at is not None
    return one.ended_at


def _tell_of_named(conn: Connection, school: str, new: Iterable[tuple[str, str]], now: datetime) -> None:
    """Ask those who may confirm to do so, except about themselves."""
    for to in confirming(conn, school):
        for person, role in new:
            if to != person:
                tell(conn, school, to, f"{NAMED} {role} {now.date()} {person}", now)


def _held(conn: Connection, school: str, now: datetime) -> frozenset[tuple[str, str]]:
    """List people and roles as lists and the register have them, of those who have not left."""
    today = local_date(now)
    routes = record_register.load_routes(conn, (school,)).get(school, ())
    opening = opening_roles((*one.to, *one.tell) for one in routes)
    return frozenset(
        (one.key, role)
        for one in load_snapshot(conn, today, (school,), acts=False).people.values()
        for role in _roles(one, school)
        if _opens(role, opening) and _stays(one, school, now)
    )


def _roles(one: Person, school: str) -> frozenset[str]:
    member = one.membership(school)
    return frozenset(ALIASES.get(role, role) for role in member.roles) if member else frozenset()


def _opens(role: str, opening: Collection[str]) -> bool:
    return role in opening or (GOVERNOR in opening and governs(role))


def _stays(one: Person, school: str, now: datetime) -> bool:
    member = one.membership(school)
    return member is not None and (member.leaves_on is None or member.leaves_on >= local_date(now))


def _waits(one: CaseRole) -> bool:
    return one.confirmed_at is None and one.ended_at is None


def _has(one: Person | None, email: str) -> bool:
    return one is not None and (one.email or "").casefold() == email.casefold()
