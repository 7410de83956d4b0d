"""Claims messages for one sender by a lease, and closes those whose hours passed before anyone had them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.messages.receipt_store import free_receipts
from bot.messages.tables import OPEN, message, sent_step
from bot.records.school_plan import mark_changed
from bot.rules.duties import StepKey

# So many ids go into one statement.
A_FEW = 500


@dataclass(frozen=True, slots=True)
class MessageReminder:
    """One duty in a message, as it was when it was decided."""

    school: str
    obligation: str
    about: str
    cycle: str
    step: str
    kind: str
    due_on: date | None
    state: str
    why: str
    cites: str
    subject: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that is ours until the lease ends.

    `was_sending`: an attempt was started and never settled, so it may have arrived; look it up first.
    Such a message is leased at any hour; past `not_after_at` it may be looked up but not sent.
    """

    id: str
    owner: str
    school: str
    person: str
    kind: str
    step: str
    channel: str
    planned_on: date
    items: tuple[MessageReminder, ...]
    attempts: int
    not_after_at: datetime
    was_sending: bool


@dataclass(frozen=True, slots=True)
class MailboxSchools:
    """Messages of these schools, or of all schools but these."""

    schools: tuple[str, ...]
    others: bool = False


EVERYBODYS = MailboxSchools((), others=True)


def lease(
    conn: Connection,
    *,
    now: datetime,
    owner: str,
    limit: int,
    lease_for: timedelta,
    whose: MailboxSchools = EVERYBODYS,
) -> list[ClaimedMessage]:
    """Claim messages that are due, or whose lease expired: oldest first, a school's together."""
    given = {"now": now, "owner": owner, "most": limit, "until": now + lease_for, **_schools(whose)}
    # All in one fetch: row by row costs as much as making the record of it.
    rows = conn.execute(LEASE[_sort(whose)], given).fetchall()
    return [_leased(row) for row in sorted(rows, key=lambda row: (row.not_before_at, row.setting, row.id))]


def lapse(conn: Connection, *, now: datetime, whose: MailboxSchools = EVERYBODYS) -> int:
    """Close messages whose hours passed before anyone took them; their duties may be decided again.

    One that was being sent when its worker died does not lapse: it may have arrived.
    """
    # Only their own: two workers closing the same messages would wait for each other.
    gone = list(conn.scalars(LAPSE[_sort(whose)], {"now": now, **_schools(whose)}))
    few = [gone[at : at + A_FEW] for at in range(0, len(gone), A_FEW)]
    mark_changed(conn, {key for some in few for key in conn.scalars(SCHOOLS_OF, {"gone": some})})
    for some in few:
        conn.execute(FREE_KEYS, {"gone": some})
    free_receipts(conn, gone)
    return len(gone)


def past_hours(conn: Connection, *, now: datetime, whose: MailboxSchools = EVERYBODYS) -> list[str]:
    """List the messages that `lapse` would close."""
    return list(conn.scalars(PAST_HOURS[_sort(whose)], {"now": now, **_schools(whose)}))


def keys_of(conn: Connection, ids: Sequence[str]) -> Iterator[StepKey]:
    """List the natural keys of the duties in these messages that were decided and not closed."""
    for at in range(0, len(ids), A_FEW):
        for row in conn.execute(KEYS_OF, {"gone": ids[at : at + A_FEW]}):
            yield (row[0], row[1], row[2], row[3], row[4])


def items_of(payload: Sequence[dict[str, Any]]) -> tuple[MessageReminder, ...]:
    return tuple(_reminder(item) for item in payload)


def _reminder(item: dict[str, Any]) -> MessageReminder:
    known = {"school" if name == "setting" else name: value for name, value in item.items()}
    return MessageReminder(
        **known | {"due_on": date.fromisoformat(item["due_on"]) if item["due_on"] else None}
    )


