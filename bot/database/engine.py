"""Opens the database and hands out transactions: one that writes, or one that reads a consistent state.

Waits a little for a database that restarts, with what must not be forgotten: what a vendor took.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.core.errors import BadInput, DatabaseUnavailable, Problem
from bot.database.dialect import (
    PRAGMAS,
    REFUSE_WRITES,
    SQLITE,
    TAKE_WRITES,
    WAITS_FOR_LOCKS_S,
    WRITE_AHEAD_LOG,
    is_sqlite,
)
from bot.database.errors import HELD, why_away

__all__ = ["Connection", "Store", "open_store"]

# A server whose machine is gone answers nothing at all; without these a page would wait for many minutes.
WAITS = {"connect_timeout": 10, "tcp_user_timeout": 30_000, "keepalives_idle": 30}
# Fifteen at most, as ever. Those past the first ten are closed after each use and opened again at the next,
# which under load took longer than what they were opened for.
POOL = {"pool_size": 10, "max_overflow": 5}


@dataclass(frozen=True, slots=True)
class Store:
    """One database. Transactions do not nest; none is held across a call to a vendor.

    Both kinds raise DatabaseUnavailable where the database cannot be used now: gone, full, or locked.
    """

    engine: Engine
    _turn: Lock = field(default_factory=Lock, repr=False, compare=False)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open one transaction: committed at the end, undone on any error."""
        with self.in_turn(), self._connection({"begins": "BEGIN IMMEDIATE"}, {}) as conn:
            yield conn

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Queue this process's writers to SQLite: its own waiting lets some starve."""
        if not is_sqlite(self.engine):
            yield
            return
        if not self._turn.acquire(timeout=WAITS_FOR_LOCKS_S):
            raise DatabaseUnavailable(HELD)
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open one consistent state of the whole database; the database refuses writes in it."""
        snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._connection({"begins": "BEGIN", "reads_only": True}, snapshot) as conn:
            yield conn

    @contextmanager
    def _connection(self, in_sqlite: dict[str, Any], in_postgresql: dict[str, Any]) -> Iterator[Connection]:
        options = in_sqlite if is_sqlite(self.engine) else in_postgresql
        try:
            with self.engine.connect().execution_options(**options) as conn, conn.begin():
                yield conn
        except SQLAlchemyError as error:
            why = why_away(error)
            if why is None:
                raise
            raise DatabaseUnavailable(why) from error

    def close(self) -> None:
        """Close every connection. The next use opens new ones."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open "sqlite:///path", "sqlite://" (in memory, one thread) or "postgresql://...". Creates nothing."""
    address = _address(url)
    if address.get_backend_name() == SQLITE:
        return Store(_sqlite(address))
    engine = create_engine(address, pool_pre_ping=True, connect_args=WAITS, **POOL, **QUIETLY)
    event.listen(engine, "connect", _wait_no_longer)
    return Store(engine)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        address = None
    if address is not None and address.drivername in {"sqlite", "sqlite+pysqlite"}:
        return address
    if address is not None and address.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return address.set(drivername="postgresql+psycopg")
    right = "Use sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE"
    # The address may hold a password, so it is not repeated here.
    raise BadInput([Problem("settings", None, "HANDBELL_DATABASE_URL", "is not a database address", right)])


def _sqlite(address: URL) -> Engine:
    options: dict[str, Any] = {"connect_args": {"timeout": WAITS_FOR_LOCKS_S}, **QUIETLY}
    if address.database in {None, "", ":memory:"}:
        options["poolclass"] = StaticPool
        options["connect_args"]["check_same_thread"] = False
    engine = create_engine(address, **options)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    # The driver would begin transactions late and never for reads; `_begin` does it instead.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)
    _use_write_ahead_log(connection)


def _use_write_ahead_log(connection: Any) -> None:
    """Switch to the write-ahead log, again while another program writes: busy_timeout does not cover this."""
    gives_up_at = monotonic() + WAITS_FOR_LOCKS_S
    while True:
        try:
            connection.execute(WRITE_AHEAD_LOG)
        except sqlite3.OperationalError:
            if monotonic() > gives_up_at:
                raise
            sleep(0.02)
        else:
            return


def _wait_no_longer(connection: Any, _record: object) -> None:
    """Limit lock waits as in SQLite, so that a long lock does not hold up every page."""
    connection.execute(f"set lock_timeout = '{WAITS_FOR_LOCKS_S}s'")
    connection.commit()


def _begin(conn: Connection) -> None:
    options = conn.get_execution_options()
    conn.exec_driver_sql(REFUSE_WRITES if options.get("reads_only") else TAKE_WRITES)
    conn.exec_driver_sql(options.get("begins", "BEGIN IMMEDIATE"))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


# An error's parameters would carry people's own words into the log.
QUIETLY: dict[str, Any] = {"json_serializer": _json, "hide_parameters": True}

log = logging.getLogger(__name__)

# PostgreSQL restarts in a few seconds. Less in all than after which a silent worker is taken to be dead.
WAITS_S = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
GIVES_UP_AFTER_S = 20.0


def retry_write(store: Store, write: Callable[[], None], waits_s: Sequence[float] = WAITS_S) -> None:
    """Write, again and again while the server is away. `write` may run twice: its first answer can be lost.

    Raises StoreAway where it stays away. SQLite has no server that restarts, and is asked once.
    """
    began_at = monotonic()
    for wait in () if is_sqlite(store.engine) else waits_s:
        try:
            write()
        except DatabaseUnavailable:
            if monotonic() - began_at > GIVES_UP_AFTER_S:
                raise
            log.warning("the database is away; what was sent is noted as soon as it is back")
            sleep(wait)
        else:
            return
    write()
