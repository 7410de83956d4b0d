"""Questions that staff asked instead of signing: whose each is, and the answer that lets the duty go on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.actions.gather import school_day
from bot.actions.hours import next_opening
from bot.actions.sign import LETTERS_WAIT, LONGEST_WORDS, Refusal, Refused
from bot.domain.answering import Asked, answered_by
from bot.domain.evidence import Outcome
from bot.domain.people import Person, Setting
from bot.domain.roll import rolls
from bot.domain.snapshot import Snapshot
from bot.store import evidence, ledger, office
from bot.store.engine import Connection, Store
from bot.store.evidence import EvidenceRecord, Kept, Noted
from bot.store.forms import do_once
from bot.store.letters import NewLetter, enqueue_letter

ASKS = (Outcome.QUESTION, Outcome.DECLINED)
State = Literal["open", "answered", "settled"]
SHOWN_FOR = timedelta(days=366)
OPEN_FIRST = {"open": 0, "answered": 1, "settled": 2}


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something at a desk, where, and by what means we know them.

    `form`: the digest of what they sent, done once; None: no form.
    """

    setting: Setting
    person: Person
    identified_by: str
    form: str | None = None

    @property
    def actor(self) -> str:
        return f"person:{self.person.key}"


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or one refusal. `settled`: its asker said yes meanwhile, and nobody need answer."""

    kept: Kept
    title: str
    state: State
    asker: Person | None
    owner: Person | None
    reply: Kept | None = None

    @property
    def receipt(self) -> str:
        return self.kept.receipt

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def is_refusal(self) -> bool:
        return self.kept.record.outcome is Outcome.DECLINED


def questions(store: Store, snapshot: Snapshot, setting: str, now: datetime) -> tuple[Question, ...]:
    """List a setting's questions of the last year: open ones first, the longest waiting at the top."""
    with store.reading() as conn:
        found = list(_questions(conn, snapshot, setting, now))
    since = now - SHOWN_FOR
    lately = [one for one in found if one.is_open or one.kept.record.recorded_at >= since]
    done = sorted(
        (one for one in lately if not one.is_open), key=lambda one: one.kept.record.recorded_at, reverse=True
    )
    return (*(one for one in lately if one.is_open), *sorted(done, key=lambda one: OPEN_FIRST[one.state]))


def find_question(
    store: Store, snapshot: Snapshot, setting: str, receipt: str, now: datetime
) -> Question | None:
    """Find one question of a setting by its receipt."""
    found = questions(store, snapshot, setting, now)
    return next((one for one in found if one.receipt == receipt), None)


def answer_question(
    store: Store, snapshot: Snapshot, question: Question, words: str, by: Doer, now: datetime
) -> str:
    """Keep an answer and mail it to whoever asked; their duty goes on. Gives the answer's own receipt.

    Refused: why it cannot be; DoneAlready: this form was sent before.
    """
    said = words.strip()
    if not said:
        raise Refused(Refusal("words", "Write the answer."))
    if len(said) > LONGEST_WORDS:
        raise Refused(Refusal("words", f"Please keep it under {LONGEST_WORDS} characters."))
    with store.writing() as conn:
        do_once(conn, by.form, now)
        _still_open(conn, snapshot, question, now)
        noted = Noted(by.actor, "answered a question", {"question": question.receipt})
        receipt = evidence.record(conn, _answer(question, said, by, now), noted)
        asker = question.asker
        if asker is not None and asker.email and not asker.unreachable:
            at = _when(snapshot, by, now)
            enqueue_letter(conn, _letter("answered", asker.key, receipt, at, by.setting), now)
    return receipt


def give_question(
    store: Store, snapshot: Snapshot, question: Question, to: str, by: Doer, now: datetime
) -> None:
    """Make a question somebody else's to answer, and send it to them."""
    chosen = next((one for one in may_own(snapshot, question, now) if one.key == to), None)
    if chosen is None:
        raise Refused(Refusal("owner", "Choose somebody from the list."))
    with store.writing() as conn:
        _still_open(conn, snapshot, question, now)
        if question.owner is not None and question.owner.key == to:
            return
        office.give_question(conn, by.setting.key, question.receipt, to=to, by=by.person.key, now=now)
        _note(conn, "gave a question to somebody", question, {"to": to}, by=by, now=now)
        at = _when(snapshot, by, now)
        enqueue_letter(conn, _letter("question", to, question.receipt, at, by.setting), now)


