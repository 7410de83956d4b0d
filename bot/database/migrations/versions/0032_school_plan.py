"""0032: one table that says when each school is planned again, in place of two tables and their triggers.

Expand: a table. Contract: `quiet`, `touched`, the triggers that wrote it, and `counted.changes`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TRIGGERS = {
    "sqlite": "select name, tbl_name from sqlite_master where type = 'trigger' and name like 'touched_by_%'",
    "postgresql": (
        "select tgname, relname from pg_trigger join pg_class on pg_class.oid = tgrelid"
        " where tgname like 'touched_by_%' and not tgisinternal"
    ),
}
FUNCTIONS = "select proname from pg_proc where proname like 'handbell_touched_by_%'"


def upgrade() -> None:
    op.create_table(
        "school_plan",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("planned_changes", sa.BigInteger()),
        sa.Column("planned_on", sa.Date()),
        sa.Column("planning_version", sa.Text()),
        sa.Column("plan_again_on", sa.Date()),
        sa.PrimaryKeyConstraint("setting", name="pk_school_plan"),
    )
    op.execute(
        "insert into meta (key, value) values ('contracted', '0032')"
        " on conflict (key) do update set value = excluded.value"
    )
    conn = op.get_bind()
    dialect = conn.dialect.name
    for trigger, table in conn.execute(sa.text(TRIGGERS[dialect])).all():
        op.execute(f"drop trigger {trigger}" + (f' on "{table}"' if dialect == "postgresql" else ""))
    if dialect == "postgresql":
        for function in conn.scalars(sa.text(FUNCTIONS)).all():
            op.execute(f"drop function {function}()")
    op.drop_table("touched")
    op.drop_table("quiet")
    # Figures of before name numbers of changes that mean nothing any more.
    op.drop_table("counted")
    op.create_table(
        "counted",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("counted_at", INSTANT, nullable=False),
        sa.Column("by_area", JSON, nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("counted_after", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("setting", name="pk_counted"),
    )
