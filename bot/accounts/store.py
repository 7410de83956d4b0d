"""The requests for new official accounts, and their table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    select,
)

from bot.database.columns import Instant, tables
from bot.records import ledger
from bot.records.account_log import added_row

account_request = Table(
    "account_request",
    tables,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("reach", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("identified_by", Text, nullable=False),
    UniqueConstraint("reference"),
    Index(None, "setting"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for a new account."""

    reference: str
    school: str
    channel: str
    name: str
    purpose: str
    reach: str
    why: str
    at: datetime
    by: str
    by_name: str


def ask(conn: Connection, one: Request, identified_by: str) -> bool:
    """Add a request and note it in the ledger; False: this very form was taken before."""
    row = {
        "reference": one.reference,
        "setting": one.school,
        "channel": one.channel,
        "name": one.name,
        "purpose": one.purpose,
        "reach": one.reach,
        "why": one.why,
        "recorded_at": one.at,
        "person": one.by,
        "person_name": one.by_name,
        "identified_by": identified_by,
    }
    if not added_row(conn, account_request, row):
        return False
    ledger.append(
        conn,
        at=one.at,
        actor=f"person:{one.by}",
        action="account: asked for",
        subject=f"setting:{one.school}",
        data={"reference": one.reference},
    )
    return True


def lock_request(conn: Connection, school: str, reference: str) -> None:
    """Lock this request until the transaction ends."""
    mine = (account_request.c.setting == school, account_request.c.reference == reference)
    conn.execute(select(account_request.c.id).where(*mine).with_for_update())


def requests(conn: Connection, school: str) -> list[Request]:
    """Return the requests of a school, oldest first."""
    query = select(account_request).where(account_request.c.setting == school).order_by(account_request.c.id)
    return [_request(row) for row in conn.execute(query)]


def _request(row: Row[Any]) -> Request:
    return Request(
        reference=row.reference,
        school=row.setting,
        channel=row.channel,
        name=row.name,
        purpose=row.purpose,
        reach=row.reach,
        why=row.why,
        at=row.recorded_at,
        by=row.person,
        by_name=row.person_name,
    )
