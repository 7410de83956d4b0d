"""0007: a course may need its certificate. Expand: one column, empty everywhere. Contract: nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("obligation", sa.Column("proof", sa.Text(), nullable=True))
