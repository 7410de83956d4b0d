"""The tables of check questions: those a register asks after reading, and every attempt at them.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table, Text

from bot.store.columns import Instant, Json
from bot.store.schema import tables

check_question = Table(
    "check_question",
    tables,
    Column("setting", Text, primary_key=True),
    Column("obligation", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("ask", Text, nullable=False),
    Column("answers", Json, nullable=False),
    Column("right_answer", Integer, nullable=False),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
)

# Append-only. `asked` holds the questions as they stood, and `given` the answers chosen, counted from 1.
check_attempt = Table(
    "check_attempt",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("obligation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("cycle", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("identified_by", Text, nullable=False),
    Column("asked", Json, nullable=False),
    Column("given", Json, nullable=False),
    Column("wrong", Integer, nullable=False),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
    Index(None, "setting", "obligation", "person"),
)
