"""Tables and queries of requests and of every answer to them. Both tables are append-only.

`bot.records.tables` must be imported first: one description holds all tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
)

from bot.database.columns import Instant, from_row, tables, to_row
from bot.database.dialect import insert_into
from bot.requests.model import Outcome, Request, RequestEvent

staff_request = Table(
    "staff_request",
    tables,
    Column("reference", Text, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date),
    Column("asked_at", Instant, nullable=False),
    Column("identified_by", Text, nullable=False),
    Index(None, "setting", "person"),
)

request_event = Table(
    "request_event",
    tables,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, ForeignKey("staff_request.reference"), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("identified_by", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("risk", Text, nullable=False),
    Column("until_on", Date),
    UniqueConstraint("reference", "outcome", "at"),
    Index(None, "reference"),
)


def keep(conn: Connection, request: Request) -> bool:
    """Insert a request; False if the same one exists."""
    once = insert_into(conn, staff_request).on_conflict_do_nothing(index_elements=[staff_request.c.reference])
    added = conn.execute(once.returning(staff_request.c.reference), to_row(request))
    return added.scalar_one_or_none() is not None


def add_word(conn: Connection, word: RequestEvent) -> None:
    conn.execute(insert(request_event), {**to_row(word), "outcome": word.outcome.value})


def find(conn: Connection, school: str, reference: str, *, to_change: bool = False) -> Request | None:
    """Return one request of a school; `to_change`: lock it."""
    query = _of(school).where(staff_request.c.reference == reference)
    row = conn.execute(query.with_for_update() if to_change else query).one_or_none()
    return _request(row) if row is not None else None


def schools_with(conn: Connection, schools: Collection[str]) -> list[str]:
    """Return those of these schools that have requests."""
    asked = select(staff_request.c.setting).distinct().order_by(staff_request.c.setting)
    return list(conn.scalars(asked.where(staff_request.c.setting.in_(schools))))


def of_school(conn: Connection, school: str) -> list[Request]:
    """Return a school's requests, oldest first."""
    return [_request(row) for row in conn.execute(_of(school))]


def of_person(conn: Connection, school: str, person: str) -> list[Request]:
    """List what one person asked, oldest first."""
    return [_request(row) for row in conn.execute(_of(school).where(staff_request.c.person == person))]


def words(conn: Connection, references: Sequence[str]) -> dict[str, list[RequestEvent]]:
    """List the words about requests, oldest first."""
    table = request_event
    found: dict[str, list[RequestEvent]] = defaultdict(list)
    query = select(table).where(table.c.reference.in_(references)).order_by(table.c.id)
    for row in conn.execute(query):
        found[row.reference].append(from_row(RequestEvent, row, outcome=Outcome(row.outcome)))
    return found


def _of(school: str) -> Select[Any]:
    table = staff_request
    return select(table).where(table.c.setting == school).order_by(table.c.asked_at, table.c.reference)


def _request(row: Row[Any]) -> Request:
    return from_row(Request, row)
