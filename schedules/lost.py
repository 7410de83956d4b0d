"""Gives out again what the queue believes to be in hand and nobody has: its worker died, lost it, or hangs.

Whoever gets it still has to claim it in our own table, so a worker that was only slow loses nothing by it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from bot.store import runs
from schedules.turns import HANGS_AFTER, Runner

log = logging.getLogger(__name__)

NEVER = datetime.min.replace(tzinfo=UTC)


class Lost:
    """What is lost, as one worker sees it. `running`: since when it runs what, by the queue's numbers."""

    def __init__(
        self, runner: Runner, queue: JobManager, worker: Any, running: Mapping[int, datetime]
    ) -> None:
        self._runner, self._queue, self._worker, self._running = runner, queue, worker, running
        self._seen: set[int | None] = set()

    async def give_out_again(self) -> None:
        """Look once. One worker at a time does so: two would give out twice what a third has begun."""
        with self._runner.services.store.writing() as conn:
            if not runs.alone(conn):
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
