"""The tables of the office's pages: who answers which question, files to look through, a school's first run.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

# Append-only: the newest entry of a question says whose it is. `question` is the receipt of the evidence.
question_owner = Table(
    "question_owner",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("question", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Index(None, "setting", "question"),
)

# A file between being sent and being confirmed. `sort`: people, version or first policy; `about`: the policy.
upload = Table(
    "upload",
    tables,
    Column("key", Text, primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("sort", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Index(None, "setting", "sort"),
)

# A school that was begun on its pages sends nothing before its day; one without a row here is live.
first_run = Table(
    "first_run",
    tables,
    Column("setting", Text, ForeignKey("setting.key"), primary_key=True),
    Column("begun_at", Instant, nullable=False),
    Column("live_on", Date),
)

# A school's own opening words for a kind of notice. Append-only: the newest counts, empty is ours again.
wording = Table(
    "wording",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Index(None, "setting", "kind"),
)
