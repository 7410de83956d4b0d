"""0016: the figures of a school that nothing changed need not be counted again.

Expand: two columns. A Handbell of before leaves them alone and counts every school; as long as one plans
beside a newer one, figures may be a day old. Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("changes", "counted_after"):
        op.add_column("counted", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    # Nobody noted what changed since these were counted.
    op.execute("update counted set counted_after = -1")
