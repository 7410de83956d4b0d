"""Letters about requests and declarations: the kind, a date where one matters, and a link. Nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.actions.gather import gather, school_day
from bot.actions.hours import next_opening
from bot.actions.letters import Desk
from bot.domain.calendar import Calendar
from bot.domain.people import Setting
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
from bot.store import registers, requests
from bot.store.engine import Connection
from bot.store.letters import NewLetter, enqueue_letter, is_queued
from bot.store.outbox import Leased

KIND: Final = "request"
LETTERS_WAIT = timedelta(days=7)
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
    person = snapshot.people.get(to) if to else None
    if person is None or not person.email:
        return
    setting, calendar = snapshot.settings[request.setting], snapshot.calendars[request.setting]
    enqueue_letter(conn, _new(setting, calendar, person.key, f"{request.reference} {occasion}", now), now)


def _new(setting: Setting, calendar: Calendar, person: str, reference: str, now: datetime) -> NewLetter:
    at = next_opening(setting, calendar, now)
    return NewLetter(
        kind=KIND,
        setting=setting.key,
        person=person,
        reference=reference,
        on=at.date(),
        not_before_at=at,
        not_after_at=at + LETTERS_WAIT,
    )


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

    Whoever was written to today is told on a later day. Gives how many people are told now. `only`: of these
    settings.
    """
    today = school_day(now)
    with services.store.writing() as conn:
        settings = registers.setting_keys(conn) if only is None else only
        every = {key: requests.of_setting(conn, key) for key in settings}
        wanted = [key for key, some in every.items() if some]
        if not wanted:
            return 0
        snapshot = gather(conn, today, wanted)
        written = {key for key, days in snapshot.messaged.items() if today in days}
        before = len(written)
        for key in wanted:
            words = requests.words(conn, [one.reference for one in every[key]])
            for request in every[key]:
                for to, occasion in _reminders(snapshot, request, words[request.reference], today):
                    step = f"{request.reference} {occasion}"
                    if to and to not in written and not is_queued(conn, KIND, to, step):
                        tell(conn, snapshot, request, to, occasion, now)
                        written.add(to)
    return len(written) - before


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
    day = date.fromisoformat(text)
    return f"{day:%A} {day.day} {day:%B %Y}"