def _leased(row: Row[Any]) -> ClaimedMessage:
    return ClaimedMessage(
        id=row.id,
        owner=row.lease_owner,
        school=row.setting,
        person=row.person,
        kind=row.kind,
        step=row.step,
        channel=row.channel,
        planned_on=row.planned_on,
        items=items_of(row.payload),
        attempts=row.attempts,
        not_after_at=row.not_after_at,
        was_sending=row.state == "sending",
    )


def _sort(whose: MailboxSchools) -> str:
    """Return which form of a statement selects these messages."""
    if not whose.schools and whose.others:
        return "everybody's"
    return "all but" if whose.others else "only"


def _schools(whose: MailboxSchools) -> dict[str, tuple[str, ...]]:
    return {} if whose == EVERYBODYS else {"settings": whose.schools}


# Built once: SQLAlchemy then finds each one's SQL in its cache without walking it again.
_m = message.c
_now = bindparam("now", type_=_m.not_before_at.type)
_lease_over = _m.lease_until_at <= _now
_in_hours = _m.not_after_at > _now
_schools_given: BindParameter[Any] = bindparam("settings", expanding=True)
# Not the column itself: SQLite would rather look through all that a school was ever sent.
_theirs = _m.setting.concat("")
# What is asked of a message that was claimed, and no more: each further day costs its reading.
LEASED = (
    *(_m.not_before_at, _m.setting, _m.id, _m.lease_owner, _m.person, _m.kind, _m.step, _m.channel),
    *(_m.planned_on, _m.payload, _m.attempts, _m.not_after_at, _m.state),
)
# Which schools' messages a statement is about, each way of saying it.
WHOSE: dict[str, tuple[ColumnElement[bool], ...]] = {
    "everybody's": (),
    "only": (_theirs.in_(_schools_given),),
    "all but": (_theirs.not_in(_schools_given),),
}


def _leasing(theirs: tuple[ColumnElement[bool], ...]) -> ReturningUpdate[Any]:
    # Not a subquery: PostgreSQL may run a subquery again, and would lock more rows than `most`.
    due = (
        select(_m.id)
        .where(
            OPEN,
            or_(
                and_(_m.state == "waiting", _m.not_before_at <= _now, _in_hours),
                and_(_m.state == "leased", _lease_over, _in_hours),
                and_(_m.state == "sending", _lease_over),
            ),
            *theirs,
        )
        .order_by(_m.not_before_at, _m.setting, _m.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(message)
        .where(_m.id.in_(select(due.c.id)))
        .values(
            state=case((_m.state == "sending", "sending"), else_="leased"),
            lease_owner=bindparam("owner"),
            lease_until_at=bindparam("until"),
        )
        .returning(*LEASED)
    )


LEASE = {sort: _leasing(theirs) for sort, theirs in WHOSE.items()}


def _past_hours(theirs: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    return select(_m.id).where(
        OPEN,
        _m.not_after_at <= _now,
        or_(_m.state == "waiting", and_(_m.state == "leased", _lease_over)),
        *theirs,
    )


def _lapsing(theirs: tuple[ColumnElement[bool], ...]) -> ReturningUpdate[Any]:
    # Skips locked rows: two workers that close messages at the same time do not wait for each other.
    over = _past_hours(theirs).with_for_update(skip_locked=True).cte("over_now")
    return (
        update(message)
        .where(_m.id.in_(select(over.c.id)))
        .values(state="lapsed", settled_at=_now, lease_owner=None, lease_until_at=None)
        .returning(_m.id)
    )


PAST_HOURS = {sort: _past_hours(theirs) for sort, theirs in WHOSE.items()}
LAPSE = {sort: _lapsing(theirs) for sort, theirs in WHOSE.items()}
_of_gone = (sent_step.c.state == "decided", sent_step.c.message.in_(bindparam("gone", expanding=True)))
FREE_KEYS = update(sent_step).where(*_of_gone).values(state="lapsed")
SCHOOLS_OF = select(sent_step.c.setting).distinct().where(*_of_gone)
KEYS_OF = select(*sent_step.primary_key).where(*_of_gone)
