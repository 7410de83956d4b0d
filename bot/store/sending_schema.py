"""The table of messages begun with a vendor who takes a draft first and cannot be asked by our own key.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

sending = Table(
    "sending",
    tables,
    Column("message_id", Text, primary_key=True),
    Column("draft_id", Text, nullable=False),
    Column("history_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reference", Text, nullable=False),
    Index(None, "at"),
    Index(None, "reference"),
)
