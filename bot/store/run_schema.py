"""The table of the schedules' slots: which job ran for which moment, and what came of it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

job_slot = Table(
    "job_slot",
    tables,
    Column("job", Text, primary_key=True),
    Column("slot_at", Instant, primary_key=True),
    Column("claimed_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", Text),
    Column("ok", Boolean),
)
