"""Queues what counts towards the daily limit: a day's plan, and the reminders of features.

A plan's natural keys are written down where they are new or lapsed, with each person's message of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import repeat
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select, update

from bot.core.clock import local_date
from bot.database.dialect import insert_either, lock_until_commit
from bot.messages.kinds import KINDS
from bot.messages.receipt_store import take_receipts
from bot.messages.send_window import next_opening
from bot.messages.store import NewMessage, queue_message
from bot.messages.tables import COUNTS, message, sent_step
from bot.planning.daily_limit import limit_reached
from bot.planning.plan import DailyMessage, Plan, Reminder
from bot.planning.snapshot import Snapshot
from bot.records import register as record_register
from bot.records import school_setup
from bot.rules.duties import StepKey

Window = Callable[[DailyMessage], tuple[datetime, datetime]]

# Any number will do, as long as nothing else locks with it.
PLANNING_LOCK = 7_230_001
A_FEW = 1000
LETTERS_WAIT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class QueueResult:
    """What came of a plan. `already_told`: have their message of the day; `too_late`: hours are over."""

    messages: int = 0
    notices: int = 0
    already_decided: int = 0
    already_told: int = 0
    too_late: int = 0

    def __str__(self) -> str:
        return (
            f"{self.messages} messages with {self.notices} duties queued, "
            f"{self.already_decided} duties decided before, {self.already_told} people told before, "
            f"{self.too_late} too late today"
        )


@dataclass(frozen=True, slots=True)
class _Draft:
    """A message of the plan on its way to be queued. number: which of its person's messages of the day."""

    id: str
    number: int
    notice: DailyMessage
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class FeatureReminders:
    """The reminders of one kind that a feature wants sent each morning, as far as the daily limit allows.

    schools(conn, keys, today): those of these schools in which there may be one.
    wanted(conn, snapshot, schools, now, had): those that nobody had yet. `had`: taken as sent, besides those
        that are queued.
    outline(snapshot, school, reference, on): what one is about, as far as others may see it; None: that is
        settled, or will be by that day.
    """

    kind: str
    schools: Callable[[Connection, Collection[str], date], list[str]]
    wanted: Callable[
        [Connection, Snapshot, Collection[str], datetime, Collection[NewMessage]], Iterator[NewMessage]
    ]
    outline: Callable[[Snapshot, str, str, date], str | None]


def message_id(person: str, planned_on: date, number: int = 1) -> str:
    """Derive the id of the message that a person may get on a day: 32 hexadecimal characters."""
    which = f"|{number}" if number > 1 else ""
    return hashlib.sha256(f"{person}|{planned_on.isoformat()}{which}".encode()).hexdigest()[:32]


def enqueue(conn: Connection, plan: Plan, windows: Window, now: datetime) -> QueueResult:
    """Queue what is not decided yet. The same plan again, here or on another machine, adds nothing.

    Nor does a person hear of it today who got all messages of the day in the meantime, from another planner.
    """
    one_planner_at_a_time(conn)
    queued = _numbers(conn, {(one.person, plan.on) for one in plan.notices})
    drafts: list[_Draft] = []
    told = late = 0
    for one in plan.notices:
        (opens_at, closes_at), number = windows(one), queued[one.person, plan.on] + 1
        if _is_limited(queued, one.person, plan.on, urgent=one.urgent):
            told += 1
        elif closes_at <= opens_at:
            late += 1
        else:
            queued[one.person, plan.on] = number
            drafts.append(_Draft(message_id(one.person, plan.on, number), number, one, opens_at, closes_at))
    claimed = _claim(conn, drafts, plan.on)
    ready = [(draft, items) for draft in drafts if (items := _surviving(draft, claimed))]
    if ready:
        conn.execute(insert(message), [_row(draft, items, plan.on, now) for draft, items in ready])
        take_receipts(conn, {draft.notice.person: draft.id for draft, _ in ready})
    asked = sum(len(draft.notice.items) for draft in drafts)
    return QueueResult(
        messages=len(ready),
        notices=len(claimed),
        already_decided=asked - len(claimed),
        already_told=told,
        too_late=late,
    )


def enqueue_reminders(conn: Connection, reminders: Iterable[NewMessage], now: datetime) -> int:
    """Queue reminders of features, which count towards the daily limit. Return how many.

    A person who got all messages of the day meanwhile, from another planner, is reminded on a later day.
    ValueError: reminders of this kind do not count.
    """
    wanted = list(reminders)
    if wanted:
        one_planner_at_a_time(conn)
    queued, ids = _numbers(conn, {(one.person, one.on) for one in wanted}), dict[str, str]()
    for one in wanted:
        if not KINDS[one.kind].counts_towards_daily_limit:
            wrong = f'messages of the kind "{one.kind}" do not count towards the daily limit'
            raise ValueError(wrong)
        if not _is_limited(queued, one.person, one.on):
            queued[one.person, one.on] += 1
            id_ = queue_message(conn, one, now, daily_number=queued[one.person, one.on])
            ids[id_] = one.person
    take_receipts(conn, {person: id_ for id_, person in ids.items()})
    return len(ids)


def live_schools(conn: Connection, only: Collection[str] | None, now: datetime) -> list[str]:
    """List the keys of the schools (None: of all) that send: a school that is being set up reminds no one."""
    waiting = school_setup.not_live(conn, local_date(now))
    keys = record_register.school_keys(conn) if only is None else only
    return [key for key in keys if key not in waiting]


