"""Writes a plan down: natural keys that are new or lapsed, and the one message a person that holds them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.plan import Item, Notice, Plan
from bot.domain.snapshot import NaturalKey
from bot.store.engine import is_sqlite
from bot.store.letters import REMINDERS, NewLetter, enqueue_letter
from bot.store.schema import LETTERS, message, notice

Window = Callable[[Notice], tuple[datetime, datetime]]

# Any number will do, as long as nothing else locks with it.
PLANNING_LOCK = 7_230_001
A_FEW = 1000


@dataclass(frozen=True, slots=True)
class Queued:
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
    """A notice on its way to become a message."""

    id: str
    notice: Notice
    opens_at: datetime
    closes_at: datetime
    items: tuple[Item, ...] = ()


def message_id(person: str, planned_on: date) -> str:
    """Derive the id of the one message a person may get on a day: 32 hexadecimal characters."""
    return hashlib.sha256(f"{person}|{planned_on.isoformat()}".encode()).hexdigest()[:32]


def enqueue(conn: Connection, plan: Plan, windows: Window, now: datetime) -> Queued:
    """Queue what is not decided yet. The same plan again, here or on another machine, adds nothing.

    Nor does whoever had their message of the day meanwhile, from another planner, hear of it today.
    """
    _one_planner_at_a_time(conn)
    drafts = [_draft(one, plan.on, windows) for one in plan.notices]
    reminded = _written(conn, {(one.person, plan.on) for one in plan.notices}, REMINDERS)
    told = _told(conn, [draft.id for draft in drafts], plan.on)
    told |= {draft.id for draft in drafts if (draft.notice.person, plan.on) in reminded}
    open_drafts = [draft for draft in drafts if draft.id not in told and draft.closes_at > draft.opens_at]
    free = _first_of_each(open_drafts)
    claimed = _claim(conn, free, plan.on)
    ready = [(draft, items) for draft in free.values() if (items := _surviving(draft, claimed))]
    if ready:
        conn.execute(insert(message), [_row(draft, items, plan.on, now) for draft, items in ready])
    asked = sum(len(draft.notice.items) for draft in free.values())
    return Queued(
        messages=len(ready),
        notices=len(claimed),
        already_decided=asked - len(claimed),
        already_told=sum(draft.id in told for draft in drafts),
        too_late=sum(draft.id not in told and draft.closes_at <= draft.opens_at for draft in drafts),
    )


def enqueue_reminders(conn: Connection, letters: Iterable[NewLetter], now: datetime) -> int:
    """Queue reminders, each its person's one message of its day; say how many.

    Whoever another planner wrote to meanwhile is left out, and reminded on a later day.
    """
    wanted = list(letters)
    if wanted:
        _one_planner_at_a_time(conn)
    counts = or_(message.c.kind.not_in(LETTERS), REMINDERS)
    written = _written(conn, {(one.person, one.on) for one in wanted}, counts)
    free = [one for one in wanted if (one.person, one.on) not in written]
    for letter in free:
        enqueue_letter(conn, letter, now)
    return len(free)


def _written(
    conn: Connection, wanted: Collection[tuple[str, date]], which: ColumnElement[bool]
) -> set[tuple[str, date]]:
    """Say which of these people such a message goes to on which of these days."""
    people, days = sorted({person for person, _ in wanted}), {on for _, on in wanted}
    found: set[tuple[str, date]] = set()
    for at in range(0, len(people), A_FEW):
        some = message.c.person.in_(people[at : at + A_FEW])
        query = select(message.c.person, message.c.planned_on).where(message.c.planned_on.in_(days), some)
        found |= {(person, on) for person, on in conn.execute(query.where(which))}
    return found


def _told(conn: Connection, ids: list[str], on: date) -> set[str]:
    """Say which of these messages of a day there are; of a few, without reading all of that day's."""
    of_day = select(message.c.id).where(message.c.planned_on == on)
    return set(conn.scalars(of_day.where(message.c.id.in_(ids)) if len(ids) <= A_FEW else of_day))


def _one_planner_at_a_time(conn: Connection) -> None:
    # SQLite holds its only write lock already. In PostgreSQL two planners would otherwise deadlock on keys.
    if not is_sqlite(conn):
        conn.execute(select(func.pg_advisory_xact_lock(PLANNING_LOCK)))


def _draft(one: Notice, on: date, windows: Window) -> _Draft:
    opens_at, closes_at = windows(one)
    return _Draft(message_id(one.person, on), one, opens_at, closes_at)


def _first_of_each(drafts: list[_Draft]) -> dict[str, _Draft]:
    first: dict[str, _Draft] = {}
    for draft in drafts:
        first.setdefault(draft.id, draft)
    return first


def _claim(conn: Connection, drafts: dict[str, _Draft], on: date) -> set[tuple[NaturalKey, str]]:
    """Insert the natural keys; say which ones are ours: new, lapsed and taken up again, or of another day."""
    rows = {row["key"]: row for draft in drafts.values() for row in _keys(draft, on)}
    if not rows:
        return set()
    again = [_bound(row) for row in rows.values() if row["again"]]
    if again:
        conn.execute(EARLIER, again)
    statement = CLAIM[conn.dialect.name]
    written = [{k: v for k, v in row.items() if k not in {"key", "again"}} for row in rows.values()]
    result = conn.execute(statement, written)
    return {((row[0], row[1], row[2], row[3], row[4]), row[5]) for row in result}


def _keys(draft: _Draft, on: date) -> Iterator[dict[str, Any]]:
    for item in draft.notice.items:
        setting, obligation, person, cycle, step = key = item.key()
        yield {
            "key": key,
            "again": item.again,
            "setting": setting,
            "obligation": obligation,
            "person": person,
            "cycle": cycle,
            "step": step,
            "message": draft.id,
            "state": "decided",
            "decided_on": on,
        }


def _bound(row: dict[str, Any]) -> dict[str, Any]:
    """Name a row's key and day as EARLIER binds them."""
    return {f"the_{column.name}": row[column.name] for column in (*notice.primary_key, notice.c.decided_on)}


def _surviving(draft: _Draft, claimed: set[tuple[NaturalKey, str]]) -> list[Item]:
    return [item for item in draft.notice.items if (item.key(), draft.id) in claimed]


def _row(draft: _Draft, items: list[Item], on: date, now: datetime) -> dict[str, Any]:
    return {
        "id": draft.id,
        "setting": draft.notice.setting,
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
        "created_at": now,
    }


def _payload(item: Item) -> dict[str, str | None]:
    duty = item.duty
    return {
        "setting": duty.obligation.setting,
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


def _claim_in(dialect: Any) -> Any:
    statement = dialect.insert(notice)
    return statement.on_conflict_do_update(
        index_elements=list(notice.primary_key),
        set_={name: statement.excluded[name] for name in ("message", "state", "decided_on")},
        where=notice.c.state == literal_column("'lapsed'"),
    ).returning(*notice.primary_key, notice.c.message)


# What was decided for an earlier time frees its key; what another planner decided today does not.
EARLIER = (
    update(notice)
    .where(*(column == bindparam(f"the_{column.name}") for column in notice.primary_key))
    .where(notice.c.decided_on < bindparam("the_decided_on"))
    .values(state="lapsed")
)
CLAIM = {"sqlite": _claim_in(sqlite), "postgresql": _claim_in(postgresql)}
