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
def watching(conn: Connection, setting: str, now: datetime, actor: str) -> Iterator[None]:
    """Change lists of people or registers inside: what it changes of roles waits to be confirmed."""
    settle(conn, setting, now, actor)
    yield
    settle(conn, setting, now, actor)


def settle(conn: Connection, setting: str, now: datetime, actor: str) -> None:
    """Update the stored holders of roles that open cases: new ones wait, lost ones end.

    In a school that was live before confirmations began, every holder counts as confirmed.
    """
    held = _held(conn, setting, now)
    known = {(one.person, one.role): one for one in record_case_roles.of_setting(conn, setting)}
    was = {key for key, one in known.items() if one.ended_at is None}
    is_first = not record_case_roles.is_confirming(conn, setting)
    record_case_roles.begin_confirming(conn, setting, now)
    new, lost = sorted(held - was), sorted(was - held)
    record_case_roles.end(conn, setting, lost, now)
    record_case_roles.name(conn, setting, new, now)
    for action, some in (("role that opens cases named", new), ("role that opens cases ended", lost)):
        if some:
            data = {"roles": [{"person": person, "role": role} for person, role in some]}
            ledger.append(conn, at=now, actor=actor, action=action, subject=f"setting:{setting}", data=data)
    begun, live_on = school_setup.live_since(conn, setting)
    if is_first and not (begun and live_on is None):
        for person, role in new:
            _confirm(conn, setting, person, role, Confirmation(UPGRADE, BEFORE, now))
    elif new:
        _tell_of_named(conn, setting, new, now)


def settle_all(services: Services, now: datetime) -> None:
    """Update, each morning, the schools with leavers, or stored by an earlier version of Handbell."""
    with services.store.reading() as conn:
        asked = record_case_roles.to_settle(conn, local_date(now))

    def one(setting: str, _: None) -> None:
        with services.store.writing() as conn:
            settle(conn, setting, now, "schedule")

    each(dict.fromkeys(asked), one)


def confirm(services: Services, person: str, role: str, by: Actor, now: datetime) -> None:
    """Confirm another person's role. Raises ValidationFailed if not allowed, or if it does not wait."""
    setting = by.setting.key
    with services.store.writing() as conn:
        if person == by.person.key or not confirms(conn, setting, by.person.key):
            raise ValidationFailed(
                FieldError("main", "Another holder of a role that opens cases confirms this.")
            )
        given = Confirmation(by.person.key, by.identified_by, now)
        if not _confirm(conn, setting, person, role, given):
            raise ValidationFailed(FieldError("main", "This is confirmed already, or not held any more."))


