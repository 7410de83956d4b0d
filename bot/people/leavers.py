"""Leavers' accounts: out of the staff groups, and switched off unless they stay in another part.

Read in the directory the morning after the last day and each day for 30 days, until it is true. Each change
of what was found is entered in the ledger, as evidence; what is still open is a row on Today.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.dates import long_date
from bot.core.text import one_line
from bot.core.validation import FieldError, ValidationFailed
from bot.database import sync_state
from bot.database.engine import Connection
from bot.database.job_runs import each
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.ports import AccountState, Directory, TellsAccounts
from bot.records import ledger
from bot.rules.people import Person, works_here
from bot.services import Services

LEAVER = "leaver"
# So many days after the last one, or after somebody asked for it again, the account is read.
READ_FOR = timedelta(days=30)
# What was settled is in the ledger; a reading of somebody who left so long ago is forgotten.
KEPT_FOR = timedelta(days=366)
GONE = "There is nothing to decide any more. Look again."


@dataclass(frozen=True, slots=True)
class LeaverReading:
    """What the directory said last of somebody who left: what is still open, nothing once it is settled.

    `groups`: the staff groups they are still in. `kept_because`: why somebody said that the account stays.
    `again_on`: from which day it is read for 30 days, once somebody asked for it again.
    """

    left_on: date
    read_at: datetime
    groups: tuple[str, ...] = ()
    enabled: bool = False
    kept_because: str = ""
    again_on: date | None = None

    @property
    def is_settled(self) -> bool:
        """Return whether nobody has to do anything more."""
        return bool(self.kept_because) or not (self.groups or self.enabled)

    @property
    def in_words(self) -> str:
        """Return what is still open, as the end of a sentence."""
        open_ones = []
        if self.groups:
            names = ", ".join(self.groups)
            open_ones.append(f"still in the group{'s' if len(self.groups) > 1 else ''} for {names}")
        if self.enabled:
            open_ones.append("the account can still sign in")
        return " and ".join(open_ones) or "out of the staff groups, and the account is switched off"

    def is_read_on(self, day: date) -> bool:
        """Return whether the directory is asked on a day."""
        begun = max(self.left_on, self.again_on or self.left_on)
        return not self.is_settled and day <= begun + READ_FOR


def open_points(account: AccountState, *, is_elsewhere: bool) -> tuple[tuple[str, ...], bool]:
    """Return the staff groups that a leaver is still in, and whether the account has to be switched off.

    Whoever stays as governor or volunteer, or works at another school of the trust, keeps an account.
    """
    groups = tuple(sorted(role for role in account.roles if works_here(role)))
    stays = is_elsewhere or any(not works_here(role) for role in account.roles)
    return groups, account.exists and account.enabled and not stays


def leavers_due(
    snapshot: Snapshot, school: str, known: Mapping[str, LeaverReading], today: date
) -> tuple[Person, ...]:
    """List those who left a school and whose account is read today."""
    return tuple(
        person
        for person in snapshot.people.values()
        if (left_on := _left_on(person, school, today)) is not None and _is_due(known, person, left_on, today)
    )


def _left_on(person: Person, school: str, today: date) -> date | None:
    member = person.membership(school)
    gone = member is not None and member.leaves_on is not None and member.leaves_on < today
    return member.leaves_on if member is not None and gone else None


def _is_due(known: Mapping[str, LeaverReading], person: Person, left_on: date, today: date) -> bool:
    before = known.get(person.key)
    if before is None or before.left_on != left_on:
        return today <= left_on + READ_FOR
    return before.is_read_on(today)


def check_leavers(services: Services, now: datetime) -> str:
    """Ask each school's directory about the accounts of those who left."""
    asked = {
        school: directory
        for school, directory in services.rosters.items()
        if isinstance(directory, TellsAccounts)
    }
    found = each(asked, lambda school, directory: _check(services, school, directory, now))
    open_ones = sum(not one.is_settled for some in found.values() for one in some)
    read = sum(len(some) for some in found.values())
    return f"{read} leavers looked up, {open_ones} still open" if asked else "no directory tells of accounts"


