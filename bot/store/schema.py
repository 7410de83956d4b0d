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
    UniqueConstraint,
    and_,
    func,
    true,
)

from bot.store.columns import Instant, Json, beyond_ascii, index_beyond_ascii, metadata

tables = metadata()


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _setting() -> Column[str]:
    return Column("setting", Text, ForeignKey("setting.key"), primary_key=True)


def _listed() -> tuple[Column[int], Column[bool]]:
    """Place in the register, and whether it is still there: what evidence points to is never deleted."""
    return Column("position", Integer, nullable=False), Column("listed", Boolean, nullable=False)


meta = Table("meta", tables, _key("key"), Column("value", Text, nullable=False))

# --- the register -------------------------------------------------------------------------------------

setting = Table(
    "setting",
    tables,
    _key("key"),
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
    _setting(),
    Column("first_on", Date, primary_key=True),
    Column("last_on", Date, nullable=False),
    Column("name", Text, nullable=False),
)

closure = Table(
    "closure",
    tables,
    _setting(),
    Column("kind", Text, primary_key=True),
    Column("falls_on", Date, primary_key=True),
    CheckConstraint("kind in ('inset', 'closed')", name="kind"),
)

# `person` is what the register says, a key or an e-mail; the roster may not have them yet.
role_holder = Table(
    "role_holder",
    tables,
    _setting(),
    _key("role"),
    _key("person"),
    Column("position", Integer, nullable=False),
)
Index("ix_role_holder_folded_person", func.lower(role_holder.c.person))
HOLDERS_BEYOND_ASCII = beyond_ascii("person")
index_beyond_ascii("ix_role_holder_beyond_ascii", role_holder.c.person, HOLDERS_BEYOND_ASCII)

# `dates`: each stated date by name, as {"text": "2024-09", "quote": the printed words or null}.
policy = Table(
    "policy",
    tables,
    _setting(),
    _key("key"),
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
    _setting(),
    _key("key"),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("cadence", Json, nullable=False),
    Column("ladder", Json, nullable=False),
    Column("source_policy", Text),
    Column("source_clause", Text),
    Column("source_stated", Boolean, nullable=False),
    Column("policy", Text),
    Column("statement", Text),
    Column("minutes", Integer),
    Column("active", Boolean, nullable=False),
    *_listed(),
    Column("at_least", Integer),
    Column("renew_weeks", Integer),
    Column("proof", Text),
    Column("since_on", Date),
)

ACCOUNT_WORDS = ("address", "purpose", "reach", "owner")
account = Table(
    "account",
    tables,
    _setting(),
    _key("key"),
    Column("channel", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("ours", Boolean, nullable=False),
    *(Column(name, Text, nullable=False, server_default="") for name in ACCOUNT_WORDS),
    *_listed(),
)

holder = Table(
    "holder",
    tables,
    _key("setting"),
    _key("account"),
    _key("person"),
    ForeignKeyConstraint(["setting", "account"], ["account.setting", "account.key"]),
)

body = Table(
    "body",
    tables,
    _setting(),
    _key("key"),
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
    _key("setting"),
    _key("body"),
    _key("key"),
    Column("meets_on", Date, nullable=False),
    Column("papers_on", Date),
    Column("position", Integer, nullable=False),
    ForeignKeyConstraint(["setting", "body"], ["body.setting", "body.key"]),
)

route = Table(
    "route",
    tables,
    _setting(),
    _key("category"),
    Column("sends_to", Json, nullable=False),
    Column("clocks", Json, nullable=False),
    Column("asks", Json, nullable=False, server_default="[]"),
    Column("position", Integer, nullable=False),
    Column("tell", Json, nullable=False, server_default="[]"),
)

# --- what happened ------------------------------------------------------------------------------------

event = Table(
    "event",
    tables,
    _setting(),
    _key("key"),
    Column("name", Text, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("person", Text),
    Column("subject", Text),
    Column("recorded_at", Instant, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
)

# Append-only. Says exactly what was shown, so that it stands even when everything it names has changed.
evidence = Table(
    "evidence",
    tables,
    Column("id", Integer, primary_key=True),
    Column("receipt", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("setting", Text, nullable=False),
    Column("obligation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("cycle", Text),
    Column("subject", Text),
    Column("acted_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("statement", Text),
    Column("policy", Text),
    Column("policy_title", Text),
    Column("version_number", Text),
    Column("sha256_bytes", Text),
    Column("sha256_text", Text),
    Column("identified_by", Text, nullable=False),
    Column("typed_name", Text),
    Column("channel", Text, nullable=False),
    Column("witness", Text),
    Column("words", Text),
    Column("until_on", Date),
    Column("reference", Text),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
    UniqueConstraint("receipt"),
    UniqueConstraint("idempotency_key"),
    Index(None, "setting", "obligation", "person"),
    Index(None, "setting", "person"),
)

# Append-only and chained: `hash` covers the row and the hash before it. `data` is canonical JSON, as hashed.
ledger = Table(
    "ledger",
    tables,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

# --- the outbox ---------------------------------------------------------------------------------------

# Answers to what somebody just did, and cases: besides the day's message, and in nobody's budget.
LETTERS = (
    "access",
    "account",
    "answered",
    "case",
    "digest",
    "question",
    "receipt",
    "request",
    "sign-in",
    "term-dates",
)

# One planned message a person a day: the id is derived from both, and the pair is unique besides.
message = Table(
    "message",
    tables,
    _key("id"),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("person", Text, nullable=False),
    Column("planned_on", Date, nullable=False),
    Column("kind", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("not_before_at", Instant, nullable=False),
    Column("not_after_at", Instant, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("last_reason", Text),
    Column("reference", Text),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    CheckConstraint(
        "state in ('waiting', 'leased', 'sending', 'sent', 'given up', 'unknown', 'withdrawn', 'lapsed')",
        name="state",
    ),
    Index(None, "planned_on"),
    Index(None, "setting", "created_at"),
)

# What a query has to ask for to find messages by these two indexes: what waits, is leased or being sent, and
# what ended otherwise than sent. While one is open nothing indexed changes: PostgreSQL then writes the row
# alone, in its own page.
OPEN = message.c.settled_at.is_(None)
NOT_SENT = and_(message.c.settled_at.is_not(None), message.c.reference.is_(None))
Index(
    "ix_message_open",
    message.c.not_before_at,
    message.c.setting,
    message.c.id,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)
Index("ix_message_not_sent", message.c.settled_at, sqlite_where=NOT_SENT, postgresql_where=NOT_SENT)

_planned = message.c.kind.not_in(LETTERS)
Index(
    "uq_message_person_planned_on",
    message.c.person,
    message.c.planned_on,
    unique=True,
    sqlite_where=_planned,
    postgresql_where=_planned,
)

# The natural key of rule 2. Checked at commit: keys are claimed before their message is written.
notice = Table(
    "notice",
    tables,
    _setting(),
    _key("obligation"),
    _key("person"),
    _key("cycle"),
    _key("step"),
    Column(
        "message",
        Text,
        ForeignKey("message.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    Column("state", Text, nullable=False),
    Column("decided_on", Date, nullable=False),
    CheckConstraint("state in ('decided', 'lapsed')", name="state"),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
    Index(None, "message"),
)

delivery = Table(
    "delivery",
    tables,
    Column("message", Text, ForeignKey("message.id"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", Text),
    Column("reason", Text),
    Column("reference", Text),
)
