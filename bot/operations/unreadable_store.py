"""Stored values that Handbell never wrote: their type is not that of their column.

PostgreSQL refuses such values itself; SQLite keeps what another program puts into a column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    Table,
    Text,
    Time,
    cast,
    func,
    literal_column,
    select,
)

from bot.database.columns import Instant, tables
from bot.database.dialect import is_sqlite
from bot.records import tables as record_tables

DIGITS = "[0-9]" * 6
# What is true of a value that can be read, in SQLite's words, and how such a value is written. A day that
# no month has is moved on by adding no days to it.
READABLE: dict[type[Any], tuple[str, str]] = {
    Date: ("date({0}, '+0 days') is {0}", "A date, such as 2026-11-23."),
    Time: (
        f"time(substr({{0}}, 1, 8)) is substr({{0}}, 1, 8) and {{0}} glob '??:??:??.{DIGITS}'",
        "A time of day, such as 07:30:00.000000.",
    ),
    # Without its microseconds, which SQLite would round.
    Instant: (
        (
            f"strftime('%Y-%m-%dT%H:%M:%S', substr({{0}}, 1, 19), '+0 days') is substr({{0}}, 1, 19)"
            f" and substr({{0}}, 20) glob '.{DIGITS}Z'"
        ),
        "An instant in UTC, such as 2026-11-23T07:30:00.000000Z.",
    ),
    JSON: ("json_valid({0})", "JSON."),
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A column, as table.column, in so many rows of which something else stands, and what would be right.

    `first`: the key of the first such row, as the database holds it.
    """

    column: str
    rows: int
    first: str
    right: str


def unreadable(conn: Connection) -> Iterator[Unreadable]:
    """List the columns that hold what cannot be read, by table."""
    if is_sqlite(conn):
        for table in tables.sorted_tables:
            yield from _in_table(conn, table)
    key, zone = record_tables.school.c.key, record_tables.school.c.timezone
    wrong = [row.key for row in conn.execute(select(key, zone).order_by(key)) if not _is_zone(row.timezone)]
    if wrong:
        right = "A time zone of the tz database, such as Europe/London."
        yield Unreadable("school.timezone", len(wrong), wrong[0], right)


def _in_table(conn: Connection, table: Table) -> Iterator[Unreadable]:
    """Read a table once for all its columns; the key of a row is looked up only where one is wrong."""
    found = {one.name: said for one in table.columns for said in _readable(one)}
    if not found:
        return
    wrong: dict[str, ColumnElement[bool]] = {
        name: literal_column(f"({name} is not null and not coalesce({is_so}, 0))")
        for name, (is_so, _) in found.items()
    }
    counts = conn.execute(select(*(func.total(one) for one in wrong.values())).select_from(table)).one()
    keys = [cast(one, Text) for one in table.primary_key.columns]
    for name, rows in zip(wrong, counts, strict=True):
        if rows:
            first = conn.execute(select(*keys).where(wrong[name]).order_by(*keys).limit(1)).one()
            yield Unreadable(f"{table.name}.{name}", int(rows), "/".join(map(str, first)), found[name][1])


def _readable(column: Column[Any]) -> Iterator[tuple[str, str]]:
    for kind, (is_so, right) in READABLE.items():
        if isinstance(column.type, kind):
            yield is_so.format(column.name), right


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, OSError, ValueError):
        return False
    return True
