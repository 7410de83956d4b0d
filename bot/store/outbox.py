"""Messages claimed by a lease before they are sent, and settled after.

waiting -> leased -> sending -> sent | waiting (later) | given up | unknown | withdrawn; or waiting -> lapsed

Only the owner of a lease can start or settle: an answer that comes after somebody took over changes nothing,
and the function says so by returning False. `owner` names one run of one worker and is never used again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from bot.store.claiming import (
    EVERYBODYS,
    Leased,
    MessageItem,
    Whose,
    items_of,
    keys_of,
    lapse,
    lease,
    past_hours,
)
from bot.store.queued import Queued, enqueue, message_id
from bot.store.schema import NOT_SENT, delivery, message, notice

__all__ = [
    "EVERYBODYS",
    "Leased",
    "MessageItem",
    "Posted",
    "Queued",
    "Whose",
    "begin_attempt",
    "counts",
    "decide_again",
    "decide_some_again",
    "enqueue",
    "find",
    "keys_of",
    "lapse",
    "lease",
    "message_id",
    "not_sent",
    "past_hours",
    "recent",
    "settle_given_up",
    "settle_in_doubt",
    "settle_later",
    "settle_sent",
    "settle_unclear",
    "settle_unknown",
    "settle_withdrawn",
    "stuck",
]


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as people look at it afterwards."""

    id: str
    setting: str
    person: str
    kind: str
    planned_on: date
    items: tuple[MessageItem, ...]
    state: str
    attempts: int
    last_reason: str | None
    reference: str | None
    created_at: datetime
    settled_at: datetime | None
    not_before_at: datetime


def begin_attempt(conn: Connection, id_: str, *, owner: str, now: datetime) -> bool:
    """Note that a vendor is about to be called. False: the lease is no longer ours, so do not call."""
    attempt = conn.execute(BEGIN, {"one": id_, "by": owner}).scalar_one_or_none()
    if attempt is None:
        return False
    conn.execute(ATTEMPT, {"message": id_, "attempt": attempt, "started_at": now})
    return True


def settle_sent(conn: Connection, id_: str, *, owner: str, now: datetime, reference: str) -> bool:
    """The vendor took it."""
    return _settle(conn, id_, owner, now, state="sent", reference=reference)


def settle_later(
    conn: Connection, id_: str, *, owner: str, now: datetime, not_before_at: datetime, reason: str
) -> bool:
    """The vendor certainly did not take it; try again from `not_before_at`."""
    return _settle(conn, id_, owner, now, state="waiting", reason=reason, not_before_at=not_before_at)


def settle_in_doubt(
    conn: Connection, id_: str, *, owner: str, now: datetime, look_up_at: datetime, reason: str
) -> bool:
    """The vendor did not take it this time, and may have before; leased again then, as `was_sending`."""
    return _settle(
        conn, id_, owner, now, state="sending", came_to="later", reason=reason, lease_until_at=look_up_at
    )


def settle_unclear(
    conn: Connection, id_: str, *, owner: str, now: datetime, look_up_at: datetime, reason: str
) -> bool:
    """It may have been taken and could not be looked up yet; leased again then, as `was_sending`."""
    return _settle(conn, id_, owner, now, state="sending", reason=reason, lease_until_at=look_up_at)


def settle_given_up(conn: Connection, id_: str, *, owner: str, now: datetime, reason: str) -> bool:
    """It will never be taken: a person is shown the reason."""
    return _settle(conn, id_, owner, now, state="given up", reason=reason)


def settle_unknown(
    conn: Connection, id_: str, *, owner: str, now: datetime, reason: str, came_to: str = "unknown"
) -> bool:
    """It may have arrived and nobody can tell: shown to a person, never sent again by itself.

    `came_to`: what the last attempt itself came to.
    """
    return _settle(conn, id_, owner, now, state="unknown", came_to=came_to, reason=reason)


def settle_withdrawn(conn: Connection, id_: str, *, owner: str, now: datetime, reason: str) -> bool:
    """Everything in it was discharged meanwhile: nothing is sent."""
    return _settle(conn, id_, owner, now, state="withdrawn", reason=reason)


def decide_again(conn: Connection, id_: str) -> None:
    """Free the duties of a message that certainly reached nobody: a later plan may tell them."""
    conn.execute(FREE_ONE, {"one": id_})


def decide_some_again(conn: Connection, id_: str, items: Collection[MessageItem]) -> None:
    """Free those duties of a message that its words left out: a later plan may tell them."""
    conn.execute(
        FREE_SOME,
        [
            {
                "one": id_,
                "the_setting": item.setting,
                "the_obligation": item.obligation,
                "the_person": item.about,
                "the_cycle": item.cycle,
                "the_step": item.step,
            }
            for item in items
        ],
    )


