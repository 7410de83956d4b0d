"""Approving bodies and their meetings, and the count back from a review's due date to today's next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.dates import full_date
from bot.rules.calendar import Calendar
from bot.rules.people import Nation

# A meeting longer before a review is due than this would approve it too early.
AHEAD = timedelta(days=183)
# A meeting this near a review takes it although no later one is known; one long before may only be the last
# that was entered.
NEAR = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of a body. `papers_on` overrides the clear days when the body's own rules do."""

    key: str
    on: date
    papers_on: date | None = None


# Notice of a governors' meeting in law, where the school's register names none. England: SI 2013/1624
# reg. 13, clear days. Wales: WSI 2005/2914 reg. 45 (4), for federations WSI 2014/1132 reg. 57, clear working
# days; seven where a removal or suspension is considered, which no review is. Elsewhere the body says.
CLEAR_DAYS: Mapping[Nation, int] = {"England": 7, "Wales": 5}
CLEAR_WORKING_DAYS = frozenset({"Wales"})


@dataclass(frozen=True, slots=True)
class Body:
    """A governing body, committee or trust board that approves policies.

    `tell_members` False: of what comes to a meeting, only clerk and chair are emailed.
    """

    key: str
    school: str
    name: str
    clerk: str | None = None
    chair: str | None = None
    members: frozenset[str] = frozenset()
    meetings: tuple[Meeting, ...] = ()
    clear_days: int = 7
    agenda_days_before_papers: int = 5
    draft_days_before_agenda: int = 10
    tell_members: bool = True


@dataclass(frozen=True, slots=True)
class CountBack:
    """The days that follow from one meeting: when the draft, the agenda item and the papers are wanted."""

    meeting: Meeting
    draft_on: date
    agenda_on: date
    papers_on: date


@dataclass(frozen=True, slots=True)
class NoMeeting:
    """Meetings are known and none can approve in time; `choices` are sentences for the clerk and the head.

    `next_meeting` None: no one knows who approves.
    """

    due_on: date
    next_meeting: Meeting | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeetingsUnknown:
    """No meeting is known that could be the one: the dates beyond `last` are not entered yet.

    `last`: the last coming meeting, months before the review is due; None: no coming meeting is known at all.
    """

    due_on: date
    last: Meeting | None = None


@dataclass(frozen=True, slots=True)
class ReviewTooFar:
    """The review is due in more than half a year, and no meeting near that day is known yet."""

    due_on: date


Counted = CountBack | NoMeeting | MeetingsUnknown | ReviewTooFar


def count_back(body: Body, due_on: date, today: date, calendar: Calendar) -> Counted:
    """Find the last meeting that can approve by the due date, and the days that follow from it."""
    ahead = sorted((one for one in body.meetings if one.on >= today), key=lambda one: (one.on, one.key))
    in_time = [meeting for meeting in ahead if due_on - AHEAD <= meeting.on <= due_on]
    if in_time:
        nearest = in_time[-1]
        if nearest == ahead[-1] and nearest.on < due_on - NEAR:
            return MeetingsUnknown(due_on, nearest)
        return days_before(body, nearest, calendar)
    if due_on - AHEAD > today:
        return ReviewTooFar(due_on)
    if not ahead:
        return MeetingsUnknown(due_on)
    return NoMeeting(due_on, ahead[0], _choices(body, due_on, ahead[0], calendar))


def days_before(body: Body, meeting: Meeting, calendar: Calendar) -> CountBack:
    """Count back from a meeting: papers by the clear days, the agenda before them, the draft before that."""
    papers_on = meeting.papers_on or calendar.staff_day_up_to(
        calendar.clear_days_before(meeting.on, body.clear_days)
    )
    agenda_on = calendar.add_school_days(papers_on, -body.agenda_days_before_papers)
    draft_on = calendar.add_school_days(agenda_on, -body.draft_days_before_agenda)
    return CountBack(meeting, draft_on, agenda_on, papers_on)


def nobody_approves(due_on: date) -> NoMeeting:
    """Return the finding that no one knows which body or person approves a policy."""
    choice = "Tell the office which body or person approves this policy."
    return NoMeeting(due_on, None, (choice,))


def _choices(body: Body, due_on: date, following: Meeting, calendar: Calendar) -> tuple[str, ...]:
    clear = "clear working days" if calendar.clear_working_days else "clear days"
    extra = (
        f"Call an extra meeting: papers must go out {body.clear_days} {clear} before it. In a maintained "
        "school any three governors may ask for one."
    )
    delegate = "Let a committee or one governor approve it, if your scheme of delegation allows that."
    days = (following.on - due_on).days
    late = "1 day" if days == 1 else f"{days} days"
    wait = f"Approve it on {full_date(following.on)}, {late} late, and minute the reason."
    return extra, delegate, wait