def new_letter(
    snapshot: Snapshot, kind: str, school: str, to: str | None, reference: str, now: datetime
) -> NewMessage | None:
    """Make a message for the school's next hours; None: there is no person, or they have no address."""
    person = snapshot.people.get(to) if to else None
    if person is None or not person.email:
        return None
    at = next_opening(snapshot.schools[school], snapshot.calendars[school], now)
    return NewMessage(
        kind=kind,
        school=school,
        person=person.key,
        reference=reference,
        on=at.date(),
        not_before_at=at,
        not_after_at=at + LETTERS_WAIT,
    )


def _is_limited(queued: Counter[tuple[str, date]], person: str, on: date, *, urgent: bool = False) -> bool:
    """Return whether a person may get no further message of a day. `queued`: how many there are."""
    return bool(limit_reached(repeat(on, queued[person, on]), on, urgent=urgent))


def _numbers(conn: Connection, wanted: Collection[tuple[str, date]]) -> Counter[tuple[str, date]]:
    """Map people and days to the number of the last message of theirs that day, whatever became of it."""
    people, days = sorted({person for person, _ in wanted}), {on for _, on in wanted}
    found: Counter[tuple[str, date]] = Counter()
    for at in range(0, len(people), A_FEW):
        some = message.c.person.in_(people[at : at + A_FEW])
        query = select(message.c.person, message.c.planned_on, func.max(message.c.daily_number))
        query = query.where(message.c.planned_on.in_(days), some, COUNTS)
        for person, on, number in conn.execute(query.group_by(message.c.person, message.c.planned_on)):
            found[person, on] = number
    return found


def one_planner_at_a_time(conn: Connection) -> None:
    """Wait until no one else decides what to tell; until the transaction ends, no one else does."""
    # In PostgreSQL two planners would otherwise deadlock on keys.
    lock_until_commit(conn, PLANNING_LOCK)


def _claim(conn: Connection, drafts: list[_Draft], on: date) -> set[tuple[StepKey, str]]:
    """Insert the natural keys; say which ones are ours: new, lapsed and taken up again, or of another day."""
    rows = {row["key"]: row for draft in drafts for row in _keys(draft, on)}
    if not rows:
        return set()
    again = [_bound(row) for row in rows.values() if row["again"]]
    if again:
        conn.execute(EARLIER, again)
    statement = CLAIM.of(conn)
    written = [{k: v for k, v in row.items() if k not in {"key", "again"}} for row in rows.values()]
    result = conn.execute(statement, written)
    return {((row[0], row[1], row[2], row[3], row[4]), row[5]) for row in result}


def _keys(draft: _Draft, on: date) -> Iterator[dict[str, Any]]:
    for item in draft.notice.items:
        school, obligation, person, cycle, step = key = item.key()
        yield {
            "key": key,
            "again": item.again,
            "setting": school,
            "obligation": obligation,
            "person": person,
            "cycle": cycle,
            "step": step,
            "message": draft.id,
            "state": "decided",
            "decided_on": on,
        }


def _bound(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row's key and day as the parameters of EARLIER."""
    return {
        f"the_{column.name}": row[column.name] for column in (*sent_step.primary_key, sent_step.c.decided_on)
    }


def _surviving(draft: _Draft, claimed: set[tuple[StepKey, str]]) -> list[Reminder]:
    return [item for item in draft.notice.items if (item.key(), draft.id) in claimed]


def _row(draft: _Draft, items: list[Reminder], on: date, now: datetime) -> dict[str, Any]:
    return {
        "id": draft.id,
        "setting": draft.notice.school,
        "person": draft.notice.person,
        "planned_on": on,
        "kind": draft.notice.kind,
        "step": draft.notice.step,
        "channel": draft.notice.channel,
        "payload": [_payload(item) for item in items],
        "state": "waiting",
        "not_before_at": draft.opens_at,
        "not_after_at": draft.closes_at,
        "attempts": 0,
        "daily_number": draft.number,
        "created_at": now,
    }


def _payload(item: Reminder) -> dict[str, str | None]:
    duty = item.duty
    return {
        "setting": duty.obligation.school,
        "obligation": duty.obligation.key,
        "about": item.about,
        "cycle": duty.cycle,
        "step": item.step,
        "kind": item.kind,
        "due_on": duty.due_on.isoformat() if duty.due_on else None,
        "state": duty.state.value,
        "why": duty.why,
        "cites": duty.obligation.source.cites(),
        "subject": duty.subject,
        "version": duty.version,
    }


def _claims(statement: Any) -> Any:
    return statement.on_conflict_do_update(
        index_elements=list(sent_step.primary_key),
        set_={name: statement.excluded[name] for name in ("message", "state", "decided_on")},
        where=sent_step.c.state == literal_column("'lapsed'"),
    ).returning(*sent_step.primary_key, sent_step.c.message)


# What was decided for an earlier time frees its key; what another planner decided today does not.
EARLIER = (
    update(sent_step)
    .where(*(column == bindparam(f"the_{column.name}") for column in sent_step.primary_key))
    .where(sent_step.c.decided_on < bindparam("the_decided_on"))
    .values(state="lapsed")
)
CLAIM = insert_either(sent_step).map(_claims)
