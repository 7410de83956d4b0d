"""Requests and declarations: asking, deciding, ending and withdrawing them, and what each reader sees."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from bot.core.clock import local_date
from bot.core.errors import HandbellError
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.events import ASKED, PERMISSION, event_name, waiting
from bot.planning.record_events import EventSource, note, take_back
from bot.planning.snapshot import Snapshot
from bot.records import ledger
from bot.requests import emails as request_emails
from bot.requests import store as request_store
from bot.requests.model import (
    KINDS,
    LOOKED_AT_AGAIN,
    MAX_DURATION,
    Outcome,
    Request,
    RequestEvent,
    RequestState,
    about_to_end,
    confirmed,
    days_wrong,
    decider,
    decision,
    in_order,
    may_decide,
    may_see,
    standing,
)
from bot.rules.hash_chain import receipt_for
from bot.rules.people import Person, School


def note_request(conn: Connection, snapshot: Snapshot, request: Request, now: datetime) -> None:
    """Record the event of a request, unless its author would be the only one told of it."""
    happening = ASKED.get(request.kind, PERMISSION)
    rules = [one for one in snapshot.obligations if one.school == request.school]
    roll = active_members(snapshot, local_date(now))[request.school]
    names = waiting(rules)
    name = event_name(happening, names)
    heard = {one.person for rule in names.get(name or "", ()) for one in roll.asked(rule.audience)}
    if heard - {request.person}:
        cause = EventSource(request_key(request), request.school, local_date(now))
        note(conn, happening, cause, now=now, actor=f"person:{request.person}")


def request_key(request: Request) -> str:
    """Return the event of one request."""
    return f"request-{request.reference}"


SHOWN_FOR_DAYS = 30


class NoSuchRequest(HandbellError):
    """No such request, or not for this reader; the two are not distinguished."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A person with their school, means of identification, and today's snapshot."""

    school: School
    person: Person
    identified_by: str
    snapshot: Snapshot

    def roll(self, now: datetime) -> ActiveMembers:
        """Return the school's active members today."""
        return active_members(self.snapshot, local_date(now))[self.school.key]


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request as a person sees it. `decides` names the decider while it is open."""

    request: Request
    words: tuple[RequestEvent, ...]
    standing: RequestState
    ends_soon: bool
    may_decide: bool
    is_asker: bool
    confirmed: bool
    decides: str

    @property
    def decision(self) -> RequestEvent | None:
        return decision(self.words)

    @property
    def open(self) -> bool:
        """Return whether it waits for a decision."""
        return self.standing in (RequestState.WAITING, RequestState.LOOK_AGAIN)


def open_request(store: Store, reader: Reader, reference: str, now: datetime) -> RequestView:
    """Return one request to a person who may see it. Raises NoSuchRequest."""
    with store.reading() as conn:
        return open_in(conn, reader, reference, now)


def own(store: Store, reader: Reader, now: datetime) -> list[RequestView]:
    """List what this person asked and told, what waits first."""
    with store.reading() as conn:
        found = request_store.of_person(conn, reader.school.key, reader.person.key)
        return _views(conn, reader, found, now)


def desk(store: Store, reader: Reader, now: datetime) -> list[RequestView]:
    """List what this person may see of what others asked, what waits first."""
    roll = reader.roll(now)
    with store.reading() as conn:
        found = [
            one
            for one in request_store.of_school(conn, reader.school.key)
            if one.person != reader.person.key and may_see(roll, one, reader.person.key)
        ]
        return _views(conn, reader, found, now)


def in_force(store: Store, reader: Reader, now: datetime) -> list[RequestView]:
    """Return the permissions in force, and those that lapsed recently: what and until when, never why."""
    today = local_date(now)
    with store.reading() as conn:
        found = [one for one in request_store.of_school(conn, reader.school.key) if not one.declares]
        return [view for view in _views(conn, reader, found, now) if _counts(view, today)]


def _counts(view: RequestView, today: date) -> bool:
    if view.standing is RequestState.LAPSED:
        last = view.decision
        return (
            last is not None and last.until_on is not None and (today - last.until_on).days <= SHOWN_FOR_DAYS
        )
    return view.standing is RequestState.ALLOWED


def _views(conn: Connection, reader: Reader, found: Iterable[Request], now: datetime) -> list[RequestView]:
    some, today, roll = list(found), local_date(now), reader.roll(now)
    words = request_store.words(conn, [one.reference for one in some])
    ordered = in_order((one, standing(words[one.reference], today)) for one in some)
    return [_view(reader, roll, one, words[one.reference], today) for one in ordered]


def _view(
    reader: Reader, roll: ActiveMembers, request: Request, words: list[RequestEvent], today: date
) -> RequestView:
    to = reader.snapshot.people.get(decider(roll, request.person) or "")
    return RequestView(
        request=request,
        words=tuple(words),
        standing=standing(words, today),
        ends_soon=about_to_end(words, today),
        may_decide=may_decide(roll, request.person, reader.person.key),
        is_asker=request.person == reader.person.key,
        confirmed=confirmed(words),
        decides=to.name if to else f"the {reader.school.words.head}",
    )


def open_in(
    conn: Connection, reader: Reader, reference: str, now: datetime, *, to_change: bool = False
) -> RequestView:
    request = request_store.find(conn, reader.school.key, reference, to_change=to_change)
    roll = reader.roll(now)
    if request is None or not may_see(roll, request, reader.person.key):
        raise NoSuchRequest
    words = request_store.words(conn, [reference])[reference]
    return _view(reader, roll, request, words, local_date(now))


def suggested_end(request: Request, today: date) -> date:
    """Suggest the last day of a decision: what was asked for, or a year for a declaration."""
    return request.until_on or today + LOOKED_AT_AGAIN


MAX_TEXT_LENGTH = 4000
STALE = "Somebody has said something about this meanwhile. Please look at it again."


@dataclass(frozen=True, slots=True)
class RequestInput:
    """The form of a request: `until_on` None where a day was not given, or could not be read."""

    kind: str
    what: str
    why: str
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """The form of a decision: `words` are conditions, a reason or advice; `risk` is the risk assessment."""

    outcome: Outcome | None
    words: str = ""
    risk: str = ""
    until_on: date | None = None


def ask(store: Store, reader: Reader, asked: RequestInput, now: datetime) -> str:
    """Store a request with its ledger entry and the email to its decider; return its reference.

    The same request on the same day is one, unless it was withdrawn. Raises ValidationFailed with every
    reason.
    """
    today = local_date(now)
    wrong = tuple(_wrong_request(asked, today))
    if wrong:
        raise ValidationFailed(*wrong)
    with store.writing() as conn:
        for taken_back in count():
            request = _request(reader, asked, now, taken_back)
            if request_store.keep(conn, request):
                _note(conn, reader, request, f"asked: {request.kind}", now)
                to = decider(reader.roll(now), request.person)
                request_emails.tell(conn, reader.snapshot, request, to, request_emails.ASKED, now)
                note_request(conn, reader.snapshot, request, now)
                break
            if not _was_taken_back(conn, request):
                break
    return request.reference


def decide(store: Store, reader: Reader, reference: str, given: DecisionInput, now: datetime) -> None:
    """Store a decision, and tell the author. Raises NoSuchRequest or ValidationFailed."""
    with store.writing() as conn:
        view = open_in(conn, reader, reference, now, to_change=True)
        if not view.may_decide:
            raise NoSuchRequest
        if not view.open:
            raise ValidationFailed(FieldError("outcome", STALE))
        wrong = tuple(_wrong_decision(view.request, given, local_date(now)))
        if wrong:
            raise ValidationFailed(*wrong)
        _say(conn, reader, view, given, now)
        _settle(conn, reader, view.request, now)
        about = f"{request_emails.DECIDED} {len(view.words)}"
        request_emails.tell(conn, reader.snapshot, view.request, view.request.person, about, now)


def end(store: Store, reader: Reader, reference: str, reason: str, now: datetime) -> None:
    """End a permission early, with a reason, and tell its holder."""
    with store.writing() as conn:
        view = open_in(conn, reader, reference, now, to_change=True)
        if not view.may_decide:
            raise NoSuchRequest
        if view.standing is not RequestState.ALLOWED:
            raise ValidationFailed(FieldError("reason", STALE))
        if not reason.strip():
            raise ValidationFailed(FieldError("reason", "Say in a few words why it ends."))
        _say(conn, reader, view, DecisionInput(Outcome.ENDED, reason), now)
        about = f"{request_emails.DECIDED} {len(view.words)}"
        request_emails.tell(conn, reader.snapshot, view.request, view.request.person, about, now)


def withdraw(store: Store, reader: Reader, reference: str, now: datetime) -> None:
    """Withdraw a request that is not decided yet."""
    with store.writing() as conn:
        view = open_in(conn, reader, reference, now, to_change=True)
        if not view.is_asker:
            raise NoSuchRequest
        if view.standing is RequestState.WAITING:
            _say(conn, reader, view, DecisionInput(Outcome.WITHDRAWN), now)
            _settle(conn, reader, view.request, now)


def confirm(store: Store, reader: Reader, reference: str, now: datetime) -> None:
    """Record that the author has read the decision; once for each."""
    with store.writing() as conn:
        view = open_in(conn, reader, reference, now, to_change=True)
        if not view.is_asker:
            raise NoSuchRequest
        if view.decision is not None and not view.confirmed:
            _say(conn, reader, view, DecisionInput(Outcome.CONFIRMED), now)


def _wrong_request(asked: RequestInput, today: date) -> Iterator[FieldError]:
    kind = KINDS.get(asked.kind)
    if kind is None:
        yield FieldError("kind", "Choose what it is about.")
        return
    if not asked.what.strip():
        yield FieldError("what", "Say in a sentence what it is.")
    if not kind.declares and not asked.why.strip():
        yield FieldError("why", "Say why you need it.")
    for field, words in (("what", asked.what), ("why", asked.why)):
        if len(words) > MAX_TEXT_LENGTH:
            yield FieldError(field, f"Please keep it under {MAX_TEXT_LENGTH} characters.")
    for field, says in days_wrong(kind, asked.from_on or today, asked.until_on, today).items():
        yield FieldError(field, says)


def _wrong_decision(request: Request, given: DecisionInput, today: date) -> Iterator[FieldError]:
    offered = (Outcome.NOTED,) if request.declares else (Outcome.ALLOWED, Outcome.REFUSED)
    if given.outcome not in offered:
        yield FieldError("outcome", "Choose one of the answers.")
        return
    if given.outcome is Outcome.REFUSED and not given.words.strip():
        yield FieldError("reason", "Say why not: the person reads it.")
    if given.outcome is Outcome.NOTED and not given.words.strip():
        yield FieldError("advice", "Say what was agreed, or that nothing more is needed.")
    if given.outcome is Outcome.ALLOWED and KINDS[request.kind].needs_risk and not given.risk.strip():
        yield FieldError("risk", "Say where the risk assessment is, or why none is needed.")
    if max(len(given.words), len(given.risk)) > MAX_TEXT_LENGTH:
        yield FieldError("outcome", f"Please keep each answer under {MAX_TEXT_LENGTH} characters.")
    if given.outcome is not Outcome.REFUSED:
        yield from _wrong_end(given.until_on, today)


def _wrong_end(until_on: date | None, today: date) -> Iterator[FieldError]:
    if until_on is None or until_on < today:
        yield FieldError("until_on", "Give a day from today on.")
    elif until_on > today + MAX_DURATION:
        yield FieldError("until_on", "That is more than two years from today. Give an earlier day.")


def _was_taken_back(conn: Connection, request: Request) -> bool:
    said = request_store.words(conn, [request.reference]).get(request.reference, ())
    return any(word.outcome is Outcome.WITHDRAWN for word in said)


def _request(reader: Reader, asked: RequestInput, now: datetime, taken_back: int) -> Request:
    """Make a request of a form. `taken_back`: how often the very same was asked and taken back today."""
    today = local_date(now)
    kind, from_on = KINDS[asked.kind], asked.from_on or today
    facts = [reader.school.key, reader.person.key, asked.kind, asked.what.strip(), asked.why.strip()]
    days = [from_on.isoformat(), str(asked.until_on), today.isoformat()]
    key = json.dumps([*facts, *days, *([taken_back] if taken_back else [])])
    return Request(
        reference=f"RQ{receipt_for(key).removeprefix('HB')}",
        school=reader.school.key,
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


def _say(conn: Connection, reader: Reader, view: RequestView, given: DecisionInput, now: datetime) -> None:
    outcome = given.outcome or Outcome.WITHDRAWN
    dated = outcome in (Outcome.ALLOWED, Outcome.NOTED)
    word = RequestEvent(
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
    request_store.add_word(conn, word)
    _note(conn, reader, view.request, f"request {outcome.value}: {view.request.kind}", now)


def _settle(conn: Connection, reader: Reader, request: Request, now: datetime) -> None:
    """Stop reminders for a decision that was made, or for a request that was withdrawn."""
    key, actor = request_key(request), f"person:{reader.person.key}"
    take_back(conn, request.school, key, now=now, actor=actor)


def _note(conn: Connection, reader: Reader, request: Request, action: str, now: datetime) -> None:
    """Write into the ledger that something was said, and of what kind: never what."""
    ledger.append(
        conn,
        at=now,
        actor=f"person:{reader.person.key}",
        action=action,
        subject=f"request:{request.school}/{request.reference}",
        data={"kind": request.kind, "of": request.person},
    )
