"""The key of what is encrypted about cases and is no one case's: outbox rows, what a disposal leaves.

Wrapped by the installation's master key, as a case's own key is. It is made once and kept for good: digests
made with it have to stay the same when the master key is rotated. Another is made only where the master key
was lost and replaced, so that reports are taken again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Column, Connection, Integer, LargeBinary, Table, insert, select, update

from bot.core.encryption import CaseKeys, WrongKey
from bot.database.columns import tables
from bot.database.dialect import lock_until_commit

sealing_key = Table(
    "sealing_key",
    tables,
    Column("id", Integer, primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
)
# Any number will do, as long as nothing else locks with it.
SEALING_LOCK = 7_230_005


def seal(conn: Connection, keys: CaseKeys, data: bytes) -> bytes:
    """Encrypt what belongs to no one case."""
    return keys.seal(_find_or_make(conn, keys), data)


def unseal(conn: Connection, keys: CaseKeys, token: bytes) -> bytes:
    """Decrypt it; WrongKey when none of the master keys does."""
    for wrapped in _openable(conn, keys):
        try:
            return keys.unseal(wrapped, token)
        except WrongKey:
            continue
    raise WrongKey


def digest(conn: Connection, keys: CaseKeys, words: str) -> str:
    """Return a keyed digest, 64 hexadecimal characters: without the key no one can try words out."""
    return keys.digest(_find_or_make(conn, keys), words)


def digests(conn: Connection, keys: CaseKeys, words: str) -> list[str]:
    """Return every digest these words may have been stored under."""
    return [keys.digest(wrapped, words) for wrapped in _openable(conn, keys)]


def rewrap(conn: Connection, wrap: Callable[[bytes], bytes]) -> None:
    """Re-wrap the key with the newest master key."""
    for row in conn.execute(select(sealing_key)).all():
        mine = update(sealing_key).where(sealing_key.c.id == row.id)
        conn.execute(mine.values(wrapped_key=wrap(row.wrapped_key)))


def _find_or_make(conn: Connection, keys: CaseKeys) -> bytes:
    found = next(_openable(conn, keys), None)
    if found is not None:
        return found
    lock_until_commit(conn, SEALING_LOCK)
    found = next(_openable(conn, keys), None)
    if found is None:
        found = keys.new_case_key()
        conn.execute(insert(sealing_key), {"wrapped_key": found})
    return found


def _openable(conn: Connection, keys: CaseKeys) -> Iterator[bytes]:
    """Yield the keys that a master key opens, the oldest first."""
    for wrapped in conn.scalars(select(sealing_key.c.wrapped_key).order_by(sealing_key.c.id)).all():
        if keys.opens(wrapped):
            yield wrapped
