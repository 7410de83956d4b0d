"""Questions that staff asked instead of signing: who answers each, and what the school answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from bot.core.clock import local_date
from bot.core.dates import full_date
from bot.core.form_start import check_start, start_of
from bot.core.validation import MAX_TEXT_LENGTH, FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.messages.send_window import LETTERS_WAIT, next_opening
from bot.messages.store import NewMessage, queue_message
from bot.planning.active_members import StaffReply, active_members, who_answers
from bot.planning.duties import duties_of
from bot.planning.snapshot import Snapshot
from bot.records import evidence as record_evidence
from bot.records import ledger, school_setup
from bot.records.evidence import EvidenceNote, EvidenceRecord, StoredEvidence
from bot.records.school_setup import HANDED_OVER, QuestionOwner
from bot.rules.evidence import ASKS, Outcome
from bot.rules.people import Person, School
from bot.rules.reminder_ladder import held_until
from bot.signing.excuses import Excuse, act_cycle, excuse_from, may_excuse, refused

State = Literal["open", "answered", "settled"]
SHOWN_FOR = timedelta(days=366)
OPEN_FIRST = {"open": 0, "answered": 1, "settled": 2}


@dataclass(frozen=True, slots=True)
class StaffQuestion:
    """One question, or one refusal. `settled`: its asker said yes since then, and no answer is needed.

    `owners`: to whom it was given, the latest last; `owner`: who has it today, which is another person where
    the latest has left. `asked_again_on`: when the asker is asked again although no one has answered.
    """

    kept: StoredEvidence
    title: str
    state: State
    asker: Person | None
    owner: Person | None
    reply: StoredEvidence | None
    owners: tuple[QuestionOwner, ...]
    asked_again_on: date

    @property
    def receipt(self) -> str:
        return self.kept.receipt

    @property
    def owner_key(self) -> str:
        return self.owner.key if self.owner else ""

    @property
    def start(self) -> str:
        """Return the version that the form for its owner starts from."""
        return start_of(self.owner_key)

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def owner_since(self) -> date:
        """Return the day from which the last person it was given to has had it."""
        return local_date(self.owners[-1].given_at) if self.owners else self.kept.record.acted_on

    @property
    def handed_over_by(self) -> str:
        """Return the key of the person who had it and did not answer in time; empty: no one."""
        handed = len(self.owners) > 1 and self.owners[-1].given_by == HANDED_OVER
        return self.owners[-2].person if handed else ""

    @property
    def is_refusal(self) -> bool:
        return self.kept.record.outcome is Outcome.DECLINED


def questions(store: Store, snapshot: Snapshot, school: str, now: datetime) -> tuple[StaffQuestion, ...]:
    """List a school's questions of the last year: open ones first, the longest waiting at the top."""
    with store.reading() as conn:
        found = list(list_questions(conn, snapshot, school, now))
    since = now - SHOWN_FOR
    lately = [one for one in found if one.is_open or one.kept.record.recorded_at >= since]
    done = sorted(
        (one for one in lately if not one.is_open), key=lambda one: one.kept.record.recorded_at, reverse=True
    )
    return (*(one for one in lately if one.is_open), *sorted(done, key=lambda one: OPEN_FIRST[one.state]))


