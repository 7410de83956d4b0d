"""Keeps the log book. Nothing in it is changed, and what is old goes when somebody signs it off.

The ledger holds a digest of every line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, text

from bot.domain.hash_chain import digest_of, receipt_for
from bot.domain.log_book import Entry, Written
from bot.store import ledger
from bot.store.engine import is_sqlite
from bot.store.log_schema import log_disposed, log_entry
from bot.store.upsert import INSERT


@dataclass(frozen=True, slots=True)
class Disposed:
    """What is left of an entry that was disposed of."""

    reference: str
    kind: str
    happened_at: datetime
    disposed_at: datetime
    disposed_by: str


def reference_of(sent: str) -> str:
    """Name a form as it was sent, so that the same form sent twice is one line."""
    return f"LG{receipt_for(f'log {sent}').removeprefix('HB')}"


def add(conn: Connection, one: Written) -> bool:
    """Add a line and note it in the ledger, never in words; False: this very form was taken before."""
    once = INSERT[conn.dialect.name](log_entry).on_conflict_do_nothing(index_elements=[log_entry.c.reference])
    added = conn.execute(once.returning(log_entry.c.reference), _row(one)).one_or_none()
    if added is None:
        return False
    ledger.append(
        conn,
        at=one.recorded_at,
        actor=f"person:{one.by}",
        action=f"log: {one.step or 'written'}",
        subject=f"log:{one.setting}/{one.follows or one.reference}",
        data={"kind": one.kind, "reference": one.reference, "said": _digest(one)},
    )
    return True


def of_setting(conn: Connection, setting: str) -> list[Written]:
    """List every line of a setting, in the order of writing."""
    query = select(log_entry).where(log_entry.c.setting == setting)
    return [_written(row) for row in conn.execute(query.order_by(log_entry.c.recorded_at))]


def find(conn: Connection, setting: str, reference: str, *, to_change: bool = False) -> list[Written]:
    """Find an entry and what follows it; `to_change`: nobody else adds to it meanwhile."""
    mine = (log_entry.c.setting == setting, log_entry.c.follows.is_(None))
    first = select(log_entry.c.reference).where(log_entry.c.reference == reference, *mine)
    if conn.execute(first.with_for_update() if to_change else first).one_or_none() is None:
        return []
    belongs = or_(log_entry.c.reference == reference, log_entry.c.follows == reference)
    query = select(log_entry).where(belongs).order_by(log_entry.c.recorded_at)
    return [_written(row) for row in conn.execute(query)]


def dispose(conn: Connection, entry: Entry, *, at: datetime, by: str) -> None:
    """Delete everything written in an entry; its reference, kind, day and who signed stay."""
    if is_sqlite(conn):
        conn.execute(text("pragma secure_delete = on"))
    first = entry.first
    left: dict[str, Any] = {"reference": first.reference, "setting": first.setting, "kind": first.kind}
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
        subject=f"log:{first.setting}/{first.reference}",
        data={"kind": first.kind},
    )


def disposed(conn: Connection, setting: str) -> list[Disposed]:
    """List what is left of the entries that were disposed of, the latest first."""
    query = select(log_disposed).where(log_disposed.c.setting == setting)
    rows = conn.execute(query.order_by(log_disposed.c.disposed_at.desc(), log_disposed.c.reference))
    return [
        Disposed(one.reference, one.kind, one.happened_at, one.disposed_at, one.disposed_by) for one in rows
    ]


def _digest(one: Written) -> str:
    return digest_of(one.said)


def _row(one: Written) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "setting": one.setting,
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


def _written(row: Row[Any]) -> Written:
    return Written(
        reference=row.reference,
        setting=row.setting,
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
