"""0011: whose an account in Teams is. Expand: everything is new. Contract: nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "teams_account",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text()),
        sa.Column("connected_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_teams_account_person_person"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_teams_account_setting_setting"),
        sa.PrimaryKeyConstraint("tenant", "account", name="pk_teams_account"),
    )
    op.create_index("ix_teams_account_person", "teams_account", ["person"])
    op.create_table(
        "teams_code",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_teams_code_person_person"),
        sa.PrimaryKeyConstraint("digest", name="pk_teams_code"),
    )
    op.create_index("ix_teams_code_ends_at", "teams_code", ["ends_at"])
