"""Approving bodies and their meetings, and the count back from a review's due date to today's next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.calendar import Calendar, clear_days_before

# A meeting longer before a review is due than this would approve it too early.
AHEAD = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of a body. `papers_on` overrides the clear days when the body's own rules do."""

    key: str
    on: date
    papers_on: date | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """A governing body, committee or trust board that approves policies."""

    key: str
    setting: str
    name: str
    clerk: str | None = None
    chair: str | None = None
    members: frozenset[str] = frozenset()
    meetings: tuple[Meeting, ...] = ()
    clear_days: int = 7
    agenda_days_before_papers: int = 5
    draft_days_before_agenda: int = 10


@dataclass(frozen=True, slots=True)
class CountBack:
    """The days that follow from one meeting: when the draft, the agenda item and the papers are wanted."""

    meeting: Meeting
    draft_on: date
    agenda_on: date
    papers_on: date


@dataclass(frozen=True, slots=True)
class NoMeeting:
    """No meeting of the body can approve in time; `choices` are sentences for the clerk and the head."""

    due_on: date
    next_meeting: Meeting | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooFar:
    """The review is due in more than half a year, and no meeting near that day is known yet."""

    due_on: date


def count_back(body: Body, due_on: date, today: date, calendar: Calendar) -> CountBack | NoMeeting | TooFar:
    """Find the last meeting that can approve by the due date, and the days that follow from it."""
    ahead = sorted((one for one in body.meetings if one.on >= today), key=lambda one: (one.on, one.key))
    in_time = [meeting for meeting in ahead if due_on - AHEAD <= meeting.on <= due_on]
    if in_time:
        return days_before(body, in_time[-1], calendar)
    if due_on - AHEAD > today:
        return TooFar(due_on)
    following = ahead[0] if ahead else None
    return NoMeeting(due_on, following, _choices(body, due_on, following))


def days_before(body: Body, meeting: Meeting, calendar: Calendar) -> CountBack:
    """Count back from a meeting: papers by the clear days, the agenda before them, the draft before that."""
    papers_on = meeting.papers_on or calendar.staff_day_up_to(clear_days_before(meeting.on, body.clear_days))
    agenda_on = calendar.add_school_days(papers_on, -body.agenda_days_before_papers)
    draft_on = calendar.add_school_days(agenda_on, -body.draft_days_before_agenda)
    return CountBack(meeting, draft_on, agenda_on, papers_on)


def nobody_approves(due_on: date) -> NoMeeting:
    """Say that nobody knows which body or person approves a policy."""
    choice = "Tell whoever keeps the register which body or person approves this policy."
    return NoMeeting(due_on, None, (choice,))


def _choices(body: Body, due_on: date, following: Meeting | None) -> tuple[str, ...]:
    extra = (
        f"Call an extra meeting: papers must go out {body.clear_days} clear days before it. In a maintained "
        "school any three governors may ask for one."
    )
    delegate = "Let a committee or one governor approve it, if your scheme of delegation allows that."
    if following is None:
        return extra, delegate, f"Tell Handbell the next meetings of the {body.name}: it knows of none."
    days = (following.on - due_on).days
    late = "1 day" if days == 1 else f"{days} days"
    wait = f"Approve it on {_day(following.on)}, {late} late, and minute the reason."
    return extra, delegate, wait


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
