"""0001: every table, and the triggers that keep the append-only ones append-only.

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
APPEND_ONLY = (
    "account_entry",
    "account_request",
    "case_entry",
    "case_ledger",
    "case_post",
    "case_seen",
    "check_answer",
    "evidence",
    "ledger",
    "log_disposed",
    "log_entry",
    "message_hold",
    "question_owner",
    "quiz_attempt",
    "reminder_hold",
    "request_event",
    "review_delegation",
    "staff_request",
    "training_claim",
    "training_decision",
    "wording",
)
# What may be deleted once it was disposed of: table -> what is true until then.
CASE_OPEN = "exists (select 1 from case_file where case_file.number = old.number and disposed_at is null)"
LOG_KEPT = "not exists (select 1 from log_disposed where reference = coalesce(old.follows, old.reference))"
UNTIL_DISPOSAL = {
    "case_entry": CASE_OPEN,
    "case_post": CASE_OPEN,
    "case_seen": CASE_OPEN,
    "log_entry": LOG_KEPT,
}


def upgrade() -> None:
    _create_tables()
    for table, column in (("person", "key"), ("person", "email"), ("role_holder", "person")):
        op.create_index(f"ix_{table}_folded_{column}", table, [sa.text(f"lower({column})")])
    if op.get_bind().dialect.name == "sqlite":
        _guard_in_sqlite()
    else:
        _guard_in_postgresql()
        # Every message is updated several times: room on its page keeps those updates off the indexes.
        op.execute("alter table message set (fillfactor = 50)")


def _guard_in_sqlite() -> None:
    for table in APPEND_ONLY:
        refused = f"begin select raise(abort, '{table} is append-only'); end"
        kept = f"when {UNTIL_DISPOSAL[table]} " if table in UNTIL_DISPOSAL else ""
        op.execute(f"create trigger {table}_no_update before update on {table} {refused}")
        op.execute(f"create trigger {table}_no_delete before delete on {table} {kept}{refused}")


def _guard_in_postgresql() -> None:
    functions = (("append_only", None), ("until_disposal", CASE_OPEN), ("log_until_disposal", LOG_KEPT))
    for name, kept in functions:
        refuse = (
            "raise exception '% is append-only', tg_table_name "
            "using errcode = 'integrity_constraint_violation';"
        )
        body = refuse if kept is None else f"if {kept} then {refuse} end if; return old;"
        op.execute(
            f"create function handbell_{name}() returns trigger language plpgsql as $$ begin {body} end $$"
        )
    for table in APPEND_ONLY:
        act = "update" if table in UNTIL_DISPOSAL else "update or delete"
        op.execute(
            f"create trigger {table}_append_only before {act} on {table} "
            "for each row execute function handbell_append_only()"
        )
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table} "
            "for each statement execute function handbell_append_only()"
        )
    for table, kept in UNTIL_DISPOSAL.items():
        function = "until_disposal" if kept == CASE_OPEN else "log_until_disposal"
        op.execute(
            f"create trigger {table}_until_disposal before delete on {table} "
            f"for each row execute function handbell_{function}()"
        )


def _create_tables() -> None:  # noqa: PLR0915 - one statement a table or index
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
    op.create_table(
        "form_submission",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_form_submission"),
    )
    op.create_index("ix_form_submission_at", "form_submission", ["at"])
    op.create_table(
        "job_run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("slot_at", INSTANT, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("alive_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("outcome", sa.Text()),
        sa.Column("ok", sa.Boolean()),
        sa.Column("well_at", INSTANT),
        sa.Column("failed_at", INSTANT),
        sa.Column("failed_said", sa.Text()),
        sa.Column("next_at", INSTANT),
        sa.PrimaryKeyConstraint("job", "part", name="pk_job_run"),
    )
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
    op.create_table(
        "ledger_stamp",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("stamped_at", INSTANT, nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger_stamp"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "person",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("unreachable", sa.Text()),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_person"),
    )
    op.create_index(
        "ix_person_beyond_ascii",
        "person",
        ["key"],
        sqlite_where=sa.text(
            "length(cast(key as blob)) <> length(key) or length(cast(email as blob)) <> length(email)"
        ),
        postgresql_where=sa.text("octet_length(key) <> length(key) or octet_length(email) <> length(email)"),
    )
    op.create_table(
        "school",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("phones", JSON, server_default="{}", nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("weekly_budget", sa.Integer(), nullable=False),
        sa.Column("staff_means", JSON, nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("nation", sa.Text(), server_default="England", nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_school"),
    )
    op.create_table(
        "school_figures",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("counted_at", INSTANT, nullable=False),
        sa.Column("by_area", JSON, nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("counted_after", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("setting", name="pk_school_figures"),
    )
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
    op.create_table(
        "sealing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sealing_key"),
    )
    op.create_table(
        "sync_state",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("setting", "sort", "key", name="pk_sync_state"),
    )
    op.create_table(
        "vendor_send",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("history_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_vendor_send"),
    )
    op.create_index("ix_vendor_send_at", "vendor_send", ["at"])
    op.create_index("ix_vendor_send_reference", "vendor_send", ["reference"])
    op.create_table(
        "access_end",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_access_end_person"),
        sa.PrimaryKeyConstraint("person", name="pk_access_end"),
    )
    op.create_table(
        "account",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("reach", sa.Text(), server_default="", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_account_school"),
        sa.PrimaryKeyConstraint("setting", "key", name="pk_account"),
    )
    op.create_table(
        "account_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_account_entry_school"),
        sa.PrimaryKeyConstraint("id", name="pk_account_entry"),
        sa.UniqueConstraint("reference", name="uq_account_entry_reference"),
    )
    op.create_index("ix_account_entry_setting_account", "account_entry", ["setting", "account"])
    op.create_table(
        "account_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_account_request_school"),
        sa.PrimaryKeyConstraint("id", name="pk_account_request"),
        sa.UniqueConstraint("reference", name="uq_account_request_reference"),
    )
    op.create_index("ix_account_request_setting", "account_request", ["setting"])
    op.create_table(
        "address_change",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_address_change_person"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_address_change_school"),
        sa.PrimaryKeyConstraint("person", name="pk_address_change"),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_calendar_feed_person"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_calendar_feed_school"),
        sa.PrimaryKeyConstraint("setting", "person", name="pk_calendar_feed"),
    )
    op.create_table(
        "case_file",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("aware_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("form", sa.Text()),
        sa.Column("inbox", sa.Text()),
        sa.Column("wrapped_key", sa.LargeBinary()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("disposed_at", INSTANT),
        sa.CheckConstraint("(disposed_at is null) = (wrapped_key is not null)", name="ck_case_file_disposed"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_case_file_school"),
        sa.PrimaryKeyConstraint("number", name="pk_case_file"),
        sa.UniqueConstraint("form", name="uq_case_file_form"),
        sa.UniqueConstraint("inbox", name="uq_case_file_inbox"),
    )
    op.create_index("ix_case_file_setting_state", "case_file", ["setting", "state"])
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
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_case_role_person"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_case_role_school"),
        sa.PrimaryKeyConstraint("setting", "person", "role", name="pk_case_role"),
    )
    op.create_index("ix_case_role_person", "case_role", ["person"])
    op.create_table(
        "case_route",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("sends_to", JSON, nullable=False),
        sa.Column("clocks", JSON, nullable=False),
        sa.Column("asks", JSON, server_default="[]", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tell", JSON, server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_case_route_school"),
        sa.PrimaryKeyConstraint("setting", "category", name="pk_case_route"),
    )
    op.create_table(
        "confirming",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_confirming_school"),
        sa.PrimaryKeyConstraint("setting", name="pk_confirming"),
    )
    op.create_table(
        "event",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("person", sa.Text()),
        sa.Column("subject", sa.Text()),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_event_school"),
        sa.PrimaryKeyConstraint("setting", "key", name="pk_event"),
    )
    op.create_table(
        "first_run",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("live_on", sa.Date()),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_first_run_school"),
        sa.PrimaryKeyConstraint("setting", name="pk_first_run"),
    )
    op.create_table(
        "former_address",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_former_address_person"),
        sa.PrimaryKeyConstraint("email", "person", name="pk_former_address"),
    )
    op.create_index("ix_former_address_person", "former_address", ["person"])
    op.create_table(
        "governing_body",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("clerk", sa.Text()),
        sa.Column("chair", sa.Text()),
        sa.Column("members", JSON, nullable=False),
        sa.Column("clear_days", sa.Integer(), nullable=False),
        sa.Column("agenda_days_before_papers", sa.Integer(), nullable=False),
        sa.Column("draft_days_before_agenda", sa.Integer(), nullable=False),
        sa.Column("tell_members", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_governing_body_school"),
        sa.PrimaryKeyConstraint("setting", "key", name="pk_governing_body"),
    )
    op.create_table(
        "kiosk",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("stopped_at", INSTANT),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_kiosk_school"),
        sa.ForeignKeyConstraint(["started_by"], ["person.key"], name="fk_kiosk_person"),
        sa.PrimaryKeyConstraint("digest", name="pk_kiosk"),
    )
    op.create_index("ix_kiosk_setting", "kiosk", ["setting"])
    op.create_table(
        "kiosk_pin",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("wrong_at", INSTANT),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_kiosk_pin_person"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_kiosk_pin_school"),
        sa.PrimaryKeyConstraint("setting", "person", name="pk_kiosk_pin"),
    )
    op.create_table(
        "listed_address",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_listed_address_person"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_listed_address_school"),
        sa.PrimaryKeyConstraint("setting", "person", name="pk_listed_address"),
    )
    op.create_table(
        "log_disposed",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("disposed_at", INSTANT, nullable=False),
        sa.Column("disposed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_log_disposed_school"),
        sa.PrimaryKeyConstraint("reference", name="pk_log_disposed"),
    )
    op.create_index("ix_log_disposed_setting", "log_disposed", ["setting"])
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
        sa.Column("follows", sa.Text()),
        sa.Column("step", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["follows"], ["log_entry.reference"], name="fk_log_entry_log_entry"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_log_entry_school"),
        sa.PrimaryKeyConstraint("reference", name="pk_log_entry"),
    )
    op.create_index("ix_log_entry_follows", "log_entry", ["follows"])
    op.create_index("ix_log_entry_setting_kind", "log_entry", ["setting", "kind"])
    op.create_table(
        "membership",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("listed_roles", JSON, server_default="[]", nullable=False),
        sa.Column("groups", JSON, nullable=False),
        sa.Column("starts_on", sa.Date()),
        sa.Column("leaves_on", sa.Date()),
        sa.Column("working_days", JSON, nullable=False),
        sa.Column("manager", sa.Text()),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_membership_person"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_membership_school"),
        sa.PrimaryKeyConstraint("setting", "person", name="pk_membership"),
    )
    op.create_index("ix_membership_person", "membership", ["person"])
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
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_until_at", INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_reason", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.Column("daily_number", sa.Integer()),
        sa.CheckConstraint(
            "state in ('waiting', 'leased', 'sending', 'sent', 'given up', 'unknown', 'withdrawn', 'lapsed')",
            name="ck_message_state",
        ),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_message_school"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_index(
        "ix_message_not_sent",
        "message",
        ["settled_at"],
        sqlite_where=sa.text("settled_at IS NOT NULL AND reference IS NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL AND reference IS NULL"),
    )
    op.create_index(
        "ix_message_open",
        "message",
        ["not_before_at", "setting", "id"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index("ix_message_planned_on", "message", ["planned_on"])
    op.create_index("ix_message_setting_created_at", "message", ["setting", "created_at"])
    op.create_index(
        "uq_message_daily_number",
        "message",
        ["person", "planned_on", "daily_number"],
        unique=True,
        sqlite_where=sa.text("daily_number IS NOT NULL"),
        postgresql_where=sa.text("daily_number IS NOT NULL"),
    )
    op.create_table(
        "no_meeting_email",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_no_meeting_email_person"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_no_meeting_email_school"),
        sa.PrimaryKeyConstraint("setting", "person", name="pk_no_meeting_email"),
    )
    op.create_table(
        "obligation",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("cadence", JSON, nullable=False),
        sa.Column("ladder", JSON, nullable=False),
        sa.Column("source_policy", sa.Text()),
        sa.Column("source_clause", sa.Text()),
        sa.Column("source_stated", sa.Boolean(), nullable=False),
        sa.Column("source_quotes", JSON, nullable=False),
        sa.Column("policy", sa.Text()),
        sa.Column("statement", sa.Text()),
        sa.Column("minutes", sa.Integer()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("at_least", sa.Integer()),
        sa.Column("renew_weeks", sa.Integer()),
        sa.Column("proof", sa.Text()),
        sa.Column("course_link", sa.Text()),
        sa.Column("since_on", sa.Date()),
        sa.Column("items", JSON, server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_obligation_school"),
        sa.PrimaryKeyConstraint("setting", "key", name="pk_obligation"),
    )
    op.create_table(
        "policy",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("approver", sa.Text()),
        sa.Column("dates", JSON, nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.Column("minute_reference", sa.Text()),
        sa.Column("cycle_months", sa.Integer()),
        sa.Column("cadence_text", sa.Text()),
        sa.Column("statutory", sa.Boolean(), nullable=False),
        sa.Column("link", sa.Text()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_policy_school"),
        sa.PrimaryKeyConstraint("setting", "key", name="pk_policy"),
    )
    op.create_table(
        "question_owner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_question_owner_school"),
        sa.PrimaryKeyConstraint("id", name="pk_question_owner"),
    )
    op.create_index("ix_question_owner_setting_question", "question_owner", ["setting", "question"])
    op.create_table(
        "role_holder",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_role_holder_school"),
        sa.PrimaryKeyConstraint("setting", "role", "person", name="pk_role_holder"),
    )
    op.create_index(
        "ix_role_holder_beyond_ascii",
        "role_holder",
        ["person"],
        sqlite_where=sa.text("length(cast(person as blob)) <> length(person)"),
        postgresql_where=sa.text("octet_length(person) <> length(person)"),
    )
    op.create_table(
        "school_closure",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("falls_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind in ('inset', 'closed')", name="ck_school_closure_kind"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_school_closure_school"),
        sa.PrimaryKeyConstraint("setting", "kind", "falls_on", name="pk_school_closure"),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text()),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("sealed", sa.Text()),
        sa.Column("ends_by_at", INSTANT),
        sa.CheckConstraint("(person is null) = (sealed is not null)", name="ck_session_one_reader"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_session_person"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_session_school"),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
    )
    op.create_index("ix_session_person", "session", ["person"])
    op.create_table(
        "sign_in_link",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text()),
        sa.Column("person", sa.Text()),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.Column("goes_to", sa.Text()),
        sa.CheckConstraint("purpose in ('email link', 'first link')", name="ck_sign_in_link_purpose"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_sign_in_link_person"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_sign_in_link_school"),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_in_link"),
    )
    op.create_index("ix_sign_in_link_ends_at", "sign_in_link", ["ends_at"])
    op.create_table(
        "staff_request",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_staff_request_school"),
        sa.PrimaryKeyConstraint("reference", name="pk_staff_request"),
    )
    op.create_index("ix_staff_request_setting_person", "staff_request", ["setting", "person"])
    op.create_table(
        "teams_account",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text()),
        sa.Column("connected_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_teams_account_person"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_teams_account_school"),
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
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_teams_code_person"),
        sa.PrimaryKeyConstraint("digest", name="pk_teams_code"),
    )
    op.create_index("ix_teams_code_ends_at", "teams_code", ["ends_at"])
    op.create_table(
        "term",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_term_school"),
        sa.PrimaryKeyConstraint("setting", "first_on", name="pk_term"),
    )
    op.create_table(
        "training_file",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_training_file_school"),
        sa.PrimaryKeyConstraint("key", name="pk_training_file"),
    )
    op.create_index("ix_training_file_setting", "training_file", ["setting"])
    op.create_table(
        "training_mapping",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("courses", JSON, nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_training_mapping_school"),
        sa.PrimaryKeyConstraint("setting", "heading", name="pk_training_mapping"),
    )
    op.create_table(
        "upload",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_upload_school"),
        sa.PrimaryKeyConstraint("key", name="pk_upload"),
    )
    op.create_index("ix_upload_setting_sort", "upload", ["setting", "sort"])
    op.create_table(
        "rule_change",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("states", JSON, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("undo_until", INSTANT),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_rule_change_school"),
        sa.PrimaryKeyConstraint("reference", name="pk_rule_change"),
    )
    op.create_index("ix_rule_change_setting_rule", "rule_change", ["setting", "rule"])
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_wording_school"),
        sa.PrimaryKeyConstraint("id", name="pk_wording"),
    )
    op.create_index("ix_wording_setting_kind", "wording", ["setting", "kind"])
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("noted_here", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "person"], ["membership.setting", "membership.person"], name="fk_absence_membership"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
    )
    op.create_index("ix_absence_setting_person", "absence", ["setting", "person"])
    op.create_table(
        "account_holder",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "account"], ["account.setting", "account.key"], name="fk_account_holder_account"
        ),
        sa.PrimaryKeyConstraint("setting", "account", "person", name="pk_account_holder"),
    )
    op.create_table(
        "case_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["case_file.number"], name="fk_case_entry_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_case_entry"),
    )
    op.create_index("ix_case_entry_number", "case_entry", ["number"])
    op.create_table(
        "case_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("from_us", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["case_file.number"], name="fk_case_post_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_case_post"),
    )
    op.create_index("ix_case_post_number", "case_post", ["number"])
    op.create_table(
        "case_seen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["case_file.number"], name="fk_case_seen_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_case_seen"),
    )
    op.create_index("ix_case_seen_number", "case_seen", ["number"])
    op.create_table(
        "case_task",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date()),
        sa.Column("dropped_on", sa.Date()),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["case_file.number"], name="fk_case_task_case_file"),
        sa.PrimaryKeyConstraint("key", name="pk_case_task"),
    )
    op.create_index("ix_case_task_number", "case_task", ["number"])
    op.create_table(
        "delivery",
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("outcome", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_delivery_message"),
        sa.PrimaryKeyConstraint("message", "attempt", name="pk_delivery"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text()),
        sa.Column("subject", sa.Text()),
        sa.Column("acted_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text()),
        sa.Column("policy", sa.Text()),
        sa.Column("policy_title", sa.Text()),
        sa.Column("version_number", sa.Text()),
        sa.Column("sha256_bytes", sa.Text()),
        sa.Column("sha256_text", sa.Text()),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("typed_name", sa.Text()),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text()),
        sa.Column("words", sa.Text()),
        sa.Column("until_on", sa.Date()),
        sa.Column("reference", sa.Text()),
        sa.Column("items", sa.Text()),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"], ["obligation.setting", "obligation.key"], name="fk_evidence_obligation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("idempotency_key", name="uq_evidence_idempotency_key"),
        sa.UniqueConstraint("receipt", name="uq_evidence_receipt"),
    )
    op.create_index("ix_evidence_setting_obligation_person", "evidence", ["setting", "obligation", "person"])
    op.create_index("ix_evidence_setting_person", "evidence", ["setting", "person"])
    op.create_table(
        "meeting",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("papers_on", sa.Date()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "body"],
            ["governing_body.setting", "governing_body.key"],
            name="fk_meeting_governing_body",
        ),
        sa.PrimaryKeyConstraint("setting", "body", "key", name="pk_meeting"),
    )
    op.create_table(
        "message_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("act in ('held', 'let go')", name="ck_message_hold_act"),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_message_hold_message"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_message_hold_school"),
        sa.PrimaryKeyConstraint("id", name="pk_message_hold"),
    )
    op.create_index("ix_message_hold_message", "message_hold", ["message"])
    op.create_table(
        "policy_setup",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("later", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "policy"], ["policy.setting", "policy.key"], name="fk_policy_setup_policy"
        ),
        sa.PrimaryKeyConstraint("setting", "policy", name="pk_policy_setup"),
    )
    op.create_table(
        "public_policy",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("sha256_bytes", sa.Text(), nullable=False),
        sa.Column("for_search_engines", sa.Boolean(), nullable=False),
        sa.Column("chosen_by", sa.Text(), nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "policy"], ["policy.setting", "policy.key"], name="fk_public_policy_policy"
        ),
        sa.PrimaryKeyConstraint("setting", "policy", name="pk_public_policy"),
    )
    op.create_table(
        "school_logo",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_school_logo_school"),
        sa.PrimaryKeyConstraint("setting", name="pk_school_logo"),
    )
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sha256_bytes", sa.Text(), nullable=False),
        sa.Column("sha256_text", sa.Text()),
        sa.Column("media", sa.Text()),
        sa.Column("filename", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("issued_on", sa.Date()),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("published_by", sa.Text()),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "policy"], ["policy.setting", "policy.key"], name="fk_policy_version_policy"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_policy_version"),
    )
    op.create_index("ix_policy_version_setting_policy", "policy_version", ["setting", "policy"])
    op.create_table(
        "reminder_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("scope in ('school', 'person', 'rule')", name="ck_reminder_hold_scope"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_reminder_hold_school"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_hold"),
    )
    op.create_index("ix_reminder_hold_setting", "reminder_hold", ["setting"])
    op.create_table(
        "check_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"],
            ["obligation.setting", "obligation.key"],
            name="fk_check_answer_obligation",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_check_answer"),
    )
    op.create_index(
        "ix_check_answer_setting_obligation_person", "check_answer", ["setting", "obligation", "person"]
    )
    op.create_table(
        "quiz_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("given", JSON, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"],
            ["obligation.setting", "obligation.key"],
            name="fk_quiz_attempt_obligation",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quiz_attempt"),
    )
    op.create_index(
        "ix_quiz_attempt_setting_obligation_person", "quiz_attempt", ["setting", "obligation", "person"]
    )
    op.create_table(
        "quiz_question",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("right_answer", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"],
            ["obligation.setting", "obligation.key"],
            name="fk_quiz_question_obligation",
        ),
        sa.PrimaryKeyConstraint("setting", "obligation", "position", name="pk_quiz_question"),
    )
    op.create_table(
        "request_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.ForeignKeyConstraint(
            ["reference"], ["staff_request.reference"], name="fk_request_event_staff_request"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_request_event"),
        sa.UniqueConstraint("reference", "outcome", "at", name="uq_request_event_reference_outcome_at"),
    )
    op.create_index("ix_request_event_reference", "request_event", ["reference"])
    op.create_table(
        "review_delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("person", sa.Text()),
        sa.Column("by_on", sa.Date()),
        sa.Column("given_on", sa.Date()),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["setting", "policy"], ["policy.setting", "policy.key"], name="fk_review_delegation_policy"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_delegation"),
    )
    op.create_index("ix_review_delegation_setting_policy", "review_delegation", ["setting", "policy"])
    op.create_table(
        "sent_step",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.CheckConstraint("state in ('decided', 'lapsed')", name="ck_sent_step_state"),
        sa.ForeignKeyConstraint(
            ["message"], ["message.id"], name="fk_sent_step_message", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"],
            ["obligation.setting", "obligation.key"],
            name="fk_sent_step_obligation",
        ),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_sent_step_school"),
        sa.PrimaryKeyConstraint("setting", "obligation", "person", "cycle", "step", name="pk_sent_step"),
    )
    op.create_index("ix_sent_step_message", "sent_step", ["message"])
    op.create_table(
        "training_claim",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_by_name", sa.Text(), nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.Column("stored", sa.Text()),
        sa.Column("filename", sa.Text()),
        sa.Column("media", sa.Text()),
        sa.Column("size", sa.Integer()),
        sa.Column("sha256", sa.Text()),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"],
            ["obligation.setting", "obligation.key"],
            name="fk_training_claim_obligation",
        ),
        sa.PrimaryKeyConstraint("key", name="pk_training_claim"),
    )
    op.create_index("ix_training_claim_setting_person", "training_claim", ["setting", "person"])
    op.create_table(
        "receipt_email",
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("message", sa.Text()),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_receipt_email_message"),
        sa.ForeignKeyConstraint(["receipt"], ["evidence.receipt"], name="fk_receipt_email_evidence"),
        sa.ForeignKeyConstraint(["setting"], ["school.key"], name="fk_receipt_email_school"),
        sa.PrimaryKeyConstraint("receipt", name="pk_receipt_email"),
    )
    op.create_index("ix_receipt_email_message", "receipt_email", ["message"])
    op.create_index(
        "ix_receipt_email_waiting",
        "receipt_email",
        ["setting", "person"],
        sqlite_where=sa.text("message IS NULL"),
        postgresql_where=sa.text("message IS NULL"),
    )
    op.create_table(
        "training_decision",
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.CheckConstraint("outcome in ('accepted', 'sent back')", name="ck_training_decision_outcome"),
        sa.ForeignKeyConstraint(
            ["claim"], ["training_claim.key"], name="fk_training_decision_training_claim"
        ),
        sa.PrimaryKeyConstraint("claim", name="pk_training_decision"),
    )
