"""Which instants a job has, and the parts its work is divided into. Arithmetic, no clock.

A slot is the instant the table names (today's 07:30), not the instant it runs. Parts of a job wait a little
behind the slot, each as long as its own key says, so that a thousand schools do not begin in one second. A
part is the whole installation, one school or the mailbox, and fails by itself: where one school's vendor is
away, the others' work goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from bot.database.job_runs import JobTurn
from bot.services import Services

Parts = Callable[[Services], tuple[str, ...]]
Action = Callable[[Services, JobTurn], str]
Plain = Callable[[Services, datetime], str]
WHOLE = ("",)


def whole_installation(_services: Services) -> tuple[str, ...]:
    """One part: everything."""
    return WHOLE


def mailboxes(services: Services) -> tuple[str, ...]:
    """Return the mailboxes that messages leave from: one sender at a time for each."""
    others = {mailbox.sender.email for mailbox in services.mailboxes.values()}
    return (services.sender.email, *sorted(others - {services.sender.email}))


def schools_with(vendors: str) -> Parts:
    """Return the schools with such a vendor (`rosters`, `libraries`)."""

    def parts(services: Services) -> tuple[str, ...]:
        return tuple(sorted(_those(services, vendors))) or WHOLE

    return parts


def run_whole(action: Plain) -> Action:
    """Run an action that needs the instant and no more."""
    return lambda services, turn: action(services, turn.now)


def run_for(vendors: str, action: Plain) -> Action:
    """Run the action with the vendor of the turn's setting and no other's."""

    def narrowed(services: Services, turn: JobTurn) -> str:
        theirs = {key: one for key, one in _those(services, vendors).items() if key == turn.part}
        narrower: dict[str, Any] = {vendors: theirs}
        return action(replace(services, **narrower), turn.now)

    return narrowed


def _those(services: Services, vendors: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = getattr(services, vendors)
    return found


# So many parts begin in a second at most, until the job's whole span is full.
PARTS_A_SECOND = 1
INSTANT = timedelta(microseconds=1)


def behind(part: str, parts: int, span: timedelta) -> timedelta:
    """Return how long one of so many parts waits after the slot: whole seconds, the same on every machine."""
    seconds = min(int(span.total_seconds()), parts // PARTS_A_SECOND)
    digest = int.from_bytes(hashlib.sha256(part.encode()).digest()[:8], "big")
    return timedelta(seconds=digest * seconds >> 64)


def slots_between(cron: str, first_at: datetime, last_at: datetime, timezone: ZoneInfo) -> list[datetime]:
    """List a job's slots from one instant to another, both included, in UTC."""
    found, at = [], first_at
    while (slot := _next(cron, at, timezone)) <= last_at:
        found.append(slot)
        at = slot + INSTANT
    return found


@lru_cache(maxsize=256)
def next_slot(cron: str, after: datetime, timezone: ZoneInfo) -> datetime:
    """Find the first slot after an instant."""
    return _next(cron, after + INSTANT, timezone)


def due(slots: Sequence[datetime], now: datetime, waits: timedelta, grace: timedelta) -> datetime | None:
    """Find the latest of these slots whose time has come and whose grace has not ended."""
    begun = [slot for slot in slots if slot + waits <= now <= slot + waits + grace]
    return begun[-1] if begun else None


def _next(cron: str, at: datetime, timezone: ZoneInfo) -> datetime:
    # Walked in UTC: local time stands still for an hour when the clocks go back.
    slot: datetime = _trigger(cron, timezone).get_next_fire_time(None, at.astimezone(timezone))
    return slot.astimezone(UTC)


@lru_cache(maxsize=64)
def _trigger(cron: str, timezone: ZoneInfo) -> CronTrigger:
    return CronTrigger.from_crontab(cron, timezone=timezone)
