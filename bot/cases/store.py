"""Tables and queries of cases: rows, timeline, messages with the reporter, tasks, who opened a case.

Everything that was written, chosen or done is encrypted, with who and when; nothing here knows a key. In the
clear are number, school and state of a case, when it came and was closed, the days of its tasks, and how many
entries, messages and openings it has.
The tables share their metadata with bot.records.tables, which must be imported first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import NoResultFound

from bot.database.columns import Instant, from_row, tables, to_row
from bot.database.dialect import insert_into, overwrite_deleted
from bot.database.queries import upsert
from bot.records import ledger, sealing_key
from bot.records.ledger import LedgerEntry

# In place of who and which case in the chain: the digest there is of what says both.
SEALED = "sealed"

# `form` and `inbox` are keyed digests of what the reporter holds. After disposal there is no key and no text;
# `sealed` then says, with the installation's key, what it was about and who signed.
case_file = Table(
    "case_file",
    tables,
    Column("number", Text, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("state", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("aware_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("form", Text),
    Column("inbox", Text),
    Column("wrapped_key", LargeBinary),
    Column("sealed", LargeBinary),
    Column("disposed_at", Instant),
    CheckConstraint("(disposed_at is null) = (wrapped_key is not null)", name="disposed"),
    UniqueConstraint("form"),
    UniqueConstraint("inbox"),
    Index(None, "setting", "state"),
)


def _of_a_case(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        tables,
        Column("id", Integer, primary_key=True),
        Column("number", Text, ForeignKey("case_file.number"), nullable=False),
        *columns,
        Index(None, "number"),
    )


# Append-only, until the case is disposed of: the timeline, the messages with the reporter, who opened it.
case_entry = _of_a_case("case_entry", Column("sealed", LargeBinary, nullable=False))
case_post = _of_a_case(
    "case_post",
    Column("from_us", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
case_seen = _of_a_case("case_seen", Column("sealed", LargeBinary, nullable=False))

case_task = Table(
    "case_task",
    tables,
    Column("key", Text, primary_key=True),
    Column("number", Text, ForeignKey("case_file.number"), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("done_on", Date),
    Column("dropped_on", Date),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "number"),
)

# Append-only and chained as the ledger is, but apart from it: no one who may read the ledger learns from it
# that there is a case about them. It holds digests of what is encrypted, and of when the day alone: instants
# would tell whose session it was.
case_ledger = Table(
    "case_ledger",
    tables,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredPost:
    from_us: bool
    sealed: bytes


@dataclass(frozen=True, slots=True)
class StoredTask:
    key: str
    due_on: date
    done_on: date | None
    sealed: bytes


def add_entry(conn: Connection, number: str, sealed: bytes) -> int:
    """Add to a case's timeline and return the entry's own number."""
    values = {"number": number, "sealed": sealed}
    added: int = conn.execute(insert(case_entry).returning(case_entry.c.id), values).scalar_one()
    return added


def entries(conn: Connection, number: str) -> list[bytes]:
    """List a case's timeline, oldest first."""
    query = select(case_entry.c.sealed).where(case_entry.c.number == number).order_by(case_entry.c.id)
    return list(conn.scalars(query))


def add_post(conn: Connection, number: str, sealed: bytes, *, from_us: bool) -> int:
    values = {"number": number, "sealed": sealed, "from_us": from_us}
    added: int = conn.execute(insert(case_post).returning(case_post.c.id), values).scalar_one()
    return added


def posts(conn: Connection, number: str) -> list[StoredPost]:
    query = select(case_post).where(case_post.c.number == number).order_by(case_post.c.id)
    return [StoredPost(row.from_us, row.sealed) for row in conn.execute(query)]


def add_seen(conn: Connection, number: str, sealed: bytes) -> None:
    conn.execute(insert(case_seen), {"number": number, "sealed": sealed})


def page_views(conn: Connection, number: str) -> list[bytes]:
    """List who opened a case and when, latest first."""
    query = select(case_seen.c.sealed).where(case_seen.c.number == number).order_by(case_seen.c.id.desc())
    return list(conn.scalars(query))


def save_task(conn: Connection, number: str, one: StoredTask) -> None:
    row = {
        "key": one.key,
        "number": number,
        "due_on": one.due_on,
        "done_on": one.done_on,
        "sealed": one.sealed,
    }
    upsert(conn, case_task, [row])


def drop_task(conn: Connection, number: str, key: str, on: date) -> None:
    """Remove a task from the list; its row stays."""
    mine = (case_task.c.number == number, case_task.c.key == key)
    conn.execute(update(case_task).where(*mine).values(dropped_on=on))


def tasks(conn: Connection, numbers: Collection[str]) -> dict[str, list[StoredTask]]:
    """List the tasks of cases that were not dropped, the first due first."""
    query = select(case_task).where(case_task.c.number.in_(numbers), case_task.c.dropped_on.is_(None))
    found: dict[str, list[StoredTask]] = defaultdict(list)
    for row in conn.execute(query.order_by(case_task.c.due_on, case_task.c.key)):
        found[row.number].append(StoredTask(row.key, row.due_on, row.done_on, row.sealed))
    return found


