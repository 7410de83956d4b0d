"""The heartbeat: reports to the watchdog whether the jobs run and messages leave."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.errors import HandbellError
from bot.database import job_runs
from bot.database.job_runs import HEARTBEAT
from bot.operations.metrics_store import none_leave
from bot.services import Services

# A mail server that restarts is back by then; after it someone has to look.
LETTERS_HELD_FOR = timedelta(hours=1)


class JobsInTrouble(HandbellError):
    """Jobs are late, or did not end well, or no letters leave.

    Names jobs and nothing of their work: it leaves for a watchdog.
    """


def beat(services: Services, now: datetime) -> str:
    """Return "alive"; raise JobsInTrouble with the names of jobs that are late or failed."""
    with services.store.reading() as conn:
        troubled, held = job_runs.in_trouble(conn, now), none_leave(conn, now - LETTERS_HELD_FOR)
    late = sorted({run.job for run in troubled if run.job != HEARTBEAT and run.is_late(now)})
    failed = sorted({run.job for run in troubled if run.job != HEARTBEAT and run.ok is False} - set(late))
    said = [f"late: {', '.join(late)}"] if late else []
    said += [f"did not end well: {', '.join(failed)}"] if failed else []
    # A mail server that takes no one fails no job: each letter is tried again, and waits.
    said += ["no letters leave: the mail server refuses them"] if held else []
    if said:
        raise JobsInTrouble("; ".join(said))
    return "alive"
