"""The forms of a case: each does one thing. What was typed is read here and handed to `actions.case_work`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from pydantic import BaseModel, Field

from bot.actions import case_answers, case_aware, case_work
from bot.actions.case_work import Advice, Correction, NewTask, NotYet
from bot.domain.case_questions import QUESTIONS, Answer
from bot.domain.cases import CaseOutcome, CaseState, Debrief
from bot.services import Services

NO_DATE = "Choose the day."
NO_TIME = "Write the time as 15:30."
NO_CHOICE = "Choose one of the answers."


class StepForm(BaseModel):
    """Everything a form of a case may hold; each form uses a few of these."""

    seal: str = ""
    who: str = ""
    words: str = ""
    by: str = ""
    on: str = ""
    at: str = ""
    reference: str = ""
    task: str = ""
    action: str = ""
    category: str = ""
    policy: str = ""
    clause: str = ""
    personal_data: str = ""
    named: list[str] = Field(default_factory=list)
    happened: str = ""
    why: str = ""
    changes: str = ""
    outcome: str = ""
    question: str = ""
    answer: str = ""
    to: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class At:
    """Who does something to which case, and when."""

    services: Services
    setting: str
    number: str
    person: str
    now: datetime

    def do(self, act: Callable[..., None], **given: object) -> None:
        act(self.services, self.setting, self.number, self.person, **given, now=self.now)


Step = Callable[[At, StepForm], None]


def _move(at: At, form: StepForm) -> None:
    if form.to not in {state.value for state in CaseState}:
        raise NotYet(NO_CHOICE)
    at.do(case_work.move, to=CaseState(form.to))


def _advise(at: At, form: StepForm) -> None:
    at.do(case_work.advise, advice=Advice(form.by, _day(form.on), form.reference, form.words))


def _correct(at: At, form: StepForm) -> None:
    correction = Correction(
        category=form.category or None,
        policy=form.policy,
        clause=form.clause.strip(),
        named=frozenset(form.named),
        personal_data=form.personal_data == "yes",
        was=form.was,
    )
    at.do(case_work.correct_facts, correction=correction)


def _outcome(at: At, form: StepForm) -> None:
    if form.outcome not in {one.value for one in CaseOutcome}:
        raise NotYet(NO_CHOICE)
    at.do(case_work.say_outcome, outcome=CaseOutcome(form.outcome))


def _answer(at: At, form: StepForm) -> None:
    if form.question not in QUESTIONS or form.answer not in {"yes", "no"}:
        raise NotYet(NO_CHOICE)
    given = Answer(form.question, form.answer == "yes", _day(form.on), form.words)
    at.do(case_answers.answer, answer=given)


def _aware(at: At, form: StepForm) -> None:
    try:
        clock = time.fromisoformat(form.at)
    except ValueError:
        raise NotYet(NO_TIME) from None
    at.do(case_aware.know_since, wall=datetime.combine(_day(form.on), clock.replace(tzinfo=None)))


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotYet(NO_DATE) from None


STEPS: Mapping[str, Step] = {
    "move": _move,
    "assign": lambda at, form: at.do(case_work.assign, to=form.who),
    "watch": lambda at, form: at.do(case_work.watch, who=form.who),
    "unwatch": lambda at, form: at.do(case_work.unwatch, who=form.who),
    "note": lambda at, form: at.do(case_work.note, words=form.words),
    "decide": lambda at, form: at.do(case_work.decide, words=form.words),
    "advise": _advise,
    "refer": lambda at, form: at.do(case_work.refer, reference=form.reference),
    "post": lambda at, form: at.do(case_work.post_to_reporter, words=form.words),
    "add-task": lambda at, form: at.do(case_work.add_task, task=NewTask(form.words, form.who, _day(form.on))),
    "finish-task": lambda at, form: at.do(case_work.finish_task, task=form.task),
    "drop-task": lambda at, form: at.do(case_work.drop_task, task=form.task),
    "correct": _correct,
    "answer": _answer,
    "aware": _aware,
    "debrief": lambda at, form: at.do(
        case_work.say_debrief, debrief=Debrief(form.happened, form.why, form.changes)
    ),
    "outcome": _outcome,
    "clock-done": lambda at, form: at.do(case_work.clock_done, action=form.action),
    "hold": lambda at, form: at.do(case_work.hold, why=form.words),
    "keep-until": lambda at, form: at.do(case_work.keep_until, on=_day(form.on) if form.on else None),
}
