"""State of synchronisation with vendors: cursors of readings, and what we created there.

`bot.records.tables` must be imported first: both share one MetaData.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Table, Text, delete, select

from bot.database.columns import Instant, tables
from bot.database.queries import upsert

# `setting` is empty for what belongs to the whole installation.
sync_state = Table(
    "sync_state",
    tables,
    Column("setting", Text, primary_key=True),
    Column("sort", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("noted_at", Instant, nullable=False),
)

CURSOR = "cursor"


@dataclass(frozen=True, slots=True)
class SyncEntry:
    """One entry about a school's data at a vendor, and when it was written."""

    school: str
    key: str
    value: str
    noted_at: datetime


def cursor(conn: Connection, school: str, reading: str) -> str | None:
    """Return the cursor where a reading stopped; None to read from the beginning."""
    return known(conn, school, CURSOR).get(reading)


def keep_cursor(conn: Connection, school: str, reading: str, value: str, now: datetime) -> None:
    note(conn, school, CURSOR, reading, value=value, now=now)


def known(conn: Connection, school: str, sort: str) -> dict[str, str]:
    """List what was noted of one sort, by key."""
    rows = conn.execute(select(sync_state).where(sync_state.c.setting == school, sync_state.c.sort == sort))
    return {row.key: row.value for row in rows}


def notes(
    conn: Connection,
    sort: str,
    *,
    since: datetime | None = None,
    schools: Collection[str] | None = None,
) -> list[SyncEntry]:
    """List what was noted of one sort, the oldest first; None: at any time, of every school."""
    mine = [sync_state.c.sort == sort]
    if since is not None:
        mine.append(sync_state.c.noted_at >= since)
    if schools is not None:
        mine.append(sync_state.c.setting.in_(schools))
    query = (
        select(sync_state)
        .where(*mine)
        .order_by(sync_state.c.noted_at, sync_state.c.setting, sync_state.c.key)
    )
    return [SyncEntry(row.setting, row.key, row.value, row.noted_at) for row in conn.execute(query)]


def note(conn: Connection, school: str, sort: str, key: str, *, value: str, now: datetime) -> None:
    """Write one entry, replacing the one with its key."""
    row = {"setting": school, "sort": sort, "key": key, "value": value, "noted_at": now}
    upsert(conn, sync_state, [row])


def forget(conn: Connection, school: str, sort: str, key: str) -> None:
    mine = (sync_state.c.setting == school, sync_state.c.sort == sort, sync_state.c.key == key)
    conn.execute(delete(sync_state).where(*mine))
