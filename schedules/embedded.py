"""Run the table of jobs inside one process with APScheduler, each slot once, missed slots inside their grace.

A slot is the instant the table names (today's 07:30), not the instant it runs. Every half minute each job
asks for its latest slot; a unique row says who may run it, so a restart, a second process or a clock change
cannot run it twice. A slot whose runner died is taken over, and one that failed is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.errors import HandbellError
from bot.services import Services
from bot.store import runs
from schedules.jobs import JOBS, Job

log = logging.getLogger(__name__)

LOOKS_EVERY = timedelta(seconds=30)
# Longer than any job takes; a runner silent for longer is taken to be dead.
TAKE_OVER_AFTER = timedelta(minutes=10)
TRY_AGAIN_AFTER = timedelta(minutes=5)


def latest_slot(job: Job, now: datetime, timezone: ZoneInfo) -> datetime | None:
    """Find the job's latest slot that is not older than its grace, or None."""
    trigger = CronTrigger.from_crontab(job.cron, timezone=timezone)
    # Walked in UTC: local time stands still for an hour when the clocks go back.
    latest, at = None, (now - job.grace).astimezone(UTC)
    while (slot := trigger.get_next_fire_time(None, at.astimezone(timezone))) is not None:
        slot = slot.astimezone(UTC)
        if slot > now:
            break
        latest, at = slot, slot + timedelta(microseconds=1)
    return latest


def run_due(job: Job, services: Services, timezone: ZoneInfo) -> bool:
    """Run the job's latest slot if nobody has; say whether it ran. A failure is noted and tried again."""
    now = services.clock()
    slot = latest_slot(job, now, timezone)
    if slot is None:
        return False
    with services.store.writing() as conn:
        ours = runs.claim_slot(
            conn,
            job.name,
            slot,
            now=now,
            take_over_after=TAKE_OVER_AFTER,
            retry_after=TRY_AGAIN_AFTER,
        )
    if not ours:
        return False
    try:
        said = job.action(services, now)
    except HandbellError as error:
        log.warning("%s: %s", job.name, error)
        _finish(job, slot, services, f"failed: {error}", ok=False)
        return True
    _finish(job, slot, services, said, ok=True)
    return True


def _finish(job: Job, slot: datetime, services: Services, said: str, *, ok: bool) -> None:
    with services.store.writing() as conn:
        runs.finish(conn, job.name, slot, now=services.clock(), outcome=said, ok=ok)


def start(services: Services, timezone: ZoneInfo, jobs: Sequence[Job] = JOBS) -> BackgroundScheduler:
    """Start looking for due slots in the background; `shutdown()` on the answer stops politely."""
    scheduler = BackgroundScheduler(
        timezone=timezone,
        executors={"default": ThreadPoolExecutor(len(jobs))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        scheduler.add_job(
            run_due,
            "interval",
            seconds=LOOKS_EVERY.total_seconds(),
            args=(job, services, timezone),
            id=job.name,
            next_run_time=services.clock(),
        )
    scheduler.start()
    return scheduler
