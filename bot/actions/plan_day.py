"""Plan a day: gather a snapshot, decide, and write the notices down; a few schools in a transaction.

A school that is known to be quiet today, and in which nothing was changed since, is passed over:
`bot.domain.quiet` says until when, and triggers note every change. Once a week each is planned all the same,
to prove it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.actions.gather import gather, school_day
from bot.actions.letters_ahead import Ahead, also_reminded, also_written, letters_ahead, planned_at
from bot.actions.rules_now import rules_now
from bot.domain.families import grouped
from bot.domain.people import Setting
from bot.domain.plan import Notice, Plan, plan
from bot.domain.quiet import begin, decide
from bot.domain.snapshot import NaturalKey, Snapshot, apart
from bot.services import Services
from bot.store import counted, office, outbox, quiet, registers
from bot.store.alike import load_about, load_alike
from bot.store.engine import Connection, Store
from bot.store.families import in_several
from bot.store.outbox import EVERYBODYS, Queued, Whose
from bot.store.quiet import Planned
from bot.uncollected import uncollected

log = logging.getLogger(__name__)

# So many settings are read in one go: one alone costs twice as much, and many would take much memory.
TOGETHER = 64
# So often they are read where somebody changes them meanwhile.
READS = 3


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

    Whole families have to be named. Nothing is said of those that are passed over.
    """
    today = school_day(now)
    _close_past_hours(services.store, now, settings)
    with services.store.reading() as conn:
        expected = {one.setting: one.quiet_until for one in quiet.due(conn, settings, today, rules_now())}
        families = _to_plan(conn, today, settings, expected.keys())
    plans = [one for some in by_few(families) for one in _plan_few(services, now, some, expected)]
    return _as_one(today, plans)


def _close_past_hours(store: Store, now: datetime, settings: Collection[str] | None) -> None:
    """Close what nobody delivered in its hours: nobody was told of it, and it is decided again today."""
    whose = EVERYBODYS if settings is None else Whose(tuple(settings))
    with store.reading() as conn:
        if not outbox.past_hours(conn, now=now, whose=whose):
            return
    with store.writing() as conn:
        closed = outbox.lapse(conn, now=now, whose=whose)
    log.warning("closed %d messages whose hours passed before they were delivered", closed)


def by_few(families: Iterable[list[str]]) -> Iterator[list[list[str]]]:
    """Put families together as long as they are few settings: one transaction reads and writes them all."""
    some: list[list[str]] = []
    for family in families:
        if some and sum(map(len, some)) + len(family) > TOGETHER:
            yield some
            some = []
        some.append(family)
    if some:
        yield some


def _to_plan(
    conn: Connection, today: date, settings: Collection[str] | None, due: Collection[str]
) -> list[list[str]]:
    """List the families of those of these schools that may send, without those in which all are quiet.

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
    return [
        some for some in grouped(live, in_several(conn, settings)).values() if not set(due).isdisjoint(some)
    ]


def _plan_few(
    services: Services, now: datetime, families: list[list[str]], expected: Mapping[str, date | None]
) -> list[Plan]:
    today = school_day(now)
    plans: list[Plan] = []
    planned: dict[str, Planned] = {}
    with uncollected(), services.store.writing() as conn:
        read = _read(conn, families, today)
        snapshot, notes = read.snapshot, read.notes
        for some, (decided, until_on) in zip(families, read.decided, strict=True):
            missed = read.changed.isdisjoint(some) and _missed(some, expected, until_on)
            ends = Planned(today, until_on, _check_on(some, today), rules_now(), missed)
            planned |= dict.fromkeys(some, ends)
            plans.append(decided)
        together = _as_one(today, plans)
        queued = Queued()
        if together.notices:
            queued = outbox.enqueue(conn, together, windows(snapshot, today, now), now)
        quiet.end(conn, planned)
        counted.planned(conn, notes)
    _tell(families, today, together, queued)
    for key in sorted(key for key, one in planned.items() if one.missed):
        log.error("%s was taken to be quiet and was not: it is planned every day now", key)
    return plans


@dataclass(frozen=True, slots=True)
class _Read:
    """Families read and decided on. `notes`: how many changes were noted, by setting.

    `changed`: in which settings something was changed that was not known when they were found to be due.
    """

    snapshot: Snapshot
    decided: list[tuple[Plan, date]]
    notes: Mapping[str, int]
    changed: frozenset[str]


def _read(conn: Connection, families: list[list[str]], today: date) -> _Read:
    """Read families and decide; anew where something was changed meanwhile.

    PostgreSQL shows each statement what was written before it, so one change might be seen by half. Where
    changes go on and on, the last reading counts, and what was noted meanwhile is planned again.
    """
    keys = [key for some in families for key in some]
    notes = Counter[str]()
    for _ in range(READS):
        notes.update(quiet.begin(conn, keys))
        snapshot = gather(conn, today, keys, acts=False)
        decided = list(_decided(conn, snapshot, families, today))
        meanwhile = quiet.changed(conn, keys)
        if not meanwhile:
            break
    return _Read(snapshot, decided, notes, frozenset(meanwhile | notes.keys()))


def _tell(families: list[list[str]], today: date, decided: Plan, queued: Queued) -> None:
    first, more = families[0][0], len(families) - 1
    whom = f"{first} and {more} more" if more else first
    said = "planned %s for %s: %s; %d skipped, %d settled"
    log.info(said, today, whom, queued, len(decided.skipped), decided.settled)


def _decided(
    conn: Connection, snapshot: Snapshot, families: list[list[str]], today: date
) -> Iterator[tuple[Plan, date]]:
    """Plan families one after another: whoever several of them name hears from one of them a day."""
    alike = load_alike(conn, list(snapshot.settings))
    begun = [
        begin(one, today, [act for key in some for act in alike.get(key, ())])
        for some, one in zip(families, apart(snapshot, families), strict=True)
    ]
    acts = load_about(conn, {rule for one in begun for rule in one.needs})
    written: set[str] = set()
    for some, one in zip(families, begun, strict=True):
        known = replace(one.looked, snapshot=also_written(one.looked.snapshot, today, written))
        decided, until_on = decide(
            replace(one, looked=known), [act for key in some for act in acts.get(key, ())]
        )
        written.update(notice.person for notice in decided.notices)
        yield decided, until_on


def _missed(settings: list[str], expected: Mapping[str, date | None], until_on: date) -> bool:
    """Say whether schools that were all quiet, by what is written down, are not as quiet as it says."""
    known = [expected[key] for key in settings if key in expected]
    return bool(known) and all(day is not None and until_on < day for day in known)


def _check_on(settings: list[str], today: date) -> date:
    """Find the next day of these schools' week: some have theirs on each day."""
    away = (crc32(min(settings).encode()) - today.toordinal()) % 7
    return today + timedelta(days=away or 7)


