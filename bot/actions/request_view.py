"""Requests and declarations as somebody sees them: their own, those to decide, and permissions in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.gather import school_day
from bot.domain.people import Person, Setting
from bot.domain.requests import (
    LOOKED_AT_AGAIN,
    Request,
    Standing,
    Word,
    about_to_end,
    confirmed,
    decider,
    decision,
    in_order,
    may_decide,
    may_see,
    standing,
)
from bot.domain.roll import Roll, rolls
from bot.domain.snapshot import Snapshot
from bot.errors import HandbellError
from bot.store import requests
from bot.store.engine import Connection, Store

SHOWN_FOR_DAYS = 30


class NoSuchRequest(HandbellError):
    """There is no such request, or it is not for this reader: both are answered alike."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks or decides, where, known by what means, and what is known of the setting today."""

    setting: Setting
    person: Person
    identified_by: str
    snapshot: Snapshot

    def roll(self, now: datetime) -> Roll:
        """Call today's roll of the setting."""
        return rolls(self.snapshot, school_day(now))[self.setting.key]


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request as somebody sees it. `decides` names who does, where nobody has yet."""

    request: Request
    words: tuple[Word, ...]
    standing: Standing
    ends_soon: bool
    may_decide: bool
    is_asker: bool
    confirmed: bool
    decides: str

    @property
    def decision(self) -> Word | None:
        return decision(self.words)

    @property
    def open(self) -> bool:
        """Say whether a decision is wanted."""
        return self.standing in (Standing.WAITING, Standing.LOOK_AGAIN)


def open_request(store: Store, reader: Reader, reference: str, now: datetime) -> RequestView:
    """Show one request to somebody who may see it. Raises NoSuchRequest."""
    with store.reading() as conn:
        return open_in(conn, reader, reference, now)


def own(store: Store, reader: Reader, now: datetime) -> list[RequestView]:
    """List what this person asked and told, what waits first."""
    with store.reading() as conn:
        found = requests.of_person(conn, reader.setting.key, reader.person.key)
        return _views(conn, reader, found, now)


def desk(store: Store, reader: Reader, now: datetime) -> list[RequestView]:
    """List what this person may see of what others asked, what waits first."""
    roll = reader.roll(now)
    with store.reading() as conn:
        found = [
            one
            for one in requests.of_setting(conn, reader.setting.key)
            if one.person != reader.person.key and may_see(roll, one, reader.person.key)
        ]
        return _views(conn, reader, found, now)


def in_force(store: Store, reader: Reader, now: datetime) -> list[RequestView]:
    """List the permissions in force, and those that lapsed lately: what and until when, never why."""
    today = school_day(now)
    with store.reading() as conn:
        found = [one for one in requests.of_setting(conn, reader.setting.key) if not one.declares]
        return [view for view in _views(conn, reader, found, now) if _counts(view, today)]


def _counts(view: RequestView, today: date) -> bool:
    if view.standing is Standing.LAPSED:
        last = view.decision
        return (
            last is not None and last.until_on is not None and (today - last.until_on).days <= SHOWN_FOR_DAYS
        )
    return view.standing is Standing.ALLOWED


def _views(conn: Connection, reader: Reader, found: Iterable[Request], now: datetime) -> list[RequestView]:
    some, today, roll = list(found), school_day(now), reader.roll(now)
    words = requests.words(conn, [one.reference for one in some])
    ordered = in_order((one, standing(words[one.reference], today)) for one in some)
    return [_view(reader, roll, one, words[one.reference], today) for one in ordered]


def _view(reader: Reader, roll: Roll, request: Request, words: list[Word], today: date) -> RequestView:
    to = reader.snapshot.people.get(decider(roll, request.person) or "")
    return RequestView(
        request=request,
        words=tuple(words),
        standing=standing(words, today),
        ends_soon=about_to_end(words, today),
        may_decide=may_decide(roll, request.person, reader.person.key),
        is_asker=request.person == reader.person.key,
        confirmed=confirmed(words),
        decides=to.name if to else f"the {reader.setting.words.head}",
    )


def open_in(
    conn: Connection, reader: Reader, reference: str, now: datetime, *, to_change: bool = False
) -> RequestView:
    request = requests.find(conn, reader.setting.key, reference, to_change=to_change)
    roll = reader.roll(now)
    if request is None or not may_see(roll, request, reader.person.key):
        raise NoSuchRequest
    words = requests.words(conn, [reference])[reference]
    return _view(reader, roll, request, words, school_day(now))


def suggested_end(request: Request, today: date) -> date:
    """Suggest the last day of a decision: what was asked for, or a year for a declaration."""
    return request.until_on or today + LOOKED_AT_AGAIN
