"""The table of time stamps over the ledger.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

# `hash` is the ledger entry's as it was when it was stamped; `answer` the authority's whole TimeStampResp.
ledger_stamp = Table(
    "ledger_stamp",
    tables,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("stamped_at", Instant, nullable=False),
    Column("answer", LargeBinary, nullable=False),
)
