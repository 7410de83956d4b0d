"""The stop button: hold today's messages back before they are sent, and release them.

Only messages that still wait can be held. A message that is part of a live clock, or shared with another
school, goes all the same, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.clock import local_date
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.messages import hold_store
from bot.messages.hold_store import Held
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.rules.cadence import OnEvent
from bot.services import Services

MAX_REASON_LENGTH = 500
CLOCK = "A clock runs that cannot wait, so it goes."
SHARED = "It speaks for another school too, so it goes."


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """One of today's messages: to whom, about what. `goes`: why it cannot be held; empty where it can."""

    id: str
    person: str
    name: str
    titles: tuple[str, ...]
    obligations: tuple[str, ...]
    goes: str = ""
    held_by: str = ""
    why: str = ""
    held_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageHoldRequest:
    """A request to hold messages of one school: their keys, who asks (a key), and why."""

    school: str
    by: str
    wanted: frozenset[str]
    why: str = ""


@dataclass(frozen=True, slots=True)
class HoldResult:
    """How many messages were held or let go, and how many of those asked for had gone in the meantime."""

    done: int
    gone: int


def todays(conn: Connection, snapshot: Snapshot, school: str, now: datetime) -> tuple[WaitingMessage, ...]:
    """List today's messages of a school that wait or are held, by name."""
    today = local_date(now)
    found = (_waiting(snapshot, school, one) for one in hold_store.of_day(conn, school, today, now))
    return tuple(sorted(found, key=lambda one: one.name))


def hold(services: Services, stop: MessageHoldRequest, now: datetime) -> HoldResult:
    """Hold these messages back, and record who did it and why. Raises ValidationFailed."""
    said = " ".join(stop.why.split())
    if not stop.wanted:
        raise ValidationFailed(FieldError("message", "Choose the messages to hold back."))
    if not said:
        raise ValidationFailed(FieldError("why", "Say in a few words why they shall not go today."))
    if len(said) > MAX_REASON_LENGTH:
        raise ValidationFailed(FieldError("why", f"Please keep it under {MAX_REASON_LENGTH} characters."))
    return _change(services, replace(stop, why=said), now, hold_store.HELD)


def let_go(services: Services, stop: MessageHoldRequest, now: datetime) -> HoldResult:
    """Release held messages to the next delivery. Raises ValidationFailed."""
    if not stop.wanted:
        raise ValidationFailed(FieldError("message", "Choose the messages to let go."))
    return _change(services, replace(stop, why=""), now, hold_store.LET_GO)


def _change(services: Services, stop: MessageHoldRequest, now: datetime, act: str) -> HoldResult:
    """Withdraw or let go in one transaction with its entries: what is recorded is what happened."""
    change = hold_store.hold if act == hold_store.HELD else hold_store.let_go
    with services.store.writing() as conn:
        snapshot = load_snapshot(conn, local_date(now), (stop.school,))
        known = {one.id: one for one in todays(conn, snapshot, stop.school, now) if not one.goes}
        done = change(conn, stop.wanted & known.keys(), now)
        entry = {
            "setting": stop.school,
            "act": act,
            "by": stop.by,
            "by_name": snapshot.people[stop.by].name,
            "why": stop.why,
            "recorded_at": now,
        }
        hold_store.note(conn, done, entry)
        if done:
            ledger.append(
                conn,
                at=now,
                actor=f"person:{stop.by}",
                action=f"messages {act}",
                subject=f"setting:{stop.school}",
                data={"why": stop.why, "messages": {one: known[one].person for one in done}},
            )
    return HoldResult(len(done), len(stop.wanted) - len(done))


def _waiting(snapshot: Snapshot, school: str, one: Held) -> WaitingMessage:
    titles = {rule.key: rule.title for rule in snapshot.obligations}
    return WaitingMessage(
        id=one.id,
        person=one.person,
        name=snapshot.name_of(one.person),
        titles=tuple(titles.get(key, key) for key in one.obligations),
        obligations=one.obligations,
        goes=_goes(snapshot, school, one),
        held_by=one.held_by,
        why=one.why,
        held_at=one.held_at,
    )


def _goes(snapshot: Snapshot, school: str, one: Held) -> str:
    if one.schools != {school}:
        return SHARED
    return CLOCK if any(key in one.obligations for key in _live(snapshot)) else ""


def _live(snapshot: Snapshot) -> Iterator[str]:
    """Return the obligations with a live clock: it does not wait for another school day."""
    for rule in snapshot.obligations:
        if any(isinstance(when, OnEvent) and when.is_live for when in rule.cadence):
            yield rule.key
