"""Outbox: messages are stored, claimed by a lease before they are sent, and settled after.

waiting -> leased -> sending -> sent | waiting (later) | given up | unknown | withdrawn; or waiting -> lapsed.
Only the owner of a lease can start or settle: after another worker claimed the message these functions change
nothing and return False. `owner` names one run of one worker and is never used again. Leases of dead or hung
workers expire.

Transactional messages are queued in the transaction of the action that caused them. Their content is not
stored: `step` holds the reference of the evidence; for a sign-in link, what its secret is derived from; for
the weekly card, the school's week; of a case neither number nor reader in the clear (`sealed_store`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, select, update

from bot.database.queries import insert_once
from bot.messages.claim_store import MessageReminder, items_of
from bot.messages.kinds import HIDDEN_IN_LISTS, NOT_PLANNED, PREVIEWED
from bot.messages.receipt_store import take_receipts
from bot.messages.tables import NOT_SENT, OPEN, delivery, message, sent_step
from bot.records.school_plan import mark_changed


def letters_to(conn: Connection, school: str, person: str) -> list[str]:
    """Return the subjects of all messages about accounts to one person, whatever their state."""
    theirs = (message.c.kind == "account", message.c.setting == school, message.c.person == person)
    return list(conn.scalars(select(message.c.step).where(*theirs)))


def leased_by(process: str, part: str) -> str:
    """Return what a process has in hand for one part; the name of each run begins with it."""
    return f"{process}/{part}/"


def end(conn: Connection, process: str, part: str, now: datetime) -> int:
    """End every lease that a process has for one part of its work. Returns how many.

    What it may have sent stays marked so. What it has in hand for other parts stays its own: it may live.
    """
    theirs = message.c.lease_owner.startswith(leased_by(process, part), autoescape=True)
    held = (OPEN, message.c.state.in_(["leased", "sending"]), message.c.lease_until_at > now)
    said = conn.execute(update(message).where(theirs, *held).values(lease_until_at=now))
    return int(said.rowcount)


LETTER = (
    "id setting person planned_on kind step channel payload state not_before_at not_after_at attempts"
    " created_at daily_number"
)
ENQUEUE = insert_once(message, LETTER.split(), "id")


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message about one piece of evidence (a receipt, a question passed on), a case or a request."""

    kind: str
    school: str
    person: str
    reference: str
    on: date
    not_before_at: datetime
    not_after_at: datetime


def queue_message(
    conn: Connection, letter: NewMessage, now: datetime, daily_number: int | None = None
) -> str:
    """Queue a message and return its id. One kind about one thing to one person is queued once.

    daily_number: which of its person's messages of the day it is; None: it does not count towards the limit.
    """
    id_ = letter_id(letter.kind, letter.person, letter.reference)
    add_message(conn, id_, letter, now, daily_number)
    return id_


def add_message(
    conn: Connection, id_: str, letter: NewMessage, now: datetime, daily_number: int | None = None
) -> None:
    """Insert a message that waits, unless there is one with this id."""
    row = {
        "id": id_,
        "setting": letter.school,
        "person": letter.person,
        "planned_on": letter.on,
        "kind": letter.kind,
        "step": letter.reference,
        "channel": "email",
        "payload": [],
        "state": "waiting",
        "not_before_at": letter.not_before_at,
        "not_after_at": letter.not_after_at,
        "attempts": 0,
        "created_at": now,
        "daily_number": daily_number,
    }
    conn.execute(ENQUEUE, row)


def is_queued(conn: Connection, kind: str, person: str, reference: str) -> bool:
    """Return whether a message was queued, whatever its state."""
    theirs = message.c.id == letter_id(kind, person, reference)
    return conn.scalar(select(message.c.id).where(theirs)) is not None


def told_since(conn: Connection, school: str, obligations: Collection[str], since: datetime) -> bool:
    """Return whether a planned message about one of these obligations was queued since an instant."""
    told = select(sent_step.c.message).join(message, message.c.id == sent_step.c.message)
    about = (sent_step.c.setting == school, sent_step.c.obligation.in_(obligations))
    return conn.scalar(told.where(*about, message.c.created_at >= since).limit(1)) is not None


def last_on(conn: Connection, kind: str, school: str) -> dict[str, date]:
    """Return the day of the latest message of a kind that was queued for each person in a school."""
    query = select(message.c.person, func.max(message.c.planned_on)).group_by(message.c.person)
    found = query.where(message.c.kind == kind, message.c.setting == school)
    return {row[0]: row[1] for row in conn.execute(found)}


def live_references(conn: Connection, kind: str, school: str) -> list[str]:
    """Return the references of a school's messages of a kind, without those that will never be sent."""
    lost = message.c.state.in_(("given up", "lapsed", "withdrawn"))
    found = select(message.c.step).where(message.c.kind == kind, message.c.setting == school, ~lost)
    return list(conn.scalars(found))


def last_queued(conn: Connection, kind: str, person: str, begins: str) -> datetime | None:
    """Return when a message whose reference begins so was last queued for a person, or None."""
    theirs = (message.c.kind == kind, message.c.person == person, message.c.step.startswith(begins))
    query = select(message.c.created_at).where(*theirs).order_by(message.c.created_at.desc()).limit(1)
    at: datetime | None = conn.scalar(query)
    return at


