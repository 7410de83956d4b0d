"""Excusing a person from one task, or from a rule for good: who may, with which reason, and what is recorded.

Reasons come from a list, so that no one's health is ever written down.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.roles import Permission, may
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.identity.actor import Actor
from bot.records import evidence as record_evidence
from bot.records.evidence import EvidenceNote, EvidenceRecord
from bot.rules.duties import Duty
from bot.rules.evidence import EXCUSED_FOR, NOT_APPLICABLE, Outcome
from bot.rules.obligations import Kind, Obligation, is_safeguarding_training

EXCUSED_AT_MOST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class TaskKey:
    """One task of one person, as addresses name it."""

    person: str
    obligation: str
    cycle: str


@dataclass(frozen=True, slots=True)
class Excuse:
    """What the school decided of a task. `lasts`: the rule does not apply to the person, without an end."""

    reason: str
    until: date | None = None
    lasts: bool = False


def may_excuse(roles: Collection[str], reader: str, person: str, rule: Obligation) -> bool:
    """Return whether a reader may excuse a person: never themselves; from safeguarding training, few may."""
    needed = (
        Permission.EXCUSE_FROM_SAFEGUARDING
        if is_safeguarding_training(rule)
        else Permission.EXCUSE_FROM_TASKS
    )
    return reader != person and rule.kind is not Kind.REVIEW and may(frozenset(roles), needed)


def excuse_from(conn: Connection, duty: Duty, name: str, given: Excuse, by: Actor, now: datetime) -> str:
    """Record an excuse of a person, called `name`, with its ledger entry. Return the receipt of the entry.

    Raises ValidationFailed with everything that is wrong with the excuse.
    """
    refusals = tuple(refused(given, local_date(now)))
    if refusals:
        raise ValidationFailed(*refusals)
    words = (NOT_APPLICABLE if given.lasts else EXCUSED_FOR)[given.reason]
    action = "a rule does not apply" if given.lasts else "excused from a task"
    record = replace(
        entry_about(duty, name, Outcome.EXCUSED, by, now),
        cycle=None if given.lasts else act_cycle(duty),
        words=words,
        until_on=None if given.lasts else given.until,
        reference=given.reason,
    )
    data = {"person": duty.person, "reason": given.reason}
    if given.until:
        data["until"] = given.until.isoformat()
    return record_evidence.record(conn, record, EvidenceNote(by.actor, action, data))


def refused(given: Excuse, today: date) -> Iterator[FieldError]:
    """Yield what is wrong with an excuse, by field."""
    if given.reason not in (NOT_APPLICABLE if given.lasts else EXCUSED_FOR):
        yield FieldError("reason", "Choose a reason.")
    if given.lasts:
        return
    if given.until is None:
        yield FieldError("until", "Enter the last day, for example 4 December 2026.")
    elif given.until <= today:
        yield FieldError("until", "Enter a day after today.")
    elif given.until - today > EXCUSED_AT_MOST:
        yield FieldError("until", "Enter a day within the next 12 months.")


def act_cycle(duty: Duty) -> str:
    """Return a cycle as stored in evidence: without the account, which is the subject."""
    return duty.cycle.removeprefix(f"{duty.subject}/") if duty.subject else duty.cycle


def entry_about(duty: Duty, name: str, outcome: Outcome, by: Actor, now: datetime) -> EvidenceRecord:
    """Make an entry about a task, with no reason yet."""
    whole = [
        duty.obligation.school,
        duty.obligation.key,
        duty.person,
        duty.cycle,
        outcome.value,
        now.isoformat(),
    ]
    return EvidenceRecord(
        idempotency_key=json.dumps(["decided of a task", *whole]),
        school=duty.obligation.school,
        obligation=duty.obligation.key,
        person=duty.person,
        person_name=name,
        acted_on=local_date(now),
        recorded_at=now,
        identified_by=f"{by.person.name}, {by.identified_by}",
        channel="web",
        outcome=outcome,
        subject=duty.subject,
    )
