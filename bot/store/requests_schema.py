"""The tables of requests and declarations: what was asked, and every word about it. Both append-only.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.store.columns import Instant
from bot.store.schema import tables

staff_request = Table(
    "staff_request",
    tables,
    Column("reference", Text, primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
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

staff_request_word = Table(
    "staff_request_word",
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
