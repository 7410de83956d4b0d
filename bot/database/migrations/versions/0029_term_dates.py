"""0029: emails that ask for the next term dates. Expand: one more kind of letter. Contract: nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

LETTERS = (
    "'access', 'account', 'answered', 'case', 'digest', 'question', 'receipt', 'request', 'sign-in',"
    " 'term-dates'"
)


def upgrade() -> None:
    outside = sa.text(f"kind NOT IN ({LETTERS})")
    op.drop_index("uq_message_person_planned_on", table_name="message")
    op.create_index(
        "uq_message_person_planned_on",
        "message",
        ["person", "planned_on"],
        unique=True,
        sqlite_where=outside,
        postgresql_where=outside,
    )
