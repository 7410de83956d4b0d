"""0012: one row for each job and part of its work. Expand: a table, filled from the slots. Contract: nothing.

The slots' old table stays for a Handbell of before that still runs beside this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

# What ran today is not run again after the upgrade.
FILL = """
    insert into job_run (job, part, slot_at, owner, claimed_at, alive_at, finished_at, outcome, ok,
                         well_at, failed_at, failed_said)
    select job, '', slot_at, '', claimed_at, claimed_at, finished_at, outcome, ok,
           case when ok then finished_at end,
           case when not ok then finished_at end,
           case when not ok then outcome end
    from job_slot
    where slot_at = (select max(newest.slot_at) from job_slot newest where newest.job = job_slot.job)
"""


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("slot_at", INSTANT, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("alive_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("outcome", sa.Text()),
        sa.Column("ok", sa.Boolean()),
        sa.Column("well_at", INSTANT),
        sa.Column("failed_at", INSTANT),
        sa.Column("failed_said", sa.Text()),
        sa.Column("next_at", INSTANT),
        sa.PrimaryKeyConstraint("job", "part", name="pk_job_run"),
    )
    op.execute(FILL)
