"""Says whether a database's error means that it is away for now, in words that repeat nothing it held."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree

HELD = "Somebody else has held it for too long."
FULL = "There is no room left for it."
UNREACHABLE = "It cannot be reached."
BUSY = "It has too much to do."

OF_SQLITE = {
    sqlite3.SQLITE_BUSY: HELD,
    sqlite3.SQLITE_LOCKED: HELD,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: "Its disk cannot be read or written.",
    sqlite3.SQLITE_CANTOPEN: "Its file cannot be opened.",
}
# By SQLSTATE, longest first: https://www.postgresql.org/docs/current/errcodes-appendix.html
OF_POSTGRESQL = {
    "53100": FULL,
    "40P01": HELD,
    "55P03": HELD,
    "08": UNREACHABLE,
    "53": BUSY,
    "57P": UNREACHABLE,
    "58": "Its disk cannot be read or written.",
}


def why_away(error: SQLAlchemyError) -> str | None:
    """Say why the database cannot be used now; None: it can, and what was asked of it is wrong."""
    if isinstance(error, NoneFree):
        return BUSY
    if not isinstance(error, DBAPIError):
        return None
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return OF_SQLITE.get(code & 0xFF)
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        return next((why for begins, why in OF_POSTGRESQL.items() if state.startswith(begins)), None)
    lost = error.connection_invalidated or isinstance(error, OperationalError)
    return UNREACHABLE if lost and "sqlite" not in type(error.orig).__module__ else None
