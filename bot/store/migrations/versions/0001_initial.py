"""0001: the first tables, and triggers that keep evidence and ledger append-only.

Expand: everything is new. Contract: nothing. A migration describes its own day: it imports nothing of ours.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
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


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def _setting() -> None:
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("weekly_budget", sa.Integer(), nullable=False),
        sa.Column("staff_means", JSON, nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_setting"),
    )


def _term() -> None:
    op.create_table(
        "term",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_term_setting"),
        sa.PrimaryKeyConstraint("setting", "first_on", name="pk_term"),
    )


def _closure() -> None:
    op.create_table(
        "closure",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("falls_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind in ('inset', 'closed')", name="ck_closure_kind"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_closure_setting"),
        sa.PrimaryKeyConstraint("setting", "kind", "falls_on", name="pk_closure"),
    )


def _role_holder() -> None:
    op.create_table(
        "role_holder",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_role_holder_setting"),
        sa.PrimaryKeyConstraint("setting", "role", "person", name="pk_role_holder"),
    )


def _policy() -> None:
    op.create_table(
        "policy",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("dates", JSON, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("minute_reference", sa.Text(), nullable=True),
        sa.Column("cycle_months", sa.Integer(), nullable=True),
        sa.Column("cadence_text", sa.Text(), nullable=True),
        sa.Column("statutory", sa.Boolean(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_policy_setting"),
        sa.PrimaryKeyConstraint("setting", "key", name="pk_policy"),
    )


def _policy_version() -> None:
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sha256_bytes", sa.Text(), nullable=False),
        sa.Column("sha256_text", sa.Text(), nullable=True),
        sa.Column("media", sa.Text(), nullable=True),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "policy"], ["policy.setting", "policy.key"], name="fk_policy_version_policy"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_policy_version"),
    )
    op.create_index("ix_policy_version_setting_policy", "policy_version", ["setting", "policy"], unique=False)


def _obligation() -> None:
    op.create_table(
        "obligation",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("cadence", JSON, nullable=False),
        sa.Column("ladder", JSON, nullable=False),
        sa.Column("source_policy", sa.Text(), nullable=True),
        sa.Column("source_clause", sa.Text(), nullable=True),
        sa.Column("source_stated", sa.Boolean(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_obligation_setting"),
        sa.PrimaryKeyConstraint("setting", "key", name="pk_obligation"),
    )


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_account_setting"),
        sa.PrimaryKeyConstraint("setting", "key", name="pk_account"),
    )


def _holder() -> None:
    op.create_table(
        "holder",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "account"], ["account.setting", "account.key"], name="fk_holder_account"
        ),
        sa.PrimaryKeyConstraint("setting", "account", "person", name="pk_holder"),
    )


def _body() -> None:
    op.create_table(
        "body",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=True),
        sa.Column("chair", sa.Text(), nullable=True),
        sa.Column("members", JSON, nullable=False),
        sa.Column("clear_days", sa.Integer(), nullable=False),
        sa.Column("agenda_days_before_papers", sa.Integer(), nullable=False),
        sa.Column("draft_days_before_agenda", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_body_setting"),
        sa.PrimaryKeyConstraint("setting", "key", name="pk_body"),
    )


def _meeting() -> None:
    op.create_table(
        "meeting",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("papers_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["setting", "body"], ["body.setting", "body.key"], name="fk_meeting_body"),
        sa.PrimaryKeyConstraint("setting", "body", "key", name="pk_meeting"),
    )


def _route() -> None:
    op.create_table(
        "route",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("sends_to", JSON, nullable=False),
        sa.Column("clocks", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_route_setting"),
        sa.PrimaryKeyConstraint("setting", "category", name="pk_route"),
    )


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("unreachable", sa.Text(), nullable=True),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_person"),
    )


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("groups", JSON, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("leaves_on", sa.Date(), nullable=True),
        sa.Column("working_days", JSON, nullable=False),
        sa.Column("manager", sa.Text(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_membership_person"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_membership_setting"),
        sa.PrimaryKeyConstraint("setting", "person", name="pk_membership"),
    )
    op.create_index("ix_membership_person", "membership", ["person"], unique=False)


def _absence() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "person"], ["membership.setting", "membership.person"], name="fk_absence_membership"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
    )
    op.create_index("ix_absence_setting_person", "absence", ["setting", "person"], unique=False)


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
        sa.UniqueConstraint("person", "planned_on", name="uq_message_person_planned_on"),
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


TABLES = (
    _meta,
    _setting,
    _term,
    _closure,
    _role_holder,
    _policy,
    _policy_version,
    _obligation,
    _account,
    _holder,
    _body,
    _meeting,
    _route,
    _person,
    _membership,
    _absence,
    _event,
    _evidence,
    _ledger,
    _message,
    _notice,
    _delivery,
    _job_slot,
)