def preview(store: Store, on: date, now: datetime | None = None) -> Preview:
    """Decide a day's letters and notices and change nothing. A school that is not live then sends nothing.

    `now`: what nobody delivered in its hours until then is closed before that day is planned; None: until
    the day is planned.
    """
    with store.reading() as conn:
        waiting = office.not_live(conn, on)
        live = [key for key in registers.setting_keys(conn) if key not in waiting]
        gone = outbox.past_hours(conn, now=now or planned_at(on))
        closed = frozenset(outbox.keys_of(conn, gone))
        days = list(_one_after_another(conn, on, live, closed))
    together = _as_one(on, days)
    letters = tuple(one for day in days for one in day.letters)
    return Preview(on, together.notices, together.skipped, letters=letters)


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


def _one_after_another(
    conn: Connection, on: date, live: list[str], closed: Collection[NaturalKey]
) -> Iterator[Preview]:
    """Plan each family knowing, as planning does, whom those before it write to on this day.

    `closed`: what was decided, and nobody was told of.
    """
    written: set[str] = set()
    for some in grouped(live, in_several(conn)).values():
        snapshot = _without(gather(conn, on, some), closed)
        day = _preview(conn, snapshot, on, written)
        written |= {one.person for one in day.notices}
        yield day


def _without(snapshot: Snapshot, closed: Collection[NaturalKey]) -> Snapshot:
    if not closed:
        return snapshot
    decided = {key: replace(one, lapsed=one.lapsed or key in closed) for key, one in snapshot.decided.items()}
    return replace(snapshot, decided=decided)


def _preview(conn: Connection, snapshot: Snapshot, on: date, written: Collection[str]) -> Preview:
    """Decide a day of the settings of a snapshot; a reminder is its person's message, as in planning."""
    known = also_written(snapshot, on, written)
    letters = tuple(letters_ahead(conn, known, list(known.settings), on))
    decided = plan(also_reminded(known, on, letters), on)
    return Preview(on, decided.notices, decided.skipped, letters=letters)


def _as_one(on: date, plans: Sequence[Plan]) -> Plan:
    notices = sorted((one for decided in plans for one in decided.notices), key=lambda one: one.person)
    skipped = tuple(one for decided in plans for one in decided.skipped)
    return Plan(on, tuple(notices), skipped, sum(decided.settled for decided in plans))


def windows(snapshot: Snapshot, today: date, now: datetime) -> Callable[[Notice], tuple[datetime, datetime]]:
    """Say between which instants a notice may be handed over: the setting's hours of that one day."""

    def window(notice: Notice) -> tuple[datetime, datetime]:
        setting = snapshot.settings[notice.setting]
        return max(now, _at(setting, today, setting.opens_at)), _at(setting, today, setting.closes_at)

    return window


def _at(setting: Setting, day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZoneInfo(setting.timezone))
