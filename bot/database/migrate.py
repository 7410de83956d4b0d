"""Migrations: bring a database to this program's schema, once, under a lock, after a copy of the SQLite file.

Migrations add first ("expand"), so that the previous version still works while machines are replaced one by
one. One that removes something ("contract") writes its name into `meta`, and a program that does not know it
refuses to start. A newer schema was put there by a newer Handbell that is being rolled out; a running process
goes on until it is replaced, as long as nothing it needs was removed. Also readiness: the database answers,
its schema fits, its disk has room.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, ExceptionContext, event, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from bot.core.errors import DatabaseUnavailable, HandbellError
from bot.database.dialect import is_sqlite, lock_until_commit
from bot.database.engine import Store

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "migrations"
# Each migration's file begins with its name. A start of a current database asks no more of them than that.
KNOWN = frozenset(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))
HEAD = max(KNOWN)
VERSION_TABLE = "alembic_version"
# A table of every database made before 0001 was this one. Their revisions have names that ours have too.
FORMER_TABLE = "closure"

# Any number will do, as long as nothing else locks with it.
UPGRADING_LOCK = 7_230_002


# The key in `meta` under which the latest contract migration writes its own name.
CONTRACTED = "contracted"


Schema = Literal["right", "newer", "older", "too new"]


class NewerDatabase(HandbellError):
    """The database was upgraded by a later Handbell."""


class FormerDatabase(HandbellError):
    """The database was made before 0001 was this migration, and cannot be upgraded."""


class DatabaseNotOpened(HandbellError):
    """The database is away, damaged, or not one."""


def upgrade(store: Store) -> None:
    """Create or upgrade the tables. A database that is current is left alone; a newer one is refused.

    In PostgreSQL a newer one is worked with while nothing was taken from it that this program needs.
    """
    try:
        with store.reading() as conn:
            if inspect(conn).has_table(FORMER_TABLE):
                raise FormerDatabase(
                    "This database was made by an unreleased Handbell with other tables, and cannot be "
                    "upgraded. Nothing was changed. Go on with that program, or name an empty folder or "
                    "database."
                )
            if _bears_us(conn):
                log.warning("a newer Handbell upgraded the database; it still bears this one")
                return
            found = _revision(conn)
    except DBAPIError as error:
        raise DatabaseNotOpened(f"The database cannot be opened: {error.orig}") from error
    if found == HEAD:
        return
    if found is not None:
        _copy(store, f"before-{HEAD}")
    with store.writing() as conn:
        _one_at_a_time(conn)
        _revision(conn)
        run_migrations(conn, HEAD)


def compare(store: Store) -> Schema:
    """Compare the schema with this program: "newer" can be used, "too new" cannot."""
    with store.reading() as conn:
        if _bears_us(conn):
            return "newer"
        found = revision(conn)
    if found is not None and found not in KNOWN:
        return "too new"
    return "right" if found == HEAD else "older"


def revision(conn: Connection) -> str | None:
    """Return the schema a database has; None before the first."""
    if not inspect(conn).has_table(VERSION_TABLE):
        return None
    found: str | None = conn.scalar(text(f"select version_num from {VERSION_TABLE}"))  # noqa: S608 - our word
    return found


def knows(name: str | None) -> bool:
    """Return whether this program knows a schema."""
    return name in KNOWN


def run_migrations(conn: Connection, upto: str) -> None:
    """Run what is missing up to a schema, in the transaction given."""
    from alembic import command  # noqa: PLC0415 - a start of a current database does without
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, upto)


def _bears_us(conn: Connection) -> bool:
    """Return whether a newer Handbell's database has all that this program needs."""
    found = revision(conn)
    if is_sqlite(conn) or found is None or found in KNOWN:
        return False
    contracted = conn.scalar(text("select value from meta where key = :key"), {"key": CONTRACTED})
    return contracted is None or contracted in KNOWN


def _revision(conn: Connection) -> str | None:
    found = revision(conn)
    if found is not None and found not in KNOWN:
        raise NewerDatabase(
            f"This database was upgraded by a newer Handbell (its schema is {found}; this program knows "
            f"up to {HEAD}). Install that version, or restore a copy made before."
        )
    return found


def _one_at_a_time(conn: Connection) -> None:
    # SQLite's only write lock is held already. In PostgreSQL a busy table must not stop the school for long.
    if not is_sqlite(conn):
        # Another process may be at it, however long that takes.
        conn.execute(text("set local lock_timeout = 0"))
        lock_until_commit(conn, UPGRADING_LOCK)
        conn.execute(text("set local lock_timeout = '20s'"))


def _copy(store: Store, ending: str) -> None:
    path = store.engine.url.database
    if not is_sqlite(store.engine) or path in {None, "", ":memory:"}:
        return
    new = Path(f"{path}.{ending}")
    try:
        with closing(sqlite3.connect(str(path))) as ours, closing(sqlite3.connect(new)) as copy:
            ours.backup(copy)
    except sqlite3.Error as error:
        new.unlink(missing_ok=True)
        raise DatabaseNotOpened(
            f"The database has to be upgraded, and no copy of it could be made first ({error}). "
            "Nothing was changed. Make room beside it and start again."
        ) from error


# SQLite needs room for its write-ahead log, and a page that cannot be written is an answer lost.
LEAST_ROOM = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DatabaseReadiness:
    """Readiness of a database."""

    answers: bool
    schema: Schema | Literal["unknown"]
    room: bool

    @property
    def ready(self) -> bool:
        return self.answers and self.schema in {"right", "newer"} and self.room


def standing(store: Store, *folders: Path | None, least_room: int = LEAST_ROOM) -> DatabaseReadiness:
    """Check the database, its disk and the disks of `folders`."""
    room = all(free >= least_room for free in free_under(store, *folders).values())
    try:
        return DatabaseReadiness(answers=True, schema=compare(store), room=room)
    except DatabaseUnavailable:
        return DatabaseReadiness(answers=False, schema="unknown", room=room)


def free_under(store: Store, *folders: Path | None) -> dict[Path, int]:
    """Return the free bytes of the disks of an SQLite file and of each folder."""
    return {folder: _free(folder) for folder in (_folder(store), *folders) if folder is not None}


def clock_of(conn: Connection) -> datetime | None:
    """Return the database server's clock in UTC; None in SQLite, which uses this machine's."""
    if is_sqlite(conn):
        return None
    said: datetime | None = conn.scalar(select(func.clock_timestamp()))
    return said.astimezone(UTC) if said is not None else None


def watch_errors(store: Store, note: Callable[[str], None]) -> None:
    """Call `note` with the kind of every error the database gives: "OperationalError"."""

    def failed(context: ExceptionContext) -> None:
        note(type(context.original_exception).__name__)

    event.listen(store.engine, "handle_error", failed)


def _folder(store: Store) -> Path | None:
    """Return the folder of an SQLite file; a server's disk is the server's own matter."""
    path = store.engine.url.database
    if not is_sqlite(store.engine) or path in {None, "", ":memory:"}:
        return None
    return Path(str(path)).parent


def _free(folder: Path) -> int:
    """Return the free bytes for this user where a folder is or will be."""
    there = next(one for one in _upwards(folder.absolute()) if one.exists())
    return shutil.disk_usage(there).free


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents
