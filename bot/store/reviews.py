"""What the governors' desk keeps beside evidence: hand-overs, calendar links, who wants no email."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bot.domain.policies import Delegation
from bot.store.by_setting import Settings, by_setting
from bot.store.reviews_schema import calendar_feed, no_meeting_email, review_delegation
from bot.store.schema import policy
from bot.store.upsert import upsert

DELEGATIONS = by_setting(
    select(review_delegation).order_by(review_delegation.c.id), review_delegation.c.setting
)
NO_MEETING_EMAILS = by_setting(select(no_meeting_email), no_meeting_email.c.setting)


def load_no_meeting_emails(conn: Connection, settings: Settings) -> frozenset[tuple[str, str]]:
    """Read who wants no email about meetings, as (setting, person)."""
    return frozenset((row.setting, row.person) for row in NO_MEETING_EMAILS.rows(conn, settings))


def choose_meeting_emails(
    conn: Connection, setting: str, person: str, *, wanted: bool, now: datetime
) -> None:
    """Keep whether a member wants emails about meetings. Choosing the same again changes nothing."""
    mine = (no_meeting_email.c.setting == setting, no_meeting_email.c.person == person)
    if wanted:
        conn.execute(delete(no_meeting_email).where(*mine))
    elif conn.execute(select(no_meeting_email).where(*mine)).first() is None:
        conn.execute(insert(no_meeting_email), {"setting": setting, "person": person, "chosen_at": now})


def lock_policy(conn: Connection, setting: str, key: str) -> None:
    """Let nobody else record anything about this policy before this transaction ends."""
    mine = (policy.c.setting == setting, policy.c.key == key)
    conn.execute(select(policy.c.key).where(*mine).with_for_update())


def load_delegations(conn: Connection, settings: Settings) -> dict[tuple[str, str], Delegation]:
    """Read who prepares which policy's review now: the newest entry of each policy."""
    found: dict[tuple[str, str], Delegation] = {}
    for row in DELEGATIONS.rows(conn, settings):
        found.pop((row.setting, row.policy), None)
        if row.person is not None:
            found[row.setting, row.policy] = Delegation(row.person, row.by_on, row.given_on)
    return found


def delegate(
    conn: Connection,
    setting: str,
    policy_key: str,
    *,
    to: Delegation | None,
    by: str,
    now: datetime,
) -> None:
    """Add an entry: preparing is this person's now; None: it is the owner's again."""
    row = {
        "setting": setting,
        "policy": policy_key,
        "person": to.person if to else None,
        "by_on": to.by_on if to else None,
        "given_on": to.given_on if to else None,
        "given_by": by,
        "recorded_at": now,
    }
    conn.execute(insert(review_delegation), row)


def calendar_serial(conn: Connection, setting: str, person: str) -> int | None:
    """Say which of somebody's calendar links counts; None: they have none."""
    table = calendar_feed
    query = select(table.c.serial).where(table.c.setting == setting, table.c.person == person)
    return conn.execute(query).scalar_one_or_none()


def new_calendar_serial(conn: Connection, setting: str, person: str, now: datetime) -> int:
    """Make every calendar link of somebody useless but the next one."""
    serial = (calendar_serial(conn, setting, person) or 0) + 1
    row = {"setting": setting, "person": person, "serial": serial, "made_at": now}
    upsert(conn, calendar_feed, [row])
    return serial
