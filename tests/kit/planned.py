"""Plan a day in one call: every part as the schedule runs them, or one snapshot with all its evidence."""

from bot.database.job_runs import JobTurn
from bot.delivery.morning_plan import plan_part
from bot.planning.service import plan_parts


def plan_today(services, now):
    """Plan every school, reminders of accounts, requests and terms before it, as the morning's job does."""
    for part in plan_parts(services):
        plan_part(services, JobTurn(now, part, "a test"))
