"""The table of forms that were done, by what their digest is: sent again, each is done no second time.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

form_done = Table(
    "form_done",
    tables,
    Column("digest", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)
