"""Counts of the whole installation for its operator: the outbox, the jobs, the clocks. No names.

Sent messages stay in the outbox for years, so messages are counted by the day they were planned for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from bot.cases import store as case_store
from bot.cases.content import open_file
from bot.core.encryption import CaseKeys, WrongKey
from bot.core.errors import DatabaseUnavailable
from bot.database.dialect import seconds_between
from bot.database.engine import Store
from bot.database.job_runs import LATE_AFTER, job_run
from bot.messages.tables import OPEN, message
from bot.records.tables import school

COUNTS_BACK = timedelta(days=7)
ABOUT_TO_END = timedelta(hours=24)
# Of fewer schools even a number would tell someone named in a case that there is one.
ENOUGH_SCHOOLS = 5


@dataclass(frozen=True, slots=True)
class JobFigures:
    """How the parts of one job went in their latest slots; `well_at`: when one of them last ended well."""

    job: str
    well: int
    failed: int
    running: int
    late: int
    longest_s: float
    well_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One look. `clocks` None: there are too few schools to say it, or no key opens the cases."""

    schools: int
    messages: Mapping[str, int]
    due: int
    oldest_due_at: datetime | None
    leases_over: int
    clocks: Mapping[str, int] | None
    jobs: tuple[JobFigures, ...]


def read_figures(store: Store, now: datetime, keys: CaseKeys | None = None) -> Figures | None:
    """Count everything in one consistent state; None: the database does not answer.

    Without `keys` the clocks of cases are not counted.
    """
    try:
        with store.reading() as conn:
            return _read(conn, now, keys)
    except DatabaseUnavailable:
        return None


def none_leave(conn: Connection, since: datetime) -> bool:
    """Return whether a letter was made and tried before `since` and waits, and none at all left after it.

    One person's mailbox that is full for a day holds no one else's letters up, and is no trouble of ours.
    """
    tried = (OPEN, message.c.state == "waiting", message.c.attempts > 0, message.c.created_at <= since)
    if conn.scalar(select(message.c.id).where(*tried).limit(1)) is None:
        return False
    left = (message.c.state == "sent", message.c.settled_at > since)
    # By the day first, which is indexed: what was sent stays for years.
    recent = message.c.planned_on >= (since - timedelta(days=1)).date()
    return conn.scalar(select(message.c.id).where(recent, *left).limit(1)) is None


def _read(conn: Connection, now: datetime, keys: CaseKeys | None) -> Figures:
    schools = conn.scalar(select(func.count()).select_from(school)) or 0
    may_go, put_off = message.c.not_before_at <= now, message.c.last_reason.is_not(None)
    since = case((put_off, message.c.created_at), else_=message.c.not_before_at)
    waits = (OPEN, message.c.state == "waiting", message.c.not_after_at > now, or_(may_go, put_off))
    row = conn.execute(select(_counted(may_go), func.min(since)).where(*waits)).one()
    due, oldest = row[0], row[1]
    return Figures(
        schools=schools,
        messages=_messages(conn, now),
        due=due,
        oldest_due_at=oldest,
        leases_over=_leases_over(conn, now),
        clocks=_clocks(conn, keys, now) if keys is not None and schools >= ENOUGH_SCHOOLS else None,
        jobs=tuple(_jobs(conn, now)),
    )


def _messages(conn: Connection, now: datetime) -> dict[str, int]:
    recent = message.c.planned_on >= (now - COUNTS_BACK).date()
    query = select(message.c.state, func.count().label("messages")).where(recent).group_by(message.c.state)
    return {row.state: row.messages for row in conn.execute(query)}


def _leases_over(conn: Connection, now: datetime) -> int:
    held = message.c.state.in_(["leased", "sending"])
    query = select(func.count()).select_from(message).where(OPEN, held, message.c.lease_until_at <= now)
    return conn.scalar(query) or 0


def _clocks(conn: Connection, keys: CaseKeys, now: datetime) -> dict[str, int] | None:
    """Count the clocks of open cases that are over, and those about to be. None: a key is missing."""
    open_cases = [one for one in case_store.in_schools(conn) if one.closed_at is None]
    try:
        clocks = [clock for one in open_cases for clock in open_file(keys, one).clocks]
    except WrongKey:
        return None
    left = [clock.left(now) for clock in clocks if clock.done_at is None]
    return {
        "late": sum(one <= timedelta() for one in left),
        "ending": sum(timedelta() < one <= ABOUT_TO_END for one in left),
    }


def _jobs(conn: Connection, now: datetime) -> Iterator[JobFigures]:
    """Count by job in the database: of a thousand schools each has a row for every job."""
    ended = job_run.c.finished_at.is_not(None)
    query = select(
        job_run.c.job,
        _counted(and_(ended, job_run.c.ok)),
        _counted(and_(ended, job_run.c.ok.is_(False))),
        _counted(job_run.c.finished_at.is_(None)),
        _counted(job_run.c.next_at < now - LATE_AFTER),
        func.coalesce(func.max(seconds_between(job_run.c.claimed_at, job_run.c.finished_at).of(conn)), 0.0),
        func.max(job_run.c.well_at),
    )
    for row in conn.execute(query.group_by(job_run.c.job).order_by(job_run.c.job)):
        yield JobFigures(*row)


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
