"""Column types that are the same in both databases: UTC instants, JSON, and names for every constraint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Dialect,
    MetaData,
    Row,
    String,
    Table,
    Text,
    TypeDecorator,
    cast,
)
from sqlalchemy.types import TypeEngine

from bot.database.dialect import instant_type, is_sqlite

Record = TypeVar("Record")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def as_stored(table: Table, *names: str) -> list[ColumnElement[Any]]:
    """Return a table's columns to select, with the named JSON columns as text.

    Few different texts are in many rows, so that the caller parses each once.
    """
    return [cast(one, Text).label(one.name) if one.name in names else one for one in table.c]


def metadata() -> MetaData:
    """Start an empty description whose constraints all get names, so that migrations can alter them."""
    return MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """An aware instant. In SQLite: ISO 8601 text in UTC, all of one length, so text order is time order."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(instant_type(dialect))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return iso(value) if is_sqlite(dialect) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if is_sqlite(dialect):
            return datetime.fromisoformat(value)
        read: datetime = value
        return read.astimezone(UTC)


def iso(value: datetime) -> str:
    """Write an instant in UTC with microseconds, always 27 characters."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


# Fields of records whose column has another name.
COLUMN_NAMES = {"school": "setting"}


@cache
def columns_of(record: Callable[..., Any]) -> dict[str, str]:
    """Return the column of each field of a dataclass, in the order of the fields."""
    return {one.name: COLUMN_NAMES.get(one.name, one.name) for one in fields(record)}  # type: ignore[arg-type]


def to_row(record: Any) -> dict[str, Any]:
    """Return a record's values by column."""
    return {column: getattr(record, name) for name, column in columns_of(record.__class__).items()}


def from_row(record: Callable[..., Record], row: Row[Any], **other: Any) -> Record:
    """Make a record of a row; `other` fields replace the row's.

    A column that was not selected is left out.
    """
    kept = row._mapping  # noqa: SLF001 - public
    named = columns_of(record)
    return record(**{name: kept[column] for name, column in named.items() if column in kept} | other)


tables = metadata()
