"""Rows of cases: a few columns in the clear, the rest encrypted. No function here knows a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, text, update
from sqlalchemy.exc import NoResultFound

from bot.store import ledger
from bot.store.case_schema import (
    case_clock,
    case_entry,
    case_file,
    case_ledger,
    case_post,
    case_seen,
    case_task,
)
from bot.store.engine import is_sqlite
from bot.store.ledger import Entry
from bot.store.upsert import INSERT

SEALED_TEXTS = (case_entry, case_post, case_seen, case_task, case_clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase:
    """One row. `form` and `inbox` are digests of what the reporter holds; `sealed` holds the facts.

    `category` and `assignee` are empty: they are sealed too. Rows of earlier versions may still have them,
    and a case that was disposed of has its category again.
    """

    number: str
    setting: str
    state: str
    received_at: datetime
    aware_at: datetime
    wrapped_key: bytes
    sealed: bytes
    closed_at: datetime | None = None
    category: str = ""
    assignee: str | None = None
    form: str | None = None
    inbox: str | None = None


@dataclass(frozen=True, slots=True)
class Disposed:
    """What is left of a case that was disposed of."""

    number: str
    setting: str
    category: str
    received_at: datetime
    closed_at: datetime | None
    disposed_at: datetime
    disposed_by: str


FIELDS = tuple(StoredCase.__dataclass_fields__)


def add(conn: Connection, one: StoredCase) -> bool:
    """Keep a new case. False: its number, its form or its inbox is already there, and nothing was written."""
    once = INSERT[conn.dialect.name](case_file).on_conflict_do_nothing().returning(case_file.c.number)
    return conn.execute(once, {name: getattr(one, name) for name in FIELDS}).one_or_none() is not None


def find(conn: Connection, setting: str, number: str, *, to_change: bool = False) -> StoredCase | None:
    """Find a case that was not disposed of; locked until the transaction ends when it is to be changed."""
    query = select(case_file).where(*_kept(), case_file.c.setting == setting, case_file.c.number == number)
    row = conn.execute(query.with_for_update() if to_change else query).one_or_none()
    return _stored(row) if row is not None else None


def of_form(conn: Connection, form: str) -> StoredCase | None:
    row = conn.execute(select(case_file).where(*_kept(), case_file.c.form == form)).one_or_none()
    return _stored(row) if row is not None else None


def of_inbox(conn: Connection, setting: str, inbox: str, *, to_change: bool = False) -> StoredCase | None:
    query = select(case_file).where(*_kept(), case_file.c.setting == setting, case_file.c.inbox == inbox)
    row = conn.execute(query.with_for_update() if to_change else query).one_or_none()
    return _stored(row) if row is not None else None


def in_settings(conn: Connection, settings: Iterable[str] | None = None) -> list[StoredCase]:
    """List the cases of these settings (None: all) that were not disposed of, oldest first."""
    query = select(case_file).where(*_kept()).order_by(case_file.c.received_at, case_file.c.number)
    if settings is not None:
        query = query.where(case_file.c.setting.in_(list(settings)))
    return [_stored(row) for row in conn.execute(query)]


def still_open(conn: Connection, setting: str, closed: str) -> list[StoredCase]:
    """List a setting's cases in any state but `closed`, oldest first."""
    query = select(case_file).where(*_kept(), case_file.c.setting == setting, case_file.c.state != closed)
    return [_stored(row) for row in conn.execute(query.order_by(case_file.c.received_at, case_file.c.number))]


def settings_with(conn: Connection, state: str) -> tuple[str, ...]:
    """Name the settings that have a case in this state."""
    return _settings(conn, case_file.c.state == state)


def settings_with_open(conn: Connection, closed: str) -> tuple[str, ...]:
    """Name the settings that have a case in any state but `closed`."""
    return _settings(conn, case_file.c.state != closed)


def _settings(conn: Connection, *wanted: ColumnElement[bool]) -> tuple[str, ...]:
    query = select(case_file.c.setting).where(*_kept(), *wanted)
    return tuple(conn.scalars(query.distinct().order_by(case_file.c.setting)))


def save(conn: Connection, one: StoredCase) -> None:
    """Write what may change, and clear what an earlier version kept outside the sealed facts."""
    changing = ("state", "aware_at", "closed_at", "sealed")
    values = {name: getattr(one, name) for name in changing} | {"category": "", "assignee": None}
    conn.execute(update(case_file).where(case_file.c.number == one.number).values(**values))


def note(conn: Connection, entry: Entry) -> int:
    """Add an entry without content to the chain of the cases."""
    return ledger.append_to(conn, case_ledger, entry)


def broken_at(conn: Connection) -> int | None:
    """Walk the chain of the cases; the first entry that is missing or changed, or None."""
    return ledger.verify(conn, case_ledger)


def rewrap(conn: Connection, wrap: Callable[[bytes], bytes]) -> int:
    """Wrap every case's key anew and say how many there were."""
    query = select(case_file.c.number, case_file.c.wrapped_key).where(*_kept()).order_by(case_file.c.number)
    rows = conn.execute(query.with_for_update())
    wrapped = [(row.number, wrap(row.wrapped_key)) for row in rows]
    for number, key in wrapped:
        conn.execute(update(case_file).where(case_file.c.number == number).values(wrapped_key=key))
    return len(wrapped)


def dispose(conn: Connection, number: str, *, category: str, at: datetime, by: str) -> None:
    """Delete a case's key and everything written in it; number, category, dates and who signed stay."""
    if is_sqlite(conn):
        conn.execute(text("pragma secure_delete = on"))
    gone = dict.fromkeys(("assignee", "form", "inbox", "wrapped_key", "sealed"))
    mine = update(case_file).where(*_kept(), case_file.c.number == number)
    if not conn.execute(mine.values(**gone, category=category, disposed_at=at, disposed_by=by)).rowcount:
        raise NoResultFound(number)
    for table in SEALED_TEXTS:
        conn.execute(delete(table).where(table.c.number == number))


def disposed(conn: Connection, setting: str) -> list[Disposed]:
    """List what is left of the cases that were disposed of, latest first."""
    query = select(case_file).where(case_file.c.setting == setting, case_file.c.disposed_at.is_not(None))
    rows = conn.execute(query.order_by(case_file.c.disposed_at.desc(), case_file.c.number))
    return [
        Disposed(
            row.number,
            row.setting,
            row.category,
            row.received_at,
            row.closed_at,
            row.disposed_at,
            row.disposed_by,
        )
        for row in rows
    ]


def count(conn: Connection) -> int:
    """Count the cases whose text is still kept."""
    found: int = conn.execute(select(func.count()).select_from(case_file).where(*_kept())).scalar_one()
    return found


def _kept() -> tuple[Any, ...]:
    return (case_file.c.disposed_at.is_(None),)


def _stored(row: Row[Any]) -> StoredCase:
    return StoredCase(**{name: getattr(row, name) for name in FIELDS})
