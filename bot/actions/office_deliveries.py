"""What became of the messages of one setting, and sending one again once its address is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.hours import next_opening
from bot.actions.office_questions import Doer
from bot.actions.sign import LETTERS_WAIT, Refusal, Refused
from bot.domain.snapshot import Snapshot
from bot.store import ledger, letters, outbox
from bot.store.engine import Store
from bot.store.outbox import Posted

MOST = 100
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


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message: to whom, about what, and what became of it. `unreachable`: their address refuses mail."""

    posted: Posted
    name: str
    about: tuple[str, ...]
    sort: str
    unreachable: bool
    may_go_again: bool


def deliveries(
    store: Store,
    snapshot: Snapshot,
    setting: str,
    *,
    person: str = "",
    sort: str = "",
    part: range = range(MOST),
) -> tuple[Delivery, ...]:
    """List the latest messages, newest first, or another part of the list; never one about a case."""
    states = SORTS.get(sort)
    with store.reading() as conn:
        found = outbox.recent(
            conn, setting=setting, person=person or None, states=states, limit=len(part), skip=part.start
        )
    return tuple(_deliveries(snapshot, setting, found))


def refused_lately(store: Store, snapshot: Snapshot, setting: str, now: datetime) -> tuple[Delivery, ...]:
    """List what was refused in the last two weeks."""
    found = deliveries(store, snapshot, setting, sort="refused")
    return tuple(one for one in found if one.posted.created_at >= now - LATELY)


def send_again(store: Store, snapshot: Snapshot, message_id: str, by: Doer, now: datetime) -> bool:
    """Let what was refused go again. True: this very letter; False: its duties, in the next planned message.

    A planned message is not sent a second time: its reader may have another one that day.
    """
    setting = by.setting
    with store.writing() as conn:
        posted = outbox.find(conn, setting.key, message_id)
        found = next(iter(_deliveries(snapshot, setting.key, [posted] if posted else [])), None)
        if found is None or not found.may_go_again:
            raise Refused(Refusal("again", _why_not(found)))
        at = next_opening(setting, snapshot.calendars[setting.key], now)
        is_letter = letters.send_again(conn, message_id, at, at + LETTERS_WAIT)
        if not is_letter:
            outbox.decide_again(conn, message_id)
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="let a refused message go again",
            subject=f"message:{setting.key}/{message_id}",
            data={"person": found.posted.person},
        )
    return is_letter


def _deliveries(snapshot: Snapshot, setting: str, found: list[Posted]) -> Iterator[Delivery]:
    titles = {one.key: one.title for one in snapshot.obligations if one.setting == setting}
    for posted in found:
        reader = snapshot.people.get(posted.person)
        about = [titles.get(one.obligation, one.obligation) for one in posted.items if one.setting == setting]
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
