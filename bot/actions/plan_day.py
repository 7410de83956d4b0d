"""Plan a day: gather the snapshot, decide, and write the notices down; a family of schools in a transaction.

A school that is known to be quiet today, and in which nothing was changed since, is passed over:
`bot.domain.quiet` says until when, and triggers note every change. Once a week each is planned all the same,
to prove it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.actions.gather import gather, school_day
from bot.actions.letters_ahead import Ahead, letters_ahead
from bot.actions.rules_now import rules_now
from bot.domain.families import families
from bot.domain.people import Setting
from bot.domain.plan import Notice, Plan, plan
from bot.domain.quiet import plan_until
from bot.domain.snapshot import Snapshot
from bot.services import Services
from bot.store import counted, office, outbox, quiet, registers
from bot.store.engine import Connection, Store
from bot.store.families import in_several
from bot.store.outbox import Queued
from bot.store.quiet import Planned

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Preview(Plan):
    """The plan of a day, and the letters besides its notices that are known before."""

    letters: tuple[Ahead, ...] = ()


@dataclass(frozen=True, slots=True)
class NotLive:
    """A school that sends nothing yet. `live_on` None: nobody has named a day; `first` is its first day."""

    setting: str
    name: str
    live_on: date | None
    first: Preview


def plan_day(services: Services, now: datetime, settings: Collection[str] | None = None) -> Plan:
    """Decide today's notices of these settings (None: all) and queue them. Planning again queues nothing.

    Settings that are named are planned together. Nothing is said of those that are passed over.
    """
    today = school_day(now)
    with services.store.reading() as conn:
        expected = {one.setting: one.quiet_until for one in quiet.due(conn, settings, today, rules_now())}
        together = _together(conn, today, settings, expected.keys())
    plans = [_plan_together(services, now, some, expected) for some in together]
    return _as_one(today, plans)


def _together(
    conn: Connection, today: date, settings: Collection[str] | None, due: Collection[str]
) -> list[list[str]]:
    """Group those of the schools that may send, and leave out the groups in which all are quiet.

    A school that is being set up sends nothing.
    """
    if not due:
        return []
    waiting = office.not_live(conn, today)
    live = [
        key for key in (registers.setting_keys(conn) if settings is None else settings) if key not in waiting
    ]
    if not set(due).intersection(live):
        return []
    if settings is not None:
        return [live]
    return [some for some in _families(conn, live) if not set(due).isdisjoint(some)]


def _plan_together(
    services: Services, now: datetime, settings: list[str], expected: Mapping[str, date | None]
) -> Plan:
    today = school_day(now)
    with services.store.writing() as conn:
        notes = quiet.begin(conn, settings)
        snapshot = gather(conn, today, settings)
        decided, until_on = plan_until(snapshot, today)
        queued = Queued()
        if decided.notices:
            queued = outbox.enqueue(conn, decided, windows(snapshot, today, now), now)
        missed = _missed(settings, expected, until_on)
        quiet.end(conn, settings, Planned(today, until_on, _check_on(settings, today), rules_now(), missed))
        counted.planned(conn, notes)
    log.info("planned %s for %s: %s; %d skipped", today, settings[0], queued, len(decided.skipped))
    if missed:
        log.error("%s was taken to be quiet and was not: it is planned every day now", settings[0])
    return decided


def _missed(settings: list[str], expected: Mapping[str, date | None], until_on: date) -> bool:
    """Say whether schools that were all quiet, by what is written down, are not as quiet as it says."""
    known = [expected[key] for key in settings if key in expected]
    return bool(known) and all(day is not None and until_on < day for day in known)


def _check_on(settings: list[str], today: date) -> date:
    """Find the next day of these schools' week: some have theirs on each day."""
    away = (crc32(min(settings).encode()) - today.toordinal()) % 7
    return today + timedelta(days=away or 7)


def preview(store: Store, on: date) -> Preview:
    """Decide a day's letters and notices and change nothing. A school that is not live then sends nothing."""
    with store.reading() as conn:
        waiting = office.not_live(conn, on)
        live = [key for key in registers.setting_keys(conn) if key not in waiting]
        days = list(_one_after_another(conn, on, live))
    together = _as_one(on, days)
    letters = tuple(one for day in days for one in day.letters)
    return Preview(on, together.notices, together.skipped, letters)


def preview_not_live(store: Store, on: date) -> tuple[NotLive, ...]:
    """Say what each school that is not live on a day would send on its first day; change nothing."""
    with store.reading() as conn:
        return tuple(_once_live(conn, key, on) for key in sorted(office.not_live(conn, on)))


def _once_live(conn: Connection, key: str, on: date) -> NotLive:
    """Plan the first school day of a school, whose records begin on the day it goes live."""
    _, live_on = office.live_on(conn, key)
    since = live_on or on
    snapshot = gather(conn, since, (key,))
    setting = replace(snapshot.settings[key], since=since)
    first_on = snapshot.calendars[key].staff_day_from(since)
    first = _preview(conn, replace(snapshot, settings={key: setting}), first_on, set())
    return NotLive(key, setting.name, live_on, first)


def _one_after_another(conn: Connection, on: date, live: list[str]) -> Iterator[Preview]:
    """Plan each family knowing, as planning does, whom those before it write to on this day."""
    written: set[str] = set()
    for some in _families(conn, live):
        snapshot = gather(conn, on, some)
        day = _preview(conn, snapshot, on, written)
        written |= {one.person for one in day.notices}
        yield day


def _preview(conn: Connection, snapshot: Snapshot, on: date, written: Collection[str]) -> Preview:
    """Decide a day of the settings of a snapshot; a reminder is its person's message, as in planning."""
    known = _also_written(snapshot, on, written)
    letters = tuple(letters_ahead(conn, known, list(known.settings), on))
    decided = plan(_also_written(known, on, {one.person for one in letters if one.reminds}), on)
    return Preview(on, decided.notices, decided.skipped, letters)


def _also_written(snapshot: Snapshot, on: date, people: Collection[str]) -> Snapshot:
    also = {key: (*snapshot.messaged.get(key, ()), on) for key in snapshot.people.keys() & set(people)}
    return replace(snapshot, messaged={**snapshot.messaged, **also})


def _families(conn: Connection, keys: list[str]) -> list[list[str]]:
    """Group the settings that share people: their plans are made together."""
    grouped: dict[str, list[str]] = {}
    for key, first in families(keys, in_several(conn)).items():
        grouped.setdefault(first, []).append(key)
    return list(grouped.values())


def _as_one(on: date, plans: Sequence[Plan]) -> Plan:
    notices = sorted((one for decided in plans for one in decided.notices), key=lambda one: one.person)
    return Plan(on, tuple(notices), tuple(one for decided in plans for one in decided.skipped))


def windows(snapshot: Snapshot, today: date, now: datetime) -> Callable[[Notice], tuple[datetime, datetime]]:
    """Say between which instants a notice may be handed over: the setting's hours of that one day."""

    def window(notice: Notice) -> tuple[datetime, datetime]:
        setting = snapshot.settings[notice.setting]
        return max(now, _at(setting, today, setting.opens_at)), _at(setting, today, setting.closes_at)

    return window


def _at(setting: Setting, day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZoneInfo(setting.timezone))
