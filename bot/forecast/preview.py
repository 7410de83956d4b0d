"""The preview of a day: the notices planned for it and the other messages known before. Never of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.accounts import emails as account_emails
from bot.database.engine import Connection, Store
from bot.messages import claim_store
from bot.messages.kinds import KINDS
from bot.messages.store import NewMessage, letters_for
from bot.planning import term_emails
from bot.planning.daily_limit import also_written, apply_daily_limit
from bot.planning.plan import Plan, plan
from bot.planning.service import as_one_plan, grouped, planned_at, without_steps
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.records import register as record_register
from bot.records import school_setup
from bot.records.people import in_several
from bot.requests import emails as request_emails
from bot.rules.duties import StepKey
from bot.signing import question_follow_up
from bot.signing.receipt_emails import RECEIPTS

# The reminders of features, in the order in which they are queued: the first to a person is sent.
REMINDERS = (
    question_follow_up.REMINDERS,
    request_emails.REMINDERS,
    account_emails.REMINDERS,
    term_emails.REMINDERS,
)
OUTLINES = {one.kind: one.outline for one in (*REMINDERS, RECEIPTS)}


@dataclass(frozen=True, slots=True)
class ExpectedMessage:
    """A letter that goes on a day. `reminds`: it is the person's one message of that day.

    `says` is its subject as far as it may be shown to someone else.
    """

    school: str
    person: str
    kind: str
    says: str
    reminds: bool
    channel: str = "email"


def reminders(
    conn: Connection,
    snapshot: Snapshot,
    schools: Collection[str],
    now: datetime,
    had: Collection[NewMessage] = (),
) -> list[NewMessage]:
    """Decide, in the order in which planning does, what these schools' people would be reminded of.

    `had`: letters taken as sent other than those that are written down.
    """
    sent = {(one.kind, one.person, one.reference) for one in had}
    found: list[NewMessage] = []
    for of_feature in REMINDERS:
        wanted = of_feature.wanted(conn, snapshot, schools, now, had)
        new = (one for one in wanted if (one.kind, one.person, one.reference) not in sent)
        found += list(apply_daily_limit(snapshot, new, before=tuple(found)))
    return found


def letters_ahead(
    conn: Connection, snapshot: Snapshot, schools: Collection[str], on: date
) -> Iterator[ExpectedMessage]:
    """Return the messages of a day that are not planned reminders, waiting or expected."""
    yield from waiting(conn, snapshot, schools, on)
    yield from expected_messages(snapshot, on, reminders(conn, snapshot, schools, planned_at(on)))


def waiting(
    conn: Connection, snapshot: Snapshot, schools: Collection[str], on: date
) -> Iterator[ExpectedMessage]:
    """Return which letters are written down already and wait for a day."""
    for kind, school, person, step in letters_for(conn, schools, on):
        says = _outline(snapshot, kind, school, step, on)
        if says:
            yield ExpectedMessage(school, person, kind, says, reminds=False)


def expected_messages(
    snapshot: Snapshot, on: date, reminded: Iterable[NewMessage]
) -> Iterator[ExpectedMessage]:
    """Return which of some reminders go on a day, each with what it is about."""
    for one in reminded:
        says = _outline(snapshot, one.kind, one.school, one.reference, on)
        if says and one.on == on:
            yield ExpectedMessage(one.school, one.person, one.kind, says, reminds=True)


def also_reminded(snapshot: Snapshot, on: date, letters: Iterable[ExpectedMessage]) -> Snapshot:
    """Count the reminders of a day as sent: anyone who has one has their message of that day."""
    return also_written(snapshot, on, Counter(one.person for one in letters if one.reminds))


def _outline(snapshot: Snapshot, kind: str, school: str, step: str, on: date) -> str | None:
    return OUTLINES[kind](snapshot, school, step, on) if kind in OUTLINES else KINDS[kind].preview


@dataclass(frozen=True, slots=True)
class Preview(Plan):
    """The plan of a day, and the letters other than its notices that are known before."""

    letters: tuple[ExpectedMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class NotLive:
    """A school that sends nothing yet. `live_on` None: no one has named a day; `first` is its first day."""

    school: str
    name: str
    live_on: date | None
    first: Preview


def preview(store: Store, on: date, now: datetime | None = None) -> Preview:
    """Decide a day's letters and notices and change nothing. A school that is not live then sends nothing.

    `now`: what no one delivered in its hours until then is closed before that day is planned; None: until
    the day is planned.
    """
    with store.reading() as conn:
        waiting = school_setup.not_live(conn, on)
        live = [key for key in record_register.school_keys(conn) if key not in waiting]
        gone = claim_store.past_hours(conn, now=now or planned_at(on))
        closed = frozenset(claim_store.keys_of(conn, gone))
        days = list(_one_after_another(conn, on, live, closed))
    together = as_one_plan(on, days)
    letters = tuple(one for day in days for one in day.letters)
    return Preview(on, together.notices, together.skipped, letters=letters)


def preview_not_live(store: Store, on: date) -> tuple[NotLive, ...]:
    """Return what each school that is not live on a day would send on its first day; change nothing."""
    with store.reading() as conn:
        return tuple(_once_live(conn, key, on) for key in sorted(school_setup.not_live(conn, on)))


def _once_live(conn: Connection, key: str, on: date) -> NotLive:
    """Plan the first school day of a school, whose records begin on the day it goes live."""
    _, live_on = school_setup.live_since(conn, key)
    since = live_on or on
    snapshot = load_snapshot(conn, since, (key,))
    school = replace(snapshot.schools[key], since=since)
    first_on = snapshot.calendars[key].staff_day_from(since)
    first = _preview(conn, replace(snapshot, schools={key: school}), first_on, {})
    return NotLive(key, school.name, live_on, first)


def _one_after_another(
    conn: Connection, on: date, live: list[str], closed: Collection[StepKey]
) -> Iterator[Preview]:
    """Plan each family knowing, as planning does, whom those before it write to on this day.

    `closed`: what was decided, and no one was told of.
    """
    written = Counter[str]()
    for some in grouped(live, in_several(conn)).values():
        snapshot = without_steps(load_snapshot(conn, on, some), closed)
        day = _preview(conn, snapshot, on, written)
        written.update(one.person for one in day.notices)
        yield day


def _preview(conn: Connection, snapshot: Snapshot, on: date, written: Mapping[str, int]) -> Preview:
    """Plan a day of the schools of a snapshot; a reminder is its person's message, as in planning."""
    known = also_written(snapshot, on, written)
    letters = tuple(letters_ahead(conn, known, list(known.schools), on))
    decided = plan(also_reminded(known, on, letters), on)
    told = also_written(also_reminded(known, on, letters), on, Counter(one.person for one in decided.notices))
    after = tuple(expected_messages(told, on, receipts_ahead(conn, told, on)))
    return Preview(on, decided.notices, decided.skipped, letters=(*letters, *after))


def receipts_ahead(conn: Connection, snapshot: Snapshot, on: date) -> list[NewMessage]:
    """List the emails that name answers to those who get no other message of a day."""
    schools = RECEIPTS.schools(conn, list(snapshot.schools), on)
    return list(apply_daily_limit(snapshot, RECEIPTS.wanted(conn, snapshot, schools, planned_at(on), ())))
