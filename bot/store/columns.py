"""Column types both databases keep alike: instants as UTC, JSON, and names for every constraint."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Dialect,
    Index,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    cast,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import TypeEngine

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")


def as_stored(table: Table, *names: str) -> list[ColumnElement[Any]]:
    """List a table's columns to select, the named ones, which hold JSON, as the text of it.

    Few different texts stand in many rows: whoever reads them reads each once.
    """
    return [cast(one, Text).label(one.name) if one.name in names else one for one in table.c]


def beyond_ascii(*columns: str) -> dict[str, str]:
    """Ask in each database's words whether a column has a letter beyond ASCII: more bytes than letters."""
    asked = {
        "sqlite": "length(cast({0} as blob)) <> length({0})",
        "postgresql": "octet_length({0}) <> length({0})",
    }
    return {name: " or ".join(words.format(one) for one in columns) for name, words in asked.items()}


def index_beyond_ascii(name: str, column: Column[str], asked: dict[str, str]) -> Index:
    """Index those rows alone of which `beyond_ascii` is true."""
    return Index(name, column, sqlite_where=text(asked["sqlite"]), postgresql_where=text(asked["postgresql"]))


def metadata() -> MetaData:
    """Start an empty description whose constraints all get names, so that migrations can alter them."""
    return MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """An aware instant. In SQLite: ISO 8601 text in UTC, all of one length, so text order is time order."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = String(27) if dialect.name == "sqlite" else TIMESTAMP(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return iso(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromisoformat(value)
        read: datetime = value
        return read.astimezone(UTC)


def iso(value: datetime) -> str:
    """Write an instant in UTC with microseconds, always 27 characters."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
