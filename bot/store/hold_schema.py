"""The table of messages that were held back before they were sent, and let go again.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

# Append-only: the newest entry of a message counts.
message_hold = Table(
    "message_hold",
    tables,
    Column("id", Integer, primary_key=True),
    Column("message", Text, ForeignKey("message.id"), nullable=False),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("act", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    CheckConstraint("act in ('held', 'let go')", name="act"),
    Index(None, "message"),
)
