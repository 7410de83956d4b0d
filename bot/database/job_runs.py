"""Job runs: each job's latest slot for each part of its work, who runs it, and its result.

A slot is claimed by one process at a time and run once. One whose lease expired is claimed again, and one
that failed is retried. `each` runs a function for every school, so that a failure in one does not stop the
others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Row,
    Table,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    not_,
    or_,
    select,
    update,
)

from bot.core.errors import DatabaseUnavailable, HandbellError
from bot.database.columns import Instant, tables
from bot.database.dialect import insert_into

HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class JobTurn:
    """One run of a job: when, for which part, by which process; `lost` died or hangs, and is taken over."""

    now: datetime
    part: str
    owner: str
    lost: str | None = None


# One row for each job and part, whatever happened before it: its size does not grow with time.
job_run = Table(
    "job_run",
    tables,
    Column("job", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("slot_at", Instant, nullable=False),
    Column("owner", Text, nullable=False),
    Column("claimed_at", Instant, nullable=False),
    Column("alive_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", Text),
    Column("ok", Boolean),
    Column("well_at", Instant),
    Column("failed_at", Instant),
    Column("failed_said", Text),
    Column("next_at", Instant),
)

# Machines that ask a time server differ by less than a second. Whatever was noted further ahead than this was
# written with a wrong clock: a slot, a heartbeat or an end in the future does not block later runs.
CLOCKS_DIFFER = timedelta(minutes=5)
# A job that has not begun so long after its time is late.
LATE_AFTER = timedelta(minutes=15)
# Any number will do, as long as nothing else locks with it.
GIVING_OUT_LOCK = 7_230_004
# A failure of a part that is many lists for whom it failed; the others were not affected.
FAILED, FAILED_FOR, BETWEEN, SAYS = "failed", "failed for ", ", ", ": "
NAMED = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """A job's instant for one part of its work, and who wants to run it. `part` empty: it has no parts.

    `waits`: how long this part begins after the instant.
    """

    job: str
    slot_at: datetime
    part: str = ""
    owner: str = ""
    next_at: datetime | None = None
    waits: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Claim:
    """A slot that is ours, since when. `lost`: who had it and fell silent, or hangs."""

    slot: Slot
    at: datetime
    lost: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """Last run of a job for one part. `ok` None: running or died. `well_at`: when it last succeeded."""

    job: str
    part: str
    slot_at: datetime
    claimed_at: datetime
    alive_at: datetime
    finished_at: datetime | None
    outcome: str | None
    ok: bool | None
    well_at: datetime | None
    failed_at: datetime | None
    failed_said: str | None
    next_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Return whether its next slot is over and it has not begun."""
        return self.next_at is not None and now > self.next_at + LATE_AFTER

    @property
    def failed_for(self) -> tuple[str, ...]:
        """Return the keys for which it last failed; empty if it failed as a whole."""
        said = self.failed_said or ""
        if not said.startswith(FAILED_FOR):
            return ()
        return tuple(said.removeprefix(FAILED_FOR).partition(SAYS)[0].split(BETWEEN))

    @property
    def failed_in_short(self) -> str:
        """Return the last failure in one line, with a few of the names if there are many."""
        whom, said = self.failed_for, self.failed_said or ""
        if len(whom) <= NAMED:
            return said
        few = f"{BETWEEN.join(whom[:NAMED])} and {len(whom) - NAMED} more"
        return f"{FAILED_FOR}{few}{SAYS}{said.partition(SAYS)[2]}"


def failure(whom: Collection[str], said: str) -> str:
    """Return the line that stores a failure and the keys it concerns; `Run` parses it."""
    return f"{FAILED_FOR}{BETWEEN.join(whom)}{SAYS}{said}" if whom else f"{FAILED}{SAYS}{said}"


def claim(
    conn: Connection, slot: Slot, *, now: datetime, lost_after: timedelta, retry_after: timedelta
) -> Claim | None:
    """Claim a slot. None if it has run, is running, or failed too recently to be retried."""
    ahead = now + CLOCKS_DIFFER
    silent = or_(job_run.c.alive_at <= now - lost_after, job_run.c.alive_at > ahead)
    to_retry = or_(job_run.c.finished_at <= now - retry_after, job_run.c.finished_at > ahead)
    failed = and_(job_run.c.ok.is_(False), to_retry)
    new = or_(job_run.c.slot_at < slot.slot_at, job_run.c.slot_at > ahead)
    ended = job_run.c.finished_at.is_not(None)
    row = {
        "slot_at": slot.slot_at,
        "owner": slot.owner,
        "claimed_at": now,
        "alive_at": now,
        "finished_at": None,
        "outcome": None,
        "ok": None,
        "next_at": slot.next_at,
    }
    running = select(job_run.c.owner).where(*_of(slot), not_(ended))
    lost = conn.execute(running).scalar_one_or_none()
    statement = insert_into(conn, job_run).on_conflict_do_update(
        index_elements=list(job_run.primary_key),
        set_=row,
        where=or_(and_(ended, or_(new, failed)), and_(not_(ended), silent)),
    )
    named = {"job": slot.job, "part": slot.part}
    ours = conn.execute(statement.returning(job_run.c.job), named | row).one_or_none()
    return Claim(slot, now, lost) if ours is not None else None


