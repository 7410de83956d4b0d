"""Plans a morning as a worker does, part by part: `python plan_all.py DATABASE_URL WORKER INSTANT`.

Says how long it took, how many parts it had, and how much its memory grew. Several at once share the parts.
"""

import gc
import json
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.database.engine import Store, open_store
from bot.planning.store import bank_holidays
from bot.services import NoWatchdog
from schedules.jobs import JOBS
from schedules.runner import Outcome, Runner

JOB = next(job for job in JOBS if job.name == "plan the day")


@dataclass
class Planning:
    """All that planning asks of the services."""

    store: Store
    now: datetime
    watchdog: NoWatchdog = field(default_factory=NoWatchdog)

    def clock(self):
        return self.now


def most_memory():
    """Return the most memory this program had, in bytes; what `resource` tells begins with the parent's."""
    said = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(said.split()[1]) * 1024


def plan_all(runner):
    """Claim every due part that nobody has; return how many."""
    taken = [runner.take(JOB, slot) for slot in runner.look(JOB)]
    assert set(taken) <= {Outcome.WELL, Outcome.DONE, Outcome.HELD}, taken
    return taken.count(Outcome.WELL)


if __name__ == "__main__":
    url, worker, now = sys.argv[1:]
    planning = Planning(open_store(url), datetime.fromisoformat(now))
    runner = Runner(planning, ZoneInfo("Europe/London"), worker)
    bank_holidays(planning.now.year)
    with planning.store.reading() as conn:
        conn.exec_driver_sql("select 1")
    # As the command does: what lives as long as the process is not looked through again and again.
    gc.freeze()
    before = most_memory()
    print("ready", flush=True)
    sys.stdin.readline()
    wall, cpu = time.time(), time.process_time()
    parts = plan_all(runner)
    spent = {"began": wall, "ended": time.time(), "cpu": time.process_time() - cpu}
    print(json.dumps({"parts": parts, "grew": most_memory() - before, **spent}), flush=True)
