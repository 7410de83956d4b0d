"""What the school does about one person's task: remind them now, excuse them, undo that, take a record out.

Each is a new entry of evidence or a message, with its line in the ledger; nothing is deleted. Reasons come
from a list, so that no one's health is ever written down.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.clock import local_date
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.planning.daily_limit import BUDGET, WRITTEN
from bot.planning.duties import PlanningContext, list_duties, planning_context
from bot.planning.duty_view import only_told
from bot.planning.plan import (
    ASKED_BY_HAND,
    NO_ADDRESS,
    NO_TERMS,
    NOT_TODAY,
    NOT_YET,
    ON_HOLD,
    PRESSING,
    REFUSED,
    plan_on_request,
    why_not_on_request,
)
from bot.planning.plan import Plan as DayPlan
from bot.planning.queue_store import enqueue
from bot.planning.service import windows
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import ledger, school_plan
from bot.records.evidence import EvidenceNote, EvidenceRecord, StoredEvidence
from bot.rules.duties import Duty, State
from bot.rules.evidence import EXCUSED_FOR, NOT_APPLICABLE, Outcome
from bot.services import Services
from bot.signing.excuses import Excuse, TaskKey, entry_about, excuse_from, may_excuse

# What someone else entered for a person. What they answered themselves is theirs.
ENTERED_BY_OTHERS = frozenset({"paper", "certificate", "confirmation", "import"})
WHY_NOT: Mapping[str, str] = {
    WRITTEN: "Already emailed today. You can remind them tomorrow.",
    BUDGET: "They have had this week’s emails. You can remind them next week.",
    ASKED_BY_HAND: "Reminded in the last 7 days. Speak to them instead.",
    NO_ADDRESS: "No email address. Speak to them, or use paper.",
    REFUSED: "Their email is being rejected. Correct the address first.",
    NOT_TODAY: "Not a working day for them. You can remind them on their next one.",
    NO_TERMS: "Term dates have run out. Add the next ones first.",
    NOT_YET: "Not due yet.",
    ON_HOLD: "Your school has put reminders on hold.",
}
HOURS_OVER = "Emails have stopped for today. You can remind them tomorrow."
CLOSED = "This has been done, or has changed. Go back and look again."


def reasons_not_to_remind(snapshot: Snapshot, person: str, now: datetime) -> dict[tuple[str, str], str]:
    """Map each open task of a person, by rule and cycle, to why they may not be reminded; empty: they may."""
    looked = planning_context(snapshot, local_date(now))
    owed = (duty for duty in list_duties(looked, person) if duty.state in PRESSING)
    return {
        (duty.obligation.key, duty.cycle): _why_not(looked, duty, now)
        for duty in owed
        if not only_told(snapshot, looked.rolls[duty.obligation.school], duty)
    }


def remind_now(services: Services, tasks: Collection[TaskKey], by: Actor, now: datetime) -> int:
    """Queue one message to one person about these tasks of theirs. Return of how many tasks it is.

    Raises ValidationFailed with the reason where they may be reminded of none of them, and AlreadySubmitted.
    """
    today, school = local_date(now), by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        school_plan.lock(conn, (school,))
        looked = planning_context(load_snapshot(conn, today, (school,)), today)
        owed = list(_duties(looked, tasks))
        why = [_why_not(looked, duty, now) for duty in owed]
        message = plan_on_request(looked, [duty for duty, no in zip(owed, why, strict=True) if not no])
        if message is None:
            raise ValidationFailed(FieldError("main", next(iter(why), CLOSED)))
        queued = enqueue(conn, DayPlan(today, (message,), ()), windows(looked.snapshot, today, now), now)
        if not queued.messages:
            raise ValidationFailed(FieldError("main", WHY_NOT[WRITTEN]))
        school_plan.mark_changed(conn, (school,))
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="reminded a person by hand",
            subject=f"person:{message.person}",
            data={"setting": school, "tasks": [item.duty.obligation.key for item in message.items]},
        )
    return queued.notices


def excuse(store: Store, task: TaskKey, given: Excuse, by: Actor, now: datetime) -> str:
    """Excuse a person from a task until a day, or from a rule for good. Return the receipt of the entry.

    Raises ValidationFailed, and AlreadySubmitted where this form was sent before.
    """
    with store.writing() as conn:
        claim_submission(conn, by.form, now)
        duty, name = _task(conn, task, by, now)
        return excuse_from(conn, duty, name, given, by, now)


def ask_again(store: Store, task: TaskKey, by: Actor, now: datetime) -> str:
    """End an excuse of the school's: the person is asked again from today. Return the entry's receipt."""
    with store.writing() as conn:
        claim_submission(conn, by.form, now)
        duty, name = _task(conn, task, by, now)
        acts = record_evidence.for_duty(conn, by.school.key, task.obligation, task.person)
        given = school_excuse(acts, duty.subject)
        if duty.state is not State.EXCUSED or given is None:
            raise ValidationFailed(FieldError("main", CLOSED))
        record = replace(
            entry_about(duty, name, Outcome.ANSWERED, by, now),
            cycle=given.record.cycle,
            words="Asked again.",
            reference=given.record.reference,
        )
        return record_evidence.record(
            conn, record, EvidenceNote(by.actor, "asked again", {"person": task.person})
        )


def school_excuse(acts: Collection[StoredEvidence], subject: str | None) -> StoredEvidence | None:
    """Return the excuse that the school gave last of a task, if nothing was said of it since."""
    about = [one for one in acts if one.record.subject in (None, subject)]
    last = about[-1] if about else None
    if last is None or last.record.outcome is not Outcome.EXCUSED:
        return None
    return last if last.record.reference in EXCUSED_FOR.keys() | NOT_APPLICABLE.keys() else None


def take_out(store: Store, receipt: str, by: Actor, now: datetime) -> str:
    """Withdraw a record that someone entered for a person by mistake. Return the withdrawal's receipt.

    The record stays; it no longer counts. Raises ValidationFailed where it is not one of those.
    """
    with store.writing() as conn:
        claim_submission(conn, by.form, now)
        kept = record_evidence.find(conn, receipt)
        if kept is None or not may_take_out(kept, by.school.key, by.person.key):
            raise ValidationFailed(FieldError("main", CLOSED))
        acts = record_evidence.for_duty(conn, by.school.key, kept.record.obligation, kept.record.person)
        if kept.receipt not in {one.receipt for one in record_evidence.in_force(acts)}:
            raise ValidationFailed(FieldError("main", "This record has been taken out already."))
        of = kept.record
        record = EvidenceRecord(
            idempotency_key=json.dumps(["taken out", receipt]),
            school=of.school,
            obligation=of.obligation,
            person=of.person,
            person_name=of.person_name,
            acted_on=max(local_date(now), of.acted_on),
            recorded_at=now,
            identified_by=f"{by.person.name}, {by.identified_by}",
            channel="web",
            outcome=Outcome.WITHDRAWN,
            cycle=of.cycle,
            subject=of.subject,
            words="Entered by mistake.",
            reference=receipt,
        )
        noted = EvidenceNote(by.actor, "took a record out", {"person": of.person, "record": receipt})
        return record_evidence.record(conn, record, noted)


def may_take_out(kept: StoredEvidence, school: str, reader: str) -> bool:
    """Return whether a record was entered for someone else, so that it may have been a mistake."""
    of = kept.record
    entered = of.outcome is Outcome.DONE and of.channel in ENTERED_BY_OTHERS
    return entered and of.school == school and of.person != reader


def _why_not(looked: PlanningContext, duty: Duty, now: datetime) -> str:
    reason = why_not_on_request(looked, duty)
    if reason:
        return WHY_NOT.get(reason, CLOSED)
    message = plan_on_request(looked, [duty])
    assert message is not None
    opens_at, closes_at = windows(looked.snapshot, looked.on, now)(message)
    return "" if opens_at < closes_at else HOURS_OVER


def _duties(looked: PlanningContext, tasks: Collection[TaskKey]) -> Iterator[Duty]:
    for person in {one.person for one in tasks}:
        for duty in list_duties(looked, person):
            if TaskKey(person, duty.obligation.key, duty.cycle) in tasks:
                yield duty


def _task(conn: Connection, task: TaskKey, by: Actor, now: datetime) -> tuple[Duty, str]:
    """Find a task as it stands, and its person's name. Raises ValidationFailed where `by` may not."""
    today = local_date(now)
    snapshot = load_snapshot(conn, today, (by.school.key,))
    duty = next(_duties(planning_context(snapshot, today), (task,)), None)
    if duty is None or duty.state is State.DONE:
        raise ValidationFailed(FieldError("main", CLOSED))
    mine = snapshot.people[by.person.key].membership(by.school.key)
    if mine is None or not may_excuse(mine.usual_roles, by.person.key, task.person, duty.obligation):
        raise ValidationFailed(FieldError("main", "Someone else has to decide this."))
    return duty, snapshot.people[task.person].name
