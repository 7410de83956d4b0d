"""0001: the first tables: what settings promised, and their people.

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


def upgrade() -> None:
    for create in TABLES:
        create()


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
)