def find_question(
    store: Store, snapshot: Snapshot, school: str, receipt: str, now: datetime
) -> StaffQuestion | None:
    """Find one question of a school by its receipt."""
    found = questions(store, snapshot, school, now)
    return next((one for one in found if one.receipt == receipt), None)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the school answers. `words` may be empty where `excuse` or `changed` says it already.

    `excuse`: the rule does not apply to the asker, or not until a day. `changed`: there is a newer version.
    """

    words: str = ""
    excuse: Excuse | None = None
    changed: bool = False


def answer_question(
    store: Store, snapshot: Snapshot, question: StaffQuestion, given: Reply, by: Actor, now: datetime
) -> str:
    """Store an answer and mail it to the asker. Return the answer's own receipt.

    Their duty resumes, unless the answer excuses them, which is an entry of its own. Raises ValidationFailed,
    and AlreadySubmitted where this form was sent before.
    """
    said = given.words.strip()
    if len(said) > MAX_TEXT_LENGTH:
        raise ValidationFailed(FieldError("words", f"Please keep it under {MAX_TEXT_LENGTH} characters."))
    if given.excuse is not None:
        refusals = tuple(refused(given.excuse, local_date(now)))
        if refusals:
            raise ValidationFailed(*refusals)
    said = "\n\n".join(one for one in (_decided(snapshot, question, given), said) if one)
    if not said:
        raise ValidationFailed(FieldError("words", "Write the answer."))
    with store.writing() as conn:
        claim_submission(conn, by.form, now)
        _still_open(conn, snapshot, question, now)
        noted = EvidenceNote(by.actor, "answered a question", {"question": question.receipt})
        receipt = record_evidence.record(conn, _answer(question, said, by, now), noted)
        if given.excuse is not None:
            _excuse(conn, snapshot, question, given.excuse, by, now)
        asker = question.asker
        if asker is not None and asker.email and not asker.unreachable:
            at = _when(snapshot, by, now)
            queue_message(conn, _letter("answered", asker.key, receipt, at, by.school), now)
    return receipt


def newer_version(snapshot: Snapshot, question: StaffQuestion) -> str:
    """Return the number of the policy's present version where the asker was shown another; else empty."""
    record = question.kept.record
    policy = snapshot.policies.get((record.school, record.policy or ""))
    latest = policy.versions[-1] if policy and policy.versions else None
    return latest.number if latest and latest.sha256 != record.sha256_bytes else ""


def _decided(snapshot: Snapshot, question: StaffQuestion, given: Reply) -> str:
    """Return the sentence that tells the asker what was decided; empty where it is in words only."""
    if given.excuse is not None and given.excuse.until is not None and not given.excuse.lasts:
        return f"You are excused until {full_date(given.excuse.until)}. We will ask you again after that."
    if given.excuse is not None:
        return "This does not apply to you. You do not have to do it."
    if not given.changed:
        return ""
    number = newer_version(snapshot, question)
    if not number:
        raise ValidationFailed(FieldError("changed", "Publish the new version of the policy first."))
    return f"We changed the policy. Please look at version {number}."


def _excuse(
    conn: Connection, snapshot: Snapshot, question: StaffQuestion, given: Excuse, by: Actor, now: datetime
) -> None:
    """Record the excuse that an answer gives: about the task asked about, or the person's present one."""
    record, today = question.kept.record, local_date(now)
    owed = [
        one
        for one in duties_of(snapshot, today, record.person)
        if (one.obligation.school, one.obligation.key, one.subject)
        == (record.school, record.obligation, record.subject)
    ]
    owed.sort(key=lambda one: act_cycle(one) != record.cycle)
    mine = snapshot.people[by.person.key].membership(by.school.key)
    if not owed or mine is None:
        raise ValidationFailed(FieldError("main", "This is not asked of them any more. Answer in words."))
    if not may_excuse(mine.usual_roles, by.person.key, record.person, owed[0].obligation):
        raise ValidationFailed(FieldError("main", "Someone else has to decide this."))
    excuse_from(conn, owed[0], record.person_name, given, by, now)


def give_question(
    store: Store, snapshot: Snapshot, question: StaffQuestion, to: str, by: Actor, now: datetime
) -> None:
    """Assign a question to another person and mail it to them. `by.was`: its `start` as the form had it."""
    chosen = next((one for one in may_own(snapshot, question, now) if one.key == to), None)
    if chosen is None:
        raise ValidationFailed(FieldError("owner", "Choose somebody from the list."))
    with store.writing() as conn:
        current = _still_open(conn, snapshot, question, now)
        if current.owner_key == to:
            return
        check_start(by.was, current.owner_key)
        school_setup.give_question(conn, by.school.key, question.receipt, to=to, by=by.person.key, now=now)
        _note(conn, "gave a question to somebody", question, {"to": to}, by=by, now=now)
        at = _when(snapshot, by, now)
        queue_message(conn, _letter("question", to, question.receipt, at, by.school), now)


