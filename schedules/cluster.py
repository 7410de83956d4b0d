"""Run the table of jobs on any number of machines: PostgreSQL holds the queue, Procrastinate is its engine.

Every worker looks for due slots and puts each into the queue; a slot goes in once in the whole cluster. Any
worker fetches it, the most urgent first. What the queue says is not trusted: who fetched a slot still claims
it in our own table before it runs, so a job that is given out twice runs once at a time. What the queue
believes to be in hand and no one has (its worker died, lost it, or hangs) is given out again.

Procrastinate's tables lie in a PostgreSQL schema of their own, made once under a lock. They belong to the
installed Procrastinate and not to our data, so they are not among our migrations: no backup holds them, and
a queue that is lost is filled again by the next slot. What Procrastinate marks "pre" is applied by the first
worker of a new version; "post", which an older worker could not bear, only when no other worker lives.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

import procrastinate
import psycopg
from procrastinate import exceptions, jobs
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker

from bot.core.errors import DatabaseUnavailable, HandbellError
from bot.database import job_runs
from bot.database.job_runs import Slot
from bot.services import Services
from schedules.jobs import JOBS
from schedules.jobs import Job as schedules_jobs_Job
from schedules.runner import HANGS_AFTER, TRY_AGAIN_AFTER, Outcome, Runner, this_process

NEVER = datetime.min.replace(tzinfo=UTC)


class LostRuns:
    """What is lost, as one worker sees it. `running`: since when it runs what, by the queue's numbers."""

    def __init__(
        self, runner: Runner, queue: JobManager, worker: Any, running: Mapping[int, datetime]
    ) -> None:
        self._runner, self._queue, self._worker, self._running = runner, queue, worker, running
        self._seen: set[int | None] = set()

    async def give_out_again(self) -> None:
        """Run one round. One worker at a time does so: two would give out twice what a third has begun."""
        with self._runner.services.store.writing() as conn:
            if not job_runs.alone(conn):
                return
            silent = self._runner.lost_after.total_seconds()
            stalled = await self._queue.get_stalled_jobs(seconds_since_heartbeat=silent)
            for job in (*stalled, *await self._of_our_own()):
                log.warning("%s is given out again: whoever had it fell silent, or hangs", job.task_name)
                await self._queue.retry_job(job)

    async def _of_our_own(self) -> list[Job]:
        """List what this worker has by the queue's account and, at two looks in a row, not by its own."""
        if self._worker.worker_id is None:
            return []
        ours = await self._queue.list_jobs_async(status="doing", worker_id=self._worker.worker_id)
        since = self._runner.services.clock() - HANGS_AFTER
        gone = [job for job in ours if self._running.get(job.id or 0, NEVER) < since]
        twice = [job for job in gone if job.id in self._seen]
        self._seen = {job.id for job in gone}
        return twice


SCHEMA = "handbell_queue"
STEPS = Path(SchemaManager.get_migrations_path())
# Any number will do, as long as nothing else locks with it.
LOCK = 7_230_003
APPLIED = "create table if not exists handbell_applied (migration text primary key)"
OTHERS_LIVE = (
    "select exists (select from procrastinate_workers where last_heartbeat > now() - interval '1 minute')"
)


def options() -> str:
    """Return what a connection asks of PostgreSQL to find these tables and no others."""
    return f"-c search_path={SCHEMA}"


def bring_up(address: str, steps: Path = STEPS) -> list[str]:
    """Create or upgrade the queue's tables; name what was applied. A step that fails changes nothing."""
    with psycopg.connect(address, options=options(), autocommit=True) as conn:
        # Held until the connection ends: each step is a transaction of its own.
        conn.execute("select pg_advisory_lock(%s)", (LOCK,))
        conn.execute(f"create schema if not exists {SCHEMA}")
        conn.execute(APPLIED)
        row = conn.execute("select max(migration) from handbell_applied").fetchone()
        applied = row[0] if row is not None else None
        every = sorted(steps.glob("*.sql"))
        if applied is None:
            _apply(conn, every[-1].name, SchemaManager.get_schema())
            return [every[-1].name]
        done = []
        for step in _allowed(conn, [one for one in every if one.name > applied]):
            _apply(conn, step.name, step.read_text(encoding="utf-8"))
            done.append(step.name)
        return done


def _allowed(conn: psycopg.Connection[tuple[str]], steps: list[Path]) -> Iterator[Path]:
    """Return the steps in their order, up to the first that has to wait until older workers are gone."""
    for step in steps:
        if "_pre_" not in step.name and _one(conn, OTHERS_LIVE):
            return
        yield step


