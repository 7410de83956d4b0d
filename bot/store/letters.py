"""Letters that answer what somebody just did: queued with the deed itself, outside the day's plan.

What a letter says is not stored here: `step` holds the reference of the evidence it is written from, or the
number of the case and the occasion; for a link to sign in, what its secret is derived from;
for the week's card, the setting's week.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection, and_, func, or_, select, update

from bot.store.schema import LETTERS, message
from bot.store.upsert import insert_once

# Letters that nobody's deed asked for. Such a letter is the person's one message of its day.
REMINDERS = or_(
    and_(
        message.c.kind == "account", or_(*(message.c.step.like(f"{one} %") for one in ("stopped", "leaves")))
    ),
    and_(
        message.c.kind == "request",
        or_(*(message.c.step.like(f"% {one} %") for one in ("ends", "lapsed", "again"))),
    ),
    message.c.kind == "term-dates",
)

# Nobody learns from a list of letters that there is a case, who asked to sign in, or what is told of that.
SECRET = ("access", "case", "sign-in")

LETTER = (
    "id setting person planned_on kind step channel payload state not_before_at not_after_at attempts"
    " created_at"
)
ENQUEUE = insert_once(message, LETTER.split(), "id")


LetterKind = Literal[
    "receipt",
    "question",
    "answered",
    "case",
    "sign-in",
    "request",
    "account",
    "digest",
    "access",
    "term-dates",
]


@dataclass(frozen=True, slots=True)
class NewLetter:
    """One letter about one piece of evidence (a receipt, a question put on), a case or a request."""

    kind: LetterKind
    setting: str
    person: str
    reference: str
    on: date
    not_before_at: datetime
    not_after_at: datetime


def enqueue_letter(conn: Connection, letter: NewLetter, now: datetime) -> str:
    """Queue a letter and give its id. One kind about one piece of evidence to one person is one letter."""
    id_ = letter_id(letter.kind, letter.person, letter.reference)
    row = {
        "id": id_,
        "setting": letter.setting,
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
    }
    conn.execute(ENQUEUE, row)
    return id_


def is_queued(conn: Connection, kind: str, person: str, reference: str) -> bool:
    """Say whether a letter was queued, whatever became of it."""
    theirs = message.c.id == letter_id(kind, person, reference)
    return conn.scalar(select(message.c.id).where(theirs)) is not None


def last_on(conn: Connection, kind: LetterKind, setting: str) -> dict[str, date]:
    """Map each person to the day of the latest letter of a kind that was queued for them in a setting."""
    query = select(message.c.person, func.max(message.c.planned_on)).group_by(message.c.person)
    found = query.where(message.c.kind == kind, message.c.setting == setting)
    return {row[0]: row[1] for row in conn.execute(found)}


def last_queued(conn: Connection, kind: str, person: str, begins: str) -> datetime | None:
    """Find when a letter whose reference begins so was last queued for somebody."""
    theirs = (message.c.kind == kind, message.c.person == person, message.c.step.startswith(begins))
    query = select(message.c.created_at).where(*theirs).order_by(message.c.created_at.desc()).limit(1)
    at: datetime | None = conn.scalar(query)
    return at


def letters_for(conn: Connection, settings: Collection[str], on: date) -> list[tuple[str, str, str, str]]:
    """List what waits for a day: kind, setting, person, reference. Of cases and signing in, nothing."""
    query = select(message.c.kind, message.c.setting, message.c.person, message.c.step).where(
        message.c.setting.in_(settings),
        message.c.planned_on == on,
        message.c.state == "waiting",
        message.c.kind.in_(LETTERS),
        message.c.kind.not_in(SECRET),
    )
    return [tuple(row) for row in conn.execute(query.order_by(message.c.created_at, message.c.id))]


def letter_id(kind: str, person: str, reference: str) -> str:
    """Derive a letter's id: 32 hexadecimal characters."""
    return hashlib.sha256(f"letter|{kind}|{person}|{reference}".encode()).hexdigest()[:32]


def send_again(conn: Connection, id_: str, not_before_at: datetime, not_after_at: datetime) -> bool:
    """Let a letter that was refused for good wait again. False: there is no such letter."""
    refused = (message.c.id == id_, message.c.state == "given up", message.c.kind.in_(LETTERS))
    waits = {"state": "waiting", "settled_at": None, "attempts": 0, "last_reason": None}
    again = {"not_before_at": not_before_at, "not_after_at": not_after_at}
    return conn.execute(update(message).where(*refused).values(**waits, **again)).rowcount == 1
