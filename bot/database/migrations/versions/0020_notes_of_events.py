"""0020: an event may say in a few words what happened.

Expand: a column with a default. A Handbell of before neither reads nor writes it. Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("note", sa.Text(), nullable=False, server_default=""))
