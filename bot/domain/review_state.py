"""Where a whole review stands, whatever its next step is: the same wherever a review is counted or listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.duties import Duty, State
from bot.domain.reviews import MINUTE, SOON

# Somebody answered so, or is away: that says more than a day.
SAID = frozenset({State.DONE, State.PAUSED, State.EXCUSED})


def review_state(
    on: date, due_on: date, *, meeting_on: date | None = None, minute_by: date | None = None
) -> State:
    """Tell where a review stands that nobody has approved.

    `meeting_on`: of the meeting it goes to, or went to lately; that may be long before the review's own day.
    `minute_by`: once it was held, the day by which its minute is asked for.
    """
    if on > due_on:
        return State.OVERDUE
    if minute_by is not None and on > minute_by:
        return State.NO_RECORD
    return State.DUE_SOON if min(due_on, meeting_on or due_on) <= on + SOON else State.DUE


def as_whole(duty: Duty, on: date) -> Duty:
    """Show one step of a review as the whole of it, with the day that makes its state what it is."""
    days = _days(duty.cycle)
    if not days or duty.state in SAID:
        return duty
    minute_by = duty.due_on if duty.subject == MINUTE else None
    state = review_state(on, days[0], meeting_on=days[-1], minute_by=minute_by)
    if state is State.OVERDUE:
        return replace(duty, state=state, due_on=days[0])
    if state is not State.NO_RECORD and duty.due_on is not None and duty.due_on < on:
        return replace(duty, state=state, due_on=min(day for day in days if day >= on))
    return replace(duty, state=state)


def _days(cycle: str) -> list[date]:
    """Read from a step's cycle when its review is due and, where it goes to a meeting, when that is."""
    return [date.fromisoformat(part) for part in cycle.split("/") if part[:1].isdigit()]
