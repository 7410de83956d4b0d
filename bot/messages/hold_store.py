"""Messages held back before they were sent, with who did it and why, and released while their hours last.

The duties in a held message count as not decided, so the next school day's plan decides them again.
`bot.records.tables` must be imported first: one description holds all tables.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    Table,
    Text,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.database.columns import Instant, tables
from bot.messages.kinds import NOT_PLANNED
from bot.messages.receipt_store import free_receipts
from bot.messages.tables import message, sent_step
from bot.records.school_plan import mark_changed

# Append-only: the newest entry of a message counts.
message_hold = Table(
    "message_hold",
    tables,
    Column("id", Integer, primary_key=True),
    Column("message", Text, ForeignKey("message.id"), nullable=False),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("act", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    CheckConstraint("act in ('held', 'let go')", name="act"),
    Index(None, "message"),
)

HELD, LET_GO = "held", "let go"
WAITING, WITHDRAWN = BEFORE_IT_GOES = ("waiting", "withdrawn")
HELD_NOW = (
    select(message_hold)
    .where(
        message_hold.c.id.in_(select(func.max(message_hold.c.id)).group_by(message_hold.c.message)),
        message_hold.c.act == HELD,
    )
    .subquery("held_now")
)


@dataclass(frozen=True, slots=True)
class Held:
    """A message of a day that waits or is held. `obligations`: their keys, in its order.

    `settings`: whose duties are in it. `held_by` empty: it waits.
    """

    id: str
    person: str
    kind: str
    obligations: tuple[str, ...]
    schools: frozenset[str]
    not_after_at: datetime
    held_by: str = ""
    why: str = ""
    held_at: datetime | None = None


def of_day(conn: Connection, school: str, on: date, now: datetime) -> list[Held]:
    """Return a day's planned messages of a school that wait or are held, while they can still be sent."""
    held = HELD_NOW.c
    query = (
        select(message, held.by_name, held.why, held.recorded_at)
        .select_from(message.outerjoin(HELD_NOW, held.message == message.c.id))
        .where(message.c.setting == school, message.c.planned_on == on, message.c.not_after_at > now)
        .where(message.c.kind.not_in(NOT_PLANNED))
        .where(or_(message.c.state == WAITING, held.id.is_not(None)), message.c.state.in_(BEFORE_IT_GOES))
        .order_by(message.c.id)
    )
    return [_held(row) for row in conn.execute(query)]


def hold(conn: Connection, wanted: Collection[str], now: datetime) -> list[str]:
    """Withdraw those of these that still wait; return their ids. One that is leased has begun to go."""
    query = (
        update(message)
        .where(message.c.id.in_(sorted(wanted)), message.c.state == WAITING, message.c.not_after_at > now)
        .values(state=WITHDRAWN, settled_at=now, last_reason="Held back before it was sent.")
        .returning(message.c.id)
    )
    held = sorted(conn.scalars(query))
    # Another day's plan may decide these duties again: this message told no one.
    mine = (sent_step.c.message.in_(held), sent_step.c.state == "decided")
    mark_changed(conn, conn.scalars(select(sent_step.c.setting).distinct().where(*mine)).all())
    conn.execute(update(sent_step).where(*mine).values(state="lapsed"))
    free_receipts(conn, held)
    return held


def let_go(conn: Connection, wanted: Collection[str], now: datetime) -> list[str]:
    """Release held messages to the next delivery, while they can still be sent; return their ids."""
    query = (
        update(message)
        .where(message.c.id.in_(sorted(wanted)), message.c.state == WITHDRAWN, message.c.not_after_at > now)
        .where(message.c.id.in_(select(HELD_NOW.c.message)))
        .values(state=WAITING, settled_at=None, last_reason=None)
        .returning(message.c.id)
    )
    gone = sorted(conn.scalars(query))
    mine = (sent_step.c.message.in_(gone), sent_step.c.state == "lapsed")
    mark_changed(conn, conn.scalars(select(sent_step.c.setting).distinct().where(*mine)).all())
    conn.execute(update(sent_step).where(*mine).values(state="decided"))
    return gone


def note(conn: Connection, ids: Collection[str], entry: dict[str, Any]) -> None:
    """Add an entry for each of these messages: school, act, by, by_name, why, recorded_at."""
    if ids:
        conn.execute(insert(message_hold), [{**entry, "message": one} for one in ids])


def _held(row: Row[Any]) -> Held:
    return Held(
        id=row.id,
        person=row.person,
        kind=row.kind,
        obligations=tuple(dict.fromkeys(item["obligation"] for item in row.payload)),
        schools=frozenset(item["setting"] for item in row.payload),
        not_after_at=row.not_after_at,
        held_by=row.by_name or "",
        why=row.why or "",
        held_at=row.recorded_at,
    )
