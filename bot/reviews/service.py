"""Review of one policy by the clerk: state, versions, approvers, records; approvals, drafts and hand-overs.

Forms are validated here, and corrected by later entries.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.dates import parse_date
from bot.core.errors import HandbellError
from bot.core.form_start import check_start, start_of
from bot.core.text import one_line
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.review_duties import APPROVE, DRAFT
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import ledger, review_delegations
from bot.records import register as record_register
from bot.records.evidence import EvidenceNote, EvidenceRecord, StoredEvidence
from bot.records.register import PolicyText
from bot.reviews.model import PolicyReview, review_calendar
from bot.rules.evidence import Outcome
from bot.rules.people import Person
from bot.rules.policies import Delegation, Policy


class NoSuchPolicy(HandbellError):
    """No policy of that name at this school."""

    def __init__(self) -> None:
        super().__init__("There is no policy of this name here.")


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """One entry of a policy's review, and the entry that took it back, if one did."""

    kept: StoredEvidence
    taken_back: StoredEvidence | None = None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """What the desk knows of one policy. `versions` newest first; `approvers` by key with their name."""

    review: PolicyReview
    versions: tuple[PolicyText, ...]
    approvers: tuple[tuple[str, str], ...]
    people: tuple[Person, ...]
    acts: tuple[ReviewEntry, ...]
    snapshot: Snapshot
    roll: ActiveMembers

    @property
    def policy(self) -> Policy:
        return self.review.policy

    def name(self, key: str) -> str:
        return self.snapshot.name_of(key)

    def approvals(self) -> Iterator[StoredEvidence]:
        """List the approvals that stand, newest first."""
        for act in self.acts:
            record = act.kept.record
            if (
                act.taken_back is None
                and record.outcome is Outcome.DONE
                and record.subject in (None, APPROVE)
            ):
                yield act.kept

    def text(self, sha256_bytes: str) -> PolicyText | None:
        """Find the text with these bytes."""
        return next((one for one in self.versions if one.sha256_bytes == sha256_bytes), None)

    def may_approve(self, approver: str) -> bool:
        """Return whether the register lets them approve; a register without approvers allows everyone."""
        if self.review.body is not None:
            return approver == self.review.body.key
        named = self.roll.named(self.policy.approver)
        return approver in named or not named


def open_policy(store: Store, school: str, policy: str, now: datetime) -> ReviewPage:
    """Return one policy's review. Raises NoSuchPolicy."""
    with store.reading() as conn:
        return open_now(conn, school, policy, now)


def open_now(conn: Connection, school: str, policy: str, now: datetime) -> ReviewPage:
    today = local_date(now)
    snapshot = load_snapshot(conn, today, (school,))
    if school not in snapshot.schools:
        raise NoSuchPolicy
    every = review_calendar(snapshot, school, today).every
    review = next((one for one in every if one.policy.key == policy), None)
    if review is None:
        raise NoSuchPolicy
    roll = active_members(snapshot, today)[school]
    obligation = review.obligation.key if review.obligation else ""
    people = sorted((snapshot.people[key] for key in roll.here), key=lambda one: one.name)
    return ReviewPage(
        review=review,
        versions=tuple(reversed(record_register.versions(conn, school, policy))),
        approvers=tuple(_approvers(snapshot, roll, review)),
        people=tuple(people),
        acts=_acts(record_evidence.of_obligation(conn, school, obligation)),
        snapshot=snapshot,
        roll=roll,
    )


def _approvers(snapshot: Snapshot, roll: ActiveMembers, review: PolicyReview) -> Iterator[tuple[str, str]]:
    """Yield possible approvers, the expected one first; a body not in the register needs a delegation."""
    named = [key for key in roll.named(review.policy.approver) if review.body is None]
    for key in named:
        yield key, snapshot.people[key].name
    for body in sorted(roll.bodies.values(), key=lambda one: (one != review.body, one.name)):
        yield body.key, body.name


def _acts(kept: Sequence[StoredEvidence]) -> tuple[ReviewEntry, ...]:
    """Pair each entry with what took it back; newest first."""
    back = {one.record.reference: one for one in kept if one.record.outcome is Outcome.WITHDRAWN}
    told = (one for one in reversed(kept) if one.record.outcome is not Outcome.WITHDRAWN)
    return tuple(ReviewEntry(one, back.get(one.receipt)) for one in told)


