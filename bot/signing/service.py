"""One person's duty: what they are shown, and recording their answer; each attempt at its questions is kept.

The person comes by personal link or is signed in. A question that was answered wrongly is asked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core.dates import long_date
from bot.core.links import Link
from bot.core.validation import MAX_TEXT_LENGTH, FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.identity.actor import BY_LINK, Identification
from bot.messages.receipt_store import add_receipt
from bot.messages.send_window import LETTERS_WAIT, next_opening
from bot.messages.store import NewMessage, queue_message
from bot.planning.duty_view import DutyView, NothingToAnswer, open_now
from bot.records import evidence as record_evidence
from bot.records import ledger, quiz, school_setup
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.evidence import EvidenceNote, EvidenceRecord, StoredEvidence
from bot.records.quiz import Attempt
from bot.rules.check_items import ItemAnswer, to_text
from bot.rules.evidence import OLDEST, Outcome, unanswered, wrong
from bot.rules.names import same_name
from bot.rules.obligations import TELLS_ITS_DAY, Kind
from bot.rules.people import Person, School
from bot.signing.checks import GivenItem, keep_items, missing_items, saved_answers

CHANGED = "The document or the wording changed while you had it open."
CHOOSE = "Question {}: choose an answer."
WRONG_ANSWER = "Question {}: look at this again. The answer is in the text."


def record_quiz_attempt(
    conn: Connection, view: DutyView, given: tuple[int, ...], identified_by: str, now: datetime
) -> Iterator[tuple[int, str]]:
    """Keep an attempt with its ledger entry; yield the questions to look at again, by number, and why.

    While an answer is missing nothing is kept: that is no attempt yet.
    """
    questions = view.obligation.questions
    missing = unanswered(questions, given)
    if missing:
        yield from ((number, CHOOSE.format(number)) for number in missing)
        return
    again = wrong(questions, given)
    tried = Attempt(
        school=view.school.key,
        obligation=view.obligation.key,
        person=view.person.key,
        cycle=view.cycle,
        at=now,
        identified_by=identified_by,
        asked=questions,
        given=given[: len(questions)],
        wrong=len(again),
    )
    quiz.keep_attempt(conn, tried)
    ledger.append(
        conn,
        at=now,
        actor=f"person:{tried.person}",
        action="answered check questions",
        subject=f"obligation:{tried.school}/{tried.obligation}",
        data={"cycle": tried.cycle, "of": len(questions), "wrong": tried.wrong},
    )
    yield from ((number, WRONG_ANSWER.format(number)) for number in again)


WORDS_FOR = {Outcome.DONE: "note", Outcome.QUESTION: "question", Outcome.DECLINED: "reason"}
WORDS_WANTED = {
    Outcome.QUESTION: "Write your question.",
    Outcome.DECLINED: "Say in a few words why you cannot agree.",
}
NEEDS_PROOF = "This course needs its certificate. Send it to the office under My training."
TOO_EARLY = (
    "This is asked for again from time to time, and this time what was done before {day} does not count. "
    "Do it again and give that day; if you did it later than you wrote, give the later day."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person sent: `words` is a note, question or reason; `shown` digests what their page said.

    `checks` are the answers chosen to the questions after reading, counted from 1; 0: none was chosen.
    `items`: what was sent for each item of a check.
    """

    outcome: Outcome | None
    typed_name: str
    shown: str
    words: str = ""
    done_on: date | None = None
    checks: tuple[int, ...] = ()
    items: tuple[GivenItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """One record, for the person it is about. `tries`: attempts at the questions after reading.

    `title` is what was asked, as the register calls it now; `account` the account it was for, empty: none.
    `goes_to`: whose a question or a refusal became, by name; empty: no one's, or it is neither.
    """

    school: School
    kept: StoredEvidence
    email: str | None
    tries: int = 0
    title: str = ""
    account: str = ""
    goes_to: str = ""


def open_duty(store: Store, link: Link, now: datetime) -> DutyView | NothingToAnswer:
    """Gather what the page shows. Nothing can be written: the database refuses it in this transaction."""
    with store.reading() as conn:
        return open_now(conn, link, now)


def asks_name(by: Identification, kind: Kind) -> bool:
    """Return whether a name is to be typed: always behind a link; signed in, where something is signed."""
    return by.types_name or kind is Kind.SIGN


def answer(store: Store, link: Link, given: Answer, now: datetime, by: Identification = BY_LINK) -> str:
    """Keep an answer with its ledger entry and letters, in one transaction; return the receipt.

    The same answer twice is one record. Raises Refused, with every reason, when something is not right yet.
    """
    save_items(store, link, given, now, by)
    with store.writing() as conn:
        view = open_now(conn, link, now)
        if (
            given.outcome is not Outcome.DONE
            or isinstance(view, NothingToAnswer)
            or not view.obligation.questions
        ):
            return _answer(conn, view, given, now, by)
    # An attempt at the questions after reading is kept, whatever comes of the answer.
    to_look_at = _try_questions(store, link, given, now, by)
    if to_look_at:
        raise ValidationFailed(*to_look_at)
    return answer_all(store, ((link, given),), now, by)[0]


def save_items(store: Store, link: Link, given: Answer, now: datetime, by: Identification = BY_LINK) -> None:
    """Keep the items of a check that were answered, before all are. ValidationFailed names what is wrong."""
    if not any(not one.is_empty for one in given.items):
        return
    with store.writing() as conn:
        view = open_now(conn, link, now)
        if isinstance(view, NothingToAnswer) or view.answered is not None:
            return
        if given.shown != view.shown:
            raise ValidationFailed(FieldError("answer-heading", CHANGED))
        keep_items(conn, view, given.items, by, now)


def saved_items(store: Store, view: DutyView) -> tuple[ItemAnswer | None, ...]:
    """Return what was answered so far to each item of a duty."""
    with store.reading() as conn:
        return saved_answers(conn, view)


def _try_questions(
    store: Store, link: Link, given: Answer, now: datetime, by: Identification
) -> tuple[FieldError, ...]:
    """Check the answers to the questions after reading; every attempt is kept."""
    with store.writing() as conn:
        view = open_now(conn, link, now)
        if isinstance(view, NothingToAnswer) or view.answered is not None or any(_refusals(view, given, by)):
            return ()
        again = record_quiz_attempt(conn, view, given.checks, by.by, now)
        return tuple(FieldError(f"check_{number}", says) for number, says in again)


def answer_all(
    store: Store, answers: Sequence[tuple[Link, Answer]], now: datetime, by: Identification
) -> tuple[str, ...]:
    """Keep several answers, all of them or none, and return their receipts."""
    with store.writing() as conn:
        return tuple(_answer(conn, open_now(conn, link, now), given, now, by) for link, given in answers)


def _answer(
    conn: Connection, view: DutyView | NothingToAnswer, given: Answer, now: datetime, by: Identification
) -> str:
    if isinstance(view, NothingToAnswer):
        raise ValidationFailed(FieldError("name", view.says))
    if view.only_told:
        raise ValidationFailed(
            FieldError("name", "The clerk records this from the minutes; nothing is asked of you.")
        )
    if view.answered is not None:
        return view.answered.receipt
    refusals = tuple(_refusals(view, given, by))
    if given.outcome is Outcome.DONE and view.obligation.items:
        refusals += missing_items(conn, view)
    if refusals:
        raise ValidationFailed(*refusals)
    record = _record(view, given, by, now)
    if given.outcome is Outcome.DONE and view.obligation.items:
        record = replace(record, items=to_text(one for one in saved_answers(conn, view) if one))
    return _keep(conn, view, record, by)


def find_receipt(store: Store, link: Link, reference: str) -> ReceiptView | None:
    """Find a record by its receipt, if it is this person's; a link opens those of its own obligation."""
    with store.reading() as conn:
        kept = record_evidence.find(conn, reference)
        if kept is None or not _is_theirs(kept.record, link):
            return None
        of = kept.record
        school = record_register.schools(conn, (of.school,))[of.school]
        tries = quiz.tries(conn, of.school, of.obligation, of.person, of.cycle)
        asked = {one.key: one.named for one in record_register.obligations(conn, (of.school,))}
        accounts = {one.key: one.called for one in record_register.accounts(conn, (of.school,))}
        title = asked.get(of.obligation, of.obligation)
        account = accounts.get(of.subject or "", "")
        owners = school_setup.question_owners(conn, of.school) if of.outcome in WORDS_WANTED else {}
        owner = owners.get(reference)
        goes_to = (record_people.name_of(conn, owner[-1].person) or "") if owner else ""
        return ReceiptView(
            school, kept, record_people.email_of(conn, link.person), tries, title, account, goes_to
        )


def _is_theirs(record: EvidenceRecord, link: Link) -> bool:
    about_it = not link.obligation or record.obligation == link.obligation
    return about_it and (record.school, record.person) == (link.school, link.person)


def _refusals(view: DutyView, given: Answer, by: Identification) -> Iterator[FieldError]:
    if given.shown != view.shown:
        yield FieldError("document-heading", CHANGED)
    if given.outcome is None:
        yield FieldError("outcome", "Choose an answer.")
    if given.outcome is Outcome.DONE and view.obligation.proof:
        yield FieldError("outcome", NEEDS_PROOF)
    if given.outcome is Outcome.DONE and asks_date(view.obligation.kind):
        yield from _wrong_date(view, given.done_on)
    if given.outcome in WORDS_WANTED and not given.words.strip():
        yield FieldError(WORDS_FOR[given.outcome], WORDS_WANTED[given.outcome])
    if len(given.words) > MAX_TEXT_LENGTH:
        yield FieldError(
            WORDS_FOR[given.outcome or Outcome.DONE], f"Please keep it under {MAX_TEXT_LENGTH} characters."
        )
    if asks_name(by, view.obligation.kind) and not same_name(given.typed_name, view.person.name):
        yield FieldError("name", f"Enter your name as shown: {view.person.name}.")


def asks_date(kind: Kind) -> bool:
    """Return whether the day it was done has to be told: it may lie before the day it is recorded."""
    return kind in TELLS_ITS_DAY


def _wrong_date(view: DutyView, done_on: date | None) -> Iterator[FieldError]:
    if done_on is None:
        yield FieldError("done_on", "Give the day you did it, for example 4 December 2026.")
    elif done_on > view.today:
        yield FieldError("done_on", "The date must not be in the future. Enter the day you did it.")
    elif done_on < view.today - OLDEST:
        yield FieldError("done_on", "That is more than 10 years ago. Enter the last day you did it.")
    elif view.counts_from is not None and done_on < view.counts_from:
        yield FieldError("done_on", TOO_EARLY.format(day=long_date(view.counts_from)))


def _keep(conn: Connection, view: DutyView, record: EvidenceRecord, by: Identification) -> str:
    now = record.recorded_at
    noted = EvidenceNote(f"person:{by.entered_by or view.person.key}", f"answered: {record.outcome.value}")
    reference, is_new = record_evidence.put(conn, record)
    if not is_new:
        return reference
    add_receipt(conn, view.school.key, view.person.key, reference)
    to = _goes_to(view, record.outcome)
    if to is not None:
        queue_message(conn, _question_email(view, to.key, reference, now), now)
        # Pages go on naming anyone who was written to.
        school_setup.give_question(conn, view.school.key, reference, to=to.key, by=view.person.key, now=now)
    # Last, because from here to the end of the transaction no one else's answer is noted.
    record_evidence.note(conn, record, reference, noted)
    return reference


def _record(view: DutyView, given: Answer, by: Identification, now: datetime) -> EvidenceRecord:
    named = asks_name(by, view.obligation.kind)
    done = given.outcome is Outcome.DONE
    outcome = given.outcome or Outcome.QUESTION
    words = given.words.strip() or None
    cited = done and asks_date(view.obligation.kind)
    return EvidenceRecord(
        idempotency_key=_key(view, outcome, words),
        school=view.school.key,
        obligation=view.obligation.key,
        person=view.person.key,
        person_name=view.person.name,
        acted_on=by.signed_on or (given.done_on if cited and given.done_on else view.today),
        recorded_at=now,
        identified_by=f"{by.by}, typed name" if named else by.by,
        channel=by.channel,
        outcome=outcome,
        cycle=view.cycle,
        subject=view.subject,
        statement=view.statement,
        policy=view.policy.key if view.policy else None,
        policy_title=view.policy.title if view.policy else None,
        version_number=view.version.number if view.version else None,
        sha256_bytes=view.version.sha256_bytes if view.version else None,
        sha256_text=view.version.sha256_text if view.version else None,
        typed_name=" ".join(given.typed_name.split()) if named else None,
        witness=by.witness,
        words=None if cited else words,
        reference=words if cited else None,
    )


def _key(view: DutyView, outcome: Outcome, words: str | None) -> str:
    """Return the act, so that the same answer sent twice is one record; another question is another act."""
    duty = [view.school.key, view.obligation.key, view.person.key, view.cycle, view.subject, view.withdrawn]
    said = [] if outcome is Outcome.DONE else [words]
    return json.dumps([*duty, outcome.value, *said], ensure_ascii=False)


def _goes_to(view: DutyView, outcome: Outcome) -> Person | None:
    """Return who hears of an answer: of a question who answers it, of a refusal the leader."""
    return {Outcome.QUESTION: view.human, Outcome.DECLINED: view.leader}.get(outcome)


def _question_email(view: DutyView, to: str, reference: str, now: datetime) -> NewMessage:
    """Send a question or a refusal to a human in the school's hours."""
    not_before_at = next_opening(view.school, view.calendar, now)
    return NewMessage(
        kind="question",
        school=view.school.key,
        person=to,
        reference=reference,
        on=not_before_at.date(),
        not_before_at=not_before_at,
        not_after_at=not_before_at + LETTERS_WAIT,
    )
