"""Brings a database to this program's schema: once, under a lock, after a copy of an older SQLite file.

Migrations add first ("expand"), so that a program of before works on beside one of after while many machines
are replaced one by one. One that takes something away ("contract") writes its own name into `meta`, and no
program that does not know it begins any more.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.errors import HandbellError
from bot.store.engine import Store, is_sqlite

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "migrations"

# Any number will do, as long as nothing else locks with it.
UPGRADING_LOCK = 7_230_002


# The key in `meta` under which the latest contract migration writes its own name.
CONTRACTED = "contracted"


Schema = Literal["right", "newer", "older", "too new"]


class NewerDatabase(HandbellError):
    """The database was upgraded by a later Handbell."""


class DatabaseNotOpened(HandbellError):
    """The database is away, damaged, or not one."""


def upgrade(store: Store) -> None:
    """Create or upgrade the tables. A database that is current is left alone; a newer one is refused.

    In PostgreSQL a newer one is worked with while nothing was taken from it that this program needs.
    """
    config = _config()
    script = ScriptDirectory.from_config(config)
    try:
        with store.reading() as conn:
            if _bears_us(conn, script):
                log.warning("a newer Handbell upgraded the database; it still bears this one")
                return
            found = _revision(conn, script)
    except DBAPIError as error:
        raise DatabaseNotOpened(f"The database cannot be opened: {error.orig}") from error
    head = script.get_current_head()
    if found == head:
        return
    if found is not None:
        _copy(store, f"before-{head}")
    with store.writing() as conn:
        _one_at_a_time(conn)
        _revision(conn, script)
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def is_current(store: Store) -> bool:
    """Say whether the database has exactly the tables this program expects."""
    script = ScriptDirectory.from_config(_config())
    with store.reading() as conn:
        return _revision(conn, script) == script.get_current_head()


def compare(store: Store) -> Schema:
    """Say how the tables stand to this program: "newer" ones bear it, "too new" ones do not."""
    script = _script()
    with store.reading() as conn:
        if _bears_us(conn, script):
            return "newer"
        found = revision(conn)
    if found is not None and found not in _known(script):
        return "too new"
    return "right" if found == script.get_current_head() else "older"


def revision(conn: Connection) -> str | None:
    """Name the schema a database has; None before the first."""
    return MigrationContext.configure(conn).get_current_revision()


def knows(name: str | None) -> bool:
    """Say whether this program knows a schema."""
    return name in _known(ScriptDirectory.from_config(_config()))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@lru_cache(maxsize=1)
def _script() -> ScriptDirectory:
    """Read the migrations once, for what is asked again and again."""
    return ScriptDirectory.from_config(_config())


def _known(script: ScriptDirectory) -> set[str]:
    return {one.revision for one in script.walk_revisions()}


def _bears_us(conn: Connection, script: ScriptDirectory) -> bool:
    """Say whether a newer Handbell's database has all that this program needs."""
    found, known = revision(conn), _known(script)
    if is_sqlite(conn) or found is None or found in known:
        return False
    contracted = conn.scalar(text("select value from meta where key = :key"), {"key": CONTRACTED})
    return contracted is None or contracted in known


def _revision(conn: Connection, script: ScriptDirectory) -> str | None:
    found = revision(conn)
    if found is not None and found not in _known(script):
        raise NewerDatabase(
            f"This database was upgraded by a newer Handbell (its schema is {found}; this program knows "
            f"up to {script.get_current_head()}). Install that version, or restore a copy made before."
        )
    return found


def _one_at_a_time(conn: Connection) -> None:
    # SQLite's only write lock is held already. In PostgreSQL a busy table must not stop the school for long.
    if not is_sqlite(conn):
        # Another process may be at it, however long that takes.
        conn.execute(text("set local lock_timeout = 0"))
        conn.execute(text("select pg_advisory_xact_lock(:key)"), {"key": UPGRADING_LOCK})
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
