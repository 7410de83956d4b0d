"""Plan a day: read a snapshot, decide, and store the messages, a few schools in a transaction.

Schools that share people, directly or through others, are planned together: a family. A school in which
nothing changed since its last plan is passed over until the day which that plan named
(`bot.records.school_plan`).

Where there are many families a morning is divided into shares, each claimed, run and tried again by itself. A
thousand schools in as many shares would cost more to claim than to plan, and reading a few schools at once
costs half of reading each alone.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from zlib import crc32
from zoneinfo import ZoneInfo

import bot
from bot.core.clock import SCHOOL_TIMEZONE, local_date
from bot.database.engine import Connection, Store
from bot.messages import claim_store
from bot.messages.claim_store import EVERYBODYS, MailboxSchools
from bot.planning.daily_limit import also_written, apply_daily_limit
from bot.planning.plan import DailyMessage, Plan, plan, plan_with_plan_again_on
from bot.planning.queue_store import (
    FeatureReminders,
    QueueResult,
    enqueue,
    enqueue_reminders,
    live_schools,
)
from bot.planning.snapshot import Snapshot, apart
from bot.planning.store import load_snapshot
from bot.records import register as record_register
from bot.records import school_plan, school_setup
from bot.records.people import family_of, in_several
from bot.records.school_plan import Planned
from bot.rules.duties import StepKey
from bot.rules.obligations import Obligation
from bot.rules.people import School
from bot.services import Services


def families(schools: Iterable[str], belongs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map each school to the first of its family. `belongs`: (person, school) of people in several."""
    first = {key: key for key in sorted(schools)}
    met: dict[str, str] = {}
    for person, school in belongs:
        if school in first:
            one, other = sorted((_first(first, school), _first(first, met.get(person, school))))
            first[other] = one
            met[person] = one
    return {key: _first(first, key) for key in first}


