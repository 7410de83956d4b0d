"""The tables of training: what people say they finished, what the office made of it, files of completions.

`bot.store.schema` must be imported first: one description holds all tables.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from bot.store.columns import Instant, Json
from bot.store.schema import tables

# Append-only: what somebody says they finished. `stored` names the certificate's file in the data folder.
training_claim = Table(
    "training_claim",
    tables,
    Column("key", Text, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("obligation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("cycle", Text, nullable=False),
    Column("finished_on", Date, nullable=False),
    Column("provider", Text, nullable=False),
    Column("said_by", Text, nullable=False),
    Column("said_by_name", Text, nullable=False),
    Column("identified_by", Text, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("stored", Text),
    Column("filename", Text),
    Column("media", Text),
    Column("size", Integer),
    Column("sha256", Text),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
    Index(None, "setting", "person"),
)

# Append-only: what the office made of it, once.
training_decision = Table(
    "training_decision",
    tables,
    Column("claim", Text, ForeignKey("training_claim.key"), primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    CheckConstraint("outcome in ('accepted', 'sent back')", name="outcome"),
)

# A provider's file on its way in. It is kept for a month, so that what was left out can be fetched.
training_file = Table(
    "training_file",
    tables,
    Column("key", Text, primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Index(None, "setting"),
)

# Which column of a provider's files is which, and its names for our courses: asked once for each heading.
training_mapping = Table(
    "training_mapping",
    tables,
    Column("setting", Text, ForeignKey("setting.key"), primary_key=True),
    Column("heading", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("columns", Json, nullable=False),
    Column("courses", Json, nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
)
