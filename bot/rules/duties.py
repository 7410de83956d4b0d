"""Duties: who owes what, by when, why; done, late, unknown or paused from evidence and dates alone.

Findings: what Handbell noticed and a person should look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum, StrEnum, auto
from typing import Literal

from bot.rules.obligations import Kind, Obligation
from bot.rules.reminder_ladder import Ladder, Round, Step


class State(StrEnum):
    """Where a duty stands. Nothing is OVERDUE only because Handbell holds no record of it."""

    DONE = "done"
    DUE = "due"
    DUE_SOON = "due soon"
    OVERDUE = "overdue"
    NO_RECORD = "no record"
    PAUSED = "paused"
    EXCUSED = "excused"


READING = frozenset({Kind.ACKNOWLEDGE, Kind.SIGN})
NEAR = timedelta(days=2)


class Urgency(IntEnum):
    """How pressing a thing is, the most pressing first: the order of Today, the school page and emails.

    CLOCK: a case's. HARM: a refusal, an account that should not post. NEAR: due within days, and something
    has to be made before. ANSWER: a person waits for one.
    """

    CLOCK = auto()
    HARM = auto()
    OVERDUE = auto()
    NEAR = auto()
    DUE = auto()
    READING = auto()
    ANSWER = auto()
    UNKNOWN = auto()


def task_urgency(state: State, due_on: date | None, today: date, *, is_reading: bool) -> Urgency:
    """Return how pressing a task is: papers due in two days go before reading, as they are still to make."""
    if state is State.OVERDUE:
        return Urgency.OVERDUE
    if due_on is None:
        return Urgency.UNKNOWN
    if is_reading:
        return Urgency.READING
    return Urgency.NEAR if due_on <= today + NEAR else Urgency.DUE


# What pages, cards and paper call a state; code, JSON, addresses and the database keep the state itself.
STATE_WORDS: Mapping[str, str] = {
    State.DUE: "to do",
    State.NO_RECORD: "not recorded",
    State.PAUSED: "on hold",
    State.EXCUSED: "not needed",
}


def state_word(state: str) -> str:
    """Return what a state is called; any other word stays as it is."""
    return STATE_WORDS.get(state, state)


@dataclass(frozen=True, slots=True)
class Duty:
    """One occurrence for one person. `cycle` names the occurrence and, with obligation and person, is unique.

    `subject` is the account, policy stage ("draft", "agenda", "papers", "approve") or event it is about.
    `why` is a sentence. `person` is a key; for a body's duty it is anyone who acts for it (clerk, chair).
    `live` duties run on a clock that does not wait for a quiet week. `again`: once its ladder has ended, the
    newest round in which what was missed is asked for anew. `asked`: the days its reminders count from, where
    it had run out before anyone was asked. `counts_from`: nothing done before it settles it.
    `occasion`: the event and its day, in words that name no one. `next_change_on`: a later day
    before which it stays as it is unless something is written, or someone comes, goes or is away.
    """

    obligation: Obligation
    person: str
    cycle: str
    opens_on: date
    due_on: date | None
    state: State
    why: str
    subject: str | None = None
    version: str | None = None
    ladder: Ladder | None = None
    live: bool = False
    again: Round | None = None
    asked: Round | None = None
    counts_from: date | None = None
    occasion: str | None = None
    next_change_on: date = field(default=date.max, compare=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The reminders of this duty: its own where it has some, the obligation's otherwise."""
        return (self.ladder or self.obligation.ladder).steps


Level = Literal["info", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed. `code` is stable and documented; `says` and `hint` are sentences.

    `about`: the key of the person, account or policy it is about; empty: of none alone.
    """

    code: str
    level: Level
    says: str
    hint: str = ""
    school: str = ""
    about: str = ""


# In this order: school, obligation, person, cycle, step.
StepKey = tuple[str, str, str, str, str]