OTHER = "other"
MAX_LINE_LENGTH = 200
OLDEST = timedelta(days=3653)
NO_RULE = "No rule asks for a review of this policy. Ask the office to add one, then record it here."


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval as it was typed. `version` is the SHA-256 of a text we hold, or "other"."""

    approver: str = ""
    on: str = ""
    minute: str = ""
    version: str = ""
    version_words: str = ""
    older_is_right: bool = False
    day_is_right: bool = False
    delegated_by: str = ""
    next_review: str = ""

    @property
    def day(self) -> date | None:
        return parse_date(self.on)

    @property
    def next_day(self) -> date | None:
        return parse_date(self.next_review)


@dataclass(frozen=True, slots=True)
class HandOver:
    """Form that assigns the preparation of a review. Without a person it returns to the owner."""

    person: str = ""
    by_on: str = ""

    @property
    def day(self) -> date | None:
        return parse_date(self.by_on)


def recorded_already(desk: ReviewPage, given: Approval) -> StoredEvidence | None:
    """Find the very same approval; one of another minute or text is another matter."""
    said = (given.approver, given.day, one_line(given.minute), _version(desk, given))
    return next((kept for kept in desk.approvals() if _same_approval_key(kept.record) == said), None)


def _same_approval_key(record: EvidenceRecord) -> tuple[str, date, str, str]:
    version = record.sha256_bytes or record.version_number or ""
    return record.person, record.acted_on, record.reference or "", version


def _version(desk: ReviewPage, given: Approval) -> str:
    text = desk.text(given.version)
    return text.sha256_bytes if text else one_line(given.version_words)


def wrong_with_approval(
    desk: ReviewPage, given: Approval, today: date, known: StoredEvidence | None
) -> Iterator[FieldError]:
    if desk.review.obligation is None:
        yield FieldError("approver", NO_RULE)
        return
    yield from _wrong_approver(desk, given)
    yield from _wrong_day(desk, given, today, known)
    minute = one_line(given.minute)
    if not minute or len(minute) > MAX_LINE_LENGTH:
        yield FieldError(
            "minute", "Give the minute reference, as it stands in the minutes: for example 12/26."
        )
    yield from _wrong_version(desk, given)
    yield from _wrong_next(given)


def _wrong_approver(desk: ReviewPage, given: Approval) -> Iterator[FieldError]:
    if given.approver not in dict(desk.approvers):
        yield FieldError("approver", "Choose who approved it.")
    elif (
        not desk.may_approve(given.approver) and not 0 < len(one_line(given.delegated_by)) <= MAX_LINE_LENGTH
    ):
        says = f"{_usual(desk)} approves this policy. If that was handed on, give the minute that says so."
        yield FieldError("delegated_by", says)


def _usual(desk: ReviewPage) -> str:
    """Return who approves this policy by the register."""
    if desk.review.body is not None:
        return desk.review.body.name
    return " or ".join(desk.name(key) for key in desk.roll.named(desk.policy.approver))


def _wrong_day(
    desk: ReviewPage, given: Approval, today: date, known: StoredEvidence | None
) -> Iterator[FieldError]:
    on = given.day
    if on is None:
        yield FieldError("on", "Give the day of the meeting, for example 10 December 2026.")
    elif on > today:
        yield FieldError(
            "on", "This day has not come yet. Record the approval once the meeting has been held."
        )
    elif on < today - OLDEST:
        yield FieldError("on", "That is more than ten years ago. Check the year.")
    elif known is None and any(
        (kept.record.person, kept.record.acted_on) == (given.approver, on) for kept in desk.approvals()
    ):
        yield FieldError(
            "on", "An approval on this day is recorded below. If it is wrong, take it back first."
        )
    elif known is None and not given.day_is_right and _no_meeting_on(desk, given.approver, on):
        yield FieldError(
            "day_is_right", "No meeting is known on that day. Is the day right? Then tick the box."
        )


def _no_meeting_on(desk: ReviewPage, approver: str, on: date) -> bool:
    """Return whether a body with known dates did not meet on that day; False if its dates are unknown."""
    body = desk.roll.bodies.get(approver)
    return body is not None and bool(body.meetings) and all(one.on != on for one in body.meetings)


def _wrong_version(desk: ReviewPage, given: Approval) -> Iterator[FieldError]:
    text = desk.text(given.version)
    if text is None and given.version != OTHER:
        yield FieldError("version", "Choose the text that was approved.")
    elif text is None and not 0 < len(one_line(given.version_words)) <= MAX_LINE_LENGTH:
        yield FieldError("version_words", "Say which text it was: its version or date, as it stands on it.")
    elif text is not None and text != desk.versions[0] and not given.older_is_right:
        says = (
            f"Version {text.number} is older than the one in force, {desk.versions[0].number}. "
            "If that is right, tick the box."
        )
        yield FieldError("older_is_right", says)


def _wrong_next(given: Approval) -> Iterator[FieldError]:
    next_on, on = given.next_day, given.day
    if given.next_review.strip() and next_on is None:
        yield FieldError("next_review", "Give the next review as a day, or leave it empty.")
    elif next_on is not None and on is not None and next_on <= on:
        yield FieldError("next_review", "The next review comes after the approval. Check the year.")
    elif next_on is not None and on is not None and next_on > on + OLDEST:
        yield FieldError("next_review", "That is more than ten years away. Check the year.")


def wrong_with_hand_over(desk: ReviewPage, given: HandOver, today: date) -> Iterator[FieldError]:
    if desk.review.obligation is None:
        yield FieldError("person", NO_RULE)
    if not given.person:
        return
    if given.person not in desk.roll.here:
        yield FieldError("person", "Choose somebody who is here.")
    by_on = given.day
    if by_on is None:
        yield FieldError("by_on", "Give the day by which the draft is wanted.")
    elif by_on < today:
        yield FieldError("by_on", "This day has passed. Give one that is still to come.")
    elif by_on > today + OLDEST:
        yield FieldError("by_on", "That is more than ten years away. Check the year.")


MAX_REASON_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who records, where, and how they are known.

    `form`: what they sent, done once; None: no form. `was`: what their form started from; empty: not said.
    """

    school: str
    person: str
    name: str
    how: str
    form: str | None = None
    was: str = ""

    @property
    def identified_by(self) -> str:
        return f"recorded by {self.name}, signed in ({self.how})"


