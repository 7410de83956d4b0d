"""0004: what the signed-in pages keep. Expand: everything is new. Contract: nothing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    _session()
    _signing_in()
    _accounts()
    _reviews()
    _training()
    _requests()
    _check_questions()
    _office()
    _holds()


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_session_setting_setting"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_session_person_person"),
    )
    op.create_index("ix_session_person", "session", ["person"])


def _signing_in() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.CheckConstraint("purpose in ('email link', 'first link')", name="ck_sign_in_link_purpose"),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_in_link"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_sign_in_link_setting"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_sign_in_link_person"),
    )
    op.create_index("ix_sign_in_link_ends_at", "sign_in_link", ["ends_at"])
    op.create_table(
        "kiosk",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_kiosk"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_kiosk_setting"),
        sa.ForeignKeyConstraint(["started_by"], ["person.key"], name="fk_kiosk_person"),
    )
    op.create_index("ix_kiosk_setting", "kiosk", ["setting"])
    _kiosk_pin()
    _letters("'account', 'answered', 'case', 'question', 'receipt', 'request', 'sign-in'")


def _kiosk_pin() -> None:
    op.create_table(
        "kiosk_pin",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("setting", "person", name="pk_kiosk_pin"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_kiosk_pin_setting"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_kiosk_pin_person"),
    )


def _letters(kinds: str) -> None:
    """Let letters of these kinds stand outside the day's one message."""
    outside = sa.text(f"kind NOT IN ({kinds})")
    op.drop_index("uq_message_person_planned_on", table_name="message")
    op.create_index(
        "uq_message_person_planned_on",
        "message",
        ["person", "planned_on"],
        unique=True,
        sqlite_where=outside,
        postgresql_where=outside,
    )


def _accounts() -> None:
    for name in ("address", "purpose", "reach", "owner"):
        op.add_column("account", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    _about_accounts(
        "account_entry",
        "account sort topic answer about words note",
        sa.Column("happened_on", sa.Date(), nullable=False),
    )
    op.create_index("ix_account_entry_setting_account", "account_entry", ["setting", "account"])
    _about_accounts("account_request", "channel name purpose reach why")
    op.create_index("ix_account_request_setting", "account_request", ["setting"])


def _about_accounts(table: str, words: str, *more: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in words.split()),
        *more,
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name=f"fk_{table}_setting"),
        sa.UniqueConstraint("reference", name=f"uq_{table}_reference"),
    )
    _append_only(table)


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


def _reviews() -> None:
    op.create_table(
        "review_delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("by_on", sa.Date(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_delegation"),
        sa.ForeignKeyConstraint(
            ["setting", "policy"], ["policy.setting", "policy.key"], name="fk_review_delegation_policy"
        ),
    )
    op.create_index("ix_review_delegation_setting_policy", "review_delegation", ["setting", "policy"])
    op.create_table(
        "calendar_feed",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("setting", "person", name="pk_calendar_feed"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_calendar_feed_setting"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_calendar_feed_person"),
    )
    _append_only("review_delegation")


def _training() -> None:
    for name in ("at_least", "renew_weeks"):
        op.add_column("obligation", sa.Column(name, sa.Integer(), nullable=True))
    op.create_table(
        "training_claim",
        *_texts(
            "key setting obligation person person_name cycle provider said_by said_by_name identified_by"
        ),
        *_texts("stored filename media sha256", nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("finished_on", sa.Date(), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_training_claim"),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"],
            ["obligation.setting", "obligation.key"],
            name="fk_training_claim_obligation",
        ),
    )
    op.create_index("ix_training_claim_setting_person", "training_claim", ["setting", "person"])
    op.create_table(
        "training_decision",
        *_texts("claim outcome decided_by by_name words"),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.CheckConstraint("outcome in ('accepted', 'sent back')", name="ck_training_decision_outcome"),
        sa.PrimaryKeyConstraint("claim", name="pk_training_decision"),
        sa.ForeignKeyConstraint(
            ["claim"], ["training_claim.key"], name="fk_training_decision_training_claim"
        ),
    )
    _append_only("training_claim")
    _append_only("training_decision")
    _training_files()


def _training_files() -> None:
    op.create_table(
        "training_file",
        *_texts("key setting name sha256 uploaded_by"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_training_file"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_training_file_setting"),
    )
    op.create_index("ix_training_file_setting", "training_file", ["setting"])
    kept = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "training_mapping",
        *_texts("setting heading provider saved_by"),
        *(sa.Column(name, kept, nullable=False) for name in ("columns", "courses")),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("setting", "heading", name="pk_training_mapping"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_training_mapping_setting"),
    )


def _texts(names: str, *, nullable: bool = False) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.Text(), nullable=nullable) for name in names.split())


def _requests() -> None:
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
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_staff_request"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_staff_request_setting"),
    )
    op.create_index("ix_staff_request_setting_person", "staff_request", ["setting", "person"])
    op.create_table(
        "staff_request_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staff_request_word"),
        sa.ForeignKeyConstraint(
            ["reference"], ["staff_request.reference"], name="fk_staff_request_word_staff_request"
        ),
        sa.UniqueConstraint("reference", "outcome", "at", name="uq_staff_request_word_reference_outcome_at"),
    )
    op.create_index("ix_staff_request_word_reference", "staff_request_word", ["reference"])
    _append_only("staff_request")
    _append_only("staff_request_word")


def _office() -> None:
    op.add_column("policy_version", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("policy_version", sa.Column("published_by", sa.Text(), nullable=True))
    op.add_column("absence", sa.Column("noted_here", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "question_owner",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("setting", "question", "person", "given_by")
        ),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_question_owner"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_question_owner_setting"),
    )
    op.create_index("ix_question_owner_setting_question", "question_owner", ["setting", "question"])
    op.create_table(
        "upload",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("key", "setting", "sort", "about", "filename", "uploaded_by")
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_upload"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_upload_setting"),
    )
    op.create_index("ix_upload_setting_sort", "upload", ["setting", "sort"])
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("setting", "kind", "words", "saved_by")),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wording"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_wording_setting"),
    )
    op.create_index("ix_wording_setting_kind", "wording", ["setting", "kind"])
    _append_only("question_owner")
    _append_only("wording")
    _first_run()


def _first_run() -> None:
    op.create_table(
        "first_run",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("live_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("setting", name="pk_first_run"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_first_run_setting"),
    )


def _holds() -> None:
    op.create_table(
        "message_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("message", "setting", "act", "by", "by_name", "why")
        ),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("act in ('held', 'let go')", name="ck_message_hold_act"),
        sa.PrimaryKeyConstraint("id", name="pk_message_hold"),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_message_hold_message"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_message_hold_setting"),
    )
    op.create_index("ix_message_hold_message", "message_hold", ["message"])
    _append_only("message_hold")


def _check_questions() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "check_question",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("answers", json, nullable=False),
        sa.Column("right_answer", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("setting", "obligation", "position", name="pk_check_question"),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"],
            ["obligation.setting", "obligation.key"],
            name="fk_check_question_obligation",
        ),
    )
    op.create_table(
        "check_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("asked", json, nullable=False),
        sa.Column("given", json, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_attempt"),
        sa.ForeignKeyConstraint(
            ["setting", "obligation"],
            ["obligation.setting", "obligation.key"],
            name="fk_check_attempt_obligation",
        ),
    )
    op.create_index(
        "ix_check_attempt_setting_obligation_person", "check_attempt", ["setting", "obligation", "person"]
    )
    _append_only("check_attempt")
