"""The tables: the single description. `migrations/` builds the same, and adds the append-only triggers."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Time,
    func,
    true,
)

from bot.database.columns import Instant, tables
from bot.database.dialect import Json, beyond_ascii, index_beyond_ascii


def key_column(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def school_column() -> Column[str]:
    return Column("setting", Text, ForeignKey("school.key"), primary_key=True)


def _listed() -> tuple[Column[int], Column[bool]]:
    """Place in the register, and whether it is still there: what evidence points to is never deleted."""
    return Column("position", Integer, nullable=False), Column("listed", Boolean, nullable=False)


meta = Table("meta", tables, key_column("key"), Column("value", Text, nullable=False))

# --- the register -------------------------------------------------------------------------------------

school = Table(
    "school",
    tables,
    key_column("key"),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("since_on", Date, nullable=False),
    Column("words", Json, nullable=False),
    Column("phones", Json, nullable=False, server_default="{}"),
    Column("opens", Time, nullable=False),
    Column("closes", Time, nullable=False),
    Column("weekly_budget", Integer, nullable=False),
    Column("staff_means", Json, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("nation", Text, nullable=False, server_default="England"),
    Column("saved_at", Instant, nullable=False),
)

term = Table(
    "term",
    tables,
    school_column(),
    Column("first_on", Date, primary_key=True),
    Column("last_on", Date, nullable=False),
    Column("name", Text, nullable=False),
)

school_closure = Table(
    "school_closure",
    tables,
    school_column(),
    Column("kind", Text, primary_key=True),
    Column("falls_on", Date, primary_key=True),
    CheckConstraint("kind in ('inset', 'closed')", name="kind"),
)

# `person` is what the register says, a key or an email address; the staff list may not have them yet.
role_holder = Table(
    "role_holder",
    tables,
    school_column(),
    key_column("role"),
    key_column("person"),
    Column("position", Integer, nullable=False),
)
Index("ix_role_holder_folded_person", func.lower(role_holder.c.person))
HOLDERS_BEYOND_ASCII = beyond_ascii("person")
index_beyond_ascii("ix_role_holder_beyond_ascii", role_holder.c.person, HOLDERS_BEYOND_ASCII)

# `dates`: each stated date by name, as {"text": "2024-09", "quote": the printed words or null}.
policy = Table(
    "policy",
    tables,
    school_column(),
    key_column("key"),
    Column("title", Text, nullable=False),
    Column("owner", Text),
    Column("approver", Text),
    Column("dates", Json, nullable=False),
    Column("approved_by", Text),
    Column("minute_reference", Text),
    Column("cycle_months", Integer),
    Column("cadence_text", Text),
    Column("statutory", Boolean, nullable=False),
    Column("link", Text),
    *_listed(),
)

# The highest id is the version in force. `text` is empty for a version known by its hash alone.
# `published_by` and `reason` are there for a version published on the office's page.
policy_version = Table(
    "policy_version",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("sha256_bytes", Text, nullable=False),
    Column("sha256_text", Text),
    Column("media", Text),
    Column("filename", Text),
    Column("text", Text),
    Column("content", LargeBinary),
    Column("issued_on", Date),
    Column("minor", Boolean, nullable=False),
    Column("reason", Text),
    Column("published_by", Text),
    Column("added_at", Instant, nullable=False),
    ForeignKeyConstraint(["setting", "policy"], ["policy.setting", "policy.key"]),
    Index(None, "setting", "policy"),
)

obligation = Table(
    "obligation",
    tables,
    school_column(),
    key_column("key"),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("cadence", Json, nullable=False),
    Column("ladder", Json, nullable=False),
    Column("source_policy", Text),
    Column("source_clause", Text),
    Column("source_stated", Boolean, nullable=False),
    Column("source_quotes", Json, nullable=False),
    Column("policy", Text),
    Column("statement", Text),
    Column("minutes", Integer),
    Column("active", Boolean, nullable=False),
    *_listed(),
    Column("at_least", Integer),
    Column("renew_weeks", Integer),
    Column("proof", Text),
    Column("course_link", Text),
    Column("since_on", Date),
    Column("items", Json, nullable=False, server_default="[]"),
)

ACCOUNT_WORDS = ("address", "purpose", "reach", "owner")
account = Table(
    "account",
    tables,
    school_column(),
    key_column("key"),
    Column("channel", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("ours", Boolean, nullable=False),
    *(Column(name, Text, nullable=False, server_default="") for name in ACCOUNT_WORDS),
    *_listed(),
)

account_holder = Table(
    "account_holder",
    tables,
    key_column("setting"),
    key_column("account"),
    key_column("person"),
    ForeignKeyConstraint(["setting", "account"], ["account.setting", "account.key"]),
)

governing_body = Table(
    "governing_body",
    tables,
    school_column(),
    key_column("key"),
    Column("name", Text, nullable=False),
    Column("clerk", Text),
    Column("chair", Text),
    Column("members", Json, nullable=False),
    Column("clear_days", Integer, nullable=False),
    Column("agenda_days_before_papers", Integer, nullable=False),
    Column("draft_days_before_agenda", Integer, nullable=False),
    Column("tell_members", Boolean, nullable=False, server_default=true()),
    *_listed(),
)

meeting = Table(
    "meeting",
    tables,
    key_column("setting"),
    key_column("body"),
    key_column("key"),
    Column("meets_on", Date, nullable=False),
    Column("papers_on", Date),
    Column("position", Integer, nullable=False),
    ForeignKeyConstraint(["setting", "body"], ["governing_body.setting", "governing_body.key"]),
)

case_route = Table(
    "case_route",
    tables,
    school_column(),
    key_column("category"),
    Column("sends_to", Json, nullable=False),
    Column("clocks", Json, nullable=False),
    Column("asks", Json, nullable=False, server_default="[]"),
    Column("position", Integer, nullable=False),
    Column("tell", Json, nullable=False, server_default="[]"),
)
