"""Keeps the log book. Nothing in it is changed or taken away; the ledger holds a digest of every line."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from bot.domain.log_book import Written
from bot.store import ledger
from bot.store.evidence import receipt_for
from bot.store.log_schema import log_entry
from bot.store.upsert import INSERT


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


def _digest(one: Written) -> str:
    return sha256(ledger.canonical(dict(one.said)).encode()).hexdigest()


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