def recent(
    conn: Connection,
    *,
    setting: str | None = None,
    person: str | None = None,
    states: Collection[str] | None = None,
    limit: int = 50,
    skip: int = 0,
) -> list[Posted]:
    """List the latest messages, newest first; of cases nobody learns here, not even that there is one.

    `skip`: so many of the latest are passed over.
    """
    shown = select(message).where(message.c.kind != "case")
    query = shown.order_by(message.c.created_at.desc(), message.c.id).limit(limit).offset(skip)
    if setting is not None:
        query = query.where(message.c.setting == setting)
    if person is not None:
        query = query.where(message.c.person == person)
    if states is not None:
        query = query.where(message.c.state.in_(states))
    return [_posted(row) for row in conn.execute(query)]


def find(conn: Connection, setting: str, id_: str) -> Posted | None:
    """Find one message of a setting that is not about a case."""
    mine = (message.c.id == id_, message.c.setting == setting, message.c.kind != "case")
    row = conn.execute(select(message).where(*mine)).one_or_none()
    return _posted(row) if row is not None else None


def stuck(conn: Connection, *, since: datetime) -> list[Posted]:
    """List messages that were tried and whose hours passed without an answer, newest first."""
    mine = (message.c.state == "lapsed", message.c.attempts > 0, message.c.settled_at >= since)
    query = select(message).where(NOT_SENT, *mine).order_by(message.c.settled_at.desc(), message.c.id)
    return [_posted(row) for row in conn.execute(query)]


def addressee(conn: Connection, id_: str) -> str | None:
    """Say whom a message was for, or None when we wrote none of that id."""
    person: str | None = conn.execute(
        select(message.c.person).where(message.c.id == id_)
    ).scalar_one_or_none()
    return person


def setting_of(conn: Connection, id_: str) -> str | None:
    """Say which setting a message was about, or None when we wrote none of that id."""
    setting: str | None = conn.execute(
        select(message.c.setting).where(message.c.id == id_)
    ).scalar_one_or_none()
    return setting


def counts(conn: Connection) -> dict[str, int]:
    """Count messages by state; a state without messages is left out."""
    query = select(message.c.state, func.count().label("messages")).group_by(message.c.state)
    return {row.state: row.messages for row in conn.execute(query)}


def not_sent(conn: Connection) -> dict[str, int]:
    """Count by state the messages that ended without being sent; a state without messages is left out."""
    query = select(message.c.state, func.count().label("messages")).where(NOT_SENT).group_by(message.c.state)
    return {row.state: row.messages for row in conn.execute(query)}


def _settle(conn: Connection, id_: str, owner: str, now: datetime, *, state: str, **said: Any) -> bool:
    reason, reference = said.get("reason"), said.get("reference")
    over = state not in {"waiting", "sending"}
    given = {
        "one": id_,
        "by": owner,
        "new_state": state,
        "not_before": said.get("not_before_at"),
        "lease_ends": said.get("lease_until_at"),
        "why": reason,
        "ref": reference,
        "when": now if over else None,
    }
    attempt = conn.execute(SETTLE, given).scalar_one_or_none()
    if attempt is None:
        return False
    outcome = said.get("came_to") or {"waiting": "later", "sending": "unclear"}.get(state, state)
    finished = {
        "one": id_,
        "number": attempt,
        "when": now,
        "result": outcome,
        "why": reason,
        "ref": reference,
    }
    conn.execute(FINISH, finished)
    return True


def _posted(row: Row[Any]) -> Posted:
    return Posted(
        id=row.id,
        setting=row.setting,
        person=row.person,
        kind=row.kind,
        planned_on=row.planned_on,
        items=items_of(row.payload),
        state=row.state,
        attempts=row.attempts,
        last_reason=row.last_reason,
        reference=row.reference,
        created_at=row.created_at,
        settled_at=row.settled_at,
        not_before_at=row.not_before_at,
    )


# Built once: SQLAlchemy then finds each one's SQL in its cache without walking it again.
_m = message.c
_ours = and_(
    _m.id == bindparam("one"),
    _m.lease_owner == bindparam("by"),
    _m.state.in_(["leased", "sending"]),
)
BEGIN = update(message).where(_ours).values(state="sending", attempts=_m.attempts + 1).returning(_m.attempts)
ATTEMPT = insert(delivery)
SETTLE = (
    update(message)
    .where(_ours)
    .values(
        state=bindparam("new_state"),
        not_before_at=func.coalesce(bindparam("not_before", type_=_m.not_before_at.type), _m.not_before_at),
        lease_owner=None,
        lease_until_at=bindparam("lease_ends"),
        last_reason=bindparam("why"),
        reference=bindparam("ref"),
        settled_at=bindparam("when"),
    )
    .returning(_m.attempts)
)
FINISH = (
    update(delivery)
    .where(
        delivery.c.message == bindparam("one"),
        delivery.c.attempt == bindparam("number"),
        delivery.c.finished_at.is_(None),
    )
    .values(
        finished_at=bindparam("when"),
        outcome=bindparam("result"),
        reason=bindparam("why"),
        reference=bindparam("ref"),
    )
)
FREE_ONE = (
    update(notice)
    .where(notice.c.state == "decided", notice.c.message == bindparam("one"))
    .values(state="lapsed")
)
FREE_SOME = FREE_ONE.where(*(column == bindparam(f"the_{column.name}") for column in notice.primary_key))
