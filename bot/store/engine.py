"""Opens the database and hands out transactions: one that writes, or one that reads a consistent state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.errors import BadInput, Problem, StoreAway
from bot.store.away import HELD, why_away

__all__ = ["Connection", "Store", "open_store"]

WAITS_FOR_LOCKS_S = 30
# A server whose machine is gone answers nothing at all; without these a page would wait for many minutes.
WAITS = {"connect_timeout": 10, "tcp_user_timeout": 30_000, "keepalives_idle": 30}
# Fifteen at most, as ever. Those past the first ten are closed after each use and opened again at the next,
# which under load took longer than what they were opened for.
POOL = {"pool_size": 10, "max_overflow": 5}
# recursive_triggers: without it INSERT OR REPLACE would delete append-only rows past their triggers.
PRAGMAS = (
    f"PRAGMA busy_timeout = {WAITS_FOR_LOCKS_S * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
)


@dataclass(frozen=True, slots=True)
class Store:
    """One database. Transactions do not nest; none is held across a call to a vendor.

    Either raises StoreAway where the database cannot be used now: gone, full, or held by somebody else.
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
        """Let this process's writers to SQLite wait in a queue: its own waiting lets some starve."""
        if not is_sqlite(self.engine):
            yield
            return
        if not self._turn.acquire(timeout=WAITS_FOR_LOCKS_S):
            raise StoreAway(HELD)
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
            raise StoreAway(why) from error

    def close(self) -> None:
        """Close every connection. The next use opens new ones."""
        self.engine.dispose()


def is_sqlite(conn: Connection | Engine) -> bool:
    return conn.dialect.name == "sqlite"


def open_store(url: str) -> Store:
    """Open "sqlite:///path", "sqlite://" (in memory, one thread) or "postgresql://...". Creates nothing."""
    address = _address(url)
    if address.get_backend_name() == "sqlite":
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


def _wait_no_longer(connection: Any, _record: object) -> None:
    """Wait for a lock as long as in SQLite: whoever holds a table for longer must not hold up every page."""
    connection.execute(f"set lock_timeout = '{WAITS_FOR_LOCKS_S}s'")
    connection.commit()


def _begin(conn: Connection) -> None:
    options = conn.get_execution_options()
    conn.exec_driver_sql(f"PRAGMA query_only = {'ON' if options.get('reads_only') else 'OFF'}")
    conn.exec_driver_sql(options.get("begins", "BEGIN IMMEDIATE"))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


# An error's parameters would carry people's own words into the log.
QUIETLY: dict[str, Any] = {"json_serializer": _json, "hide_parameters": True}
