"""Holds every record of evidence against the ledger: changed, gone, or never noted.

Both are read once, side by side, a thousand rows at a time. Records and entries are made in nearly the same
order, so that only what has no partner yet is held in memory, and at the end that is what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy import Connection

from bot.records import evidence as record_evidence
from bot.records import ledger

NONE = ("", "")


@dataclass(frozen=True, slots=True)
class Differences:
    """Receipts of records that differ from what the ledger notes, each sort in the order of its record.

    `changed`: a record says something else now; `gone`: noted, and there is no record; `unnoted`: there is a
    record, and no entry notes it.
    """

    changed: tuple[str, ...]
    gone: tuple[str, ...]
    unnoted: tuple[str, ...]


def differences(conn: Connection) -> Differences:
    """Compare every record with the entry that notes it. ValueError: a row holds what cannot be read."""
    changed: list[str] = []
    noted: dict[str, str] = {}
    kept: dict[str, str] = {}
    for entry, record in zip_longest(_noted(conn), record_evidence.digests(conn)):
        for mine, (receipt, digest), theirs in ((noted, entry or NONE, kept), (kept, record or NONE, noted)):
            if not receipt:
                continue
            if receipt not in theirs:
                mine[receipt] = digest
            elif theirs.pop(receipt) != digest:
                changed.append(receipt)
    return Differences(tuple(changed), tuple(noted), tuple(kept))


def _noted(conn: Connection) -> Iterator[tuple[str, str]]:
    """List the receipt and digest of each record that the ledger notes, oldest first."""
    for _, entry, _ in ledger.walk(conn):
        found = record_evidence.noted_in(entry)
        if found is not None:
            yield found.receipt, found.digest