def _one(conn: psycopg.Connection[tuple[str]], query: LiteralString) -> bool:
    row = conn.execute(query).fetchone()
    return bool(row and row[0])


def _apply(conn: psycopg.Connection[tuple[str]], name: str, statements: str) -> None:
    """Run one of Procrastinate's own files, as it was installed, and note that."""
    with conn.transaction():
        conn.execute(statements.encode())
        conn.execute("insert into handbell_applied values (%s)", (name,))


log = logging.getLogger(__name__)

ENDS = (signal.SIGTERM, signal.SIGINT)
AWAY = (exceptions.ConnectorException, psycopg.Error, DatabaseUnavailable)
TRIES_AGAIN_AFTER_S = 3.0
LOOKS_EVERY_S = 5.0
CLEANS_EVERY_S = 6 * 3600.0
# What failed for good stays in the queue's tables to be looked at for so long.
KEPT_FOR_HOURS = 14 * 24


class RetrySlot(HandbellError):
    """A slot has to be tried again: it failed, or someone else holds it."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(f"not done: {outcome}")


@dataclass(frozen=True, slots=True)
class Cluster:
    """How one worker takes part. `address`: of the PostgreSQL database, for a driver."""

    address: str
    at_once: int = 4
    jobs: Sequence[schedules_jobs_Job] = JOBS


def work(
    services: Services,
    timezone: ZoneInfo,
    cluster: Cluster,
    lost_after: timedelta,
    say: Callable[[str], None],
) -> None:
    """Work until SIGTERM or Ctrl-C; then finish what is in hand, give the rest back, and stop."""
    # It would tell again what we told, with the mailbox's address in it.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    stop = threading.Event()
    runner = Runner(
        replace(services, stopping=stop.is_set), timezone, this_process(services.clock()), lost_after
    )
    before = {one: signal.getsignal(one) for one in ENDS}
    try:
        with asyncio.Runner() as loop:
            loop.get_loop().set_default_executor(ThreadPoolExecutor(cluster.at_once + 3))
            loop.run(_Member(runner, cluster, stop, say).serve())
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


class _RetryStrategy(BaseRetryStrategy):
    """A slot that failed is tried again after a while, one that someone held soon, while its grace lasts."""

    def __init__(self, runner: Runner, job: schedules_jobs_Job) -> None:
        self._runner, self._job = runner, job

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> RetryDecision | None:
        held = isinstance(exception, RetrySlot) and exception.outcome is Outcome.HELD
        again_at = self._runner.services.clock() + (self._runner.beats_every if held else TRY_AGAIN_AFTER)
        slot_at = datetime.fromtimestamp(int(str(job.task_kwargs["timestamp"])), UTC)
        if again_at > slot_at + self._job.span + self._job.grace:
            return None
        return RetryDecision(retry_at=again_at)


class _Member:
    """One worker, from its start to its end."""

    def __init__(
        self, runner: Runner, cluster: Cluster, stop: threading.Event, say: Callable[[str], None]
    ) -> None:
        self._runner, self._cluster, self._stop, self._say = runner, cluster, stop, say
        self._stopped = asyncio.Event()
        self._queued: dict[tuple[str, str], datetime] = {}
        self._running: dict[int, datetime] = {}
        self._worker: Any = None
        connector = procrastinate.PsycopgConnector(
            conninfo=cluster.address, kwargs={"options": options()}, min_size=1, max_size=4, timeout=10
        )
        self._app = procrastinate.App(connector=connector)
        for job in cluster.jobs:
            task = self._app.task(
                name=job.name, queue=job.name, pass_context=True, retry=_RetryStrategy(runner, job)
            )
            task(partial(self._do, job))

    async def serve(self) -> None:
        """Work until stopped; if the database is unavailable, wait and start again."""
        loop = asyncio.get_running_loop()
        for one in ENDS:
            loop.add_signal_handler(one, self._asked_to_stop)
        while not self._stop.is_set():
            try:
                await asyncio.to_thread(bring_up, self._cluster.address)
                await self._take_part()
                if not self._stop.is_set():
                    log.warning("the queue's engine stopped by itself, and begins again")
            except AWAY as error:
                log.warning("the database is away; waiting for it: %s", error)
            await self._pause(TRIES_AGAIN_AFTER_S)

    async def _take_part(self) -> None:
        beat = self._runner.beats_every.total_seconds()
        self._queued.clear()
        async with self._app.open_async():
            self._worker = Worker(
                self._app,
                # One for each job: a worker of before leaves alone what it has never heard of.
                queues=[job.name for job in self._cluster.jobs],
                concurrency=self._cluster.at_once,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=beat,
                stalled_worker_timeout=self._runner.lost_after.total_seconds(),
                fetch_job_polling_interval=beat,
            )
            await self._beside(self._worker, beat)

    async def _beside(self, worker: Any, beat: float) -> None:
        """Work, and do what goes beside it, until told to stop or one of them breaks; the work ends first."""
        lost = LostRuns(self._runner, self._app.job_manager, worker, self._running)
        sides = [
            asyncio.create_task(self._every(beat, lost.give_out_again)),
            asyncio.create_task(self._every(beat, self._keep_alive)),
            asyncio.create_task(self._every(LOOKS_EVERY_S, self._queue_what_is_due)),
            asyncio.create_task(self._every(CLEANS_EVERY_S, self._clean)),
        ]
        working = asyncio.create_task(worker.run())
        stopped = asyncio.create_task(self._stopped.wait())
        await asyncio.wait([working, stopped, *sides], return_when=asyncio.FIRST_COMPLETED)
        worker.stop()
        try:
            await working
        finally:
            broken = [side for side in sides if side.done()]
            for one in (stopped, *sides):
                one.cancel()
        for side in broken:
            side.result()

    def _asked_to_stop(self) -> None:
        """Begin nothing more. What is in hand is finished; a second signal ends it at once."""
        hand = sorted({job for job, _ in self._runner.in_hand})
        self._say(f"Stopping. Finishing: {', '.join(hand)}." if hand else "Stopping. Nothing is in hand.")
        self._stop.set()
        self._stopped.set()
        if self._worker is not None:
            self._worker.stop()
        loop = asyncio.get_running_loop()
        for one in ENDS:
            loop.remove_signal_handler(one)
            signal.signal(one, signal.SIG_DFL)

    def _do(
        self,
        job: schedules_jobs_Job,
        context: procrastinate.JobContext,
        *,
        part: str,
        waits_s: int,
        timestamp: int,  # noqa: ARG002 - the queue hands it over; the latest slot is looked up
    ) -> None:
        """Run what the queue gave, in a thread of its own."""
        number = context.job.id or 0
        self._running[number] = self._runner.services.clock()
        try:
            outcome = self._runner.run(job, part, timedelta(seconds=waits_s))
        except Exception:
            log.exception("%s broke off", job.name, extra={"job": job.name})
            raise
        finally:
            del self._running[number]
        if outcome in {Outcome.FAILED, Outcome.HELD}:
            raise RetrySlot(outcome)

    async def _queue_what_is_due(self) -> None:
        for job in self._cluster.jobs:
            for slot in await asyncio.to_thread(self._due, job):
                if self._queued.get((job.name, slot.part)) != slot.slot_at:
                    await self._queue(job, slot)
                    self._queued[job.name, slot.part] = slot.slot_at

    def _due(self, job: schedules_jobs_Job) -> list[Slot]:
        return list(self._runner.look(job))

    async def _queue(self, job: schedules_jobs_Job, slot: Slot) -> None:
        """Enqueue a slot once in the whole cluster."""
        at = int(slot.slot_at.timestamp())
        work = jobs.Job(
            id=None,
            queue=job.name,
            task_name=job.name,
            priority=job.priority,
            lock=f"{job.name} {slot.part}",
            queueing_lock=f"{job.name} {slot.part} {at}",
            task_kwargs={"part": slot.part, "waits_s": int(slot.waits.total_seconds()), "timestamp": at},
        )
        try:
            await self._app.job_manager.defer_periodic_job(work, slot.part[:128], at)
        except exceptions.AlreadyEnqueued:
            log.debug("%s is in the queue already", work.queueing_lock)

    async def _keep_alive(self) -> None:
        """Beat for what is in hand, and for the queue: its engine would beat no more after one failure."""
        await asyncio.to_thread(self._runner.keep_alive)
        if self._worker.worker_id is not None:
            await self._app.job_manager.update_heartbeat(self._worker.worker_id)

    async def _clean(self) -> None:
        await self._app.job_manager.delete_old_jobs(KEPT_FOR_HOURS, include_failed=True)

    async def _every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        while True:
            await do()
            await asyncio.sleep(seconds)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopped.wait(), seconds)
        except TimeoutError:
            return
