"""The table that keeps how many duties of each school stood where when they were last counted.

It is worked out from the other tables, by a job, and is in no backup.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from bot.store.columns import Instant, Json
from bot.store.schema import tables

# `by_area`: area -> state -> how many; `problems`: how many of what was noticed are problems.
counted = Table(
    "counted",
    tables,
    Column("setting", Text, primary_key=True),
    Column("counted_at", Instant, nullable=False),
    Column("by_area", Json, nullable=False),
    Column("problems", Integer, nullable=False),
)