def record_approval(store: Store, by: Recorder, policy: str, given: Approval, now: datetime) -> str:
    """Store an approval with its ledger entry, and return the receipt. Idempotent.

    Raises ValidationFailed with every reason; AlreadySubmitted when this form recorded it before and it was
    cancelled since.
    """
    with store.writing() as conn:
        review_delegations.lock_policy(conn, by.school, policy)
        desk = open_now(conn, by.school, policy, now)
        known = recorded_already(desk, given)
        refusals = tuple(wrong_with_approval(desk, given, local_date(now), known))
        if refusals:
            raise ValidationFailed(*refusals)
        if known:
            return known.receipt
        claim_submission(conn, by.form, now)
        return _keep(conn, by, _approval(by, desk, given, now))


def record_draft(store: Store, by: Recorder, policy: str, now: datetime) -> str:
    """Record that the draft for the coming review was received, and return the receipt."""
    with store.writing() as conn:
        review_delegations.lock_policy(conn, by.school, policy)
        desk = open_now(conn, by.school, policy, now)
        due = desk.review.due
        if desk.review.obligation is None or due is None:
            raise ValidationFailed(
                FieldError("ready", "This policy has no review date yet, so no draft is awaited.")
            )
        claim_submission(conn, by.form, now)
        place = f"{desk.review.meeting.on.isoformat()}/" if desk.review.meeting else ""
        cycle = f"{due.due_on.isoformat()}/{place}{DRAFT}"
        says = f"The draft for the review of {desk.policy.title} is here."
        entry = _entry(by, desk, now, subject=DRAFT, cycle=cycle)
        return _keep(conn, by, replace(entry, statement=says))


def preparing_shown(desk: ReviewPage) -> str:
    """Return what the form that says who prepares a review starts from."""
    return start_of(*_handed(desk))


def hand_over(store: Store, by: Recorder, policy: str, given: HandOver, now: datetime) -> None:
    """Assign the coming review's preparation to another person, by a day; or return it to the owner.

    `by.was`: `preparing_shown` of the page that the form was on.
    """
    today = local_date(now)
    with store.writing() as conn:
        review_delegations.lock_policy(conn, by.school, policy)
        desk = open_now(conn, by.school, policy, now)
        refusals = tuple(wrong_with_hand_over(desk, given, today))
        if refusals:
            raise ValidationFailed(*refusals)
        by_on = given.day
        to = Delegation(given.person, by_on, today) if given.person and by_on else None
        if _handed(desk) == ((to.person, to.by_on) if to else ()):
            return
        claim_submission(conn, by.form, now)
        check_start(by.was, *_handed(desk))
        review_delegations.delegate(conn, by.school, policy, to=to, by=by.person, now=now)
        said = {"to": to.person if to else None, "by": to.by_on.isoformat() if to else None}
        ledger.append(
            conn,
            at=now,
            actor=f"person:{by.person}",
            action="review handed over",
            subject=f"policy:{by.school}/{policy}",
            data=said,
        )


