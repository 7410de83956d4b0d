"""Asking for a permission or telling the school something; deciding it, ending it, taking it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from bot.actions import request_notices
from bot.actions.gather import school_day
from bot.actions.happened import note_request, request_key, take_back
from bot.actions.request_view import NoSuchRequest, Reader, RequestView, open_in
from bot.actions.sign import Refusal, Refused
from bot.domain.hash_chain import receipt_for
from bot.domain.requests import KINDS, LONGEST, Outcome, Request, Standing, Word, days_wrong, decider
from bot.store import ledger, requests
from bot.store.engine import Connection, Store

LONGEST_WORDS = 4000
STALE = "Somebody has said something about this meanwhile. Please look at it again."


@dataclass(frozen=True, slots=True)
class Asking:
    """The form of a request: `until_on` None where a day was not given, or could not be read."""

    kind: str
    what: str
    why: str
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Deciding:
    """The form of a decision: `words` are conditions, a reason or advice; `risk` is the risk assessment."""

    outcome: Outcome | None
    words: str = ""
    risk: str = ""
    until_on: date | None = None


def ask(store: Store, reader: Reader, asked: Asking, now: datetime) -> str:
    """Keep a request with its ledger entry and the letter to whoever decides; give its reference.

    The same request on the same day is one, unless it was taken back. Raises Refused with every reason.
    """
    today = school_day(now)
    wrong = tuple(_wrong_request(asked, today))
    if wrong:
        raise Refused(*wrong)
    with store.writing() as conn:
        for taken_back in count():
            request = _request(reader, asked, now, taken_back)
            if requests.keep(conn, request):
                _note(conn, reader, request, f"asked: {request.kind}", now)
                to = decider(reader.roll(now), request.person)
                request_notices.tell(conn, reader.snapshot, request, to, request_notices.ASKED, now)
                note_request(conn, reader.snapshot, request, now)
                break
            if not _was_taken_back(conn, request):
                break
    return request.reference


def decide(store: Store, reader: Reader, reference: str, given: Deciding, now: datetime) -> None:
    """Keep a decision, and tell whoever asked. Raises NoSuchRequest or Refused."""
    with store.writing() as conn:
        view = open_in(conn, reader, reference, now, to_change=True)
        if not view.may_decide:
            raise NoSuchRequest
        if not view.open:
            raise Refused(Refusal("outcome", STALE))
        wrong = tuple(_wrong_decision(view.request, given, school_day(now)))
        if wrong:
            raise Refused(*wrong)
        _say(conn, reader, view, given, now)
        _settle(conn, reader, view.request, now)
        about = f"{request_notices.DECIDED} {len(view.words)}"
        request_notices.tell(conn, reader.snapshot, view.request, view.request.person, about, now)


def end(store: Store, reader: Reader, reference: str, reason: str, now: datetime) -> None:
    """End a permission early, with a reason, and tell whoever has it."""
    with store.writing() as conn:
        view = open_in(conn, reader, reference, now, to_change=True)
        if not view.may_decide:
            raise NoSuchRequest
        if view.standing is not Standing.ALLOWED:
            raise Refused(Refusal("reason", STALE))
        if not reason.strip():
            raise Refused(Refusal("reason", "Say in a few words why it ends."))
        _say(conn, reader, view, Deciding(Outcome.ENDED, reason), now)
        about = f"{request_notices.DECIDED} {len(view.words)}"
        request_notices.tell(conn, reader.snapshot, view.request, view.request.person, about, now)


def withdraw(store: Store, reader: Reader, reference: str, now: datetime) -> None:
    """Take back what was asked, while nobody has decided it."""
    with store.writing() as conn:
        view = open_in(conn, reader, reference, now, to_change=True)
        if not view.is_asker:
            raise NoSuchRequest
        if view.standing is Standing.WAITING:
            _say(conn, reader, view, Deciding(Outcome.WITHDRAWN), now)
            _settle(conn, reader, view.request, now)


def confirm(store: Store, reader: Reader, reference: str, now: datetime) -> None:
    """Record that whoever asked has read the decision; once for each."""
    with store.writing() as conn:
        view = open_in(conn, reader, reference, now, to_change=True)
        if not view.is_asker:
            raise NoSuchRequest
        if view.decision is not None and not view.confirmed:
            _say(conn, reader, view, Deciding(Outcome.CONFIRMED), now)


def _wrong_request(asked: Asking, today: date) -> Iterator[Refusal]:
    kind = KINDS.get(asked.kind)
    if kind is None:
        yield Refusal("kind", "Choose what it is about.")
        return
    if not asked.what.strip():
        yield Refusal("what", "Say in a sentence what it is.")
    if not kind.declares and not asked.why.strip():
        yield Refusal("why", "Say why you need it.")
    for field, words in (("what", asked.what), ("why", asked.why)):
        if len(words) > LONGEST_WORDS:
            yield Refusal(field, f"Please keep it under {LONGEST_WORDS} characters.")
    for field, says in days_wrong(kind, asked.from_on or today, asked.until_on, today).items():
        yield Refusal(field, says)


def _wrong_decision(request: Request, given: Deciding, today: date) -> Iterator[Refusal]:
    offered = (Outcome.NOTED,) if request.declares else (Outcome.ALLOWED, Outcome.REFUSED)
    if given.outcome not in offered:
        yield Refusal("outcome", "Choose one of the answers.")
        return
    if given.outcome is Outcome.REFUSED and not given.words.strip():
        yield Refusal("reason", "Say why not: the person reads it.")
    if given.outcome is Outcome.NOTED and not given.words.strip():
        yield Refusal("advice", "Say what was agreed, or that nothing more is needed.")
    if given.outcome is Outcome.ALLOWED and KINDS[request.kind].needs_risk and not given.risk.strip():
        yield Refusal("risk", "Say where the risk assessment is, or why none is needed.")
    if max(len(given.words), len(given.risk)) > LONGEST_WORDS:
        yield Refusal("outcome", f"Please keep each answer under {LONGEST_WORDS} characters.")
    if given.outcome is not Outcome.REFUSED:
        yield from _wrong_end(given.until_on, today)


def _wrong_end(until_on: date | None, today: date) -> Iterator[Refusal]:
    if until_on is None or until_on < today:
        yield Refusal("until_on", "Give a day from today on.")
    elif until_on > today + LONGEST:
        yield Refusal("until_on", "That is more than two years from today. Give an earlier day.")


def _was_taken_back(conn: Connection, request: Request) -> bool:
    said = requests.words(conn, [request.reference]).get(request.reference, ())
    return any(word.outcome is Outcome.WITHDRAWN for word in said)


def _request(reader: Reader, asked: Asking, now: datetime, taken_back: int) -> Request:
    """Make a request of a form. `taken_back`: how often the very same was asked and taken back today."""
    today = school_day(now)
    kind, from_on = KINDS[asked.kind], asked.from_on or today
    facts = [reader.setting.key, reader.person.key, asked.kind, asked.what.strip(), asked.why.strip()]
    days = [from_on.isoformat(), str(asked.until_on), today.isoformat()]
    key = json.dumps([*facts, *days, *([taken_back] if taken_back else [])])
    return Request(
        reference=f"RQ{receipt_for(key).removeprefix('HB')}",
        setting=reader.setting.key,
        person=reader.person.key,
        person_name=reader.person.name,
        kind=asked.kind,
        what=asked.what.strip(),
        why=asked.why.strip(),
        from_on=from_on,
        until_on=None if kind.declares else asked.until_on,
        asked_at=now,
        identified_by=reader.identified_by,
    )


def _say(conn: Connection, reader: Reader, view: RequestView, given: Deciding, now: datetime) -> None:
    outcome = given.outcome or Outcome.WITHDRAWN
    dated = outcome in (Outcome.ALLOWED, Outcome.NOTED)
    word = Word(
        reference=view.request.reference,
        outcome=outcome,
        person=reader.person.key,
        person_name=reader.person.name,
        at=now,
        identified_by=reader.identified_by,
        words=given.words.strip(),
        risk=given.risk.strip() if outcome is Outcome.ALLOWED else "",
        until_on=given.until_on if dated else None,
    )
    requests.add_word(conn, word)
    _note(conn, reader, view.request, f"request {outcome.value}: {view.request.kind}", now)


def _settle(conn: Connection, reader: Reader, request: Request, now: datetime) -> None:
    """Ask nobody any more for a decision that the page holds, or for one on what was taken back."""
    key, actor = request_key(request), f"person:{reader.person.key}"
    take_back(conn, request.setting, key, now=now, actor=actor)


def _note(conn: Connection, reader: Reader, request: Request, action: str, now: datetime) -> None:
    """Write into the ledger that something was said, and of what kind: never what."""
    ledger.append(
        conn,
        at=now,
        actor=f"person:{reader.person.key}",
        action=action,
        subject=f"request:{request.setting}/{request.reference}",
        data={"kind": request.kind, "of": request.person},
    )