def letters_for(conn: Connection, schools: Collection[str], on: date) -> list[tuple[str, str, str, str]]:
    """Return what waits for a day: kind, school, person, reference. Leaves out cases and signing in."""
    query = select(message.c.kind, message.c.setting, message.c.person, message.c.step).where(
        message.c.setting.in_(schools),
        message.c.planned_on == on,
        message.c.state == "waiting",
        message.c.kind.in_(PREVIEWED),
    )
    return [tuple(row) for row in conn.execute(query.order_by(message.c.created_at, message.c.id))]


def letter_id(kind: str, person: str, reference: str) -> str:
    """Derive a message's id: 32 hexadecimal characters."""
    return hashlib.sha256(f"letter|{kind}|{person}|{reference}".encode()).hexdigest()[:32]


def send_again(conn: Connection, id_: str, not_before_at: datetime, not_after_at: datetime) -> bool:
    """Queue a message that was refused for good again. False if there is none."""
    refused = (message.c.id == id_, message.c.state == "given up", message.c.kind.in_(NOT_PLANNED))
    waits = {"state": "waiting", "settled_at": None, "attempts": 0, "last_reason": None}
    again = {"not_before_at": not_before_at, "not_after_at": not_after_at}
    queued = update(message).where(*refused).values(**waits, **again)
    row = conn.execute(queued.returning(message.c.person, message.c.daily_number)).one_or_none()
    if row is not None and row.daily_number is not None:
        take_receipts(conn, {row.person: id_})
    return row is not None


@dataclass(frozen=True, slots=True)
class MessageSummary:
    """A message as people look at it afterwards."""

    id: str
    school: str
    person: str
    kind: str
    planned_on: date
    items: tuple[MessageReminder, ...]
    state: str
    attempts: int
    last_reason: str | None
    reference: str | None
    created_at: datetime
    settled_at: datetime | None
    not_before_at: datetime


def begin_attempt(conn: Connection, id_: str, *, owner: str, now: datetime) -> bool:
    """Record that the vendor is about to be called. False: the lease is lost, so do not call."""
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
    """Settle as unknown: it may have arrived; it is shown to a person and never sent again automatically.

    `came_to`: the outcome of the last attempt itself.
    """
    return _settle(conn, id_, owner, now, state="unknown", came_to=came_to, reason=reason)


def settle_withdrawn(conn: Connection, id_: str, *, owner: str, now: datetime, reason: str) -> bool:
    """Settle as withdrawn: all its duties were fulfilled in between, and nothing is sent."""
    return _settle(conn, id_, owner, now, state="withdrawn", reason=reason)


def decide_again(conn: Connection, id_: str) -> None:
    """Free the duties of a message that certainly reached no one, so that a later plan can include them."""
    mark_changed(conn, conn.scalars(SCHOOLS_OF, {"one": id_}).all())
    conn.execute(FREE_ONE, {"one": id_})


def decide_some_again(conn: Connection, id_: str, items: Collection[MessageReminder]) -> None:
    """Free those duties of a message that its words left out: a later plan may tell them."""
    mark_changed(conn, {item.school for item in items})
    conn.execute(
        FREE_SOME,
        [
            {
                "one": id_,
                "the_setting": item.school,
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
    school: str | None = None,
    person: str | None = None,
    states: Collection[str] | None = None,
    limit: int = 50,
    skip: int = 0,
) -> list[MessageSummary]:
    """Return the latest messages, newest first, without those that would reveal a case.

    `skip`: how many of the latest are passed over.
    """
    shown = select(message).where(message.c.kind.not_in(HIDDEN_IN_LISTS))
    query = shown.order_by(message.c.created_at.desc(), message.c.id).limit(limit).offset(skip)
    if school is not None:
        query = query.where(message.c.setting == school)
    if person is not None:
        query = query.where(message.c.person == person)
    if states is not None:
        query = query.where(message.c.state.in_(states))
    return [_posted(row) for row in conn.execute(query)]


def find(conn: Connection, school: str, id_: str) -> MessageSummary | None:
    """Return one message of a school, unless it is about a case."""
    mine = (message.c.id == id_, message.c.setting == school, message.c.kind.not_in(HIDDEN_IN_LISTS))
    row = conn.execute(select(message).where(*mine)).one_or_none()
    return _posted(row) if row is not None else None


def stuck(conn: Connection, *, since: datetime) -> list[MessageSummary]:
    """List messages that were tried and whose hours passed without an answer, newest first."""
    mine = (message.c.state == "lapsed", message.c.attempts > 0, message.c.settled_at >= since)
    query = select(message).where(NOT_SENT, *mine).order_by(message.c.settled_at.desc(), message.c.id)
    return [_posted(row) for row in conn.execute(query)]


def school_of(conn: Connection, id_: str) -> str | None:
    """Return which school a message was about, or None for an unknown id."""
    school: str | None = conn.execute(
        select(message.c.setting).where(message.c.id == id_)
    ).scalar_one_or_none()
    return school


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


def _posted(row: Row[Any]) -> MessageSummary:
    return MessageSummary(
        id=row.id,
        school=row.setting,
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
SCHOOLS_OF = select(sent_step.c.setting).distinct().where(sent_step.c.message == bindparam("one"))
FREE_ONE = (
    update(sent_step)
    .where(sent_step.c.state == "decided", sent_step.c.message == bindparam("one"))
    .values(state="lapsed")
)
FREE_SOME = FREE_ONE.where(*(column == bindparam(f"the_{column.name}") for column in sent_step.primary_key))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message: recipient, subject and state. `unreachable`: the recipient's address refuses mail."""

    posted: MessageSummary
    name: str
    about: tuple[str, ...]
    sort: str
    unreachable: bool
    may_go_again: bool
