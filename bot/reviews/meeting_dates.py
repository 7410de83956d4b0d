"""Meeting dates, edited by the clerk: reviews are counted back from these days.

Only the stored register is changed. A moved meeting keeps its key, so that calendars move it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.dates import long_date, parse_date
from bot.core.form_start import unless_older
from bot.core.validation import FieldError, ValidationFailed
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.records import register as record_register
from bot.register.part_changes import BODY, PartChange, put_part, undo_part
from bot.rules.meetings import Body, Meeting
from bot.services import Services

FURTHEST = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class MeetingInput:
    """A meeting as it was typed: days as 2026-12-03; no `papers_on`: the body's usual clear days before."""

    on: str = ""
    papers_on: str = ""


def days_of(body: Body, key: str) -> tuple[tuple[date, date | None], ...]:
    """List the day of a meeting with that of its papers; nothing: it was taken off."""
    return tuple((one.on, one.papers_on) for one in body.meetings if one.key == key)


def coming(body: Body, today: date) -> list[Meeting]:
    """List the meetings of a body from today on, the next first."""
    return sorted((one for one in body.meetings if one.on >= today), key=lambda one: one.on)


def add_meeting(services: Services, body: str, typed: MeetingInput, by: Actor, now: datetime) -> None:
    """Add a meeting of a body; the same one again changes nothing.

    Refused: days that cannot be; DoneAlready: this form added it before, wherever it is now.
    """
    on, papers_on = _days(typed, local_date(now))

    def add(known: Body) -> Body:
        if Meeting(on.isoformat(), on, papers_on) in known.meetings:
            return known
        _refuse_twice(known.meetings, on)
        return _with(known, [*known.meetings, Meeting(_free_key(known, on), on, papers_on)])

    _change(services, body, add, by, now)


def move_meeting(
    services: Services, body: str, key: str, typed: MeetingInput, by: Actor, now: datetime
) -> None:
    """Change the day of a coming meeting or of its papers. Raises ValidationFailed for impossible days.

    `by.was`: `start_of` the `days_of` it that the page showed, as for calling it off.
    """
    today = local_date(now)
    on, papers_on = _days(typed, today)

    def move(known: Body) -> Body:
        moved = _coming(known, key, today)
        others = [one for one in known.meetings if one.key != key]
        _refuse_twice(others, on)
        return _with(known, [*others, replace(moved, on=on, papers_on=papers_on)])

    _change(services, body, unless_older(by.was, lambda known: days_of(known, key), move), by, now)


def call_off_meeting(services: Services, body: str, key: str, by: Actor, now: datetime) -> None:
    """Cancel a coming meeting; its reviews go to another one, and those who prepare them are told."""
    today = local_date(now)

    def call_off(known: Body) -> Body:
        if not any(one.key == key for one in known.meetings):
            return known
        _coming(known, key, today)
        return _with(known, [one for one in known.meetings if one.key != key])

    _change(services, body, unless_older(by.was, lambda known: days_of(known, key), call_off), by, now)


def _days(typed: MeetingInput, today: date) -> tuple[date, date | None]:
    on = _day("on", typed.on)
    papers_on = _day("papers_on", typed.papers_on) if typed.papers_on.strip() else None
    if on < today:
        raise ValidationFailed(FieldError("on", "This day has passed. Choose a day that is still to come."))
    if on > today + FURTHEST:
        raise ValidationFailed(
            FieldError("on", f"{long_date(on)} is more than two years away. Check the year.")
        )
    if papers_on is not None and papers_on >= on:
        raise ValidationFailed(
            FieldError("papers_on", "Papers go out before the meeting. Choose an earlier day.")
        )
    return on, papers_on


def _day(field: str, typed: str) -> date:
    found = parse_date(typed)
    if found is None:
        raise ValidationFailed(FieldError(field, "Choose the day, like 2027-01-07."))
    return found


def _refuse_twice(meetings: Iterable[Meeting], on: date) -> None:
    if any(one.on == on for one in meetings):
        raise ValidationFailed(FieldError("on", f"It meets on {long_date(on)} already."))


def _coming(body: Body, key: str, today: date) -> Meeting:
    found = next((one for one in body.meetings if one.key == key and one.on >= today), None)
    if found is None:
        raise ValidationFailed(
            FieldError("on", "This meeting is not among the coming ones any more. Look at the list.")
        )
    return found


def _free_key(body: Body, on: date) -> str:
    """Return a free key for a meeting: its day, with a number if that is taken."""
    taken, key, number = {one.key for one in body.meetings}, on.isoformat(), 2
    while key in taken:
        key, number = f"{on}-{number}", number + 1
    return key


def _with(body: Body, meetings: Iterable[Meeting]) -> Body:
    return replace(body, meetings=tuple(sorted(meetings, key=lambda one: one.on)))


def _change(services: Services, body: str, change: Callable[[Body], Body], by: Actor, now: datetime) -> None:
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        known = record_register.load_register(conn, by.school.key, to_change=True)
        before = next((one for one in known.bodies if one.key == body), None) if known is not None else None
        if before is None:
            raise ValidationFailed(FieldError("body", "Choose who meets."))
        after = change(before)
        if after != before:
            put_part(conn, PartChange(BODY, body, before, after, by.person.key, now), by)


def undo_body(services: Services, body: str, by: Actor, now: datetime) -> None:
    """Undo the latest change of a body or its meetings, until the next emails go by it."""
    undo_part(services, BODY, body, by, now, lambda _conn, _body: None)
