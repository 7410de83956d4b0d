"""The tables of the log book: entries, append-only until they are disposed of, and what is left of them.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from bot.store.columns import Instant, Json
from bot.store.schema import tables

log_entry = Table(
    "log_entry",
    tables,
    Column("reference", Text, primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("identified_by", Text, nullable=False),
    Column("said", Json, nullable=False),
    Column("follows", Text, ForeignKey("log_entry.reference")),
    Column("step", Text, nullable=False),
    Index(None, "setting", "kind"),
    Index(None, "follows"),
)
log_disposed = Table(
    "log_disposed",
    tables,
    Column("reference", Text, primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("disposed_at", Instant, nullable=False),
    Column("disposed_by", Text, nullable=False),
    Index(None, "setting"),
)
