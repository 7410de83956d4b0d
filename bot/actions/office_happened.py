"""Something happened: the office records what Handbell cannot see, once it sees who will be asked what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.actions.accounts import NO_PASSWORDS
from bot.actions.gather import school_day
from bot.actions.happened import short, take_back, write
from bot.actions.office_questions import Doer
from bot.actions.review_rules import read_day
from bot.actions.sign import Refusal, Refused
from bot.domain.account_guard import looks_like_a_password
from bot.domain.cycles import in_words
from bot.domain.duties import Duty, State
from bot.domain.evidence import Event
from bot.domain.happenings import OF_CASES, rings_when, waiting
from bot.domain.obligations import Obligation
from bot.domain.owing import look, owing
from bot.domain.people import Setting
from bot.domain.report_names import involved
from bot.domain.snapshot import Snapshot
from bot.services import Services
from bot.store import events
from bot.store.engine import Store
from bot.store.events import Recorded
from bot.store.forms import do_once

OLDEST, FURTHEST = timedelta(days=60), timedelta(days=60)
LONGEST_NOTE = 200
# What was recorded on the page, and may be taken back there.
TOLD = "told-"
NOT_HERE = "Choose what happened."


@dataclass(frozen=True, slots=True)
class Choice:
    """An event that rules here wait for. `rings`: what rings it by itself; `of_case`: a case keeps it."""

    name: str
    rules: tuple[Obligation, ...]
    rings: tuple[str, ...]
    of_case: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody says that happened."""

    name: str = ""
    on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one rule will ask: whom, by name, and by when. `done`: of how many it is done already."""

    rule: Obligation
    people: tuple[str, ...]
    due_on: date | None
    done: int = 0


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What recording an event will do. `named`: who may be named in its note; `again`: it stands already."""

    event: Event
    asked: tuple[Asked, ...]
    named: tuple[str, ...]
    again: bool


def choices(snapshot: Snapshot, setting: str, *, of_cases: bool) -> tuple[Choice, ...]:
    """List the events that the rules of a setting wait for: those of cases only for whoever may have one."""
    names = waiting(one for one in snapshot.obligations if one.setting == setting)
    return tuple(
        Choice(name, tuple(rules), rings_when(name, names), name in OF_CASES)
        for name, rules in names.items()
        if of_cases or name not in OF_CASES
    )


def foresee(
    store: Store, snapshot: Snapshot, setting: str, known: Iterable[Choice], typed: Typed, now: datetime
) -> Foreseen:
    """Say who would be asked what by when, from the rules that will ask them. Refused: it cannot be."""
    today = school_day(now)
    event = _event(snapshot.settings[setting], known, typed, today, key="told")
    with store.reading() as conn:
        lately = events.recorded_since(conn, setting, event.on)
    looked = look(snapshot, today)
    names = involved(event.note, (), snapshot.people, looked.rolls[setting])
    return Foreseen(
        event,
        tuple(_asked(snapshot, event, today)),
        tuple(sorted(snapshot.people[key].name for key in names)),
        any((one.event.name, one.event.on) == (event.name, event.on) for one in lately),
    )


def record(services: Services, known: Iterable[Choice], typed: Typed, by: Doer, now: datetime) -> str:
    """Write down what happened, and give its key. Refused: it cannot be; DoneAlready: this form was sent."""
    said = json.dumps([by.setting.key, by.person.key, typed.name, typed.on, typed.note, now.isoformat()])
    key = f"{TOLD}{short(services.form or said)}"
    event = _event(by.setting, known, typed, school_day(now), key=key)
    with services.store.writing() as conn:
        do_once(conn, services.form, now)
        write(conn, event, now=now, actor=by.actor)
    return key


def undo(store: Store, key: str, by: Doer, now: datetime, *, of_cases: bool) -> bool:
    """Take back what was recorded on the page. False: it is not there any more, or not theirs."""
    found = {one.event.key for one in lately(store, by.setting.key, now, of_cases=of_cases)}
    if key not in found:
        return False
    with store.writing() as conn:
        return take_back(conn, by.setting.key, key, now=now, actor=by.actor)


def lately(store: Store, setting: str, now: datetime, *, of_cases: bool) -> list[Recorded]:
    """List what was recorded on the page and is not long over, the latest first."""
    with store.reading() as conn:
        found = events.recorded_since(conn, setting, school_day(now) - OLDEST)
    mine = (one for one in found if one.event.key.startswith(TOLD))
    return [one for one in mine if of_cases or one.event.name not in OF_CASES]


def _asked(snapshot: Snapshot, event: Event, today: date) -> Iterable[Asked]:
    """Group what the rules ask for this event alone, as planning will ask it."""
    looked = look(replace(snapshot, events=(event,)), max(today, event.on))
    ends = f"event:{event.key}"
    mine = (one for one in owing(looked) if one.cycle.rpartition("/")[2] == ends)
    return asked_by_rule(snapshot, (one for one in mine if one.obligation.setting == event.setting))


def asked_by_rule(snapshot: Snapshot, duties: Iterable[Duty]) -> Iterator[Asked]:
    """Group duties by their rule and day, with the names of those who still owe them."""
    found: dict[tuple[str, date | None], list[Duty]] = {}
    for duty in duties:
        found.setdefault((duty.obligation.key, duty.due_on), []).append(duty)
    for (_, due_on), some in found.items():
        people = {snapshot.people[one.person].name for one in some if one.state is not State.DONE}
        done = len({one.person for one in some if one.state is State.DONE})
        yield Asked(some[0].obligation, tuple(sorted(people)), due_on, done)


def _event(setting: Setting, known: Iterable[Choice], typed: Typed, today: date, key: str) -> Event:
    """Read what was typed. Refused: every reason why it cannot be."""
    chosen = next((one for one in known if one.name == typed.name), None)
    on, said = read_day(typed.on), " ".join(typed.note.split())
    wrong = [] if chosen else [Refusal("event", NOT_HERE)]
    if on is None:
        wrong.append(Refusal("on", "Choose the day, like 2027-01-07."))
    elif not today - OLDEST <= on <= today + FURTHEST:
        says = f"{in_words(on)} is more than two months away. Check the month and the year."
        wrong.append(Refusal("on", says))
    elif on < setting.since:
        says = f"Records are kept here since {in_words(setting.since)}. Choose a later day."
        wrong.append(Refusal("on", says))
    if len(said) > LONGEST_NOTE:
        wrong.append(Refusal("note", f"Please keep it under {LONGEST_NOTE} characters."))
    elif looks_like_a_password(said):
        wrong.append(Refusal("note", NO_PASSWORDS))
    elif said and chosen and chosen.of_case:
        wrong.append(
            Refusal("note", "Leave the note empty: nothing of a case may stand on a list of duties.")
        )
    if wrong or chosen is None or on is None:
        raise Refused(*wrong)
    return Event(key, setting.key, chosen.name, on, note=said)