def confirm_as_operator(
    services: Services, setting: str, email: str | None, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Confirm the head, or the roles of the person with an address, as operator; return names and roles.

    Used for a school whose register and people came by command. Raises BadInput if no one who waits fits.
    """
    with services.store.writing() as conn:
        settle(conn, setting, now, OPERATOR)
        people = load_snapshot(conn, local_date(now), (setting,), acts=False).people
        waiting = [one for one in record_case_roles.of_setting(conn, setting) if _waits(one)]
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
            _confirm(conn, setting, one.person, one.role, Confirmation(OPERATOR, BY_HAND, now))
    return tuple((people[one.person].name, one.role) for one in wanted)


def confirm_first_head(conn: Connection, setting: str, person: str, now: datetime) -> None:
    """Confirm the head named when a school is begun."""
    settle(conn, setting, now, OPERATOR)
    _confirm(conn, setting, person, "headteacher", Confirmation(OPERATOR, AT_FIRST, now))


def confirms(conn: Connection, setting: str, person: str) -> bool:
    """Return whether a person may confirm others: they are confirmed in a leading role themselves."""
    return person in confirming(conn, setting)


def opens_cases(conn: Connection, setting: str, person: str) -> bool:
    """Return whether a person holds a role that opens cases, confirmed or not."""
    held = record_case_roles.of_setting(conn, setting)
    return any(one.person == person and one.ended_at is None for one in held)


def confirming(conn: Connection, setting: str) -> tuple[str, ...]:
    """List who may confirm others today, by role: head, DSL, deputy DSL, chair."""
    found = [
        one for one in record_case_roles.of_setting(conn, setting) if one.confirmed_at and not one.ended_at
    ]
    return tuple(dict.fromkeys(one.person for role in CASE_RESPONDERS for one in found if one.role == role))


def holders(store: Store, snapshot: Snapshot, setting: str, reader: str) -> tuple[Holder, ...]:
    """List who holds a role that opens cases, those that wait first."""
    with store.reading() as conn:
        may = confirms(conn, setting, reader)
        found = [one for one in record_case_roles.of_setting(conn, setting) if one.ended_at is None]
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


def waits_unopened(store: Store, setting: str) -> bool:
    """Return whether no one at a school is confirmed to open cases, so that reports wait."""
    with store.reading() as conn:
        return record_case_roles.is_confirming(conn, setting) and not confirming(conn, setting)


def _by(snapshot: Snapshot, one: CaseRole) -> str:
    if one.confirmed_at is None or one.confirmed_by is None:
        return ""
    known = snapshot.people.get(one.confirmed_by)
    return f"{known.name if known else one.confirmed_by}, {one.how}"


def _confirm(conn: Connection, setting: str, person: str, role: str, given: Confirmation) -> bool:
    if not record_case_roles.confirm(conn, setting, person, role, given):
        return False
    ledger.append(
        conn,
        at=given.at,
        actor=given.by if given.by in {OPERATOR, UPGRADE} else f"person:{given.by}",
        action="role that opens cases confirmed",
        subject=f"person:{setting}/{person}",
        data={"role": role, "how": given.how},
    )
    was = [one for one in record_case_roles.of_setting(conn, setting) if one.role == role and one.ended_at]
    former = sorted((one for one in was if one.confirmed_at and one.person != person), key=_ended)[-1:]
    for one in former:
        tell(conn, setting, one.person, f"{CONFIRMED} {role} {given.at.date()} {person}", given.at)
    return True


def _ended(one: CaseRole) -> datetime:
    assert one.ended_at is not None
    return one.ended_at


def _tell_of_named(conn: Connection, setting: str, new: Iterable[tuple[str, str]], now: datetime) -> None:
    """Ask those who may confirm to do so, except about themselves."""
    for to in confirming(conn, setting):
        for person, role in new:
            if to != person:
                tell(conn, setting, to, f"{NAMED} {role} {now.date()} {person}", now)


def _held(conn: Connection, setting: str, now: datetime) -> frozenset[tuple[str, str]]:
    """List people and roles as lists and the register have them, of those who have not left."""
    today = local_date(now)
    routes = record_register.load_routes(conn, (setting,)).get(setting, ())
    opening = opening_roles((*one.to, *one.tell) for one in routes)
    return frozenset(
        (one.key, role)
        for one in load_snapshot(conn, today, (setting,), acts=False).people.values()
        for role in _roles(one, setting)
        if _opens(role, opening) and _stays(one, setting, now)
    )


def _roles(one: Person, setting: str) -> frozenset[str]:
    member = one.membership(setting)
    return frozenset(ALIASES.get(role, role) for role in member.roles) if member else frozenset()


def _opens(role: str, opening: Collection[str]) -> bool:
    return role in opening or (GOVERNOR in opening and governs(role))


def _stays(one: Person, setting: str, now: datetime) -> bool:
    member = one.membership(setting)
    return member is not None and (member.leaves_on is None or member.leaves_on >= local_date(now))


def _waits(one: CaseRole) -> bool:
    return one.confirmed_at is None and one.ended_at is None


def _has(one: Person | None, email: str) -> bool:
    return one is not None and (one.email or "").casefold() == email.casefold()
