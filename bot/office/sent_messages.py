"""What became of each message of a school; send one again once its address is corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Store
from bot.identity.actor import Actor
from bot.messages import store as message_store
from bot.messages.send_window import LETTERS_WAIT, next_opening
from bot.messages.store import Delivery, MessageSummary
from bot.planning.snapshot import Snapshot
from bot.records import ledger

MAX_SHOWN = 100
LATELY = timedelta(days=14)
# What people call it -> the states of the outbox.
SORTS = {
    "waiting": ("waiting", "leased", "sending"),
    "sent": ("sent",),
    "refused": ("given up", "unknown"),
    "not sent": ("withdrawn", "lapsed"),
}
SORT_OF = {state: sort for sort, states in SORTS.items() for state in states}
REFUSED = "given up"
# A link to sign in is asked for again, not sent again: it has run out by then.
RUNS_OUT = "sign-in"


def deliveries(
    store: Store,
    snapshot: Snapshot,
    school: str,
    *,
    person: str = "",
    sort: str = "",
    part: range = range(MAX_SHOWN),
) -> tuple[Delivery, ...]:
    """List the latest messages, newest first, or another part of the list; never one about a case."""
    states = SORTS.get(sort)
    with store.reading() as conn:
        found = message_store.recent(
            conn, school=school, person=person or None, states=states, limit=len(part), skip=part.start
        )
    return tuple(_deliveries(snapshot, school, found))


def refused_lately(store: Store, snapshot: Snapshot, school: str, now: datetime) -> tuple[Delivery, ...]:
    """List what was refused in the last two weeks."""
    found = deliveries(store, snapshot, school, sort="refused")
    return tuple(one for one in found if one.posted.created_at >= now - LATELY)


def send_again(store: Store, snapshot: Snapshot, message_id: str, by: Actor, now: datetime) -> bool:
    """Queue again what was refused. True: this very letter; False: its duties, in the next planned message.

    A planned message is not sent a second time: its reader may have another one that day.
    """
    school = by.school
    with store.writing() as conn:
        posted = message_store.find(conn, school.key, message_id)
        found = next(iter(_deliveries(snapshot, school.key, [posted] if posted else [])), None)
        if found is None or not found.may_go_again:
            raise ValidationFailed(FieldError("again", _why_not(found)))
        at = next_opening(school, snapshot.calendars[school.key], now)
        is_letter = message_store.send_again(conn, message_id, at, at + LETTERS_WAIT)
        if not is_letter:
            message_store.decide_again(conn, message_id)
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="let a refused message go again",
            subject=f"message:{school.key}/{message_id}",
            data={"person": found.posted.person},
        )
    return is_letter


def _deliveries(snapshot: Snapshot, school: str, found: list[MessageSummary]) -> Iterator[Delivery]:
    titles = {one.key: one.title for one in snapshot.obligations if one.school == school}
    for posted in found:
        reader = snapshot.people.get(posted.person)
        about = [titles.get(one.obligation, one.obligation) for one in posted.items if one.school == school]
        reached = reader is not None and reader.email is not None and reader.unreachable is None
        yield Delivery(
            posted=posted,
            name=reader.name if reader else posted.person,
            about=tuple(dict.fromkeys(about)),
            sort=SORT_OF[posted.state],
            unreachable=reader is not None and reader.unreachable is not None,
            may_go_again=posted.state == REFUSED and posted.kind != RUNS_OUT and reached,
        )


def _why_not(found: Delivery | None) -> str:
    if found is None:
        return "This message is not here any more."
    if found.unreachable:
        return f"The address of {found.name} still refuses mail. Mend it first, on their page."
    return "Only a message that was refused can go again, once its reader has an address."
