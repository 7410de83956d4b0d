"""0014: how many duties of each school stood where when last counted. Expand: a table. Contract: nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "counted",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("counted_at", INSTANT, nullable=False),
        sa.Column("by_area", JSON, nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("setting", name="pk_counted"),
    )
