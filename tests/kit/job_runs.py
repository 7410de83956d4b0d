"""How every part of every job stands, by job and part."""

from sqlalchemy import select

from bot.database import job_runs
from bot.database.job_runs import job_run


def last_runs(conn):
    """List the runs of every part of every job, ordered by job and part."""
    parts = set(conn.scalars(select(job_run.c.part)))
    return sorted(job_runs.of_parts(conn, parts), key=lambda one: (one.job, one.part))
