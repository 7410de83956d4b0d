"""Which database errors mean that it is unavailable for now, in words that repeat no data."""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree

HELD = "Somebody else has held it for too long."
FULL = "There is no room left for it."
UNREACHABLE = "It cannot be reached."
BUSY = "It has too much to do."
REFUSED = "Its server refuses our name or password."
NO_DATABASE = "Its server has no database of that name."
UNKNOWN_HOST = "No machine of its server's name is known."

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
# What refuses a connection has no SQLSTATE in the driver, only its server's words; of a server that speaks
# another language nothing is found here, and it counts as one that cannot be reached.
AT_THE_DOOR = {
    "authentication failed": REFUSED,
    "no password supplied": REFUSED,
    "no pg_hba.conf entry": REFUSED,
    "permission denied for database": REFUSED,
    "too many": BUSY,
    "remaining connection slots": BUSY,
    "failed to resolve host": UNKNOWN_HOST,
    "could not translate host name": UNKNOWN_HOST,
}
NOT_THERE = {"role": REFUSED, "database": NO_DATABASE}
DOES_NOT_EXIST = re.compile(r'FATAL: +(role|database) ".*" does not exist')


def why_away(error: SQLAlchemyError) -> str | None:
    """Return why the database is unavailable; None if the error is the statement's own."""
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
    return _at_the_door(str(error.orig)) if lost and not isinstance(error.orig, sqlite3.Error) else None


def _at_the_door(says: str) -> str:
    """Return why no connection was made, with the place to look at."""
    missing = DOES_NOT_EXIST.search(says)
    if missing is not None:
        return NOT_THERE[missing[1]]
    return next((why for words, why in AT_THE_DOOR.items() if words in says), UNREACHABLE)
