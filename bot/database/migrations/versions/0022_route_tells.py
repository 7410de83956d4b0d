"""0022: roles that a route tells of a report beside the one that takes it.

Expand: a column. A Handbell of before neither reads nor writes it. Empty: nobody is told beside.
Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.add_column("route", sa.Column("tell", JSON, nullable=False, server_default="[]"))