def finish(conn: Connection, claim: Claim, *, now: datetime, outcome: str, ok: bool) -> bool:
    """Store the result of a slot. False if its lease expired and another run claimed it since.

    The other run may be in the same process: a hung thread can come back after its slot was reclaimed.
    """
    slot = claim.slot
    ended = {"well_at": now} if ok else {"failed_at": now, "failed_said": outcome}
    same = (
        job_run.c.slot_at == slot.slot_at,
        job_run.c.owner == slot.owner,
        job_run.c.claimed_at == claim.at,
    )
    noted = update(job_run).where(*_of(slot), *same, job_run.c.finished_at.is_(None))
    said = conn.execute(noted.values(finished_at=now, outcome=outcome, ok=ok, **ended))
    return bool(said.rowcount)


def still_alive(conn: Connection, owner: str, *, now: datetime, since: datetime) -> None:
    """Send a heartbeat for all runs that this process began since then."""
    mine = (job_run.c.owner == owner, job_run.c.finished_at.is_(None), job_run.c.claimed_at > since)
    conn.execute(update(job_run).where(*mine).values(alive_at=now))


def alone(conn: Connection) -> bool:
    """Be the only process in PostgreSQL that gives out again what was lost, until this transaction ends."""
    return bool(conn.scalar(select(func.pg_try_advisory_xact_lock(GIVING_OUT_LOCK))))


def last_finished_at(conn: Connection, job: str) -> datetime | None:
    """Return when the job last ended, successfully or not."""
    query = select(func.max(job_run.c.finished_at)).where(job_run.c.job == job)
    ended_at: datetime | None = conn.execute(query).scalar_one()
    return ended_at


def forget(conn: Connection, job: str, parts: Collection[str]) -> None:
    """Drop what a job did for parts that it no longer has."""
    gone = delete(job_run).where(job_run.c.job == bindparam("of"), job_run.c.part == bindparam("one"))
    if parts:
        conn.execute(gone, [{"of": job, "one": part} for part in parts])


def done_since(conn: Connection, job: str, since: datetime) -> dict[str, datetime | None]:
    """Return each part's latest slot since then that is done; None if there is none."""
    query = select(job_run.c.part, case((_done(since), job_run.c.slot_at))).where(job_run.c.job == job)
    return dict(map(tuple, conn.execute(query)))


def of_part(conn: Connection, job: str, part: str) -> Run | None:
    """Return the run of one part of a job; None if it never ran."""
    query = select(job_run).where(job_run.c.job == job, job_run.c.part == part)
    row = conn.execute(query).one_or_none()
    return _run(row) if row is not None else None


def of_job(conn: Connection, job: str) -> dict[str, Run]:
    """Return a job's runs by part."""
    return {row.part: _run(row) for row in conn.execute(select(job_run).where(job_run.c.job == job))}


def of_parts(conn: Connection, parts: Collection[str]) -> list[Run]:
    """Return the runs of these parts for every job, sorted by job."""
    query = select(job_run).where(job_run.c.part.in_(set(parts))).order_by(job_run.c.job, job_run.c.part)
    return [_run(row) for row in conn.execute(query)]


def in_trouble(conn: Connection, now: datetime) -> list[Run]:
    """List what is late or did not end well, the longest first."""
    late = job_run.c.next_at < now - LATE_AFTER
    query = select(job_run).where(or_(job_run.c.ok.is_(False), late))
    return [_run(row) for row in conn.execute(query.order_by(job_run.c.slot_at, job_run.c.job))]


def _done(since: datetime) -> ColumnElement[bool]:
    return and_(job_run.c.ok, job_run.c.slot_at >= since)


def _of(slot: Slot) -> tuple[Any, Any]:
    return job_run.c.job == slot.job, job_run.c.part == slot.part


def _run(row: Row[Any]) -> Run:
    return Run(
        job=row.job,
        part=row.part,
        slot_at=row.slot_at,
        claimed_at=row.claimed_at,
        alive_at=row.alive_at,
        finished_at=row.finished_at,
        outcome=row.outcome,
        ok=row.ok,
        well_at=row.well_at,
        failed_at=row.failed_at,
        failed_said=row.failed_said,
        next_at=row.next_at,
    )


End = TypeVar("End")
Done = TypeVar("Done")
log = logging.getLogger(__name__)


def each(ends: Mapping[str, End], act: Callable[[str, End], Done]) -> dict[str, Done]:
    """Call `act` for every key. Failures are raised after all have run, programming errors before others.

    The raised error notes the keys that failed (`failed_for`). An unavailable database is raised immediately,
    since no other key would succeed.
    """
    done: dict[str, Done] = {}
    failures: dict[str, Exception] = {}
    for key, end in ends.items():
        try:
            done[key] = act(key, end)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours too; it is raised when all had their turn
            # What it says may name people: the job that failed tells it where it may be read.
            log.warning("%s failed with %s", key, type(error).__name__)
            failures[key] = error
    if failures:
        every = list(failures.values())
        raised = next((one for one in every if not isinstance(one, HandbellError)), every[0])
        whom = [one for key, error in failures.items() for one in failed_for(error) or (key,)]
        note_failed_for(raised, list(dict.fromkeys(whom)))
        raise raised
    return done


def note_failed_for(error: Exception, keys: Iterable[str]) -> None:
    """Add the failed keys to an error; the last note counts."""
    error.add_note(f"{FAILED_FOR}{BETWEEN.join(keys)}")


def failed_for(error: Exception) -> tuple[str, ...]:
    """Return the failed keys of an error; empty if it has no such note."""
    notes = [one for one in getattr(error, "__notes__", ()) if one.startswith(FAILED_FOR)]
    return tuple(notes[-1].removeprefix(FAILED_FOR).split(BETWEEN)) if notes else ()
