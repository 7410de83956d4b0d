"""Answering a check item by item: answers are kept as they come, and an action becomes its owner's task."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core.dates import parse_date
from bot.core.validation import MAX_TEXT_LENGTH, FieldError, ValidationFailed
from bot.database.columns import iso
from bot.database.engine import Connection
from bot.identity.actor import Identification
from bot.planning.duty_view import DutyView
from bot.planning.record_events import short, take_back, write
from bot.records import people as record_people
from bot.records.check_items import CheckKey, add_answers, load_answers
from bot.register.service import change_register_in
from bot.rules import audience, cadence
from bot.rules.check_items import (
    ACTION_EVENT,
    MAX_GIVEN,
    CheckItem,
    ItemAnswer,
    ItemState,
    is_given,
    latest_answers,
)
from bot.rules.evidence import Event
from bot.rules.names import same_name
from bot.rules.obligations import Kind, Obligation, Source
from bot.rules.people import Person
from bot.rules.register import Register
from bot.rules.reminder_ladder import LADDERS

WANTED = {
    "note": "Write what you found in a few words.",
    "count": "Enter a whole number.",
    "link": "Enter the whole address, beginning with https://.",
    "file": "Enter the file’s name, or where it is kept.",
    "date": "Enter the day.",
}
NONE_BECAUSE = "Say in a few words why not."
ACTION_WORDS = "Say in a few words what has to be done."


@dataclass(frozen=True, slots=True)
class GivenItem:
    """What was sent for one item. `owner`: a name; empty: the person who answers."""

    state: str = ""
    given: str = ""
    owner: str = ""
    due_on: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was answered."""
        return not self.state and not self.given.strip()


def check_key(view: DutyView) -> CheckKey:
    """Return the key of the check that a duty is."""
    return CheckKey(
        view.school.key,
        view.obligation.key,
        view.person.key,
        view.cycle,
        view.account.key if view.account else "",
    )


def saved_answers(conn: Connection, view: DutyView) -> tuple[ItemAnswer | None, ...]:
    """Return the newest answer to each item of a duty."""
    if not view.obligation.items:
        return ()
    return latest_answers(view.obligation.items, load_answers(conn, check_key(view)))


def keep_items(
    conn: Connection, view: DutyView, given: Sequence[GivenItem], by: Identification, now: datetime
) -> None:
    """Keep what was answered, item by item. ValidationFailed names each that is not right; none is kept."""
    errors: list[FieldError] = []
    people = record_people.load_people(conn, [view.school.key]) if _has_action(given) else {}
    found: list[ItemAnswer] = []
    for number, (item, one) in enumerate(zip(view.obligation.items, given, strict=False), start=1):
        if one.is_empty:
            continue
        wrong = list(_wrong(number, item, one, view, people))
        errors += wrong
        if not wrong:
            found.append(_answer(item, one, view, people, now))
    if errors:
        raise ValidationFailed(*errors)
    of = check_key(view)
    known = {(one.ask, one.give): one for one in load_answers(conn, of)}
    new = [one for one in found if not _same(known.get((one.ask, one.give)), one)]
    add_answers(conn, of, new, by.by, now)
    for answer in new:
        before = known.get((answer.ask, answer.give))
        if before is not None and before.state is ItemState.ACTION:
            take_back(conn, of.school, _action_key(of, before), now=now, actor=f"person:{of.person}")
        if answer.state is ItemState.ACTION:
            _start_action(conn, of, answer, view, now)


def missing_items(conn: Connection, view: DutyView) -> tuple[FieldError, ...]:
    """Name the items that are not answered yet."""
    saved = saved_answers(conn, view)
    return tuple(
        FieldError(f"item_{number}", f"Item {number} is not answered yet.")
        for number, one in enumerate(saved, start=1)
        if one is None
    )


def _has_action(given: Sequence[GivenItem]) -> bool:
    return any(one.state == ItemState.ACTION for one in given)


def _same(before: ItemAnswer | None, now: ItemAnswer) -> bool:
    return before is not None and replace(now, at=before.at, by=before.by) == before


