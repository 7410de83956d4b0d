"""Approving bodies and their meetings, and the count back from a review's due date to today's next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
