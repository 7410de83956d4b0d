"""Page of a case's lesson: a text for all staff that names no one, and the duty it adds to the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.cases.case_pages import CaseRequest, no_case
from bot.cases.context import NoSuchCase, TransitionBlocked
from bot.cases.lessons import (
    CHANGES,
    SHAPES,
    DutyOptions,
    Lesson,
    LessonView,
    NewDuty,
    add_duty,
    foresee,
    keep_lesson_back,
    open_lesson,
    say_in_register,
    share_lesson,
    shown_as,
)
from bot.cases.list_pages import MyCase
from bot.core.clock import local_date
from bot.core.errors import AlreadySubmitted
from bot.core.roles import Permission
from bot.core.validation import PAGE_EXPIRED
from bot.database.submissions import digest_of
from bot.identity.member import Member, show
from bot.rules.cadence import MONTHS
from bot.web import words as web_words
from bot.web.context import Visiting, check_rate

router = APIRouter()


class LessonForm(BaseModel):
    """Everything a form of this page may hold; each uses a few of these."""

    seal: str = ""
    words: str = ""
    change: str = ""
    duty: str = ""
    who: str = ""
    month: str = ""
    policy: str = ""
    shown: str = ""

    @property
    def asked(self) -> DutyOptions:
        """Read the duty to add; no month of the year is none that can be added."""
        return DutyOptions(self.who, int(self.month) if self.month in MONTH_NUMBERS else 0, self.policy)


@dataclass(frozen=True, slots=True)
class FormError:
    """What is wrong, with which form, and what had been typed into it."""

    step: str = ""
    says: tuple[str, ...] = ()
    typed: LessonForm = field(default_factory=LessonForm)


@dataclass(frozen=True, slots=True)
class LessonFilter:
    """The options chosen for the duty; unknown ones are ignored."""

    who: str
    month: str
    policy: str

    def asked(self, view: LessonView, this_month: int) -> DutyOptions:
        """Fill in defaults: the usual people, the next month, the school's own choice."""
        change = view.lesson.change if view.lesson else ""
        who = self.who if self.who in people(view) else SHAPES[change].who
        month = int(self.month) if self.month in MONTH_NUMBERS else this_month % 12 + 1
        policy = self.policy if self.policy in dict(view.policies) else ""
        return DutyOptions(who, month, policy)


MONTH_NUMBERS = {str(number): name for number, name in enumerate(MONTHS, start=1)}


def wanted(who: str = "", month: str = "", policy: str = "") -> LessonFilter:
    """Read what was chosen for the duty."""
    return LessonFilter(who, month, policy)


Act = Callable[[CaseRequest, str, LessonForm], None]
ADD = "add"
SIGN_IN = "Sign in first, as the office or the leadership, in this browser. Then open this page again."


def _do(act: Callable[..., None], room: CaseRequest, form: str, **given: object) -> None:
    services = replace(room.visit.services, form=form)
    act(services, room.school, room.number, room.person, now=room.visit.now, **given)


ACTS: Mapping[str, Act] = {
    "share": lambda room, sent, form: _do(share_lesson, room, sent, lesson=Lesson(form.words, form.change)),
    "keep-back": lambda room, sent, _: _do(keep_lesson_back, room, sent),
    "in-register": lambda room, sent, form: _do(say_in_register, room, sent, duty=form.duty),
    ADD: lambda room, sent, form: _do(add_duty, room, sent, duty=NewDuty(form.shown, form.asked)),
}


@router.api_route("/cases/{number}/lesson", methods=["GET", "HEAD"])
def show_lesson(
    number: str, member: MyCase, asked: Annotated[LessonFilter, Depends(wanted)], visit: Visiting
) -> HTMLResponse:
    """Show what a case taught, and log that it was opened."""
    return _show(CaseRequest(visit, member, number), asked, FormError())


@router.post("/cases/{number}/lesson/{step}")
def take_step(
    number: str, step: str, member: MyCase, form: Annotated[LessonForm, Form()], visit: Visiting
) -> Response:
    """Share a lesson, keep it back, add the duty it asks for, or say which duty holds what changes."""
    check_rate(visit, *visit.form_limits(member.session))
    return _take(CaseRequest(visit, member, number), step, form)


def _may_add(member: Member) -> bool:
    """Return whether the member may change the register here; a link to one case does not allow it."""
    return member.only_case is None and member.may(Permission.USE_OFFICE)


def _take(room: CaseRequest, step: str, form: LessonForm) -> Response:
    seal = room.visit.site.seals.check(form.seal, room.member.session, room.visit.now)
    act, chosen = ACTS.get(step), wanted(form.who, form.month, form.policy)
    if act is None or seal is None or seal.shown != _sealed(room):
        return _show(room, wanted(), FormError(step if act else "", (PAGE_EXPIRED,), form))
    if step == ADD and not _may_add(room.member):
        return _show(room, chosen, FormError(step, (SIGN_IN,), form))
    try:
        with suppress(AlreadySubmitted):
            act(room, digest_of(f"{step} {form.model_dump_json()}"), form)
    except NoSuchCase:
        return no_case(room)
    except TransitionBlocked as refused:
        return _show(room, chosen, FormError(step, refused.sentences, form))
    return RedirectResponse(f"{_address(room)}#{'in-register' if step == ADD else step}", status_code=303)


def _show(room: CaseRequest, asked: LessonFilter, refusal: FormError) -> HTMLResponse:
    visit = room.visit
    view = open_lesson(visit.services, room.school, room.number, room.person, visit.now)
    if view is None:
        return no_case(room)
    duty = asked.asked(view, local_date(visit.now).month) if view.asks_for_a_duty else None
    adds = _may_add(room.member) and duty is not None and not view.in_register
    return show(
        visit,
        room.member,
        "lesson.html",
        status=422 if refusal.says else 200,
        seal=visit.site.seals.make(room.member.session, _sealed(room), visit.now),
        view=view,
        changes=CHANGES,
        people=people(view),
        months=MONTH_NUMBERS,
        asked=duty,
        foreseen=foresee(visit.services, view, duty, visit.now) if adds and duty else None,
        shown=shown_as(view.lesson) if view.lesson else "",
        today=local_date(visit.now),
        words=web_words,
        case_address=room.address,
        address=_address(room),
        refusal=refusal,
        typed=refusal.typed,
    )


def people(view: LessonView) -> dict[str, str]:
    """List who may be asked, as the register writes them and as people say it."""
    roles = {f"role:{role}": role.replace("-", " ").capitalize() for role in view.roles if role != "staff"}
    head = {SHAPES["policy"].who: view.school.words.head.capitalize()}
    return {"staff": "All staff", **head, **{key: said for key, said in roles.items() if key not in head}}


def _address(room: CaseRequest) -> str:
    return f"{room.address}/lesson"


def _sealed(room: CaseRequest) -> str:
    return f"{room.number} lesson"
