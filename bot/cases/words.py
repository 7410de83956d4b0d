"""Wording of the case pages: the next step, what happens when a clock ends, time left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.cases.model import CaseState
from bot.cases.view import CaseListRow, CaseView, ClockRow
from bot.core.text import count
from bot.rules.case_rules import ICO, LADO, is_about_telling, parse_rule

# Page views of one person within this time count as one session.
SITTING = timedelta(minutes=30)
# So many entries of the timeline stand open; the earlier ones are folded away.
LATEST = 5
NEXT = {
    CaseState.RECEIVED: (
        "Read the report. Check what it is about and who is named, then finish your first look."
    ),
    CaseState.TRIAGED: "Decide whether it needs an investigation or only action.",
    CaseState.INVESTIGATING: "Find out what happened. Note what you learn, and advice you take, as you go.",
    CaseState.ACTIONS: "See that every task is done.",
    CaseState.DEBRIEF: "Write down what is learnt and how it ended, then close the case.",
    CaseState.CLOSED: "You have nothing to do. It can be opened again if something new comes up.",
}
MOVE = {
    CaseState.TRIAGED: "Finish first look",
    CaseState.INVESTIGATING: "Start investigation",
    CaseState.ACTIONS: "Move to actions",
    CaseState.DEBRIEF: "Move to lessons",
    CaseState.CLOSED: "Close case",
}
REOPEN = "Reopen case"
CHIPS = {"done": "done", "running": "due", "about to end": "due soon", "late": "overdue"}
AT_ITS_END = (
    "When the time is up, the person handling the case is emailed, at any hour, and it shows here as "
    "overdue. Handbell tells no one outside the school. That is for you to do."
)
TELL_LADO = (
    "Telephone the council’s LADO, note their advice and reference below, then press “Mark as done”. "
    "Where a crime may have happened: 101, or 999 when it cannot wait."
)
TELL_ICO = (
    "If people may be at risk, tell the ICO (0303 123 1113 or ico.org.uk). If not, record below why not. "
    "Then press “Mark as done”."
)
ASKED = {
    "police": (
        "Call 101, or 999 if it cannot wait. Keep a device that may be evidence as it is. No one should "
        "look through it."
    ),
    "parents": "Ask the safeguarding lead first where telling them could put a child at risk.",
    "people-affected": "They must be told where the risk to them is high: what happened, what they can do.",
    "exam-body": "The exams officer has the examining body’s own form.",
    "governors": "In numbers only: no names and nothing that could identify anyone.",
}
HOW_TO = {parse_rule(LADO).action: TELL_LADO, parse_rule(ICO).action: TELL_ICO}


def asks_who_was_told(action: str) -> bool:
    """Return whether marking a clock as done asks whom the school told."""
    return is_about_telling(action)


def move_words(view: CaseView, to: CaseState) -> str:
    """Return the label of a button that moves a case."""
    return REOPEN if view.case.state is CaseState.CLOSED else MOVE[to]


def next_step(view: CaseView) -> str:
    """Return what to do first; a running clock comes before the story."""
    pressing = next((one for one in view.clocks if one.how in {"late", "about to end"}), None)
    if view.case.state is not CaseState.CLOSED and view.case.assignee is None:
        return "No one is handling this case. Assign it first."
    if pressing is not None and view.case.state is not CaseState.CLOSED:
        return f"First: {pressing.action}."
    return NEXT[view.case.state]


def left(clock: ClockRow, now: datetime) -> str:
    """Return how long a clock still has, or for how long it is late."""
    span = abs(clock.due_at - now)
    hours, days = int(span / timedelta(hours=1)), span.days
    said = count(days, "day") if days >= 3 else count(hours, "hour")
    if hours == 0:
        said = count(int(span / timedelta(minutes=1)), "minute")
    return f"{said} late" if clock.due_at <= now else f"{said} left"


def openings(seen: Sequence[tuple[datetime, str]]) -> list[tuple[datetime, str]]:
    """Group page views, latest first, into sessions: a person working on a case opens its page often."""
    told: list[tuple[datetime, str]] = []
    before: dict[str, datetime] = {}
    for at, name in reversed(seen):
        if name not in before or at - before[name] > SITTING:
            told.append((at, name))
        before[name] = at
    return told[::-1]


def headline(rows: tuple[CaseListRow, ...]) -> str:
    """Return how many cases are open to this reader, and how many of their clocks are late."""
    still = [row for row in rows if row.state is not CaseState.CLOSED]
    late = sum(1 for row in still if row.clock is not None and row.clock.how == "late")
    if not still:
        return "No case is open"
    said = f"{count(len(still), 'case')} {'is' if len(still) == 1 else 'are'} open"
    return f"{said}, {late} late" if late else said
