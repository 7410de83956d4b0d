"""Every row of every table as lines of JSON, and back again: the same lines fit SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    LargeBinary,
    Row,
    Table,
    Time,
    exists,
    func,
    insert,
    select,
    text,
)

from bot.domain.hash_chain import canonical
from bot.store.columns import Instant, iso
from bot.store.engine import is_sqlite
from bot.store.whole_schema import WORKED_OUT, tables

# So many rows are read or written at a time, whatever the table holds.
BATCH = 500


def names() -> list[str]:
    """Name the tables, each after those it points to; those that are worked out from others are left out."""
    return [table.name for table in tables.sorted_tables if table.name not in WORKED_OUT]


def lines(conn: Connection, name: str) -> Iterator[str]:
    """Give a table's rows in the order of its key, one line of JSON each."""
    table = tables.tables[name]
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    with conn.execute(query) as rows:
        for row in _parents_first(table, rows):
            yield canonical(
                {name: _plain(value) for name, value in zip(table.columns.keys(), row, strict=True)}
            )


def load(conn: Connection, name: str, given: Iterable[str]) -> int:
    """Put lines back into a table; give how many. ValueError: a line is not one of this table's."""
    table = tables.tables[name]
    loaded = 0
    for batch in _batches(given):
        conn.execute(insert(table), [_row(table, line, loaded + at) for at, line in enumerate(batch, 1)])
        loaded += len(batch)
    return loaded


def is_empty(conn: Connection) -> bool:
    """Say whether no table holds anything."""
    return not any(conn.scalar(select(exists().select_from(tables.tables[name]))) for name in names())


def go_on_counting(conn: Connection) -> None:
    """Let PostgreSQL number new rows after those that were put back; SQLite does so by itself."""
    if is_sqlite(conn):
        return
    for table in tables.sorted_tables:
        counted = table.autoincrement_column
        if counted is None:
            continue
        newest = conn.scalar(select(func.max(counted)))
        place = conn.scalar(
            text("select pg_get_serial_sequence(:table, :column)"),
            {"table": table.name, "column": counted.name},
        )
        if newest is not None and place is not None:
            conn.execute(select(func.setval(place, newest)))


def _parents_first(table: Table, rows: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
    """Give each row after the row of the same table that it points to; only rows that wait are held."""
    own = [one for one in table.foreign_keys if one.column.table is table]
    if not own:
        yield from rows
        return
    key, parent = own[0].column.name, own[0].parent.name
    given: set[Any] = set()
    waiting: dict[Any, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        above = getattr(row, parent)
        if above is not None and above not in given:
            waiting[above].append(row)
            continue
        ready = [row]
        while ready:
            one = ready.pop()
            given.add(getattr(one, key))
            ready += waiting.pop(getattr(one, key), [])
            yield one


def _batches(given: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for line in given:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(table: Table, line: str, number: int) -> dict[str, Any]:
    said = json.loads(line)
    if not isinstance(said, dict) or not said.keys() <= set(table.columns.keys()):
        raise ValueError(f"line {number} is not a row of {table.name}")
    return {name: _value(table.columns[name], value) for name, value in said.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    return value


def _value(column: Column[Any], said: Any) -> Any:
    """Read a value as its column keeps it."""
    if said is None:
        return None
    kinds: Mapping[type, Any] = {
        Instant: datetime.fromisoformat,
        Date: date.fromisoformat,
        Time: time.fromisoformat,
        LargeBinary: base64.b64decode,
    }
    read = kinds.get(type(column.type))
    return read(said) if read else said
