"""0021: since when a rule is here that was added to a register later.

Expand: a column. A Handbell of before neither reads nor writes it. Empty: since the register is here.
Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("obligation", sa.Column("since_on", sa.Date()))
