"""Emails about requests and declarations: the kind, a date where one matters, and a link. Nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.core.clock import local_date
from bot.core.dates import full_date
from bot.database.engine import Connection
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.store import NewMessage, is_queued, queue_message
from bot.planning.active_members import active_members
from bot.planning.duty_emails import MessageContext
from bot.planning.queue_store import FeatureReminders, new_letter
from bot.planning.snapshot import Snapshot
from bot.requests import store as request_store
from bot.requests.model import (
    Outcome,
    Request,
    RequestEvent,
    RequestState,
    about_to_end,
    decider,
    decision,
    standing,
)

KIND: Final = "request"
# What ended longer ago than this, before anyone was told, is seen on the page and not written about.
STILL_NEWS = timedelta(days=14)
ASKED, DECIDED, ENDS, LAPSED, AGAIN = "asked", "decided", "ends", "lapsed", "again"


@dataclass(frozen=True, slots=True)
class RequestMessageRef:
    """Content of an email for one occasion: the start of its subject, its sentence, its button."""

    heading: str
    sentence: str
    button: str


SAYS = {
    ASKED: RequestMessageRef(
        "A request for you", "Someone has asked for permission or made a declaration.", "Look at it"
    ),
    DECIDED: RequestMessageRef(
        "About your request", "We have answered your request or declaration.", "See the answer"
    ),
    ENDS: RequestMessageRef(
        "Your permission ends soon",
        "Your permission ends on {day}. If you still need it, ask again before then.",
        "Look at it",
    ),
    LAPSED: RequestMessageRef(
        "Your permission has ended",
        "Your permission ended on {day}. If you still need it, ask again.",
        "Look at it",
    ),
    AGAIN: RequestMessageRef(
        "Time to look at this again",
        "What was agreed is to be looked at again from {day}. Is it still true?",
        "Look at it",
    ),
}


def tell(
    conn: Connection, snapshot: Snapshot, request: Request, to: str | None, occasion: str, now: datetime
) -> None:
    """Queue an email in the school's hours, if there is a recipient."""
    letter = _new(snapshot, request, to, occasion, now)
    if letter is not None:
        queue_message(conn, letter, now)


def _new(
    snapshot: Snapshot, request: Request, to: str | None, occasion: str, now: datetime
) -> NewMessage | None:
    return new_letter(snapshot, KIND, request.school, to, f"{request.reference} {occasion}", now)


def letter(desk: MessageContext, message: ClaimedMessage, request: Request) -> MessageContent:
    """Return the content of an email about a request; its occasion and day are in the message."""
    _, occasion, *rest = message.step.split(" ")
    said = SAYS[occasion]
    sentence = said.sentence.format(day=_day(rest[0])) if occasion in (ENDS, LAPSED, AGAIN) else said.sentence
    return desk.about(
        message,
        ContentBlock(
            heading=said.heading,
            thing=request.title,
            why="",
            button=said.button,
            link=f"{desk.base_url}/me/requests/{request.reference}",
            notes=(sentence,),
        ),
    )


def request_of(message: ClaimedMessage) -> str:
    """Return the reference of the request that a message is about."""
    return message.step.partition(" ")[0]


def read_requests(conn: Connection, batch: Iterable[ClaimedMessage]) -> dict[str, Request]:
    """Return the requests that the emails in a batch are about, by reference."""
    found = (request_store.find(conn, one.school, request_of(one)) for one in batch if one.kind == KIND)
    return {one.reference: one for one in found if one is not None}


def reminders(
    conn: Connection,
    snapshot: Snapshot,
    schools: Collection[str],
    now: datetime,
    _had: Collection[NewMessage],
) -> Iterator[NewMessage]:
    """Yield the due emails about requests that were not sent yet."""
    for key in schools:
        every = request_store.of_school(conn, key)
        words = request_store.words(conn, [one.reference for one in every])
        for request in every:
            for to, occasion in _reminders(snapshot, request, words[request.reference], local_date(now)):
                letter = _new(snapshot, request, to, occasion, now)
                if letter is not None and not is_queued(conn, KIND, letter.person, letter.reference):
                    yield letter


def outline(_snapshot: Snapshot, _school: str, step: str, _on: date) -> str | None:
    """Return what an email is about, without what was asked."""
    return SAYS[step.split(" ")[1]].heading


def _reminders(
    snapshot: Snapshot, request: Request, words: list[RequestEvent], today: date
) -> Iterator[tuple[str | None, str]]:
    last = decision(words)
    if last is None or last.until_on is None or last.outcome not in (Outcome.ALLOWED, Outcome.NOTED):
        return
    day, state = last.until_on.isoformat(), standing(words, today)
    if about_to_end(words, today):
        yield request.person, f"{ENDS} {day}"
    elif today > last.until_on + STILL_NEWS:
        return
    elif state is RequestState.LAPSED:
        yield request.person, f"{LAPSED} {day}"
    elif state is RequestState.LOOK_AGAIN:
        roll = active_members(snapshot, today)[request.school]
        for to in (request.person, decider(roll, request.person)):
            yield to, f"{AGAIN} {day}"


def _day(text: str) -> str:
    return full_date(date.fromisoformat(text))


# That a permission ends or has ended, and when to look at a declaration again; each once.
REMINDERS = FeatureReminders(
    KIND, lambda conn, keys, _today: request_store.schools_with(conn, keys), reminders, outline
)
