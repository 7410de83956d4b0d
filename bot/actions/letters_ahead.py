"""Letters besides the notices that go on a day, as far as they are known before. Never of a case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from bot.actions import account_notices, request_notices, term_notices
from bot.actions.gather import SCHOOL_TIME
from bot.actions.one_a_day import one_a_day
from bot.domain.snapshot import Snapshot
from bot.store.engine import Connection
from bot.store.letters import NewLetter, letters_for

# When the day is planned: schedules/jobs.py.
PLANNED_AT = time(7, 30)
OUTLINES = {
    account_notices.KIND: account_notices.outline,
    request_notices.KIND: request_notices.outline,
    term_notices.KIND: term_notices.outline,
}
SAYS = {
    "answered": "An answer to their question",
    "digest": "Where the school stands",
    "question": "Somebody asks a question",
    "receipt": "A receipt",
}


@dataclass(frozen=True, slots=True)
class Ahead:
    """A letter that goes on a day. `reminds`: it is the person's one message of that day.

    `says` is its subject as far as it may be shown to somebody else.
    """

    setting: str
    person: str
    kind: str
    says: str
    reminds: bool
    channel: str = "email"


def reminders(
    conn: Connection,
    snapshot: Snapshot,
    settings: Collection[str],
    now: datetime,
    had: Collection[NewLetter] = (),
) -> list[NewLetter]:
    """Decide, in the order in which planning does, what these settings' people would be reminded of.

    `had`: letters taken as sent besides those that are written down.
    """
    sent = {(one.kind, one.person, one.reference) for one in had}

    def new(wanted: Iterator[NewLetter]) -> Iterator[NewLetter]:
        return (one for one in wanted if (one.kind, one.person, one.reference) not in sent)

    asked = list(one_a_day(snapshot, new(request_notices.reminders(conn, snapshot, settings, now))))
    accounts = new(account_notices.reminders(conn, snapshot, settings, now, had))
    asked += one_a_day(snapshot, accounts, before=tuple(asked))
    terms = new(term_notices.reminders(conn, snapshot, settings, now, had))
    return [*asked, *one_a_day(snapshot, terms, before=asked)]


def letters_ahead(
    conn: Connection, snapshot: Snapshot, settings: Collection[str], on: date
) -> Iterator[Ahead]:
    """Say what goes on a day besides the notices: what waits for it, and what would be reminded of then."""
    yield from waiting(conn, snapshot, settings, on)
    yield from said(snapshot, on, reminders(conn, snapshot, settings, planned_at(on)))


def planned_at(on: date) -> datetime:
    """Say when a day is planned."""
    return datetime.combine(on, PLANNED_AT, SCHOOL_TIME)


def waiting(conn: Connection, snapshot: Snapshot, settings: Collection[str], on: date) -> Iterator[Ahead]:
    """Say which letters are written down already and wait for a day."""
    for kind, setting, person, step in letters_for(conn, settings, on):
        says = _outline(snapshot, kind, setting, step, on)
        if says:
            yield Ahead(setting, person, kind, says, reminds=False)


def said(snapshot: Snapshot, on: date, reminded: Iterable[NewLetter]) -> Iterator[Ahead]:
    """Say which of some reminders go on a day, each with what it is about."""
    for one in reminded:
        says = _outline(snapshot, one.kind, one.setting, one.reference, on)
        if says and one.on == on:
            yield Ahead(one.setting, one.person, one.kind, says, reminds=True)


def also_reminded(snapshot: Snapshot, on: date, letters: Iterable[Ahead]) -> Snapshot:
    """Take the reminders of a day as sent: whoever has one has their message of that day."""
    return also_written(snapshot, on, {one.person for one in letters if one.reminds})


def also_written(snapshot: Snapshot, on: date, people: Collection[str]) -> Snapshot:
    """Take these people as written to on a day."""
    if snapshot.people.keys().isdisjoint(people):
        return snapshot
    also = {key: (*snapshot.messaged.get(key, ()), on) for key in snapshot.people.keys() & set(people)}
    return replace(snapshot, messaged={**snapshot.messaged, **also})


def _outline(snapshot: Snapshot, kind: str, setting: str, step: str, on: date) -> str | None:
    return OUTLINES[kind](snapshot, setting, step, on) if kind in OUTLINES else SAYS[kind]
