"""The table of the schedules: each job's latest slot for each part of its work, and what came of it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

# One row for each job and part, whatever happened before it: its size does not grow with time.
job_run = Table(
    "job_run",
    tables,
    Column("job", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("slot_at", Instant, nullable=False),
    Column("owner", Text, nullable=False),
    Column("claimed_at", Instant, nullable=False),
    Column("alive_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", Text),
    Column("ok", Boolean),
    Column("well_at", Instant),
    Column("failed_at", Instant),
    Column("failed_said", Text),
    Column("next_at", Instant),
)

# Read and written by a Handbell that is being replaced, and by nobody else; the next contract takes it away.
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
