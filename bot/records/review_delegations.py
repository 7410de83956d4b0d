"""What the governors' pages keep beside evidence: who prepares a review, calendar links, who wants no email.

`bot.records.tables` must be imported first: one description holds all tables.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from bot.database.columns import Instant, tables
from bot.database.queries import SchoolKeys, school_query, upsert
from bot.records.school_plan import mark_changed
from bot.records.tables import policy
from bot.rules.policies import Delegation

# Append-only: the newest counts, and one without a person takes the hand-over back.
review_delegation = Table(
    "review_delegation",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("person", Text),
    Column("by_on", Date),
    Column("given_on", Date),
    Column("given_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    ForeignKeyConstraint(["setting", "policy"], ["policy.setting", "policy.key"]),
    Index(None, "setting", "policy"),
)

# `serial` is part of the link: a new one invalidates every older link.
calendar_feed = Table(
    "calendar_feed",
    tables,
    Column("setting", Text, ForeignKey("school.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
)

# Members of a body who want no email about its meetings, as they chose themselves.
no_meeting_email = Table(
    "no_meeting_email",
    tables,
    Column("setting", Text, ForeignKey("school.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("chosen_at", Instant, nullable=False),
)

DELEGATIONS = school_query(
    select(review_delegation).order_by(review_delegation.c.id), review_delegation.c.setting
)
NO_MEETING_EMAILS = school_query(select(no_meeting_email), no_meeting_email.c.setting)


def load_no_meeting_emails(conn: Connection, schools: SchoolKeys) -> frozenset[tuple[str, str]]:
    """Return who wants no email about meetings, as (school, person)."""
    return frozenset((row.setting, row.person) for row in NO_MEETING_EMAILS.rows(conn, schools))


def choose_meeting_emails(conn: Connection, school: str, person: str, *, wanted: bool, now: datetime) -> None:
    """Store whether a member wants emails about meetings. Idempotent."""
    mine = (no_meeting_email.c.setting == school, no_meeting_email.c.person == person)
    if wanted:
        conn.execute(delete(no_meeting_email).where(*mine))
    elif conn.execute(select(no_meeting_email).where(*mine)).first() is None:
        conn.execute(insert(no_meeting_email), {"setting": school, "person": person, "chosen_at": now})
    mark_changed(conn, (school,))


def lock_policy(conn: Connection, school: str, key: str) -> None:
    """Lock this policy against other changes until the transaction ends."""
    mine = (policy.c.setting == school, policy.c.key == key)
    conn.execute(select(policy.c.key).where(*mine).with_for_update())


def load_delegations(conn: Connection, schools: SchoolKeys) -> dict[tuple[str, str], Delegation]:
    """Read who prepares which policy's review now: the newest entry of each policy."""
    found: dict[tuple[str, str], Delegation] = {}
    for row in DELEGATIONS.rows(conn, schools):
        found.pop((row.setting, row.policy), None)
        if row.person is not None:
            found[row.setting, row.policy] = Delegation(row.person, row.by_on, row.given_on)
    return found


def delegate(
    conn: Connection,
    school: str,
    policy_key: str,
    *,
    to: Delegation | None,
    by: str,
    now: datetime,
) -> None:
    """Add an entry: preparing is this person's now; None: it is the owner's again."""
    row = {
        "setting": school,
        "policy": policy_key,
        "person": to.person if to else None,
        "by_on": to.by_on if to else None,
        "given_on": to.given_on if to else None,
        "given_by": by,
        "recorded_at": now,
    }
    conn.execute(insert(review_delegation), row)
    mark_changed(conn, (school,))


def calendar_serial(conn: Connection, school: str, person: str) -> int | None:
    """Return the serial of a person's valid calendar link; None if they have none."""
    table = calendar_feed
    query = select(table.c.serial).where(table.c.setting == school, table.c.person == person)
    return conn.execute(query).scalar_one_or_none()


def new_calendar_serial(conn: Connection, school: str, person: str, now: datetime) -> int:
    """Return a new serial, which invalidates a person's older calendar links."""
    serial = (calendar_serial(conn, school, person) or 0) + 1
    row = {"setting": school, "person": person, "serial": serial, "made_at": now}
    upsert(conn, calendar_feed, [row])
    return serial


def end_calendar_links(conn: Connection, person: str, now: datetime) -> None:
    """Invalidate every calendar link of a person, in each school; their page then shows a new one."""
    theirs = update(calendar_feed).where(calendar_feed.c.person == person)
    conn.execute(theirs.values(serial=calendar_feed.c.serial + 1, made_at=now))
