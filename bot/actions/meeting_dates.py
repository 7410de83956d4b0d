"""When governors meet, kept on a page by whoever clerks: reviews are counted back from these days.

The register in the store is changed, and nothing beside it, as on the office's settings page. A meeting that
was moved keeps its key, so that calendars move it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.actions.configure import change_register
from bot.actions.gather import school_day
from bot.actions.office_questions import Doer
from bot.actions.review_rules import read_day
from bot.actions.sign import Refusal, Refused
from bot.domain.cycles import in_words
from bot.domain.meetings import Body, Meeting
from bot.domain.register import Register
from bot.services import Services

FURTHEST = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Typed:
    """A meeting as it was typed: days as 2026-12-03; no `papers_on`: the body's usual clear days before."""

    on: str = ""
    papers_on: str = ""


def coming(body: Body, today: date) -> list[Meeting]:
    """List the meetings of a body from today on, the next first."""
    return sorted((one for one in body.meetings if one.on >= today), key=lambda one: one.on)


def add_meeting(services: Services, body: str, typed: Typed, by: Doer, now: datetime) -> None:
    """Add a meeting of a body; the same one again changes nothing.

    Refused: days that cannot be; DoneAlready: this form added it before, wherever it is now.
    """
    on, papers_on = _days(typed, school_day(now))

    def add(known: Body) -> Body:
        if Meeting(on.isoformat(), on, papers_on) in known.meetings:
            return known
        _refuse_twice(known.meetings, on)
        return _with(known, [*known.meetings, Meeting(_free_key(known, on), on, papers_on)])

    _change(services, body, add, by, now)


def move_meeting(services: Services, body: str, key: str, typed: Typed, by: Doer, now: datetime) -> None:
    """Give a coming meeting another day, or its papers one. Refused: days that cannot be."""
    today = school_day(now)
    on, papers_on = _days(typed, today)

    def move(known: Body) -> Body:
        moved = _coming(known, key, today)
        others = [one for one in known.meetings if one.key != key]
        _refuse_twice(others, on)
        return _with(known, [*others, replace(moved, on=on, papers_on=papers_on)])

    _change(services, body, move, by, now)


def call_off_meeting(services: Services, body: str, key: str, by: Doer, now: datetime) -> None:
    """Take a coming meeting off; its reviews go to another one, and whoever prepares them hears so."""
    today = school_day(now)

    def call_off(known: Body) -> Body:
        if not any(one.key == key for one in known.meetings):
            return known
        _coming(known, key, today)
        return _with(known, [one for one in known.meetings if one.key != key])

    _change(services, body, call_off, by, now)


def lines_for_the_file(bodies: Iterable[Body]) -> str:
    """Write the meetings as a register file says them."""
    lines = ["bodies:"]
    for body in bodies:
        lines += [f"  - key: {body.key}", "    meetings:" if body.meetings else "    meetings: []"]
        for one in body.meetings:
            papers = f", papers_by: {one.papers_on}" if one.papers_on else ""
            lines.append(f"      - {{on: {one.on}{papers}}}")
    return "\n".join(lines)


def _days(typed: Typed, today: date) -> tuple[date, date | None]:
    on = _day("on", typed.on)
    papers_on = _day("papers_on", typed.papers_on) if typed.papers_on.strip() else None
    if on < today:
        raise Refused(Refusal("on", "This day has passed. Choose a day that is still to come."))
    if on > today + FURTHEST:
        raise Refused(Refusal("on", f"{in_words(on)} is more than two years away. Check the year."))
    if papers_on is not None and papers_on >= on:
        raise Refused(Refusal("papers_on", "Papers go out before the meeting. Choose an earlier day."))
    return on, papers_on


def _day(field: str, typed: str) -> date:
    found = read_day(typed)
    if found is None:
        raise Refused(Refusal(field, "Choose the day, like 2027-01-07."))
    return found


def _refuse_twice(meetings: Iterable[Meeting], on: date) -> None:
    if any(one.on == on for one in meetings):
        raise Refused(Refusal("on", f"It meets on {in_words(on)} already."))


def _coming(body: Body, key: str, today: date) -> Meeting:
    found = next((one for one in body.meetings if one.key == key and one.on >= today), None)
    if found is None:
        raise Refused(Refusal("on", "This meeting is not among the coming ones any more. Look at the list."))
    return found


def _free_key(body: Body, on: date) -> str:
    """Name a meeting by its day, or where one that was moved bears that name, by the day and a number."""
    taken, key, number = {one.key for one in body.meetings}, on.isoformat(), 2
    while key in taken:
        key, number = f"{on}-{number}", number + 1
    return key


def _with(body: Body, meetings: Iterable[Meeting]) -> Body:
    return replace(body, meetings=tuple(sorted(meetings, key=lambda one: one.on)))


def _change(services: Services, body: str, change: Callable[[Body], Body], by: Doer, now: datetime) -> None:
    def changed(known: Register) -> Register:
        bodies = tuple(change(one) if one.key == body else one for one in known.bodies)
        if body not in {one.key for one in bodies}:
            raise Refused(Refusal("body", "Choose who meets."))
        return replace(known, bodies=bodies)

    change_register(services.store, by.setting.key, changed, now=now, actor=by.actor, form=by.form)