def _check(services: Services, school: str, directory: Directory, now: datetime) -> tuple[LeaverReading, ...]:
    assert isinstance(directory, TellsAccounts)
    today = local_date(now)
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, today, (school,))
        known = readings_in(conn, school)
    people = leavers_due(snapshot, school, known, today)
    # Never inside a transaction: the vendor may take its time.
    accounts = directory.accounts({one.key: one.email for one in people})
    found = []
    with services.store.writing() as conn:
        for key, one in known.items():
            if one.is_settled and today > one.left_on + KEPT_FOR:
                sync_state.forget(conn, school, LEAVER, key)
        for person in people:
            left_on = _left_on(person, school, today)
            account = accounts.get(person.key)
            if left_on is None or account is None:
                continue
            groups, enabled = open_points(account, is_elsewhere=_is_elsewhere(person, school, today))
            before = known.get(person.key)
            before = before if before is not None and before.left_on == left_on else None
            again_on = before.again_on if before is not None else None
            one = LeaverReading(left_on, now, groups, enabled, again_on=again_on)
            _keep(conn, school, person.key, one, now)
            if before is None or (before.groups, before.enabled) != (groups, enabled):
                action = "a leaver’s account is settled" if one.is_settled else "a leaver’s account is open"
                data = {"left_on": left_on.isoformat(), "groups": list(groups), "enabled": enabled}
                _note(conn, _subject(school, person.key), action, data, "directory", now)
            found.append(one)
    return tuple(found)


def _is_elsewhere(person: Person, school: str, today: date) -> bool:
    return any(one.school != school and one.here_on(today) for one in person.memberships)


def readings(services: Services, school: str) -> dict[str, LeaverReading]:
    """Return what the directory said last of each leaver of a school, by their key."""
    with services.store.reading() as conn:
        return readings_in(conn, school)


def readings_in(conn: Connection, school: str) -> dict[str, LeaverReading]:
    """Return it in a transaction that is open."""
    return {key: _read(value) for key, value in sync_state.known(conn, school, LEAVER).items()}


def open_leavers(
    services: Services, snapshot: Snapshot, school: str, today: date
) -> Iterator[tuple[Person, LeaverReading]]:
    """Yield those who left and whose account is not dealt with, the longest gone first."""
    found = readings(services, school)
    for key, one in sorted(found.items(), key=lambda pair: (pair[1].left_on, pair[0])):
        person = snapshot.people.get(key)
        if person is not None and _left_on(person, school, today) == one.left_on and not one.is_settled:
            yield person, one


def look_again(services: Services, key: str, by: Actor, now: datetime) -> None:
    """Have the account read again from the next morning on, for 30 days."""
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        before = _open(conn, by, key)
        _keep(conn, by.school.key, key, replace(before, again_on=local_date(now)), now)
        action = "asked to look at a leaver’s account again"
        _note(conn, _subject(by.school.key, key), action, {}, by.actor, now)


def keep_account(services: Services, key: str, why: str, by: Actor, now: datetime) -> None:
    """Record that a leaver's account stays as it is, and why. ValidationFailed: no reason is given."""
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        before = _open(conn, by, key)
        reason = one_line(why)
        if not reason:
            raise ValidationFailed(FieldError(f"why-{key}", "Enter why the account stays."))
        _keep(conn, by.school.key, key, replace(before, kept_because=reason), now)
        action = "a leaver’s account stays"
        _note(conn, _subject(by.school.key, key), action, {"why": reason}, by.actor, now)


def _open(conn: Connection, by: Actor, key: str) -> LeaverReading:
    found = readings_in(conn, by.school.key).get(key)
    if found is None or found.is_settled:
        raise ValidationFailed(FieldError("main", GONE))
    return found


def history(one: LeaverReading) -> str:
    """Return when they left and when it was read last."""
    return f"Left on {long_date(one.left_on)}, read on {long_date(local_date(one.read_at))}."


def _keep(conn: Connection, school: str, key: str, one: LeaverReading, now: datetime) -> None:
    sync_state.note(conn, school, LEAVER, key, value=json.dumps(asdict(one), default=str), now=now)


def _read(value: str) -> LeaverReading:
    said = json.loads(value)
    again_on = date.fromisoformat(said["again_on"]) if said["again_on"] else None
    return LeaverReading(
        date.fromisoformat(said["left_on"]),
        datetime.fromisoformat(said["read_at"]),
        tuple(said["groups"]),
        said["enabled"],
        said["kept_because"],
        again_on,
    )


def _subject(school: str, key: str) -> str:
    return f"person:{school}/{key}"


def _note(
    conn: Connection, subject: str, action: str, data: Mapping[str, object], actor: str, now: datetime
) -> None:
    ledger.append(conn, at=now, actor=actor, action=action, subject=subject, data=data)
