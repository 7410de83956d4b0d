"""Working on a case: every step checks who asks, and writes state, timeline and ledger in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.case_view import (
    Acknowledged,
    CaseRow,
    CaseView,
    Choice,
    ClockRow,
    Facts,
    Move,
    Said,
    TaskRow,
)
from bot.domain.cases import CaseOutcome, CaseState, Debrief
from bot.errors import HandbellError
from bot.services import Services

__all__ = [
    "Acknowledged",
    "CaseRow",
    "CaseView",
    "Choice",
    "ClockRow",
    "Facts",
    "Move",
    "Said",
    "TaskRow",
]


class NoSuchCase(HandbellError):
    """There is no case of that number for whoever asks: not there, or not theirs, told alike."""

    def __init__(self) -> None:
        super().__init__("There is no case of this number for you.")


class NotYet(HandbellError):
    """A step cannot be taken yet. `sentences` say what it needs, one each."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What whoever looks after a case finds that it is about. None leaves a thing as it is; "" clears it."""

    category: str | None = None
    policy: str | None = None
    clause: str | None = None
    named: frozenset[str] | None = None
    personal_data: bool | None = None


def cases_for(services: Services, setting: str, person: str, now: datetime) -> tuple[CaseRow, ...]: ...
def open_case(
    services: Services, setting: str, number: str, person: str, now: datetime
) -> CaseView | None: ...
def move(
    services: Services, setting: str, number: str, person: str, *, to: CaseState, now: datetime
) -> None: ...
def assign(services: Services, setting: str, number: str, person: str, *, to: str, now: datetime) -> None: ...
def watch(
    services: Services, setting: str, number: str, person: str, *, who: str, on: bool, now: datetime
) -> None: ...
def note(
    services: Services, setting: str, number: str, person: str, *, words: str, now: datetime
) -> None: ...
def advise(
    services: Services,
    setting: str,
    number: str,
    person: str,
    *,
    by: str,
    on: date,
    reference: str,
    words: str,
    now: datetime,
) -> None: ...
def decide(
    services: Services, setting: str, number: str, person: str, *, words: str, now: datetime
) -> None: ...
def post_to_reporter(
    services: Services, setting: str, number: str, person: str, *, words: str, now: datetime
) -> None: ...
def refer(
    services: Services, setting: str, number: str, person: str, *, reference: str, now: datetime
) -> None: ...
def add_task(
    services: Services,
    setting: str,
    number: str,
    person: str,
    *,
    what: str,
    to: str,
    due_on: date,
    now: datetime,
) -> None: ...
def finish_task(
    services: Services, setting: str, number: str, person: str, *, task: str, now: datetime
) -> None: ...
def drop_task(
    services: Services, setting: str, number: str, person: str, *, task: str, now: datetime
) -> None: ...
def correct_facts(
    services: Services, setting: str, number: str, person: str, *, correction: Correction, now: datetime
) -> None: ...
def say_debrief(
    services: Services,
    setting: str,
    number: str,
    person: str,
    *,
    debrief: Debrief,
    outcome: CaseOutcome | None,
    now: datetime,
) -> None: ...
def clock_done(
    services: Services, setting: str, number: str, person: str, *, action: str, now: datetime
) -> None: ...
def hold(services: Services, setting: str, number: str, person: str, *, why: str, now: datetime) -> None: ...