def _handed(desk: ReviewPage) -> tuple[object, ...]:
    """Return to whom a review was assigned, and by which day; empty: the owner prepares it."""
    found = desk.snapshot.delegations.get((desk.policy.school, desk.policy.key))
    return (found.person, found.by_on) if found else ()


def take_back(store: Store, by: Recorder, policy: str, *, receipt: str, reason: str, now: datetime) -> str:
    """Correct an entry by a later one that takes it back; the first stays to be read. Give the receipt."""
    with store.writing() as conn:
        review_delegations.lock_policy(conn, by.school, policy)
        desk = open_now(conn, by.school, policy, now)
        act = next((one for one in desk.acts if one.kept.receipt == receipt), None)
        if act is None or act.kept.record.outcome is not Outcome.DONE:
            raise ValidationFailed(
                FieldError("reason", "There is no entry of this number here. Look at the list again.")
            )
        if act.taken_back is not None:
            return act.taken_back.receipt
        words = one_line(reason)
        if not words or len(words) > MAX_REASON_LENGTH:
            says = "Say in a few words what is wrong with the entry." if not words else "Use fewer words."
            raise ValidationFailed(FieldError("reason", says))
        return _keep(conn, by, _withdrawal(by, act.kept, words, now))


def _approval(by: Recorder, desk: ReviewPage, given: Approval, now: datetime) -> EvidenceRecord:
    text, delegated = desk.text(given.version), one_line(given.delegated_by)
    number = text.number if text else one_line(given.version_words)
    name = dict(desk.approvers)[given.approver]
    entry = _entry(by, desk, now, subject=APPROVE, cycle=f"approved/{given.day}")
    said = [given.approver, one_line(given.minute), text.sha256_bytes if text else number]
    return replace(
        entry,
        idempotency_key=json.dumps([entry.idempotency_key, *said], ensure_ascii=False),
        person=given.approver,
        person_name=name,
        acted_on=given.day or entry.acted_on,
        statement=f"{name} approved {desk.policy.title}, version {number}.",
        version_number=number,
        sha256_bytes=text.sha256_bytes if text else None,
        sha256_text=text.sha256_text if text else None,
        words=f"Let approve by minute {delegated}." if delegated else None,
        until_on=given.next_day,
        reference=one_line(given.minute),
    )


def _entry(by: Recorder, desk: ReviewPage, now: datetime, *, subject: str, cycle: str) -> EvidenceRecord:
    """Begin an entry. What was taken back since makes the same words another act."""
    obligation = desk.review.obligation
    key = obligation.key if obligation is not None else ""
    taken_back = sum(act.taken_back is not None for act in desk.acts)
    return EvidenceRecord(
        idempotency_key=json.dumps(["desk", by.school, key, subject, cycle, taken_back]),
        school=by.school,
        obligation=key,
        person=by.person,
        person_name=by.name,
        acted_on=local_date(now),
        recorded_at=now,
        identified_by=by.identified_by,
        channel="web",
        cycle=cycle,
        subject=subject,
        policy=desk.policy.key,
        policy_title=desk.policy.title,
    )


def _withdrawal(by: Recorder, kept: StoredEvidence, words: str, now: datetime) -> EvidenceRecord:
    """Write the entry that takes another back: about the same thing, with the reason, dated today."""
    return replace(
        kept.record,
        idempotency_key=json.dumps(["taken back", kept.receipt]),
        acted_on=local_date(now),
        recorded_at=now,
        identified_by=by.identified_by,
        channel="web",
        outcome=Outcome.WITHDRAWN,
        typed_name=None,
        witness=None,
        words=words,
        reference=kept.receipt,
    )


def _keep(conn: Connection, by: Recorder, entry: EvidenceRecord) -> str:
    noted = EvidenceNote(f"person:{by.person}", f"review recorded: {entry.outcome.value}")
    return record_evidence.record(conn, entry, noted)
