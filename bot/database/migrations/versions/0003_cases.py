"""0003: cases, sealed; their timeline, posts and openings append-only until disposal; a chain of their own.

Expand: everything is new; letters about cases stand outside the day's one message; a route asks questions,
a setting has numbers to ring. Contract: nothing.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
UNTIL_DISPOSAL = ("case_entry", "case_post", "case_seen")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NOT_DISPOSED = "exists (select 1 from case_file where case_file.number = old.number and disposed_at is null)"


def upgrade() -> None:
    _case_file()
    _of_a_case("case_entry", sa.Column("sealed", sa.LargeBinary(), nullable=False))
    _of_a_case(
        "case_post",
        sa.Column("from_us", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    _of_a_case("case_seen", sa.Column("person", sa.Text(), nullable=False))
    _case_task()
    _case_clock()
    _case_ledger()
    _letters_about_cases()
    _on_a_form()
    if op.get_bind().dialect.name == "sqlite":
        _guard_in_sqlite()
    else:
        _guard_in_postgresql()


def _on_a_form() -> None:
    """What a route asks before a case is closed, and whom to ring instead of filling in a form."""
    op.add_column("route", sa.Column("asks", JSON, nullable=False, server_default="[]"))
    op.add_column("setting", sa.Column("phones", JSON, nullable=False, server_default="{}"))


def _case_file() -> None:
    op.create_table(
        "case_file",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("aware_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("inbox", sa.Text(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("disposed_at", INSTANT, nullable=True),
        sa.Column("disposed_by", sa.Text(), nullable=True),
        sa.CheckConstraint("(disposed_at is null) = (wrapped_key is not null)", name="ck_case_file_disposed"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_case_file_setting"),
        sa.PrimaryKeyConstraint("number", name="pk_case_file"),
        sa.UniqueConstraint("form", name="uq_case_file_form"),
        sa.UniqueConstraint("inbox", name="uq_case_file_inbox"),
    )
    op.create_index("ix_case_file_setting_state", "case_file", ["setting", "state"], unique=False)


def _of_a_case(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["number"], ["case_file.number"], name=f"fk_{name}_case_file"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_number", name, ["number"], unique=False)


def _case_task() -> None:
    op.create_table(
        "case_task",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("dropped_on", sa.Date(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["case_file.number"], name="fk_case_task_case_file"),
        sa.PrimaryKeyConstraint("key", name="pk_case_task"),
    )
    op.create_index("ix_case_task_number", "case_task", ["number"], unique=False)


def _case_clock() -> None:
    op.create_table(
        "case_clock",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["number"], ["case_file.number"], name="fk_case_clock_case_file"),
        sa.PrimaryKeyConstraint("number", "action", name="pk_case_clock"),
    )
    op.create_index("ix_case_clock_due_at", "case_clock", ["due_at"], unique=False)


def _case_ledger() -> None:
    op.create_table(
        "case_ledger",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_case_ledger"),
    )


def _letters_about_cases() -> None:
    planned = sa.text("kind NOT IN ('case', 'question', 'receipt')")
    op.drop_index("uq_message_person_planned_on", table_name="message")
    op.create_index(
        "uq_message_person_planned_on",
        "message",
        ["person", "planned_on"],
        unique=True,
        sqlite_where=planned,
        postgresql_where=planned,
    )


def _guard_in_sqlite() -> None:
    for table in (*UNTIL_DISPOSAL, "case_ledger"):
        op.execute(
            f"create trigger {table}_no_update before update on {table} "
            f"begin select raise(abort, '{table} is append-only'); end"
        )
        only = f"when {NOT_DISPOSED} " if table in UNTIL_DISPOSAL else ""
        op.execute(
            f"create trigger {table}_no_delete before delete on {table} {only}"
            f"begin select raise(abort, '{table} is append-only'); end"
        )


def _guard_in_postgresql() -> None:
    op.execute(
        "create function handbell_until_disposal() returns trigger language plpgsql as $$ begin "
        f"if {NOT_DISPOSED} then raise exception '% is append-only', tg_table_name "
        "using errcode = 'integrity_constraint_violation'; end if; return old; end $$"
    )
    for table in (*UNTIL_DISPOSAL, "case_ledger"):
        act = "update" if table in UNTIL_DISPOSAL else "update or delete"
        op.execute(
            f"create trigger {table}_append_only before {act} on {table} "
            "for each row execute function handbell_append_only()"
        )
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table} "
            "for each statement execute function handbell_append_only()"
        )
    for table in UNTIL_DISPOSAL:
        op.execute(
            f"create trigger {table}_until_disposal before delete on {table} "
            "for each row execute function handbell_until_disposal()"
        )
