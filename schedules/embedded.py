"""Run the table of jobs inside one process with APScheduler, each slot once, missed slots inside their grace.

Every half minute each job asks which of its parts are due. A row says who may run each, so a restart, a
second process or a clock change cannot run it twice. One whose runner died is taken over; one that failed is
tried again. Parts run one after another; where one waits long for a vendor, the next look goes on beside it
with the others, and with that one too once it hangs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.services import Services
from schedules.jobs import JOBS, Job
from schedules.runner import LOST_AFTER, Runner, this_process

LOOKS_EVERY = timedelta(seconds=30)
# By then the pages answer: anyone who starts Handbell waits for them, and no job does.
FIRST_LOOK = timedelta(seconds=1)
# So many looks of one job go on side by side: all but one of them wait for someone.
SIDE_BY_SIDE = 4


def run_due(job: Job, runner: Runner) -> int:
    """Run whatever is due of a job, part after part, unless an earlier look is at it; return how many ran."""
    ran = 0
    if runner.goes_on(job):
        return ran
    for slot in runner.look(job):
        if runner.services.stopping():
            break
        if not runner.holds(job, slot.part):
            ran += runner.take(job, slot).ran
    return ran


def start(
    services: Services,
    timezone: ZoneInfo,
    jobs: Sequence[Job] = JOBS,
    lost_after: timedelta = LOST_AFTER,
    looks_every: timedelta = LOOKS_EVERY,
) -> BackgroundScheduler:
    """Start looking for due slots in the background; `shutdown()` on the answer stops politely."""
    runner = Runner(services, timezone, this_process(services.clock()), lost_after)
    scheduler = BackgroundScheduler(
        timezone=timezone,
        executors={"default": ThreadPoolExecutor(SIDE_BY_SIDE * len(jobs) + 1)},
        job_defaults={"coalesce": True, "max_instances": SIDE_BY_SIDE, "misfire_grace_time": None},
    )
    for job in jobs:
        scheduler.add_job(
            run_due,
            "interval",
            seconds=looks_every.total_seconds(),
            args=(job, runner),
            id=job.name,
            next_run_time=services.clock() + min(looks_every, FIRST_LOOK),
        )
    scheduler.add_job(
        runner.keep_alive, "interval", seconds=runner.beats_every.total_seconds(), id="keep alive"
    )
    scheduler.start()
    return scheduler