def _wrong(
    number: int, item: CheckItem, one: GivenItem, view: DutyView, people: Mapping[str, Person]
) -> Iterator[FieldError]:
    field = f"item_{number}"
    if one.state not in set(ItemState):
        yield FieldError(field, f"Item {number}: choose an answer.")
        return
    state = ItemState(one.state)
    if len(one.given) > min(MAX_GIVEN, MAX_TEXT_LENGTH):
        yield FieldError(field, f"Item {number}: use at most {MAX_GIVEN} characters.")
    elif not is_given(item, state, one.given):
        says = {
            ItemState.DONE: WANTED[item.give],
            ItemState.NONE: NONE_BECAUSE,
            ItemState.ACTION: ACTION_WORDS,
        }
        yield FieldError(field, f"Item {number}: {says[state]}")
    if state is ItemState.ACTION:
        due_on = parse_date(one.due_on)
        if due_on is None or due_on < view.today:
            yield FieldError(field, f"Item {number}: enter the day by which it is done, from today on.")
        if _owner(one, view, people) is None:
            yield FieldError(field, f"Item {number}: enter the full name of one person who works here.")


def _owner(one: GivenItem, view: DutyView, people: Mapping[str, Person]) -> str | None:
    if not one.owner.strip():
        return view.person.key
    named = [
        person.key
        for person in people.values()
        if same_name(one.owner, person.name) and _works_here(person, view.school.key, view.today)
    ]
    return named[0] if len(named) == 1 else None


def _works_here(person: Person, school: str, today: date) -> bool:
    return any(one.school == school and one.is_staff and one.here_on(today) for one in person.memberships)


def _answer(
    item: CheckItem, one: GivenItem, view: DutyView, people: Mapping[str, Person], now: datetime
) -> ItemAnswer:
    state = ItemState(one.state)
    is_action = state is ItemState.ACTION
    due_on = parse_date(one.due_on) if is_action else None
    owner = (_owner(one, view, people) or "") if is_action else ""
    return ItemAnswer(
        ask=item.ask,
        give=item.give,
        state=state,
        given=one.given.strip(),
        by=view.person.name,
        at=iso(now),
        owner=owner,
        owner_name=people[owner].name if owner else "",
        due_on=due_on.isoformat() if due_on else "",
    )


def _action_key(of: CheckKey, one: ItemAnswer) -> str:
    return f"{ACTION_EVENT}-{short(json.dumps(of.row()), one.ask, one.at)}"


def _start_action(conn: Connection, of: CheckKey, one: ItemAnswer, view: DutyView, now: datetime) -> None:
    """Create an action as a task of its owner, due on its day."""
    _ensure_action_rule(conn, of, view.today, now)
    event = Event(
        _action_key(of, one),
        of.school,
        ACTION_EVENT,
        view.today,
        person=one.owner,
        note=f"{view.title}, {one.ask}: {one.given}",
        due_on=date.fromisoformat(one.due_on),
    )
    write(conn, event, now=now, actor=f"person:{of.person}")


def _ensure_action_rule(conn: Connection, of: CheckKey, today: date, now: datetime) -> None:
    """Add the rule that chases actions to a school that has none."""
    on_action = cadence.parse(f"on event {ACTION_EVENT} within 10 school days")

    def put(known: Register) -> Register:
        if any(one.active and on_action in one.cadence for one in known.obligations):
            return known
        taken = {one.key for one in known.obligations}
        made = Obligation(
            next(key for key in (ACTION_EVENT, f"{ACTION_EVENT}-rule") if key not in taken),
            of.school,
            Kind.CHECK,
            "Do what a check found",
            audience.parse("staff"),
            (on_action,),
            LADDERS["ask"],
            Source(),
            items=(CheckItem("What was done", "note"),),
            since=today,
        )
        return replace(known, obligations=(*known.obligations, made))

    change_register_in(conn, of.school, put, now=now, actor=f"person:{of.person}")
