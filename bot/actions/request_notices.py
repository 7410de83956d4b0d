"""Letters about requests and declarations: the kind, a date where one matters, and a link. Nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.actions.gather import gather, school_day
from bot.actions.letters import Desk
from bot.actions.one_a_day import live_settings, new_letter, one_a_day
from bot.domain.days import full
from bot.domain.requests import (
    Outcome,
    Request,
    Standing,
    Word,
    about_to_end,
    decider,
    decision,
    standing,
)
from bot.domain.roll import rolls
from bot.domain.snapshot import Snapshot
from bot.messages.letter import Card, Letter
from bot.services import Services
from bot.store import requests
from bot.store.engine import Connection
from bot.store.letters import NewLetter, enqueue_letter, is_queued
from bot.store.outbox import Leased
from bot.store.queued import enqueue_reminders

KIND: Final = "request"
# What ended longer ago than this, before anybody was told, is seen on the page and not written about.
STILL_NEWS = timedelta(days=14)
ASKED, DECIDED, ENDS, LAPSED, AGAIN = "asked", "decided", "ends", "lapsed", "again"


@dataclass(frozen=True, slots=True)
class Said:
    """What a letter of one occasion says: its subject's first words, its sentence, its button."""

    heading: str
    sentence: str
    button: str


SAYS = {
    ASKED: Said(
        "A request for you", "Somebody asks for a permission, or tells the school something.", "Look at it"
    ),
    DECIDED: Said("About your request", "There is an answer to what you asked or told us.", "See the answer"),
    ENDS: Said(
        "Your permission ends soon",
        "Your permission ends on {day}. If you still need it, ask again before then.",
        "Look at it",
    ),
    LAPSED: Said(
        "Your permission has ended",
        "Your permission ended on {day}, so it does not count any more. If you still need it, ask again.",
        "Look at it",
    ),
    AGAIN: Said(
        "Time to look at this again",
        "What was agreed is to be looked at again from {day}. Is it still true?",
        "Look at it",
    ),
}


def tell(
    conn: Connection, snapshot: Snapshot, request: Request, to: str | None, occasion: str, now: datetime
) -> None:
    """Queue a letter in the setting's hours, if there is somebody to write to."""
    letter = _new(snapshot, request, to, occasion, now)
    if letter is not None:
        enqueue_letter(conn, letter, now)


def _new(
    snapshot: Snapshot, request: Request, to: str | None, occasion: str, now: datetime
) -> NewLetter | None:
    return new_letter(snapshot, KIND, request.setting, to, f"{request.reference} {occasion}", now)


def letter(desk: Desk, message: Leased, request: Request, base_url: str) -> Letter:
    """Write a letter about a request; its occasion and day stand in the message."""
    _, occasion, *rest = message.step.split(" ")
    said = SAYS[occasion]
    sentence = said.sentence.format(day=_day(rest[0])) if occasion in (ENDS, LAPSED, AGAIN) else said.sentence
    return desk.about(
        message,
        Card(
            heading=said.heading,
            thing=request.title,
            why="",
            button=said.button,
            link=f"{base_url}/me/requests/{request.reference}",
            notes=(sentence,),
        ),
    )


def read_requests(conn: Connection, batch: Iterable[Leased]) -> dict[str, Request]:
    """Read the requests that the letters in a batch are about, by reference."""
    found = (
        requests.find(conn, one.setting, one.step.partition(" ")[0]) for one in batch if one.kind == KIND
    )
    return {one.reference: one for one in found if one is not None}


def remind_of_ends(services: Services, now: datetime, only: Collection[str] | None = None) -> int:
    """Tell people that a permission ends or has ended, and when to look at a declaration again; each once.

    Whoever is written to on the day such a letter would go is told on a later day. Gives how many people are
    told now. `only`: of these settings.
    """
    with services.store.writing() as conn:
        wanted = requests.settings_with(conn, live_settings(conn, only, now))
        if not wanted:
            return 0
        snapshot = gather(conn, school_day(now), wanted)
        return enqueue_reminders(conn, one_a_day(snapshot, reminders(conn, snapshot, wanted, now)), now)


def reminders(
    conn: Connection, snapshot: Snapshot, settings: Collection[str], now: datetime
) -> Iterator[NewLetter]:
    """List the letters about requests that nobody's deed asks for and nobody had, whoever else writes."""
    for key in settings:
        every = requests.of_setting(conn, key)
        words = requests.words(conn, [one.reference for one in every])
        for request in every:
            for to, occasion in _reminders(snapshot, request, words[request.reference], school_day(now)):
                letter = _new(snapshot, request, to, occasion, now)
                if letter is not None and not is_queued(conn, KIND, letter.person, letter.reference):
                    yield letter


def outline(_snapshot: Snapshot, _setting: str, step: str, _on: date) -> str | None:
    """Say what a letter is about; what somebody asked is theirs, and not said."""
    return SAYS[step.split(" ")[1]].heading


def _reminders(
    snapshot: Snapshot, request: Request, words: list[Word], today: date
) -> Iterator[tuple[str | None, str]]:
    last = decision(words)
    if last is None or last.until_on is None or last.outcome not in (Outcome.ALLOWED, Outcome.NOTED):
        return
    day, state = last.until_on.isoformat(), standing(words, today)
    if about_to_end(words, today):
        yield request.person, f"{ENDS} {day}"
    elif today > last.until_on + STILL_NEWS:
        return
    elif state is Standing.LAPSED:
        yield request.person, f"{LAPSED} {day}"
    elif state is Standing.LOOK_AGAIN:
        roll = rolls(snapshot, today)[request.setting]
        for to in (request.person, decider(roll, request.person)):
            yield to, f"{AGAIN} {day}"


def _day(text: str) -> str:
    return full(date.fromisoformat(text))
