"""0026: when the latest wrong PIN was tried. Expand: a column. Contract: nothing.

A Handbell of before neither reads nor writes it. Empty: wrong tries of before count until the next one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("kiosk_pin", sa.Column("wrong_at", INSTANT))
