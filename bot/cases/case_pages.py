"""The page of one case, and its forms: each form does one thing and calls one function of the service.

A case that does not exist and one that the reader may not open get the same response, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.cases import corrections
from bot.cases import service as case_service
from bot.cases import words as case_words
from bot.cases.context import NoSuchCase, Outdated, TransitionBlocked, as_shown
from bot.cases.corrections import Correction
from bot.cases.list_pages import LIST, MyCase
from bot.cases.model import CaseOutcome, CaseState, Debrief
from bot.cases.service import Advice, ClockDone, NewTask, cases_for, open_case
from bot.cases.view import CaseView
from bot.core.errors import AlreadySubmitted
from bot.core.validation import PAGE_EXPIRED
from bot.database.submissions import digest_of
from bot.identity.member import Member, show
from bot.rules.case_rules import QUESTIONS, Answer
from bot.services import Services
from bot.web.context import RequestContext, Visiting, check_rate

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
class CaseActor:
    """Who does something to which case, and when."""

    services: Services
    school: str
    number: str
    person: str
    now: datetime

    def do(self, act: Callable[..., None], **given: object) -> None:
        act(self.services, self.school, self.number, self.person, **given, now=self.now)


Step = Callable[[CaseActor, StepForm], None]


def _move(at: CaseActor, form: StepForm) -> None:
    if form.to not in {state.value for state in CaseState}:
        raise TransitionBlocked(NO_CHOICE)
    at.do(case_service.move, to=CaseState(form.to))


def _advise(at: CaseActor, form: StepForm) -> None:
    at.do(case_service.advise, advice=Advice(form.by, _day(form.on), form.reference, form.words))


def _correct(at: CaseActor, form: StepForm) -> None:
    correction = Correction(
        category=form.category or None,
        policy=form.policy,
        clause=form.clause.strip(),
        named=frozenset(form.named),
        personal_data=form.personal_data == "yes",
        was=form.was,
    )
    at.do(corrections.correct_facts, correction=correction)


def _outcome(at: CaseActor, form: StepForm) -> None:
    if form.outcome not in {one.value for one in CaseOutcome}:
        raise TransitionBlocked(NO_CHOICE)
    at.do(case_service.say_outcome, outcome=CaseOutcome(form.outcome))


def _answer(at: CaseActor, form: StepForm) -> None:
    if form.question not in QUESTIONS or form.answer not in {"yes", "no"}:
        raise TransitionBlocked(NO_CHOICE)
    given = Answer(form.question, form.answer == "yes", _day(form.on), form.words)
    at.do(case_service.answer, answer=given)


def _aware(at: CaseActor, form: StepForm) -> None:
    try:
        clock = time.fromisoformat(form.at)
    except ValueError:
        raise TransitionBlocked(NO_TIME) from None
    at.do(case_service.set_aware_at, wall=datetime.combine(_day(form.on), clock.replace(tzinfo=None)))


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise TransitionBlocked(NO_DATE) from None


STEPS: Mapping[str, Step] = {
    "move": _move,
    "assign": lambda at, form: at.do(case_service.assign, to=form.who),
    "watch": lambda at, form: at.do(case_service.watch, who=form.who),
    "unwatch": lambda at, form: at.do(case_service.unwatch, who=form.who),
    "note": lambda at, form: at.do(case_service.note, words=form.words),
    "decide": lambda at, form: at.do(case_service.decide, words=form.words),
    "advise": _advise,
    "refer": lambda at, form: at.do(case_service.refer, reference=form.reference),
    "post": lambda at, form: at.do(case_service.post_to_reporter, words=form.words),
    "add-task": lambda at, form: at.do(
        case_service.add_task, task=NewTask(form.words, form.who, _day(form.on))
    ),
    "finish-task": lambda at, form: at.do(case_service.finish_task, task=form.task),
    "drop-task": lambda at, form: at.do(case_service.drop_task, task=form.task),
    "correct": _correct,
    "answer": _answer,
    "aware": _aware,
    "debrief": lambda at, form: at.do(
        case_service.say_debrief, debrief=Debrief(form.happened, form.why, form.changes)
    ),
    "outcome": _outcome,
    "clock-done": lambda at, form: at.do(case_service.clock_done, done=ClockDone(form.action, form.words)),
    "hold": lambda at, form: at.do(case_service.hold, why=form.words),
    "keep-until": lambda at, form: at.do(case_service.keep_until, on=_day(form.on) if form.on else None),
}

router = APIRouter()
USED = (
    "This form has already been used and the case has changed since. Nothing more was recorded. Check it, "
    "and send it again from here if you still want to."
)


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """One reader at one case."""

    visit: RequestContext
    member: Member
    number: str

    @property
    def address(self) -> str:
        return f"{LIST}/{self.number}"

    @property
    def school(self) -> str:
        return self.member.school.key

    @property
    def person(self) -> str:
        return self.member.person.key

    def open(self, *, again: bool) -> CaseView | None:
        return open_case(
            self.visit.services,
            self.school,
            self.number,
            self.person,
            self.visit.now,
            again=again,
        )


@dataclass(frozen=True, slots=True)
class FormError:
    """What is wrong, with which form, and what had been typed into it.

    `sealed`: the form is of a page of ours, so that they had the case before them, and that is logged.
    """

    step: str = ""
    says: tuple[str, ...] = ()
    typed: StepForm = field(default_factory=StepForm)
    sealed: bool = False


@router.api_route("/cases/{number}", methods=["GET", "HEAD"])
def show_case(number: str, member: MyCase, visit: Visiting) -> HTMLResponse:
    """Show a case, and log that it was opened."""
    return _show(CaseRequest(visit, member, number), FormError())


@router.post("/cases/{number}/{step}")
def take_step(
    number: str, step: str, member: MyCase, form: Annotated[StepForm, Form()], visit: Visiting
) -> Response:
    """Apply one step to a case and redirect back to it."""
    check_rate(visit, *visit.form_limits(member.session))
    return _take(CaseRequest(visit, member, number), step, form)


def _take(room: CaseRequest, step: str, form: StepForm) -> Response:
    seal = room.visit.site.seals.check(form.seal, room.member.session, room.visit.now)
    act = STEPS.get(step)
    if act is None or seal is None or seal.shown.partition(" ")[0] != room.number:
        return _show(room, FormError(step if act else "", (PAGE_EXPIRED,), form))
    digest = digest_of(f"{step} {form.model_dump_json()}")
    services = replace(room.visit.services, form=digest, was=form.was)
    try:
        act(CaseActor(services, room.school, room.number, room.person, room.visit.now), form)
    except AlreadySubmitted as done:
        return _used(room, step, form, done.at)
    except NoSuchCase:
        return no_case(room)
    except Outdated as refused:
        # A correction starts from current values: those ticked before would undo what was changed since.
        kept = "" if step == "correct" else step
        return _show(room, FormError(kept, refused.sentences, form, sealed=True))
    except TransitionBlocked as refused:
        return _show(room, FormError(step, refused.sentences, form, sealed=True))
    return _again(room, step)


def _used(room: CaseRequest, step: str, form: StepForm, at: datetime) -> Response:
    """Answer a form sent again as it was then; where the case was written in since, ask to look first."""
    view = room.open(again=True)
    if view is None or all(entry.at <= at for entry in view.timeline):
        return _again(room, step)
    return _show(room, FormError(step if step in view.was else "", (USED,), form, sealed=True))


def _again(room: CaseRequest, step: str) -> Response:
    """Redirect to the case, or to the list if the reader may no longer open it."""
    rows = cases_for(room.visit.services, room.school, room.person, room.visit.now)
    if room.member.only_case is not None or any(row.number == room.number for row in rows):
        return RedirectResponse(f"{room.address}#{step}", status_code=303)
    return RedirectResponse(LIST, status_code=303)


def _show(room: CaseRequest, refusal: FormError) -> HTMLResponse:
    view, visit = room.open(again=refusal.sealed), room.visit
    if view is None:
        return no_case(room)
    return show(
        visit,
        room.member,
        "case.html",
        status=422 if refusal.says else 200,
        seal=visit.site.seals.make(room.member.session, f"{room.number} {len(view.timeline)}", visit.now),
        view=view,
        words=case_words,
        outcomes=[one.value for one in CaseOutcome],
        address=room.address,
        every="" if room.member.only_case is not None else LIST,
        refusal=refusal,
        typed=refusal.typed,
        as_shown=as_shown(view.case),
    )


def no_case(room: CaseRequest) -> HTMLResponse:
    """Return the same response for a case that does not exist and one that is not theirs.

    Also without keys.
    """
    cases_for(room.visit.services, room.school, room.person, room.visit.now)
    return room.visit.site.pages.show(
        "message.html",
        now=room.visit.now,
        status=404,
        heading="No case with this number is open to you",
        says="The number may have been copied wrongly, or the case has gone on to somebody else.",
        next_step="Nothing was recorded.",
    )
