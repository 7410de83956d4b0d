"""The table that keeps how many duties of each school stood where when they were last counted.

It is worked out from the other tables, by a job, and is in no backup.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from bot.store.columns import Instant, Json
from bot.store.schema import tables

# `by_area`: area -> state -> how many; `problems`: how many of what was noticed are problems. `changes`: how
# many notes of changes planning took away so far; `counted_after`: how many there had been, with those that
# waited for planning, when the school was counted.
counted = Table(
    "counted",
    tables,
    Column("setting", Text, primary_key=True),
    Column("counted_at", Instant, nullable=False),
    Column("by_area", Json, nullable=False),
    Column("problems", Integer, nullable=False),
    Column("changes", Integer, nullable=False, server_default="0"),
    Column("counted_after", Integer, nullable=False, server_default="0"),
)
