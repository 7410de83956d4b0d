"""The clerk's desk: approvals with their minute, drafts that came, who prepares; put right by later ones."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from bot.actions.gather import school_day
from bot.actions.review_rules import (
    Approval,
    HandOver,
    plain,
    recorded_already,
    wrong_with_approval,
    wrong_with_hand_over,
)
from bot.actions.review_view import PolicyDesk, open_now
from bot.actions.sign import Refusal, Refused
from bot.domain.evidence import Outcome
from bot.domain.policies import Delegation
from bot.domain.reviews import APPROVE, DRAFT
from bot.store import evidence, ledger, reviews
from bot.store.engine import Connection, Store
from bot.store.evidence import EvidenceRecord, Kept, Noted
from bot.store.forms import do_once

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who records, where, and how they are known. `form`: what they sent, done once; None: no form."""

    setting: str
    person: str
    name: str
    how: str
    form: str | None = None

    @property
    def identified_by(self) -> str:
        return f"recorded by {self.name}, signed in ({self.how})"


def record_approval(store: Store, by: Recorder, policy: str, given: Approval, now: datetime) -> str:
    """Keep an approval with its ledger entry, and give the receipt. The same approval twice is one record.

    Raises Refused, with every reason, when something is not right yet; DoneAlready when this form recorded
    it before and it was taken back since.
    """
    with store.writing() as conn:
        reviews.lock_policy(conn, by.setting, policy)
        desk = open_now(conn, by.setting, policy, now)
        known = recorded_already(desk, given)
        refusals = tuple(wrong_with_approval(desk, given, school_day(now), known))
        if refusals:
            raise Refused(*refusals)
        if known:
            return known.receipt
        do_once(conn, by.form, now)
        return _keep(conn, by, _approval(by, desk, given, now))


def record_draft(store: Store, by: Recorder, policy: str, now: datetime) -> str:
    """Note that the draft for the coming review is here, and give the receipt."""
    with store.writing() as conn:
        reviews.lock_policy(conn, by.setting, policy)
        desk = open_now(conn, by.setting, policy, now)
        due = desk.review.due
        if desk.review.obligation is None or due is None:
            raise Refused(Refusal("ready", "This policy has no review date yet, so no draft is awaited."))
        do_once(conn, by.form, now)
        place = f"{desk.review.meeting.on.isoformat()}/" if desk.review.meeting else ""
        cycle = f"{due.due_on.isoformat()}/{place}{DRAFT}"
        says = f"The draft for the review of {desk.policy.title} is here."
        entry = _entry(by, desk, now, subject=DRAFT, cycle=cycle)
        return _keep(conn, by, replace(entry, statement=says))


def hand_over(store: Store, by: Recorder, policy: str, given: HandOver, now: datetime) -> None:
    """Let somebody else prepare the coming review, by a day; or give it back to the owner."""
    today = school_day(now)
    with store.writing() as conn:
        reviews.lock_policy(conn, by.setting, policy)
        desk = open_now(conn, by.setting, policy, now)
        refusals = tuple(wrong_with_hand_over(desk, given, today))
        if refusals:
            raise Refused(*refusals)
        by_on = given.day
        to = Delegation(given.person, by_on, today) if given.person and by_on else None
        found = desk.snapshot.delegations.get((by.setting, policy))
        if (found and (found.person, found.by_on)) == (to and (to.person, to.by_on)):
            return
        do_once(conn, by.form, now)
        reviews.delegate(conn, by.setting, policy, to=to, by=by.person, now=now)
        said = {"to": to.person if to else None, "by": to.by_on.isoformat() if to else None}
        ledger.append(
            conn,
            at=now,
            actor=f"person:{by.person}",
            action="review handed over",
            subject=f"policy:{by.setting}/{policy}",
            data=said,
        )


def take_back(store: Store, by: Recorder, policy: str, *, receipt: str, reason: str, now: datetime) -> str:
    """Correct an entry by a later one that takes it back; the first stays to be read. Give the receipt."""
    with store.writing() as conn:
        reviews.lock_policy(conn, by.setting, policy)
        desk = open_now(conn, by.setting, policy, now)
        act = next((one for one in desk.acts if one.kept.receipt == receipt), None)
        if act is None or act.kept.record.outcome is not Outcome.DONE:
            raise Refused(Refusal("reason", "There is no entry of this number here. Look at the list again."))
        if act.taken_back is not None:
            return act.taken_back.receipt
        words = plain(reason)
        if not words or len(words) > LONGEST_REASON:
            says = "Say in a few words what is wrong with the entry." if not words else "Use fewer words."
            raise Refused(Refusal("reason", says))
        return _keep(conn, by, _withdrawal(by, act.kept, words, now))


def _approval(by: Recorder, desk: PolicyDesk, given: Approval, now: datetime) -> EvidenceRecord:
    text, delegated = desk.text(given.version), plain(given.delegated_by)
    number = text.number if text else plain(given.version_words)
    name = dict(desk.approvers)[given.approver]
    entry = _entry(by, desk, now, subject=APPROVE, cycle=f"approved/{given.day}")
    said = [given.approver, plain(given.minute), text.sha256_bytes if text else number]
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
        reference=plain(given.minute),
    )


def _entry(by: Recorder, desk: PolicyDesk, now: datetime, *, subject: str, cycle: str) -> EvidenceRecord:
    """Begin an entry. What was taken back since makes the same words another act."""
    obligation = desk.review.obligation
    key = obligation.key if obligation is not None else ""
    taken_back = sum(act.taken_back is not None for act in desk.acts)
    return EvidenceRecord(
        idempotency_key=json.dumps(["desk", by.setting, key, subject, cycle, taken_back]),
        setting=by.setting,
        obligation=key,
        person=by.person,
        person_name=by.name,
        acted_on=school_day(now),
        recorded_at=now,
        identified_by=by.identified_by,
        channel="web",
        cycle=cycle,
        subject=subject,
        policy=desk.policy.key,
        policy_title=desk.policy.title,
    )


def _withdrawal(by: Recorder, kept: Kept, words: str, now: datetime) -> EvidenceRecord:
    """Write the entry that takes another back: about the same thing, with the reason, dated today."""
    return replace(
        kept.record,
        idempotency_key=json.dumps(["taken back", kept.receipt]),
        acted_on=school_day(now),
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
    noted = Noted(f"person:{by.person}", f"review recorded: {entry.outcome.value}")
    return evidence.record(conn, entry, noted)