def may_own(snapshot: Snapshot, question: Question, now: datetime) -> tuple[Person, ...]:
    """List who could answer: whoever is here today and has an address, but the asker."""
    record, today = question.kept.record, school_day(now)
    here = rolls(snapshot, today)[record.setting].here
    people = (snapshot.people[key] for key in here if key != record.person)
    return tuple(sorted((one for one in people if one.email), key=lambda one: one.name))


def _still_open(conn: Connection, snapshot: Snapshot, question: Question, now: datetime) -> None:
    """Refuse when somebody else was quicker."""
    current = (
        one
        for one in _questions(conn, snapshot, question.kept.record.setting, now)
        if one.receipt == question.receipt
    )
    found = next(current, None)
    if found is None or found.reply is not None:
        raise Refused(Refusal("words", "Somebody has answered this meanwhile. Their answer stands below."))


def _answer(question: Question, said: str, by: Doer, now: datetime) -> EvidenceRecord:
    """Make the record of an answer: about the same duty, and with the question it answers."""
    return replace(
        question.kept.record,
        idempotency_key=json.dumps(["answer", question.receipt]),
        acted_on=school_day(now),
        recorded_at=now,
        identified_by=f"{by.person.name}, {by.identified_by}",
        channel="web",
        outcome=Outcome.ANSWERED,
        statement=question.kept.record.words,
        typed_name=None,
        words=said,
        reference=question.receipt,
    )


def _note(
    conn: Connection, action: str, question: Question, data: dict[str, str], *, by: Doer, now: datetime
) -> None:
    subject = f"question:{by.setting.key}/{question.receipt}"
    ledger.append(conn, at=now, actor=by.actor, action=action, subject=subject, data=data)


def _when(snapshot: Snapshot, by: Doer, now: datetime) -> datetime:
    return next_opening(by.setting, snapshot.calendars[by.setting.key], now)


def _letter(
    kind: Literal["question", "answered"], to: str, reference: str, at: datetime, setting: Setting
) -> NewLetter:
    return NewLetter(kind, setting.key, to, reference, at.date(), at, at + LETTERS_WAIT)


def _questions(conn: Connection, snapshot: Snapshot, setting: str, now: datetime) -> Iterator[Question]:
    """List every question, oldest first."""
    kept = evidence.of_outcomes(conn, setting, (*ASKS, Outcome.ANSWERED))
    done = evidence.of_outcomes(conn, setting, (Outcome.DONE,))
    given = office.question_owners(conn, setting)
    replies = {one.record.reference: one for one in kept if one.record.outcome is Outcome.ANSWERED}
    roll = rolls(snapshot, school_day(now))[setting]
    titles = {one.key: one.title for one in snapshot.obligations if one.setting == setting}
    for one in kept:
        record = one.record
        if record.outcome not in ASKS:
            continue
        reply = replies.get(one.receipt)
        owner = answered_by(
            snapshot,
            roll,
            Asked(record.person, record.policy, given.get(one.receipt)),
            refuses=record.outcome is Outcome.DECLINED,
        )
        yield Question(
            kept=one,
            title=record.policy_title or titles.get(record.obligation, record.obligation),
            state="answered" if reply else "settled" if _settled(record, done) else "open",
            asker=snapshot.people.get(record.person),
            owner=snapshot.people.get(owner) if owner else None,
            reply=reply,
        )


def _settled(record: EvidenceRecord, done: Sequence[Kept]) -> bool:
    """Say whether its asker has said yes since."""
    duty = (record.obligation, record.person, record.cycle, record.subject)
    return any(
        (one.record.obligation, one.record.person, one.record.cycle, one.record.subject) == duty
        and one.record.recorded_at >= record.recorded_at
        for one in done
    )
