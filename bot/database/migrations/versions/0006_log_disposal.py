"""0006: old entries of the log may be disposed of. Expand: what is left of them. Contract: nothing.

A line may be deleted once its entry is noted in `log_disposed`, and never before; changed it is never.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
NOT_DISPOSED = (
    "not exists (select 1 from log_disposed where reference = coalesce(old.follows, old.reference))"
)


def upgrade() -> None:
    op.create_table(
        "log_disposed",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("disposed_at", INSTANT, nullable=False),
        sa.Column("disposed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_log_disposed"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_log_disposed_setting"),
    )
    op.create_index("ix_log_disposed_setting", "log_disposed", ["setting"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_in_sqlite()
    else:
        _guard_in_postgresql()


def _guard_in_sqlite() -> None:
    op.execute("drop trigger log_entry_no_delete")
    op.execute(
        f"create trigger log_entry_no_delete before delete on log_entry when {NOT_DISPOSED} "
        "begin select raise(abort, 'log_entry is append-only'); end"
    )
    for act in ("update", "delete"):
        op.execute(
            f"create trigger log_disposed_no_{act} before {act} on log_disposed "
            "begin select raise(abort, 'log_disposed is append-only'); end"
        )


def _guard_in_postgresql() -> None:
    op.execute(
        "create function handbell_log_until_disposal() returns trigger language plpgsql as $$ begin "
        f"if {NOT_DISPOSED} then raise exception '% is append-only', tg_table_name "
        "using errcode = 'integrity_constraint_violation'; end if; return old; end $$"
    )
    op.execute("drop trigger log_entry_append_only on log_entry")
    guards = (
        ("log_entry_append_only", "update", "log_entry", "row", "handbell_append_only"),
        ("log_entry_until_disposal", "delete", "log_entry", "row", "handbell_log_until_disposal"),
        ("log_disposed_append_only", "update or delete", "log_disposed", "row", "handbell_append_only"),
        ("log_disposed_no_truncate", "truncate", "log_disposed", "statement", "handbell_append_only"),
    )
    for name, act, table, each, function in guards:
        op.execute(
            f"create trigger {name} before {act} on {table} for each {each} execute function {function}()"
        )
