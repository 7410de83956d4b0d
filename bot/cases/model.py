"""Cases: states, transitions, what each still needs, and statistics for those who may not open cases.

The statistics have no names and no number under five.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.rules.case_rules import QUESTIONS, Answer, unanswered

CATEGORIES = {
    "staff-devices": "Staff use of phones and devices",
    "official-accounts": "The school's own accounts",
    "images-and-consent": "Photographs, videos and consent",
    "online-conduct": "Something said or done online",
    "filtering": "Filtering and monitoring",
    "data-breach": "Personal information lost, sent wrongly or seen by the wrong person",
    "allegation": "An adult may have harmed a child, or may be a risk to children",
    "pupil-device": "A pupil's phone or device",
    "visitor": "A visitor's phone or conduct",
    "other": "Something else",
}


class CaseState(StrEnum):
    """State of a case."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    INVESTIGATING = "under investigation"
    ACTIONS = "actions"
    DEBRIEF = "debrief"
    CLOSED = "closed"


# From each state to those that may follow. A closed case is opened again by looking at it afresh.
MOVES = {
    CaseState.RECEIVED: (CaseState.TRIAGED,),
    CaseState.TRIAGED: (CaseState.INVESTIGATING, CaseState.ACTIONS, CaseState.DEBRIEF),
    CaseState.INVESTIGATING: (CaseState.ACTIONS, CaseState.DEBRIEF),
    CaseState.ACTIONS: (CaseState.INVESTIGATING, CaseState.DEBRIEF),
    CaseState.DEBRIEF: (CaseState.ACTIONS, CaseState.CLOSED),
    CaseState.CLOSED: (CaseState.TRIAGED,),
}


class CaseOutcome(StrEnum):
    """How a case ended."""

    UPHELD = "upheld"
    PARTLY = "partly upheld"
    NOT_UPHELD = "not upheld"
    NOT_OURS = "passed to somebody else"
    NOTHING_TO_DO = "nothing more to do"


@dataclass(frozen=True, slots=True)
class Debrief:
    """What was learnt.

    What happened, why, and what changes, in the words of the person who closes the case.
    """

    happened: str = ""
    why: str = ""
    changes: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do about a case. `done_on` None: still to do."""

    key: str
    what: str
    person: str
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `named` are the people it is about; `aware_at` is when anyone here first knew.

    `heads` are those of them who were head when the case came to be about them.

    `asks` are questions of domain.case_questions; `answers` has the last answer to each.
    """

    number: str
    school: str
    category: str
    state: CaseState
    received_at: datetime
    aware_at: datetime
    named: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    policy: str | None = None
    clause: str | None = None
    personal_data: bool = False
    assignee: str | None = None
    watchers: frozenset[str] = frozenset()
    tasks: tuple[Task, ...] = ()
    outcome: CaseOutcome | None = None
    debrief: Debrief = field(default_factory=Debrief)
    asks: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


def lacking(case: Case, to: CaseState, running: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what a transition still needs, one sentence each; empty if it is allowed.

    `running`: the actions of clocks that are not done.
    """
    if to not in MOVES[case.state]:
        allowed = " or ".join(state.value for state in MOVES[case.state])
        return (f"A case that is {case.state.value} goes on to {allowed}.",)
    return tuple(_lacking(case, to, running))


def _lacking(case: Case, to: CaseState, running: Iterable[str]) -> Iterator[str]:
    if to is not CaseState.TRIAGED and case.assignee is None:
        yield "Say who looks after it."
    if to in {CaseState.DEBRIEF, CaseState.CLOSED} and any(task.done_on is None for task in case.tasks):
        yield "Finish its tasks, or take away those that are not needed."
    if to is CaseState.CLOSED:
        yield from (f"Do this, and say that it is done: {action}." for action in running)
        yield from (QUESTIONS[question].lacks for question in open_questions(case))
        if case.outcome is None:
            yield "Say how it ended."
        for said, asked in (
            (case.debrief.happened, "Say what happened."),
            (case.debrief.why, "Say why it could happen."),
            (case.debrief.changes, "Say what changes, or that nothing has to."),
        ):
            if not said.strip():
                yield asked


def open_questions(case: Case) -> tuple[str, ...]:
    """List what the case must still answer."""
    return unanswered(case.asks, case.answers, has_tasks=bool(case.tasks))


def is_open(case: Case) -> bool:
    return case.state is not CaseState.CLOSED


FEWEST = 5
OTHER = "other"


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How many of a category, as it may be told: a number, or "fewer than 5" (none is not told apart)."""

    category: str
    title: str
    cases: str
    still_open: str


@dataclass(frozen=True, slots=True)
class CaseYear:
    """How many cases of a year there were of each kind, and how many ended in each way: (what, number)."""

    kinds: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]


def counts(cases: Iterable[Case], reader: str) -> tuple[CategoryCount, ...]:
    """Count by category for one reader, without the cases about that reader.

    A category of the school's own, and one that reveals whom it is about, are counted as other.
    """
    known = [case for case in cases if reader not in case.named]
    every = Counter(_told_as(case) for case in known)
    still_open = Counter(_told_as(case) for case in known if is_open(case))
    return tuple(
        CategoryCount(
            category, title, suppressed_count(every[category]), suppressed_count(still_open[category])
        )
        for category, title in CATEGORIES.items()
    )


def _told_as(case: Case) -> str:
    return case.category if case.category in CATEGORIES else OTHER


def suppressed_count(number: int, part: int = 0) -> str:
    """Write a number down as it may be told.

    `part` is a number of some of the same cases that is told elsewhere: the rest must not be small either.
    """
    if number < FEWEST:
        return f"fewer than {FEWEST}"
    return str(number) if part < FEWEST or number - part >= FEWEST else f"{FEWEST} or more"


def of_year(year: Iterable[Case], term: Iterable[Case], reader: str) -> CaseYear:
    """Count the cases of a year for one reader; those of its term are told elsewhere, by kind."""
    known = [case for case in year if reader not in case.named]
    kinds = Counter(_told_as(case) for case in known)
    lately = Counter(_told_as(case) for case in term if reader not in case.named)
    ended = Counter(case.outcome for case in known if not is_open(case))
    return CaseYear(
        tuple((title, suppressed_count(kinds[key], lately[key])) for key, title in CATEGORIES.items()),
        tuple((one.value, suppressed_count(ended[one])) for one in CaseOutcome),
    )
