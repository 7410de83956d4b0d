"""Run the table of jobs inside one process with APScheduler, each slot once, missed slots inside their grace.

Every half minute each job asks which of its parts are due. A row says who may run each, so a restart, a
second process or a clock change cannot run it twice. One whose runner died is taken over; one that failed is
tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.services import Services
from schedules.jobs import JOBS, Job
from schedules.turns import LOST_AFTER, Runner, this_process

LOOKS_EVERY = timedelta(seconds=30)


def run_due(job: Job, runner: Runner) -> int:
    """Run whatever is due of a job, part after part; say how many parts ran."""
    ran = 0
    for slot in runner.look(job):
        if runner.services.stopping():
            break
        ran += runner.take(job, slot).ran
    return ran


def start(
    services: Services,
    timezone: ZoneInfo,
    jobs: Sequence[Job] = JOBS,
    lost_after: timedelta = LOST_AFTER,
) -> BackgroundScheduler:
    """Start looking for due slots in the background; `shutdown()` on the answer stops politely."""
    runner = Runner(services, timezone, this_process(services.clock()), lost_after)
    scheduler = BackgroundScheduler(
        timezone=timezone,
        executors={"default": ThreadPoolExecutor(len(jobs) + 1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        scheduler.add_job(
            run_due,
            "interval",
            seconds=LOOKS_EVERY.total_seconds(),
            args=(job, runner),
            id=job.name,
            next_run_time=services.clock(),
        )
    scheduler.add_job(
        runner.keep_alive, "interval", seconds=runner.beats_every.total_seconds(), id="keep alive"
    )
    scheduler.start()
    return scheduler