def grouped(schools: Iterable[str], belongs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """List each family in order under the first of it."""
    found: dict[str, list[str]] = {}
    for key, first in families(schools, belongs).items():
        found.setdefault(first, []).append(key)
    return found


def _first(first: dict[str, str], key: str) -> str:
    while first[key] != key:
        first[key] = first[first[key]]
        key = first[key]
    return key


log = logging.getLogger(__name__)

# So many schools are read in one go: one alone costs twice as much, and many would take much memory.
TOGETHER = 64


def plan_day(services: Services, now: datetime, schools: Collection[str] | None = None) -> Plan:
    """Decide today's notices of these schools (None: all) and queue them. Planning again queues nothing.

    Whole families have to be named. Nothing is said of those that are passed over.
    """
    today = local_date(now)
    _close_past_hours(services.store, now, schools)
    with services.store.reading() as conn:
        due = school_plan.due(conn, schools, today, planning_version())
        families = _to_plan(conn, today, schools, due)
    plans = [one for some in by_few(families) for one in _plan_few(services, now, some)]
    return as_one_plan(today, plans)


def queue_reminders(
    services: Services, of_feature: FeatureReminders, now: datetime, only: Collection[str] | None = None
) -> int:
    """Queue a feature's reminders in these schools (None: in all). Return how many.

    A person who gets another message on the day such a reminder would go is reminded on a later day.
    """
    today = local_date(now)
    with services.store.writing() as conn:
        schools = of_feature.schools(conn, live_schools(conn, only, now), today)
        if not schools:
            return 0
        snapshot = load_snapshot(conn, today, schools)
        wanted = of_feature.wanted(conn, snapshot, schools, now, ())
        return enqueue_reminders(conn, apply_daily_limit(snapshot, wanted), now)


def _close_past_hours(store: Store, now: datetime, schools: Collection[str] | None) -> None:
    """Close what no one delivered in its hours: no one was told of it, and it is decided again today."""
    whose = EVERYBODYS if schools is None else MailboxSchools(tuple(schools))
    with store.reading() as conn:
        if not claim_store.past_hours(conn, now=now, whose=whose):
            return
    with store.writing() as conn:
        closed = claim_store.lapse(conn, now=now, whose=whose)
    log.warning("closed %d messages whose hours passed before they were delivered", closed)


def by_few(families: Iterable[list[str]]) -> Iterator[list[list[str]]]:
    """Group families into batches of few schools, each read and written in one transaction."""
    some: list[list[str]] = []
    for family in families:
        if some and sum(map(len, some)) + len(family) > TOGETHER:
            yield some
            some = []
        some.append(family)
    if some:
        yield some


def _to_plan(
    conn: Connection, today: date, schools: Collection[str] | None, due: Collection[str]
) -> list[list[str]]:
    """List the families of those of these schools that may send, without those in which all are quiet.

    A school that is being set up sends nothing.
    """
    if not due:
        return []
    waiting = school_setup.not_live(conn, today)
    live = [
        key
        for key in (record_register.school_keys(conn) if schools is None else schools)
        if key not in waiting
    ]
    if not set(due).intersection(live):
        return []
    return [
        some for some in grouped(live, in_several(conn, schools)).values() if not set(due).isdisjoint(some)
    ]


def _plan_few(services: Services, now: datetime, families: list[list[str]]) -> list[Plan]:
    """Plan families in one transaction, during which no one changes or plans their schools."""
    today = local_date(now)
    with services.store.writing() as conn:
        changes = school_plan.lock(conn, [key for some in families for key in some])
        snapshot = load_snapshot(conn, today, list(changes))
        decided = list(_decided(snapshot, families, today))
        together = as_one_plan(today, [one for one, _ in decided])
        queued = QueueResult()
        if together.notices:
            queued = enqueue(conn, together, windows(snapshot, today, now), now)
            # From when someone was first told, they may be late: figures of these schools count again.
            school_plan.mark_changed(conn, {one.school for one in together.notices})
        plans = {
            key: Planned(
                changes[key], today, min(again_on, _latest_plan_again_on(some, today)), planning_version()
            )
            for some, (_, again_on) in zip(families, decided, strict=True)
            for key in some
        }
        school_plan.store_planned(conn, plans)
    _tell(families, today, together, queued)
    return [one for one, _ in decided]


def _tell(families: list[list[str]], today: date, decided: Plan, queued: QueueResult) -> None:
    first, more = families[0][0], len(families) - 1
    whom = f"{first} and {more} more" if more else first
    said = "planned %s for %s: %s; %d skipped"
    log.info(said, today, whom, queued, len(decided.skipped))


def _decided(snapshot: Snapshot, families: list[list[str]], today: date) -> Iterator[tuple[Plan, date]]:
    """Plan families one after another: anyone who several of them name hears from one of them a day."""
    written = Counter[str]()
    for one in apart(snapshot, families):
        decided, again_on = plan_with_plan_again_on(also_written(one, today, written), today)
        written.update(notice.person for notice in decided.notices)
        yield decided, again_on


def _latest_plan_again_on(schools: list[str], today: date) -> date:
    """Find the day of the coming week on which these are planned at the latest; some have theirs on each.

    A day that a plan failed to name costs a week at most.
    """
    away = (crc32(min(schools).encode()) - today.toordinal()) % 7
    return today + timedelta(days=away or 7)


@lru_cache(maxsize=1)
def planning_version() -> str:
    """Compute a digest of all our code and of the bank holidays' version: 16 hexadecimal digits.

    What another version of the program planned is planned again.
    """
    folder = Path(bot.__file__).parent
    digest = sha256(f"{bot.__version__} {version('holidays')}".encode())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def without_steps(snapshot: Snapshot, closed: Collection[StepKey]) -> Snapshot:
    if not closed:
        return snapshot
    decided = {key: replace(one, lapsed=one.lapsed or key in closed) for key, one in snapshot.decided.items()}
    return replace(snapshot, decided=decided)


def as_one_plan(on: date, plans: Sequence[Plan]) -> Plan:
    notices = sorted((one for decided in plans for one in decided.notices), key=lambda one: one.person)
    skipped = tuple(one for decided in plans for one in decided.skipped)
    return Plan(on, tuple(notices), skipped)


def windows(
    snapshot: Snapshot, today: date, now: datetime
) -> Callable[[DailyMessage], tuple[datetime, datetime]]:
    """Return the instants between which a message may be sent: the school's hours of the day."""

    def window(notice: DailyMessage) -> tuple[datetime, datetime]:
        school = snapshot.schools[notice.school]
        return max(now, _at(school, today, school.opens_at)), _at(school, today, school.closes_at)

    return window


def _at(school: School, day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZoneInfo(school.timezone))


def planned_at(on: date) -> datetime:
    """Return when a day is planned."""
    return datetime.combine(on, PLANNED_AT, SCHOOL_TIMEZONE)


def next_morning(now: datetime) -> datetime:
    """Return when the next emails are planned: before then none of what changes now can go."""
    today = local_date(now)
    return planned_at(today if now < planned_at(today) else today + timedelta(days=1))


def first_email_at(
    snapshot: Snapshot, rules: Collection[Obligation], now: datetime, within: timedelta
) -> datetime | None:
    """Return when the first email of some rules can go at the earliest; None: none within that time."""
    today = local_date(now)
    first = today if now < planned_at(today) else today + timedelta(days=1)
    alone = replace(snapshot, obligations=tuple(rules))
    ahead = (first + timedelta(days=days) for days in range(within.days))
    return next((planned_at(day) for day in ahead if plan(alone, day).notices), None)


PLANNING = "plan the day"
# When the day is planned: schedules/jobs.py.
PLANNED_AT = time(7, 30)
# An installation of more settings than these is planned in so many shares.
SHARES = 32
ALL_SHARES = tuple(f"share {number} of {SHARES}" for number in range(1, SHARES + 1))


def plan_parts(services: Services) -> tuple[str, ...]:
    """Return each family of schools by its first, or the shares: those that share people go together."""
    with services.store.reading() as conn:
        keys = record_register.school_keys(conn)
        if len(keys) > SHARES:
            return ALL_SHARES
        return tuple(grouped(keys, in_several(conn))) or ("",)


def planned_with(conn: Connection, school: str) -> str:
    """Return the part of planning that a school belongs to."""
    first = family_of(conn, school)[0]
    return share_of(first) if len(record_register.school_keys(conn)) > SHARES else first


def share_of(key: str) -> str:
    return ALL_SHARES[crc32(key.encode()) % SHARES]
