"""0024: who is confirmed in a role that opens cases, and addresses of theirs that wait to take effect.

Expand: three tables, and one more kind of letter. No row is made: a school without one in `confirming` was
live before this, and whoever holds a role in it counts as confirmed (bot/identity/case_roles.py writes that
down). Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
LETTERS = "'access', 'account', 'answered', 'case', 'digest', 'question', 'receipt', 'request', 'sign-in'"


def upgrade() -> None:
    op.create_table(
        "confirming",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_confirming_setting"),
        sa.PrimaryKeyConstraint("setting", name="pk_confirming"),
    )
    op.create_table(
        "case_role",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("named_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("confirmed_by", sa.Text()),
        sa.Column("confirmed_how", sa.Text()),
        sa.Column("ended_at", INSTANT),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_case_role_setting"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_case_role_person"),
        sa.PrimaryKeyConstraint("setting", "person", "role", name="pk_case_role"),
    )
    op.create_index("ix_case_role_person", "case_role", ["person"])
    op.create_table(
        "address_change",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_address_change_setting"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_address_change_person"),
        sa.PrimaryKeyConstraint("person", name="pk_address_change"),
    )
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
