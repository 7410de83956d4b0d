"""RFC 3161 time stamps over entries of the ledger, as an outside authority returned them.

`bot.records.tables` must be imported first: one description holds all tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, LargeBinary, Table, Text, select

from bot.database.columns import Instant, tables
from bot.database.queries import insert_once

# `hash` is the ledger entry's as it was when it was stamped; `answer` the authority's whole TimeStampResp.
ledger_stamp = Table(
    "ledger_stamp",
    tables,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("stamped_at", Instant, nullable=False),
    Column("answer", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredStamp:
    """A stamp over the entry `seq`, whose hash was `hash`; `answer` is the authority's whole answer."""

    seq: int
    hash: str
    authority: str
    stamped_at: datetime
    answer: bytes


PUT = insert_once(ledger_stamp, [one.name for one in fields(StoredStamp)], "seq")


def keep(conn: Connection, stamp: StoredStamp) -> None:
    """Keep a stamp; one of the same entry, by another process, stays as it was."""
    conn.execute(PUT, asdict(stamp))


def newest(conn: Connection) -> StoredStamp | None:
    """Find the stamp over the latest entry."""
    query = select(ledger_stamp).order_by(ledger_stamp.c.seq.desc()).limit(1)
    row = conn.execute(query).one_or_none()
    return StoredStamp(*row) if row is not None else None


def walk(conn: Connection, until: int | None = None) -> Iterator[StoredStamp]:
    """Yield the stamps of entries up to `until` (None: all), oldest first, a hundred at a time."""
    query = select(ledger_stamp).order_by(ledger_stamp.c.seq).execution_options(yield_per=100)
    if until is not None:
        query = query.where(ledger_stamp.c.seq <= until)
    with conn.execute(query) as rows:
        for row in rows:
            yield StoredStamp(*row)
