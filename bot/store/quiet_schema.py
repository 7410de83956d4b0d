"""The tables that let planning pass over a quiet school: until when it is quiet, and what was changed since.

Both are worked out from the other tables, by planning and by triggers, and are in no backup.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, Table, Text

from bot.store.schema import tables

# `check_on`: when a school is planned all the same. `missed_on`: when that found that it was not quiet.
quiet = Table(
    "quiet",
    tables,
    Column("setting", Text, primary_key=True),
    Column("rules", Text, nullable=False),
    Column("planned_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("check_on", Date, nullable=False),
    Column("missed_on", Date),
)

# A row for each transaction that changed what a setting's plan is made from. Written by triggers alone, so
# that no program can forget it; rows are never changed, so that nobody waits for one.
touched = Table(
    "touched",
    tables,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("setting", Text, nullable=False),
    Index(None, "setting"),
)
