"""The tables of accounts in Teams: whose each is, and the codes that say so once.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

# An account is a tenant's id and an object id in it; an address is never looked at. `setting` is where the
# account's tab was opened last.
teams_account = Table(
    "teams_account",
    tables,
    Column("tenant", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.key"), nullable=False),
    Column("setting", Text, ForeignKey("setting.key")),
    Column("connected_at", Instant, nullable=False),
    Index(None, "person"),
)

# Only the digest of a code is kept.
teams_code = Table(
    "teams_code",
    tables,
    Column("digest", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.key"), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index(None, "ends_at"),
)
