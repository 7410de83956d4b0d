"""Yearly disposal of closed cases past their retention period: listed, signed off by a person, deleted."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from bot.cases import store as case_store
from bot.cases.access import may_open
from bot.cases.content import CaseContent, not_before
from bot.cases.context import CaseContext, NoSuchCase, TransitionBlocked, open_desk
from bot.cases.model import is_open
from bot.cases.store import DisposedCase
from bot.core.encryption import WrongKey, padded
from bot.database.submissions import claim_submission
from bot.records import sealing_key
from bot.rules.retention import Retention, due_for_disposal, kept_until
from bot.services import Services


@dataclass(frozen=True, slots=True)
class Disposable:
    """One closed case. `until` None: on hold; `due`: its time is over. `why` says how long, and why."""

    number: str
    title: str
    received_on: date
    closed_on: date
    until: date | None
    why: str
    due: bool


@dataclass(frozen=True, slots=True)
class DisposalRecord:
    """What is left of a case that was signed off."""

    number: str
    title: str
    received_on: date
    closed_on: date | None
    signed_on: date


def disposal_list(services: Services, school: str, person: str, now: datetime) -> tuple[Disposable, ...]:
    """Return the closed cases a person may open, those due first, with how long each is kept and why."""
    with services.store.reading() as conn:
        desk = open_desk(services, conn, school, now)
        return () if desk is None else listed(desk, person)


def listed(desk: CaseContext, person: str) -> tuple[Disposable, ...]:
    """List the same from a desk that is open already."""
    closed = [file for file in desk.every() if not is_open(file.case)]
    rows = [_row(desk, file) for file in closed if may_open(file.case, person, desk.roll)]
    return tuple(sorted(rows, key=lambda row: (not row.due, row.until or date.max, row.number)))


def sign_off(services: Services, school: str, person: str, numbers: Collection[str], now: datetime) -> int:
    """Delete these cases for good, all of them or none; number, category, dates and who signed stay.

    NoSuchCase when one is not there for this person, NotYet when one is still to be kept, DoneAlready when
    the form that asks for it did it before.
    """
    with services.store.writing() as conn:
        claim_submission(conn, services.form, now)
        desk = open_desk(services, conn, school, now)
        if desk is None:
            raise NoSuchCase
        # All are locked in one order before the first ledger entry: no deadlock.
        for file in [_to_go(desk, number, person) for number in sorted(set(numbers))]:
            _dispose(desk, file, person)
    return len(set(numbers))


def disposed_cases(services: Services, school: str, person: str, now: datetime) -> tuple[DisposalRecord, ...]:
    """List what is left of the cases this person signed off. Whom a case was about is gone with it."""
    with services.store.reading() as conn:
        desk = open_desk(services, conn, school, now)
        if desk is None or person not in desk.roll.here:
            return ()
        left = [(one, *_left(desk, one)) for one in case_store.disposed(conn, school)]
        return tuple(_gone(desk, one, category) for one, category, by in left if by == person)


def _to_go(desk: CaseContext, number: str, person: str) -> CaseContent:
    file = desk.find(number, to_change=True)
    if file is None or not may_open(file.case, person, desk.roll):
        raise NoSuchCase
    if is_open(file.case) or not due_for_disposal(_kept(desk, file), desk.today):
        raise TransitionBlocked(f"Case {number} is still to be kept.")
    return file


def _dispose(desk: CaseContext, file: CaseContent, person: str) -> None:
    number = file.stored.number
    left = padded(json.dumps([number, file.case.category, person]))
    sealed = sealing_key.seal(desk.conn, desk.keys, left)
    case_store.dispose(desk.conn, number, sealed=sealed, at=desk.now)
    case_store.note(desk.conn, "case disposed of", desk.now, {"sha256": sha256(sealed).hexdigest()})


def _left(desk: CaseContext, one: DisposedCase) -> tuple[str, str]:
    """Return the category of a case that was disposed of, and who signed; empty where the key was lost."""
    try:
        _, category, by = json.loads(sealing_key.unseal(desk.conn, desk.keys, one.sealed))
    except WrongKey:
        return "", ""
    return category, by


def _row(desk: CaseContext, file: CaseContent) -> Disposable:
    kept = _kept(desk, file)
    return Disposable(
        number=file.stored.number,
        title=desk.title(file.case.category),
        received_on=desk.day_of(file.stored.received_at),
        closed_on=_closed_on(desk, file),
        until=kept.until,
        why=kept.why,
        due=due_for_disposal(kept, desk.today),
    )


def _gone(desk: CaseContext, one: DisposedCase, category: str) -> DisposalRecord:
    return DisposalRecord(
        number=one.number,
        title=desk.title(category),
        received_on=desk.day_of(one.received_at),
        closed_on=desk.day_of(one.closed_at) if one.closed_at else None,
        signed_on=desk.day_of(one.disposed_at),
    )


def _kept(desk: CaseContext, file: CaseContent) -> Retention:
    return kept_until(
        file.case.category,
        _closed_on(desk, file),
        held=file.sheet.held,
        not_before=not_before(file.sheet),
    )


def _closed_on(desk: CaseContext, file: CaseContent) -> date:
    """Return the day it was closed; a case without that date counts from today."""
    return desk.day_of(file.stored.closed_at or desk.now)