def may_own(snapshot: Snapshot, question: StaffQuestion, now: datetime) -> tuple[Person, ...]:
    """Return who could answer: people who are present today and have an address, but not the asker."""
    record, today = question.kept.record, local_date(now)
    here = active_members(snapshot, today)[record.school].here
    people = (snapshot.people[key] for key in here if key != record.person)
    return tuple(sorted((one for one in people if one.email), key=lambda one: one.name))


def _still_open(
    conn: Connection, snapshot: Snapshot, question: StaffQuestion, now: datetime
) -> StaffQuestion:
    """Return a question as it stands. Raises ValidationFailed where another person answered meanwhile."""
    current = (
        one
        for one in list_questions(conn, snapshot, question.kept.record.school, now)
        if one.receipt == question.receipt
    )
    found = next(current, None)
    if found is None or found.reply is not None:
        raise ValidationFailed(
            FieldError("words", "Somebody has answered this meanwhile. Their answer stands below.")
        )
    return found


def _answer(question: StaffQuestion, said: str, by: Actor, now: datetime) -> EvidenceRecord:
    """Make the record of an answer: about the same duty, and with the question it answers."""
    return replace(
        question.kept.record,
        idempotency_key=json.dumps(["answer", question.receipt]),
        acted_on=local_date(now),
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
    conn: Connection, action: str, question: StaffQuestion, data: dict[str, str], *, by: Actor, now: datetime
) -> None:
    subject = f"question:{by.school.key}/{question.receipt}"
    ledger.append(conn, at=now, actor=by.actor, action=action, subject=subject, data=data)


def _when(snapshot: Snapshot, by: Actor, now: datetime) -> datetime:
    return next_opening(by.school, snapshot.calendars[by.school.key], now)


def _letter(
    kind: Literal["question", "answered"], to: str, reference: str, at: datetime, school: School
) -> NewMessage:
    return NewMessage(kind, school.key, to, reference, at.date(), at, at + LETTERS_WAIT)


def list_questions(
    conn: Connection, snapshot: Snapshot, school: str, now: datetime
) -> Iterator[StaffQuestion]:
    """List every question, oldest first."""
    kept = record_evidence.of_outcomes(conn, school, (*ASKS, Outcome.ANSWERED))
    done = record_evidence.of_outcomes(conn, school, (Outcome.DONE,))
    given = school_setup.question_owners(conn, school)
    replies = {one.record.reference: one for one in kept if one.record.outcome is Outcome.ANSWERED}
    roll = active_members(snapshot, local_date(now))[school]
    titles = {one.key: one.title for one in snapshot.obligations if one.school == school}
    add = snapshot.calendars[school].add_school_days
    since: dict[tuple[str, str, str | None, str | None], date] = {}
    for one in kept:
        record = one.record
        task = (record.obligation, record.person, record.cycle, record.subject)
        if record.outcome not in ASKS:
            since.pop(task, None)
            continue
        reply, owners = replies.get(one.receipt), given.get(one.receipt, ())
        owner = who_answers(
            snapshot,
            roll,
            StaffReply(record.person, record.policy, owners[-1].person if owners else None),
            refuses=record.outcome is Outcome.DECLINED,
        )
        yield StaffQuestion(
            kept=one,
            title=record.policy_title or titles.get(record.obligation, record.obligation),
            state="answered" if reply else "settled" if _settled(record, done) else "open",
            asker=snapshot.people.get(record.person),
            owner=snapshot.people.get(owner) if owner else None,
            reply=reply,
            owners=owners,
            asked_again_on=held_until(add, since.setdefault(task, record.acted_on)),
        )


def _settled(record: EvidenceRecord, done: Sequence[StoredEvidence]) -> bool:
    """Return whether the asker has said yes since."""
    duty = (record.obligation, record.person, record.cycle, record.subject)
    return any(
        (one.record.obligation, one.record.person, one.record.cycle, one.record.subject) == duty
        and one.record.recorded_at >= record.recorded_at
        for one in done
    )
