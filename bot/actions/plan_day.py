"""Plan a day: gather the snapshot, decide, and write the notices down, all in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.actions.gather import gather, school_day
from bot.domain.people import Setting
from bot.domain.plan import Notice, Plan, plan
from bot.domain.snapshot import Snapshot
from bot.services import Services
from bot.store import office, outbox, registers
from bot.store.engine import Connection, Store

log = logging.getLogger(__name__)


def plan_day(services: Services, now: datetime, settings: Collection[str] | None = None) -> Plan:
    """Decide today's notices of these settings (None: all) and queue them. Planning again queues nothing."""
    today = school_day(now)
    with services.store.writing() as conn:
        snapshot = gather(conn, today, _live(conn, today, settings))
        decided = plan(snapshot, today)
        queued = outbox.enqueue(conn, decided, windows(snapshot, today, now), now)
    log.info("planned %s: %s; %d skipped", today, queued, len(decided.skipped))
    return decided


def _live(conn: Connection, today: date, settings: Collection[str] | None) -> Collection[str] | None:
    """Name those of the schools that may send; None: all. One that is being set up sends nothing."""
    waiting = office.not_live(conn, today)
    asked = registers.setting_keys(conn) if settings is None and waiting else settings
    return asked if asked is None else [key for key in asked if key not in waiting]


def preview(store: Store, on: date) -> Plan:
    """Decide a day's notices and change nothing."""
    with store.reading() as conn:
        return plan(gather(conn, on), on)


def windows(snapshot: Snapshot, today: date, now: datetime) -> Callable[[Notice], tuple[datetime, datetime]]:
    """Say between which instants a notice may be handed over: the setting's hours of that one day."""

    def window(notice: Notice) -> tuple[datetime, datetime]:
        setting = snapshot.settings[notice.setting]
        return max(now, _at(setting, today, setting.opens_at)), _at(setting, today, setting.closes_at)

    return window


def _at(setting: Setting, day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZoneInfo(setting.timezone))
