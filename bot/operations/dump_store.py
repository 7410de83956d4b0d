"""Every row of every table as lines of JSON, and back: the same lines fit SQLite and PostgreSQL.

PARTS imports every module that describes tables, for migrations too. A module missing there would be left out
of every backup; a test compares the list with the files.
"""

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

from bot.accounts import store as account_store
from bot.cases import store as case_store
from bot.database import job_runs, submissions, sync_state
from bot.database.columns import Instant, iso, tables
from bot.database.dialect import is_sqlite
from bot.evidence_pack import store as evidence_pack_store
from bot.identity import store as identity_store
from bot.logbook import store as logbook_store
from bot.messages import attempt_store, hold_store
from bot.messages import tables as message_tables
from bot.records import (
    account_log,
    check_items,
    public_policies,
    quiz,
    reminder_holds,
    review_delegations,
    school_figures,
    school_logos,
    school_plan,
    school_setup,
    sealing_key,
    sign_ins,
)
from bot.records import case_roles as record_case_roles
from bot.records import evidence as record_evidence
from bot.records import ledger as record_ledger
from bot.records import people as record_people
from bot.records import tables as record_tables
from bot.requests import store as request_store
from bot.rule_pages import store as rule_change_store
from bot.rules.hash_chain import canonical
from bot.training import store as training_store

PARTS = (
    account_store,
    message_tables,
    record_evidence,
    record_ledger,
    record_tables,
    record_case_roles,
    account_log,
    check_items,
    case_store,
    public_policies,
    quiz,
    school_figures,
    school_logos,
    school_plan,
    submissions,
    hold_store,
    logbook_store,
    school_setup,
    sync_state,
    record_people,
    request_store,
    reminder_holds,
    review_delegations,
    job_runs,
    attempt_store,
    sign_ins,
    sealing_key,
    evidence_pack_store,
    identity_store,
    training_store,
    rule_change_store,
)

# In no backup: what is made from the other tables when it is wanted, and what migrations say of the schema.
WORKED_OUT = frozenset(
    {school_plan.school_plan.name, school_figures.school_figures.name, record_tables.meta.name}
)

# So many rows are read or written at a time, whatever the table holds.
BATCH = 500


def names() -> list[str]:
    """Return the tables to dump, each after those it references; derived tables are left out."""
    return [table.name for table in tables.sorted_tables if table.name not in WORKED_OUT]


def lines(conn: Connection, name: str) -> Iterator[str]:
    """Yield a table's rows in the order of its key, one line of JSON each."""
    table = tables.tables[name]
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    with conn.execute(query) as rows:
        for row in _parents_first(table, rows):
            yield canonical(
                {name: _plain(value) for name, value in zip(table.columns.keys(), row, strict=True)}
            )


def load(conn: Connection, name: str, given: Iterable[str]) -> int:
    """Insert lines into a table and return their number. ValueError: a line is not a row of this table."""
    table = tables.tables[name]
    loaded = 0
    for batch in _batches(given):
        conn.execute(insert(table), [_row(table, line, loaded + at) for at, line in enumerate(batch, 1)])
        loaded += len(batch)
    return loaded


def is_empty(conn: Connection) -> bool:
    """Return whether every table is empty."""
    return not any(conn.scalar(select(exists().select_from(tables.tables[name]))) for name in names())


def go_on_counting(conn: Connection) -> None:
    """Advance PostgreSQL's sequences past the restored rows; SQLite needs nothing."""
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
    """Yield each row after the row of the same table that it points to; only waiting rows are kept."""
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
