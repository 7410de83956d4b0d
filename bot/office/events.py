"""Events that Handbell cannot see: recorded by the office, which is shown first who will be asked what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.dates import long_date, parse_date
from bot.core.text import NO_PASSWORDS, looks_like_a_password
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Store
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.planning.duties import list_duties, planning_context
from bot.planning.duty_view import RuleTargets, asked_by_rule
from bot.planning.events import OF_CASES, rings_when, waiting
from bot.planning.mentions import involved
from bot.planning.record_events import short, take_back, write
from bot.planning.snapshot import Snapshot
from bot.records import evidence as record_evidence
from bot.records.evidence import RecordedEvent
from bot.rules.evidence import Event
from bot.rules.obligations import Obligation
from bot.rules.people import School
from bot.services import Services

OLDEST, FURTHEST = timedelta(days=60), timedelta(days=60)
LONGEST_NOTE = 200
# What was recorded on the page, and may be taken back there.
TOLD = "told-"
NOT_HERE = "Choose what happened."


@dataclass(frozen=True, slots=True)
class EventOption:
    """An event that rules here wait for. `rings`: what rings it by itself; `of_case`: a case keeps it."""

    name: str
    rules: tuple[Obligation, ...]
    rings: tuple[str, ...]
    of_case: bool


@dataclass(frozen=True, slots=True)
class EventInput:
    """An event as it was typed."""

    name: str = ""
    on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class EventPreview:
    """What recording an event will do. `named`: who may be named in its note; `again`: it stands already."""

    event: Event
    asked: tuple[RuleTargets, ...]
    named: tuple[str, ...]
    again: bool


def choices(snapshot: Snapshot, school: str, *, of_cases: bool) -> tuple[EventOption, ...]:
    """Return the events that the rules of a school wait for; those of cases only where `of_cases`."""
    names = waiting(one for one in snapshot.obligations if one.school == school)
    return tuple(
        EventOption(name, tuple(rules), rings_when(name, names), name in OF_CASES)
        for name, rules in names.items()
        if of_cases or name not in OF_CASES
    )


def foresee(
    store: Store,
    snapshot: Snapshot,
    school: str,
    known: Iterable[EventOption],
    typed: EventInput,
    now: datetime,
) -> EventPreview:
    """Return who would be asked what by when, by the planner itself. Raises ValidationFailed."""
    today = local_date(now)
    event = _event(snapshot.schools[school], known, typed, today, key="told")
    with store.reading() as conn:
        lately = record_evidence.recorded_since(conn, school, event.on)
    looked = planning_context(snapshot, today)
    names = involved(event.note, (), snapshot.people, looked.rolls[school])
    return EventPreview(
        event,
        tuple(_asked(snapshot, event, today)),
        tuple(sorted(snapshot.people[key].name for key in names)),
        any((one.event.name, one.event.on) == (event.name, event.on) for one in lately),
    )


def record(
    services: Services, known: Iterable[EventOption], typed: EventInput, by: Actor, now: datetime
) -> str:
    """Write down what happened, and give its key. Refused: it cannot be; DoneAlready: this form was sent."""
    said = json.dumps([by.school.key, by.person.key, typed.name, typed.on, typed.note, now.isoformat()])
    key = f"{TOLD}{short(services.form or said)}"
    event = _event(by.school, known, typed, local_date(now), key=key)
    with services.store.writing() as conn:
        claim_submission(conn, services.form, now)
        write(conn, event, now=now, actor=by.actor)
    return key


def undo(store: Store, key: str, by: Actor, now: datetime, *, of_cases: bool) -> bool:
    """Withdraw an event recorded on the page. False: it is not there any more, or not theirs."""
    found = {one.event.key for one in lately(store, by.school.key, now, of_cases=of_cases)}
    if key not in found:
        return False
    with store.writing() as conn:
        return take_back(conn, by.school.key, key, now=now, actor=by.actor)


def lately(store: Store, school: str, now: datetime, *, of_cases: bool) -> list[RecordedEvent]:
    """List what was recorded on the page and is not long over, the latest first."""
    with store.reading() as conn:
        found = record_evidence.recorded_since(conn, school, local_date(now) - OLDEST)
    mine = (one for one in found if one.event.key.startswith(TOLD))
    return [one for one in mine if of_cases or one.event.name not in OF_CASES]


def _asked(snapshot: Snapshot, event: Event, today: date) -> Iterable[RuleTargets]:
    """Group what the rules ask for this event alone, as planning will ask it."""
    looked = planning_context(replace(snapshot, events=(event,)), max(today, event.on))
    ends = f"event:{event.key}"
    mine = (one for one in list_duties(looked) if one.cycle.rpartition("/")[2] == ends)
    return asked_by_rule(snapshot, (one for one in mine if one.obligation.school == event.school))


def _event(school: School, known: Iterable[EventOption], typed: EventInput, today: date, key: str) -> Event:
    """Read what was typed. Raises ValidationFailed: every reason why it cannot be."""
    chosen = next((one for one in known if one.name == typed.name), None)
    on, said = parse_date(typed.on), " ".join(typed.note.split())
    wrong = [] if chosen else [FieldError("event", NOT_HERE)]
    if on is None:
        wrong.append(FieldError("on", "Choose the day, like 2027-01-07."))
    elif not today - OLDEST <= on <= today + FURTHEST:
        says = f"{long_date(on)} is more than two months away. Check the month and the year."
        wrong.append(FieldError("on", says))
    elif on < school.since:
        says = f"Records are kept here since {long_date(school.since)}. Choose a later day."
        wrong.append(FieldError("on", says))
    if len(said) > LONGEST_NOTE:
        wrong.append(FieldError("note", f"Please keep it under {LONGEST_NOTE} characters."))
    elif looks_like_a_password(said):
        wrong.append(FieldError("note", NO_PASSWORDS))
    elif said and chosen and chosen.of_case:
        wrong.append(
            FieldError("note", "Leave the note empty: nothing of a case may stand on a list of duties.")
        )
    if wrong or chosen is None or on is None:
        raise ValidationFailed(*wrong)
    return Event(key, school.key, chosen.name, on, note=said)
