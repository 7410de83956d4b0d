"""All differences between SQLite and PostgreSQL except connecting and naming errors.

A statement that differs gets a function here; no other module asks for the dialect by name, builds a
dialect's insert, or writes a pragma.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ARRAY,
    JSON,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Float,
    Index,
    String,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

T = TypeVar("T")
R = TypeVar("R")

SQLITE, POSTGRESQL = "sqlite", "postgresql"
WAITS_FOR_LOCKS_S = 30
# recursive_triggers: without it INSERT OR REPLACE would delete append-only rows past their triggers.
PRAGMAS = (
    f"PRAGMA busy_timeout = {WAITS_FOR_LOCKS_S * 1000}",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
)
WRITE_AHEAD_LOG = "PRAGMA journal_mode = WAL"
REFUSE_WRITES, TAKE_WRITES = "PRAGMA query_only = ON", "PRAGMA query_only = OFF"
WAIT_FOR_LOCKS_MS, DO_NOT_WAIT_FOR_LOCKS = "PRAGMA busy_timeout = {}", "PRAGMA busy_timeout = 0"

Json = JSON().with_variant(postgresql.JSONB(), POSTGRESQL)


def is_sqlite(conn: Connection | Engine | Dialect) -> bool:
    dialect = conn if isinstance(conn, Dialect) else conn.dialect
    return dialect.name == SQLITE


@dataclass(frozen=True, slots=True)
class Either(Generic[T]):
    """Something in the form of each database, such as a statement that is built once."""

    in_sqlite: T
    in_postgresql: T

    def of(self, conn: Connection | Engine) -> T:
        return self.in_sqlite if is_sqlite(conn) else self.in_postgresql

    def map(self, build: Callable[[T], R]) -> Either[R]:
        return Either(build(self.in_sqlite), build(self.in_postgresql))


def insert_either(table: Table) -> Either[Any]:
    """Inserts into a table that can be told what to do on a conflict."""
    return Either(sqlite.insert(table), postgresql.insert(table))


def insert_into(conn: Connection, table: Table) -> Any:
    """Return an insert into a table that can be told what to do on a conflict."""
    return sqlite.insert(table) if is_sqlite(conn) else postgresql.insert(table)


def one_of(column: ColumnElement[Any], names: str) -> Either[ColumnElement[bool]]:
    """Return the condition that a column is one of the values of the list parameter `names`.

    PostgreSQL takes them as one array: the statement is the same for any number, and is prepared once.
    """
    expanded: BindParameter[Any] = bindparam(names, expanding=True)
    array: BindParameter[Any] = bindparam(names, type_=ARRAY(Text))
    return Either(column.in_(expanded), column == any_(array))


def only_where(condition: ColumnElement[bool]) -> Mapping[str, Any]:
    """Return the arguments of an Index that has only the rows of which a condition is true."""
    return {"sqlite_where": condition, "postgresql_where": condition}


def beyond_ascii(*columns: str) -> Either[str]:
    """Return the SQL condition that a column has a character beyond ASCII: more bytes than characters."""
    asked = Either("length(cast({0} as blob)) <> length({0})", "octet_length({0}) <> length({0})")
    return asked.map(lambda words: " or ".join(words.format(one) for one in columns))


def index_beyond_ascii(name: str, column: Column[str], asked: Either[str]) -> Index:
    """Index those rows alone of which `beyond_ascii` is true."""
    return Index(name, column, sqlite_where=text(asked.in_sqlite), postgresql_where=text(asked.in_postgresql))


def instant_type(dialect: Dialect) -> TypeEngine[Any]:
    """Return the type of an instant's column: text in SQLite, which has none of its own."""
    return String(27) if is_sqlite(dialect) else postgresql.TIMESTAMP(timezone=True)


def seconds_between(began: ColumnElement[Any], ended: ColumnElement[Any]) -> Either[ColumnElement[float]]:
    """Return the time between two instants, in seconds."""
    days: ColumnElement[Any] = func.julianday(ended) - func.julianday(began)
    return Either(days * 86400.0, cast(func.extract("epoch", ended - began), Float))


def lock_until_commit(conn: Connection, key: int) -> None:
    """Acquire an advisory lock on this key and hold it until the transaction ends.

    In SQLite a transaction that writes holds the only write lock already.
    """
    if not is_sqlite(conn):
        conn.execute(select(func.pg_advisory_xact_lock(key)))


def overwrite_deleted(conn: Connection) -> None:
    """Have SQLite write over what is deleted on this connection; PostgreSQL's vacuum does that in time."""
    if is_sqlite(conn):
        conn.execute(text("pragma secure_delete = on"))
