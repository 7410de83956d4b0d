"""Which job runs in which slot: one unique row each. Silent runners are replaced, failures tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from bot.store.run_schema import job_slot
from bot.store.upsert import INSERT

# Long enough to see what happened last week; the minute's job alone writes half a million rows a year.
KEPT_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Run:
    """One slot of a job. `ok` None: still running, or died."""

    job: str
    slot_at: datetime
    claimed_at: datetime
    finished_at: datetime | None
    outcome: str | None
    ok: bool | None


def claim_slot(
    conn: Connection,
    job: str,
    slot_at: datetime,
    *,
    now: datetime,
    take_over_after: timedelta,
    retry_after: timedelta,
) -> bool:
    """Say whether this caller may run the slot: nobody has, or the run failed a while ago or fell silent."""
    _forget_old(conn, job, now)
    claim = INSERT[conn.dialect.name](job_slot)
    failed = and_(job_slot.c.ok.is_(False), job_slot.c.finished_at <= now - retry_after)
    silent = and_(job_slot.c.finished_at.is_(None), job_slot.c.claimed_at <= now - take_over_after)
    claim = claim.on_conflict_do_update(
        index_elements=list(job_slot.primary_key),
        set_={"claimed_at": now, "finished_at": None, "outcome": None, "ok": None},
        where=or_(failed, silent),
    ).returning(job_slot.c.job)
    row = {"job": job, "slot_at": slot_at, "claimed_at": now}
    return conn.execute(claim, row).one_or_none() is not None


def finish(conn: Connection, job: str, slot_at: datetime, *, now: datetime, outcome: str, ok: bool) -> None:
    """Note how the slot went, in one line."""
    mine = (job_slot.c.job == job, job_slot.c.slot_at == slot_at)
    conn.execute(update(job_slot).where(*mine).values(finished_at=now, outcome=outcome, ok=ok))


def last_finished_at(conn: Connection, job: str) -> datetime | None:
    """Say when the job last ended well."""
    query = select(func.max(job_slot.c.finished_at)).where(job_slot.c.job == job, job_slot.c.ok)
    ended_at: datetime | None = conn.execute(query).scalar_one()
    return ended_at


def last_runs(conn: Connection) -> list[Run]:
    """List each job's latest slot, by name."""
    latest = select(job_slot.c.job, func.max(job_slot.c.slot_at).label("slot_at")).group_by(job_slot.c.job)
    newest = latest.subquery()
    same = and_(job_slot.c.job == newest.c.job, job_slot.c.slot_at == newest.c.slot_at)
    rows = conn.execute(select(job_slot).join(newest, same).order_by(job_slot.c.job))
    return [_run(row) for row in rows]


def _forget_old(conn: Connection, job: str, now: datetime) -> None:
    conn.execute(delete(job_slot).where(job_slot.c.job == job, job_slot.c.slot_at < now - KEPT_FOR))


def _run(row: Any) -> Run:
    return Run(row.job, row.slot_at, row.claimed_at, row.finished_at, row.outcome, row.ok)
