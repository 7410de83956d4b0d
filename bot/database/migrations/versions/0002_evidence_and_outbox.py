"""0002: evidence and the ledger, append-only by triggers; the outbox; the schedules' slots.

Expand: everything is new. Contract: nothing. A migration describes its own day: it imports nothing of ours.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
APPEND_ONLY = ("evidence", "ledger")


def upgrade() -> None:
    for create in TABLES:
        create()
    if op.get_bind().dialect.name == "sqlite":
        _guard_in_sqlite()
    else:
        _guard_in_postgresql()


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_event_setting"),
        sa.PrimaryKeyConstraint("setting", "key", name="pk_event"),
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("acted_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("policy_title", sa.Text(), nullable=True),
        sa.Column("version_number", sa.Text(), nullable=True),
        sa.Column("sha256_bytes", sa.Text(), nullable=True),
        sa.Column("sha256_text", sa.Text(), nullable=True),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("typed_name", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"], ["obligation.setting", "obligation.key"], name="fk_evidence_obligation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("idempotency_key", name="uq_evidence_idempotency_key"),
        sa.UniqueConstraint("receipt", name="uq_evidence_receipt"),
    )
    op.create_index(
        "ix_evidence_setting_obligation_person", "evidence", ["setting", "obligation", "person"], unique=False
    )
    op.create_index("ix_evidence_setting_person", "evidence", ["setting", "person"], unique=False)


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger"),
    )


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("not_before_at", INSTANT, nullable=False),
        sa.Column("not_after_at", INSTANT, nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_reason", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'leased', 'sending', 'sent', 'given up', 'unknown', 'withdrawn', 'lapsed')",
            name="ck_message_state",
        ),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_message_setting"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    planned = sa.text("kind NOT IN ('question', 'receipt')")
    op.create_index(
        "uq_message_person_planned_on",
        "message",
        ["person", "planned_on"],
        unique=True,
        sqlite_where=planned,
        postgresql_where=planned,
    )
    op.create_index("ix_message_planned_on", "message", ["planned_on"], unique=False)
    op.create_index("ix_message_state_not_before_at", "message", ["state", "not_before_at"], unique=False)


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.CheckConstraint("state in ('decided', 'lapsed')", name="ck_notice_state"),
        sa.ForeignKeyConstraint(
            ["message"], ["message.id"], name="fk_notice_message", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"], ["obligation.setting", "obligation.key"], name="fk_notice_obligation"
        ),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_notice_setting"),
        sa.PrimaryKeyConstraint("setting", "obligation", "person", "cycle", "step", name="pk_notice"),
    )
    op.create_index("ix_notice_message", "notice", ["message"], unique=False)


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_delivery_message"),
        sa.PrimaryKeyConstraint("message", "attempt", name="pk_delivery"),
    )


def _job_slot() -> None:
    op.create_table(
        "job_slot",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot_at", INSTANT, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ok", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("job", "slot_at", name="pk_job_slot"),
    )


def _guard_in_sqlite() -> None:
    for table in APPEND_ONLY:
        for act in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{act} before {act} on {table} "
                f"begin select raise(abort, '{table} is append-only'); end"
            )


def _guard_in_postgresql() -> None:
    op.execute(
        "create function handbell_append_only() returns trigger language plpgsql as $$ begin "
        "raise exception '% is append-only', tg_table_name "
        "using errcode = 'integrity_constraint_violation'; end $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete on {table} "
            "for each row execute function handbell_append_only()"
        )
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table} "
            "for each statement execute function handbell_append_only()"
        )


TABLES = (_event, _evidence, _ledger, _message, _notice, _delivery, _job_slot)
