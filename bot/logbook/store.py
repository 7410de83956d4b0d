"""Tables and queries of the log. Entries are append-only until disposal; the ledger has a digest of each.

The tables share their metadata with bot.records.tables, which must be imported first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Row,
    Select,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
)

from bot.database.columns import Instant, tables
from bot.database.dialect import Json, insert_into, overwrite_deleted
from bot.logbook.model import LogEntry, LogLine
from bot.records import ledger
from bot.rules.hash_chain import digest_of, receipt_for

log_entry = Table(
    "log_entry",
    tables,
    Column("reference", Text, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("identified_by", Text, nullable=False),
    Column("said", Json, nullable=False),
    Column("follows", Text, ForeignKey("log_entry.reference")),
    Column("step", Text, nullable=False),
    Index(None, "setting", "kind"),
    Index(None, "follows"),
)
log_disposed = Table(
    "log_disposed",
    tables,
    Column("reference", Text, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("disposed_at", Instant, nullable=False),
    Column("disposed_by", Text, nullable=False),
    Index(None, "setting"),
)


@dataclass(frozen=True, slots=True)
class DisposedEntry:
    """What is left of an entry that was disposed of."""

    reference: str
    kind: str
    happened_at: datetime
    disposed_at: datetime
    disposed_by: str


def reference_of(sent: str) -> str:
    """Return an idempotency key of a submitted form: submitted twice, it is one line."""
    return f"LG{receipt_for(f'log {sent}').removeprefix('HB')}"


def add(conn: Connection, one: LogLine) -> bool:
    """Add a line and note it in the ledger, never in words; False: this very form was taken before."""
    once = insert_into(conn, log_entry).on_conflict_do_nothing(index_elements=[log_entry.c.reference])
    added = conn.execute(once.returning(log_entry.c.reference), _row(one)).one_or_none()
    if added is None:
        return False
    ledger.append(
        conn,
        at=one.recorded_at,
        actor=f"person:{one.by}",
        action=f"log: {one.step or 'written'}",
        subject=f"log:{one.school}/{one.follows or one.reference}",
        data={"kind": one.kind, "reference": one.reference, "said": digest_of(one.said)},
    )
    return True


def of_school(conn: Connection, school: str) -> list[LogLine]:
    """Return every line of a school, in the order of writing."""
    query = select(log_entry).where(log_entry.c.setting == school)
    return [_written(row) for row in conn.execute(query.order_by(log_entry.c.recorded_at))]


def find(conn: Connection, school: str, reference: str, *, to_change: bool = False) -> list[LogLine]:
    """Return an entry with its steps; `to_change`: lock it."""
    mine = (log_entry.c.setting == school, log_entry.c.follows.is_(None))
    first = select(log_entry.c.reference).where(log_entry.c.reference == reference, *mine)
    if conn.execute(first.with_for_update() if to_change else first).one_or_none() is None:
        return []
    return _with_lines(conn, first)


def without(
    conn: Connection, kinds: Collection[str], steps: Collection[str], school: str | None = None
) -> list[LogLine]:
    """Return the lines of entries of these kinds without any of these steps. `setting`: of this school."""
    later = log_entry.alias()
    came = select(later.c.reference).where(later.c.follows == log_entry.c.reference, later.c.step.in_(steps))
    query = select(log_entry.c.reference).where(
        log_entry.c.follows.is_(None), log_entry.c.kind.in_(kinds), ~came.exists()
    )
    if school is not None:
        query = query.where(log_entry.c.setting == school)
    return _with_lines(conn, query)


def in_full(conn: Connection, references: Collection[str]) -> list[LogLine]:
    """List the lines of these entries; what was disposed of has none."""
    mine = (log_entry.c.reference.in_(references), log_entry.c.follows.is_(None))
    return _with_lines(conn, select(log_entry.c.reference).where(*mine))


def _with_lines(conn: Connection, firsts: Select[tuple[str]]) -> list[LogLine]:
    """List the lines of entries in the order of writing: the entry itself and what follows it."""
    belongs = or_(log_entry.c.reference.in_(firsts), log_entry.c.follows.in_(firsts))
    query = select(log_entry).where(belongs).order_by(log_entry.c.recorded_at)
    return [_written(row) for row in conn.execute(query)]


def dispose(conn: Connection, entry: LogEntry, *, at: datetime, by: str) -> None:
    """Delete everything written in an entry; its reference, kind, day and who signed stay."""
    overwrite_deleted(conn)
    first = entry.first
    left: dict[str, Any] = {"reference": first.reference, "setting": first.school, "kind": first.kind}
    left |= {"happened_at": first.happened_at, "disposed_at": at, "disposed_by": by}
    conn.execute(insert(log_disposed), left)
    # What follows goes first: it points to the entry.
    for mine in (log_entry.c.follows, log_entry.c.reference):
        conn.execute(delete(log_entry).where(mine == first.reference))
    ledger.append(
        conn,
        at=at,
        actor=f"person:{by}",
        action="log: disposed of",
        subject=f"log:{first.school}/{first.reference}",
        data={"kind": first.kind},
    )


def disposed(conn: Connection, school: str) -> list[DisposedEntry]:
    """List what is left of the entries that were disposed of, the latest first."""
    query = select(log_disposed).where(log_disposed.c.setting == school)
    rows = conn.execute(query.order_by(log_disposed.c.disposed_at.desc(), log_disposed.c.reference))
    return [
        DisposedEntry(one.reference, one.kind, one.happened_at, one.disposed_at, one.disposed_by)
        for one in rows
    ]


def _row(one: LogLine) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "setting": one.school,
        "kind": one.kind,
        "happened_at": one.happened_at,
        "recorded_at": one.recorded_at,
        "person": one.by,
        "person_name": one.by_name,
        "identified_by": one.identified_by,
        "said": dict(one.said),
        "follows": one.follows or None,
        "step": one.step,
    }


def _written(row: Row[Any]) -> LogLine:
    return LogLine(
        reference=row.reference,
        school=row.setting,
        kind=row.kind,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        by=row.person,
        by_name=row.person_name,
        identified_by=row.identified_by,
        said=row.said,
        follows=row.follows or "",
        step=row.step,
    )
