"""0031: number a person's messages of a day. Expand: a column and its index. Contract: nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.row_changes import ROW_CHANGES

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("daily_number", sa.Integer(), nullable=True))
    op.execute(ROW_CHANGES[revision])
    counts = sa.text("daily_number IS NOT NULL")
    op.drop_index("uq_message_person_planned_on", table_name="message")
    op.create_index(
        "uq_message_daily_number",
        "message",
        ["person", "planned_on", "daily_number"],
        unique=True,
        sqlite_where=counts,
        postgresql_where=counts,
    )
