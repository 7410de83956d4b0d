"""The tables of cases. What was written, its category, whom it is about and who has it are sealed.

In the clear: number, setting, state, times and deadlines, so that the daily job can select; who opened a case
(`case_seen`) and who changed it (`case_ledger`). `category` is filled once a case has been disposed of.
`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.columns import Instant
from bot.store.schema import tables

# `form` and `inbox` are keyed digests of what the reporter holds. After disposal there is no key, no text.
case_file = Table(
    "case_file",
    tables,
    Column("number", Text, primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("category", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("aware_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("assignee", Text),
    Column("form", Text),
    Column("inbox", Text),
    Column("wrapped_key", LargeBinary),
    Column("sealed", LargeBinary),
    Column("disposed_at", Instant),
    Column("disposed_by", Text),
    CheckConstraint("(disposed_at is null) = (wrapped_key is not null)", name="disposed"),
    UniqueConstraint("form"),
    UniqueConstraint("inbox"),
    Index(None, "setting", "state"),
)


def _of_a_case(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        tables,
        Column("id", Integer, primary_key=True),
        Column("number", Text, ForeignKey("case_file.number"), nullable=False),
        *columns,
        Index(None, "number"),
    )


# Append-only, until the case is disposed of: the timeline, the messages with the reporter, who opened it.
case_entry = _of_a_case(
    "case_entry",
    Column("at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
case_post = _of_a_case(
    "case_post",
    Column("at", Instant, nullable=False),
    Column("from_us", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
case_seen = _of_a_case(
    "case_seen",
    Column("at", Instant, nullable=False),
    Column("person", Text, nullable=False),
)

case_task = Table(
    "case_task",
    tables,
    Column("key", Text, primary_key=True),
    Column("number", Text, ForeignKey("case_file.number"), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("done_on", Date),
    Column("dropped_on", Date),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "number"),
)

case_clock = Table(
    "case_clock",
    tables,
    Column("number", Text, ForeignKey("case_file.number"), primary_key=True),
    Column("action", Text, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("done_at", Instant),
    Index(None, "due_at"),
)

# Append-only and chained as the ledger is, but apart from it: nobody who may read the ledger learns from it
# that there is a case about them.
case_ledger = Table(
    "case_ledger",
    tables,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
