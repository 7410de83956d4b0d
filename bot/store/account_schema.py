"""The tables about official accounts besides the register: their log, and requests for new ones.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.store.columns import Instant
from bot.store.schema import tables

# Append-only, both: the latest word about a thing counts, and what was said before stays.
account_entry = Table(
    "account_entry",
    tables,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("account", Text, nullable=False),
    Column("sort", Text, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("identified_by", Text, nullable=False),
    UniqueConstraint("reference"),
    Index(None, "setting", "account"),
)

account_request = Table(
    "account_request",
    tables,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
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
