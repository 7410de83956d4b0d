"""The tables of the outbox."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    and_,
)

from bot.database.columns import Instant, tables
from bot.database.dialect import Json, only_where
from bot.records.tables import key_column, school_column

# In place of a person whom `step` names encrypted (`sealed_store`).
SEALED = "sealed"

# daily_number: which of its person's messages of that day it is; null: it does not count towards the limit.
# The id of a planned message is derived from the three.
message = Table(
    "message",
    tables,
    key_column("id"),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("person", Text, nullable=False),
    Column("planned_on", Date, nullable=False),
    Column("kind", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("not_before_at", Instant, nullable=False),
    Column("not_after_at", Instant, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("last_reason", Text),
    Column("reference", Text),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("daily_number", Integer),
    CheckConstraint(
        "state in ('waiting', 'leased', 'sending', 'sent', 'given up', 'unknown', 'withdrawn', 'lapsed')",
        name="state",
    ),
    Index(None, "planned_on"),
    Index(None, "setting", "created_at"),
)

# What a query has to ask for to find messages by these two indexes: what waits, is leased or being sent, and
# what ended otherwise than sent. While one is open nothing indexed changes: PostgreSQL then writes the row
# alone, in its own page.
OPEN = message.c.settled_at.is_(None)
NOT_SENT = and_(message.c.settled_at.is_not(None), message.c.reference.is_(None))
Index(
    "ix_message_open",
    message.c.not_before_at,
    message.c.setting,
    message.c.id,
    **only_where(OPEN),
)
Index("ix_message_not_sent", message.c.settled_at, **only_where(NOT_SENT))

# What counts towards the daily limit. However many that allows, no number of a person's day is used twice.
COUNTS = message.c.daily_number.is_not(None)
Index(
    "uq_message_daily_number",
    message.c.person,
    message.c.planned_on,
    message.c.daily_number,
    unique=True,
    **only_where(COUNTS),
)

# The natural key of rule 2. Checked at commit: keys are claimed before their message is written.
sent_step = Table(
    "sent_step",
    tables,
    school_column(),
    key_column("obligation"),
    key_column("person"),
    key_column("cycle"),
    key_column("step"),
    Column(
        "message",
        Text,
        ForeignKey("message.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    Column("state", Text, nullable=False),
    Column("decided_on", Date, nullable=False),
    CheckConstraint("state in ('decided', 'lapsed')", name="state"),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
    Index(None, "message"),
)

# An answer whose receipt its person is emailed: in which message; null: it waits for their next one.
receipt_email = Table(
    "receipt_email",
    tables,
    Column("receipt", Text, ForeignKey("evidence.receipt"), primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("person", Text, nullable=False),
    Column("message", Text, ForeignKey("message.id")),
    Index(None, "message"),
)
RECEIPT_WAITS = receipt_email.c.message.is_(None)
Index(
    "ix_receipt_email_waiting",
    receipt_email.c.setting,
    receipt_email.c.person,
    **only_where(RECEIPT_WAITS),
)

delivery = Table(
    "delivery",
    tables,
    Column("message", Text, ForeignKey("message.id"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", Text),
    Column("reason", Text),
    Column("reference", Text),
)
