"""0005: the log book. Expand: everything is new. Contract: nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "log_entry",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.Column("follows", sa.Text(), nullable=True),
        sa.Column("step", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_log_entry"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_log_entry_setting"),
        sa.ForeignKeyConstraint(["follows"], ["log_entry.reference"], name="fk_log_entry_log_entry"),
    )
    op.create_index("ix_log_entry_setting_kind", "log_entry", ["setting", "kind"])
    op.create_index("ix_log_entry_follows", "log_entry", ["follows"])
    _append_only("log_entry")


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        for act, each in (("update or delete", "row"), ("truncate", "statement")):
            name = "append_only" if each == "row" else "no_truncate"
            op.execute(
                f"create trigger {table}_{name} before {act} on {table} "
                f"for each {each} execute function handbell_append_only()"
            )
        return
    for act in ("update", "delete"):
        op.execute(
            f"create trigger {table}_no_{act} before {act} on {table} "
            f"begin select raise(abort, '{table} is append-only'); end"
        )
