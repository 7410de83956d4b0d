"""Ledger: who did what and when, append-only and hash-chained, so that manipulation is detected.

`bot.rules.hash_chain` has the algorithm. The chain does not show that its newest entries were cut off, or
that it was rewritten as a whole; its `head`, printed elsewhere, does. Cases have a chain of their own
(`chain=case_ledger`), which no page shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Integer, Row, Select, Table, Text, insert, select

from bot.database.columns import Instant, iso, tables
from bot.database.dialect import lock_until_commit
from bot.rules.hash_chain import FIRST, canonical, digest_of, link

# Append-only and chained: `hash` covers the row and the hash before it. `data` is canonical JSON, as hashed.
ledger = Table(
    "ledger",
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

# Any number will do, as long as nothing else locks with it.
CHAIN_LOCK = 7_230_003


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One action. `subject` names its object ("register:oakfield")."""

    at: datetime
    actor: str
    action: str
    subject: str
    data: Mapping[str, Any]


def append(
    conn: Connection, *, at: datetime, actor: str, action: str, subject: str, data: Mapping[str, Any]
) -> int:
    """Add an entry to the chain and return its number."""
    return append_to(conn, ledger, LedgerEntry(at, actor, action, subject, data))


def append_to(conn: Connection, chain: Table, entry: LedgerEntry) -> int:
    """Add an entry to a chain and return its number. Other writers wait until this transaction ends."""
    lock_until_commit(conn, CHAIN_LOCK)
    seq, prev_hash = head(conn, chain)
    row = {
        "seq": seq + 1,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "data": canonical(entry.data),
        "prev_hash": prev_hash,
        "hash": link(prev_hash, digest(seq + 1, entry)),
    }
    conn.execute(insert(chain), row)
    return seq + 1


def head(conn: Connection, chain: Table = ledger) -> tuple[int, str]:
    """Return the number and hash of the newest entry; (0, zeros) before the first."""
    row = conn.execute(_newest(chain)).one_or_none()
    return (row.seq, row.hash) if row is not None else (0, FIRST)


def verify(conn: Connection, chain: Table = ledger) -> int | None:
    """Walk the whole chain; the number of the first entry that is missing or changed, or None."""
    expected, prev_hash = 1, FIRST
    query = select(chain).order_by(chain.c.seq).execution_options(yield_per=1000)
    with conn.execute(query) as rows:
        for row in rows:
            if row.seq != expected or row.prev_hash != prev_hash or not _holds(row):
                return expected
            expected, prev_hash = expected + 1, row.hash
    return None


def head_before(conn: Connection, instant: datetime) -> tuple[int, str]:
    """Return the number and hash of the newest entry before an instant; (0, zeros) if there is none.

    A binary search by number: instants are not indexed, and entries are nearly in their order.
    """
    first, last = 0, head(conn)[0]
    while first < last:
        middle = (first + last + 1) // 2
        at = conn.scalar(select(ledger.c.at).where(ledger.c.seq == middle))
        if at is not None and at < instant:
            first = middle
        else:
            last = middle - 1
    return first, hash_of(conn, first) or FIRST


def hash_of(conn: Connection, seq: int) -> str | None:
    """Return the hash of an entry by its number, or None."""
    found: str | None = conn.scalar(select(ledger.c.hash).where(ledger.c.seq == seq))
    return found


def walk(conn: Connection) -> Iterator[tuple[int, LedgerEntry, str]]:
    """Yield every entry with its number and hash, oldest first, a thousand at a time."""
    query = select(ledger).order_by(ledger.c.seq).execution_options(yield_per=1000)
    with conn.execute(query) as rows:
        for row in rows:
            yield row.seq, _entry(row), row.hash


def entries(conn: Connection, *, limit: int = 50) -> list[tuple[int, LedgerEntry]]:
    """List the newest entries with their numbers, newest first."""
    query = select(ledger).order_by(ledger.c.seq.desc()).limit(limit)
    return [(row.seq, _entry(row)) for row in conn.execute(query)]


def digest(seq: int, entry: LedgerEntry) -> str:
    """Compute the digest of an entry at its place in the chain."""
    return digest_of({"seq": seq, **plain(entry)})


def plain(entry: LedgerEntry) -> dict[str, Any]:
    """Write an entry as it is hashed and as packs show it."""
    return {
        "at": iso(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "data": dict(entry.data),
    }


@cache
def _newest(chain: Table) -> Select[tuple[int, str]]:
    return select(chain.c.seq, chain.c.hash).order_by(chain.c.seq.desc()).limit(1)


def _holds(row: Row[Any]) -> bool:
    try:
        return link(row.prev_hash, digest(row.seq, _entry(row))) == str(row.hash)
    except ValueError:
        return False


def _entry(row: Row[Any]) -> LedgerEntry:
    return LedgerEntry(row.at, row.actor, row.action, row.subject, json.loads(row.data))
