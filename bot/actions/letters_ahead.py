"""Letters besides the notices that go on a day, as far as they are known before. Never of a case."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.actions import account_notices, request_notices
from bot.actions.gather import SCHOOL_TIME
from bot.actions.one_a_day import one_a_day
from bot.domain.snapshot import Snapshot
from bot.store.engine import Connection
from bot.store.letters import NewLetter, letters_for

# When the day is planned: schedules/jobs.py.
PLANNED_AT = time(7, 30)
OUTLINES = {account_notices.KIND: account_notices.outline, request_notices.KIND: request_notices.outline}
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
    conn: Connection, snapshot: Snapshot, settings: Collection[str], now: datetime
) -> list[NewLetter]:
    """Decide, in the order in which planning does, what these settings' people would be reminded of."""
    asked = list(one_a_day(snapshot, request_notices.reminders(conn, snapshot, settings, now)))
    accounts = account_notices.reminders(conn, snapshot, settings, now)
    return [*asked, *one_a_day(snapshot, accounts, before=asked)]


def letters_ahead(
    conn: Connection, snapshot: Snapshot, settings: Collection[str], on: date
) -> Iterator[Ahead]:
    """Say what goes on a day besides the notices: what waits for it, and what would be reminded of then."""
    for kind, setting, person, step in letters_for(conn, settings, on):
        says = _outline(snapshot, kind, setting, step, on)
        if says:
            yield Ahead(setting, person, kind, says, reminds=False)
    for one in reminders(conn, snapshot, settings, datetime.combine(on, PLANNED_AT, SCHOOL_TIME)):
        says = _outline(snapshot, one.kind, one.setting, one.reference, on)
        if says and one.on == on:
            yield Ahead(one.setting, one.person, one.kind, says, reminds=True)


def _outline(snapshot: Snapshot, kind: str, setting: str, step: str, on: date) -> str | None:
    return OUTLINES[kind](snapshot, setting, step, on) if kind in OUTLINES else SAYS[kind]
