"""Holds of reminders, begun and ended early: each is an entry, with its ledger line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.planning.snapshot import Snapshot
from bot.records import ledger
from bot.records.reminder_holds import add_reminder_hold, load_reminder_holds
from bot.rules.reminder_holds import MAX_HOLD, REASONS, ReminderHold, Scope


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """What a form asks for: what to hold, why, and the last day."""

    scope: str
    person: str
    rule: str
    reason: str
    until: date | None

    @property
    def about(self) -> str:
        return {Scope.PERSON.value: self.person, Scope.RULE.value: self.rule}.get(self.scope, "")


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold with what it is about and who set it, by name."""

    hold: ReminderHold
    about: str
    by: str


def holds_of(snapshot: Snapshot, school: str, today: date) -> tuple[HoldRow, ...]:
    """List the holds of a school that are in force or to come, the one that ends first at the top."""
    mine = (one for one in snapshot.reminder_holds if one.school == school and today <= one.until_on)
    return tuple(_row(snapshot, one) for one in sorted(mine, key=lambda one: (one.until_on, one.about)))


def put_on_hold(store: Store, snapshot: Snapshot, asked: HoldRequest, by: Actor, now: datetime) -> None:
    """Hold reminders back from today. Raises ValidationFailed, and AlreadySubmitted."""
    today = local_date(now)
    refusals = tuple(_wrong(snapshot, asked, by, today))
    if refusals or asked.until is None:
        raise ValidationFailed(*refusals)
    one = ReminderHold(
        by.school.key, Scope(asked.scope), asked.about, asked.reason, today, asked.until, by.person.key
    )
    with store.writing() as conn:
        claim_submission(conn, by.form, now)
        add_reminder_hold(conn, one, now)
        _note(conn, "put reminders on hold", one, by, now)


def end_hold(store: Store, scope: str, about: str, by: Actor, now: datetime) -> None:
    """End a hold today: reminders go on with the next plan. Raises ValidationFailed, and AlreadySubmitted."""
    today = local_date(now)
    with store.writing() as conn:
        claim_submission(conn, by.form, now)
        found = load_reminder_holds(conn, (by.school.key,), today)
        hold = next((one for one in found if (one.scope, one.about) == (scope, about)), None)
        if hold is None:
            raise ValidationFailed(FieldError("main", "This hold has ended already."))
        ended = replace(hold, until_on=min(today, hold.from_on) - timedelta(days=1), by=by.person.key)
        add_reminder_hold(conn, ended, now)
        _note(conn, "ended a hold of reminders", hold, by, now)


def _wrong(snapshot: Snapshot, asked: HoldRequest, by: Actor, today: date) -> Iterator[FieldError]:
    if asked.scope not in set(Scope):
        yield FieldError("scope", "Choose what to hold.")
    rules = {one.key for one in snapshot.obligations if one.school == by.school.key}
    person = snapshot.people.get(asked.person)
    if asked.scope == Scope.PERSON and (person is None or person.membership(by.school.key) is None):
        yield FieldError("person", "Choose a person.")
    if asked.scope == Scope.RULE and asked.rule not in rules:
        yield FieldError("rule", "Choose a rule.")
    if asked.reason not in REASONS:
        yield FieldError("reason", "Choose a reason.")
    if asked.until is None:
        yield FieldError("until", "Enter the last day, for example 4 December 2026.")
    elif asked.until < today:
        yield FieldError("until", "The last day must be today or later.")
    elif asked.until > today + MAX_HOLD:
        yield FieldError("until", "Reminders can be on hold for 14 days at most.")


def _row(snapshot: Snapshot, one: ReminderHold) -> HoldRow:
    titles = {rule.key: rule.title for rule in snapshot.obligations if rule.school == one.school}
    names = {key: person.name for key, person in snapshot.people.items()}
    about = {Scope.SCHOOL: "Everyone", Scope.PERSON: names.get(one.about, one.about)}
    return HoldRow(one, about.get(one.scope, titles.get(one.about, one.about)), names.get(one.by, one.by))


def _note(conn: Connection, action: str, one: ReminderHold, by: Actor, now: datetime) -> None:
    data = {"scope": one.scope.value, "about": one.about, "reason": one.reason, "until": str(one.until_on)}
    ledger.append(conn, at=now, actor=by.actor, action=action, subject=f"setting:{one.school}", data=data)
