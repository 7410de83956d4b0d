"""The table of what we know of the other end: where a reading stopped, and what we put there.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

# `setting` is empty for what belongs to the whole installation.
outside = Table(
    "outside",
    tables,
    Column("setting", Text, primary_key=True),
    Column("sort", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("noted_at", Instant, nullable=False),
)
