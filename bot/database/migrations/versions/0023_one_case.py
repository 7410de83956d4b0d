"""0023: sessions and links that open one case alone, and the page wanted when somebody signs in.

Expand: columns. A Handbell of before neither reads nor writes them; a session that begins while both run
and is limited to one case is not limited there. Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("session", sa.Column("only_case", sa.Text()))
    op.add_column("session", sa.Column("ends_by_at", INSTANT))
    op.add_column("sign_in_link", sa.Column("only_case", sa.Text()))
    op.add_column("sign_in_link", sa.Column("goes_to", sa.Text()))