SEALED_TEXTS = (case_entry, case_post, case_seen, case_task)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One row. `form` and `inbox` are digests of what the reporter holds; `sealed` holds the facts."""

    number: str
    school: str
    state: str
    received_at: datetime
    aware_at: datetime
    wrapped_key: bytes
    sealed: bytes
    closed_at: datetime | None = None
    form: str | None = None
    inbox: str | None = None


@dataclass(frozen=True, slots=True)
class DisposedCase:
    """What is left of a case that was disposed of. `sealed`: what it was about, and who signed."""

    number: str
    school: str
    received_at: datetime
    closed_at: datetime | None
    disposed_at: datetime
    sealed: bytes


def add(conn: Connection, one: CaseRow) -> bool:
    """Insert a new case. False if its number, form or inbox exists; nothing was written."""
    once = insert_into(conn, case_file).on_conflict_do_nothing().returning(case_file.c.number)
    return conn.execute(once, to_row(one)).one_or_none() is not None


def find(conn: Connection, school: str, number: str, *, to_change: bool = False) -> CaseRow | None:
    """Find a case that was not disposed of; locked until the transaction ends when it is to be changed."""
    query = select(case_file).where(*_kept(), case_file.c.setting == school, case_file.c.number == number)
    row = conn.execute(query.with_for_update() if to_change else query).one_or_none()
    return _stored(row) if row is not None else None


def of_form(conn: Connection, form: str) -> CaseRow | None:
    row = conn.execute(select(case_file).where(*_kept(), case_file.c.form == form)).one_or_none()
    return _stored(row) if row is not None else None


def of_inbox(conn: Connection, school: str, inbox: str, *, to_change: bool = False) -> CaseRow | None:
    query = select(case_file).where(*_kept(), case_file.c.setting == school, case_file.c.inbox == inbox)
    row = conn.execute(query.with_for_update() if to_change else query).one_or_none()
    return _stored(row) if row is not None else None


def in_schools(conn: Connection, schools: Iterable[str] | None = None) -> list[CaseRow]:
    """List the cases of these schools (None: all) that were not disposed of, oldest first."""
    query = select(case_file).where(*_kept()).order_by(case_file.c.received_at, case_file.c.number)
    if schools is not None:
        query = query.where(case_file.c.setting.in_(list(schools)))
    return [_stored(row) for row in conn.execute(query)]


def still_open(conn: Connection, school: str, closed: str) -> list[CaseRow]:
    """Return a school's cases in any state but `closed`, oldest first."""
    query = select(case_file).where(*_kept(), case_file.c.setting == school, case_file.c.state != closed)
    return [_stored(row) for row in conn.execute(query.order_by(case_file.c.received_at, case_file.c.number))]


def schools_with(conn: Connection, state: str) -> tuple[str, ...]:
    """Return the schools that have a case in this state."""
    return _schools(conn, case_file.c.state == state)


def schools_with_open(conn: Connection, closed: str) -> tuple[str, ...]:
    """Return the schools that have a case in any state but `closed`."""
    return _schools(conn, case_file.c.state != closed)


def _schools(conn: Connection, *wanted: ColumnElement[bool]) -> tuple[str, ...]:
    query = select(case_file.c.setting).where(*_kept(), *wanted)
    return tuple(conn.scalars(query.distinct().order_by(case_file.c.setting)))


def save(conn: Connection, one: CaseRow) -> None:
    """Write what may change."""
    values = {name: getattr(one, name) for name in ("state", "aware_at", "closed_at", "sealed")}
    conn.execute(update(case_file).where(case_file.c.number == one.number).values(**values))


def note(conn: Connection, action: str, at: datetime, data: Mapping[str, Any]) -> int:
    """Add an entry to the chain of the cases: a digest of what is encrypted, which says who and when."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return ledger.append_to(conn, case_ledger, LedgerEntry(day, SEALED, action, SEALED, data))


def broken_at(conn: Connection) -> int | None:
    """Walk the chain of the cases; the first entry that is missing or changed, or None."""
    return ledger.verify(conn, case_ledger)


def rewrap(conn: Connection, wrap: Callable[[bytes], bytes]) -> int:
    """Re-wrap every case's data key; return how many there were."""
    query = select(case_file.c.number, case_file.c.wrapped_key).where(*_kept()).order_by(case_file.c.number)
    rows = conn.execute(query.with_for_update())
    wrapped = [(row.number, wrap(row.wrapped_key)) for row in rows]
    for number, key in wrapped:
        conn.execute(update(case_file).where(case_file.c.number == number).values(wrapped_key=key))
    sealing_key.rewrap(conn, wrap)
    return len(wrapped)


def dispose(conn: Connection, number: str, *, sealed: bytes, at: datetime) -> None:
    """Delete a case's key and everything written in it; number, dates and what `sealed` says stay."""
    overwrite_deleted(conn)
    gone = dict.fromkeys(("form", "inbox", "wrapped_key"))
    mine = update(case_file).where(*_kept(), case_file.c.number == number)
    if not conn.execute(mine.values(**gone, sealed=sealed, disposed_at=at)).rowcount:
        raise NoResultFound(number)
    for table in SEALED_TEXTS:
        conn.execute(delete(table).where(table.c.number == number))


def disposed(conn: Connection, school: str) -> list[DisposedCase]:
    """List what is left of the cases that were disposed of, latest first."""
    query = select(case_file).where(case_file.c.setting == school, case_file.c.disposed_at.is_not(None))
    rows = conn.execute(query.order_by(case_file.c.disposed_at.desc(), case_file.c.number))
    return [
        DisposedCase(
            row.number,
            row.setting,
            row.received_at,
            row.closed_at,
            row.disposed_at,
            row.sealed,
        )
        for row in rows
    ]


def count(conn: Connection) -> int:
    """Count the cases whose text is still kept."""
    found: int = conn.execute(select(func.count()).select_from(case_file).where(*_kept())).scalar_one()
    return found


def _kept() -> tuple[Any, ...]:
    return (case_file.c.disposed_at.is_(None),)


def _stored(row: Row[Any]) -> CaseRow:
    return from_row(CaseRow, row)
