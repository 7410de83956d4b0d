"""The table of sessions: who is signed in, how, and until when. What a browser holds is kept as a digest.

`only_case`: the session opens this case and nothing else; `ends_by_at`: it cannot be put off beyond this.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

session = Table(
    "session",
    tables,
    Column("digest", Text, primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("person", Text, ForeignKey("person.key"), nullable=False),
    Column("how", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("only_case", Text),
    Column("ends_by_at", Instant),
    Index(None, "person"),
)
