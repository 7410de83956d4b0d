"""The table of holds of reminders. Append-only: the newest entry about the same thing counts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    insert,
    select,
)

from bot.database.columns import Instant, tables
from bot.database.queries import SchoolKeys, school_query
from bot.records.school_plan import mark_changed
from bot.rules.reminder_holds import ReminderHold, Scope

# One that was ended early has an entry whose last day is before its first.
reminder_hold = Table(
    "reminder_hold",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("scope", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    CheckConstraint("scope in ('school', 'person', 'rule')", name="scope"),
    Index(None, "setting"),
)

HOLDS = school_query(select(reminder_hold).order_by(reminder_hold.c.id), reminder_hold.c.setting)


def load_reminder_holds(conn: Connection, schools: SchoolKeys, on: date) -> tuple[ReminderHold, ...]:
    """Read the holds that are in force on a day or later, the oldest first."""
    newest = {
        (row.setting, row.scope, row.about): ReminderHold(
            row.setting,
            Scope(row.scope),
            row.about,
            row.reason,
            row.from_on,
            row.until_on,
            row.recorded_by,
        )
        for row in HOLDS.rows(conn, schools)
    }
    return tuple(one for one in newest.values() if on <= one.until_on and one.from_on <= one.until_on)


def add_reminder_hold(conn: Connection, one: ReminderHold, now: datetime) -> None:
    """Keep a hold; it takes the place of the one about the same thing."""
    row = {
        "setting": one.school,
        "scope": one.scope.value,
        "about": one.about,
        "reason": one.reason,
        "from_on": one.from_on,
        "until_on": one.until_on,
        "recorded_by": one.by,
        "recorded_at": now,
    }
    conn.execute(insert(reminder_hold), row)
    mark_changed(conn, (one.school,))
