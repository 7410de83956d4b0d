"""What the schedules run, each with one line to say how it went."""

from __future__ import annotations

from datetime import datetime

from bot.actions.account_notices import remind_of_accounts
from bot.actions.case_rounds import look_after
from bot.actions.deliver import deliver
from bot.actions.disposal_notices import remind_of_disposal
from bot.actions.each_school import each
from bot.actions.plan_day import plan_day
from bot.actions.request_notices import remind_of_ends
from bot.actions.roster import import_roster
from bot.ports import Directory
from bot.services import Services


def read_rosters(services: Services, now: datetime) -> str:
    """Bring every connected directory in; each setting by itself, all of it or nothing."""
    said = each(services.rosters, lambda setting, directory: _read(services, setting, directory, now))
    return (
        "; ".join(f"{setting}: {summary}" for setting, summary in said.items()) or "no directory is connected"
    )


def _read(services: Services, setting: str, directory: Directory, now: datetime) -> str:
    entries = tuple(directory.roster())
    return import_roster(services.store, setting, entries, now=now, actor="schedule").summary()


def plan_today(services: Services, now: datetime) -> str:
    # A reminder is its person's one message of the day, so reminders come before the plan.
    remind_of_ends(services, now)
    remind_of_accounts(services, now)
    decided = plan_day(services, now)
    return f"{len(decided.notices)} people to tell, {len(decided.skipped)} skipped"


def deliver_waiting(services: Services, now: datetime) -> str:
    return str(deliver(services, now=now))


def look_after_cases(services: Services, now: datetime) -> str:
    """Look after the cases, and say no number: who reads how the jobs went may be in one of them."""
    look_after(services, now)
    remind_of_disposal(services, now)
    return "looked after"


def beat(_services: Services, _now: datetime) -> str:
    return "alive"
