"""What a case taught: a lesson for others, naming nobody, and the duty it asks for in the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.case_lessons import (
    CHANGES,
    Lesson,
    LessonView,
    keep_lesson_back,
    open_lesson,
    say_in_register,
    share_lesson,
)
from bot.actions.case_pen import NoSuchCase, NotYet
from bot.actions.gather import school_day
from bot.actions.lesson_duty import SHAPES, Asked, entry
from bot.actions.lesson_register import Adding, add_duty, foresee, shown_as
from bot.domain.cadence import MONTHS
from bot.errors import DoneAlready
from bot.links import Link
from bot.store.forms import digest_of
from bot.web import officewords
from bot.web.member import KIOSK, OFFICE, Member, find_member
from bot.web.pages.case import AGAIN, Room, no_case, slow_down
from bot.web.pages.cases import CasesLink, find_reader
from bot.web.visit import Visit, Visiting

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
    def asked(self) -> Asked:
        """Read the duty to add; no month of the year is none that can be added."""
        return Asked(self.who, int(self.month) if self.month in MONTH_NUMBERS else 0, self.policy)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong, with which form, and what had been typed into it."""

    step: str = ""
    says: tuple[str, ...] = ()
    typed: LessonForm = field(default_factory=LessonForm)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody chose for the duty; what is not on the lists is not taken."""

    who: str
    month: str
    policy: str

    def asked(self, view: LessonView, this_month: int) -> Asked:
        """Fill in what was not chosen: the usual people, the next month, the setting's own choice."""
        change = view.lesson.change if view.lesson else ""
        who = self.who if self.who in people(view) else SHAPES[change].who
        month = int(self.month) if self.month in MONTH_NUMBERS else this_month % 12 + 1
        policy = self.policy if self.policy in dict(view.policies) else ""
        return Asked(who, month, policy)


MONTH_NUMBERS = {str(number): name for number, name in enumerate(MONTHS, start=1)}


def wanted(who: str = "", month: str = "", policy: str = "") -> Wanted:
    """Read what was chosen for the duty."""
    return Wanted(who, month, policy)


Act = Callable[[Room, str, LessonForm], None]
ADD = "add"
SIGN_IN = "Sign in first, as the office or the leadership, in this browser. Then open this page again."


@dataclass(frozen=True, slots=True)
class Here:
    """A visit, and who of those that may change the register is signed in on this browser; None: nobody."""

    visit: Visit
    office: Member | None

    def room(self, token: str, number: str, link: Link) -> Room:
        return Room(self.visit, token, number, link, find_reader(self.visit, link))

    def may_add(self, link: Link) -> bool:
        """Say whether whoever is signed in is the reader whom the link of the case names."""
        who = self.office
        return who is not None and (who.setting.key, who.person.key) == (link.setting, link.person)


def find_here(request: Request, visit: Visiting) -> Here:
    """Find who is signed in; the shared device in the staff room is nobody's office."""
    member = find_member(request, visit)
    may = member is not None and member.may(OFFICE) and member.how != KIOSK
    return Here(visit, member if may else None)


InBrowser = Annotated[Here, Depends(find_here)]


def _do(act: Callable[..., None], room: Room, form: str, **given: object) -> None:
    visit, link = room.visit, room.link
    services = replace(visit.services, form=form)
    act(services, link.setting, room.number, link.person, now=visit.now, **given)


ACTS: Mapping[str, Act] = {
    "share": lambda room, sent, form: _do(share_lesson, room, sent, lesson=Lesson(form.words, form.change)),
    "keep-back": lambda room, sent, _: _do(keep_lesson_back, room, sent),
    "in-register": lambda room, sent, form: _do(say_in_register, room, sent, duty=form.duty),
    ADD: lambda room, sent, form: _do(add_duty, room, sent, duty=Adding(form.shown, form.asked)),
}


@router.api_route("/cases/{token}/{number}/lesson", methods=["GET", "HEAD"])
def show_lesson(
    token: str, number: str, link: CasesLink, asked: Annotated[Wanted, Depends(wanted)], here: InBrowser
) -> HTMLResponse:
    """Show what a case taught, and log that it was opened."""
    return _show(here.room(token, number, link), asked, Refusal(), may_add=here.may_add(link))


@router.post("/cases/{token}/{number}/lesson/{step}")
def take_step(
    token: str,
    number: str,
    step: str,
    link: CasesLink,
    form: Annotated[LessonForm, Form()],
    here: InBrowser,
) -> Response:
    """Share a lesson, keep it back, add the duty it asks for, or say which duty holds what changes."""
    slow_down(here.visit, token)
    return _take(here.room(token, number, link), step, form, may_add=here.may_add(link))


def _take(room: Room, step: str, form: LessonForm, *, may_add: bool) -> Response:
    seal = room.visit.site.seals.check(form.seal, room.token, room.visit.now)
    act, chosen = ACTS.get(step), wanted(form.who, form.month, form.policy)
    if act is None or seal is None or seal.shown != _sealed(room):
        return _show(room, wanted(), Refusal(step if act else "", (AGAIN,), form), may_add=may_add)
    if step == ADD and not may_add:
        return _show(room, chosen, Refusal(step, (SIGN_IN,), form), may_add=False)
    try:
        with suppress(DoneAlready):
            act(room, digest_of(f"{step} {form.model_dump_json()}"), form)
    except NoSuchCase:
        return no_case(room)
    except NotYet as refused:
        return _show(room, chosen, Refusal(step, refused.sentences, form), may_add=may_add)
    return RedirectResponse(f"{_address(room)}#{'in-register' if step == ADD else step}", status_code=303)


def _show(room: Room, asked: Wanted, refusal: Refusal, *, may_add: bool) -> HTMLResponse:
    visit, link = room.visit, room.link
    view = open_lesson(visit.services, link.setting, room.number, link.person, visit.now)
    if view is None:
        return no_case(room)
    duty = asked.asked(view, school_day(visit.now).month) if view.asks_for_a_duty else None
    adds = may_add and duty is not None and not view.in_register
    return visit.site.pages.show(
        "lesson.html",
        now=visit.now,
        status=422 if refusal.says else 200,
        view=view,
        changes=CHANGES,
        people=people(view),
        months=MONTH_NUMBERS,
        asked=duty,
        entry=_entry(view, duty),
        foreseen=foresee(visit.services, view, duty, visit.now) if adds and duty else None,
        shown=shown_as(view.lesson) if view.lesson else "",
        today=school_day(visit.now),
        words=officewords,
        case_address=room.address,
        address=_address(room),
        seal=visit.site.seals.make(room.token, _sealed(room), visit.now),
        refusal=refusal,
        typed=refusal.typed,
    )


def people(view: LessonView) -> dict[str, str]:
    """List who may be asked, as the register writes them and as people say it."""
    roles = {f"role:{role}": role.replace("-", " ").capitalize() for role in view.roles if role != "staff"}
    head = {SHAPES["policy"].who: view.setting.words.head.capitalize()}
    return {"staff": "All staff", **head, **{key: said for key, said in roles.items() if key not in head}}


def _entry(view: LessonView, asked: Asked | None) -> str:
    if view.lesson is None or asked is None:
        return ""
    return entry(view.lesson.change, view.lesson.words, asked, view.taken)


def _address(room: Room) -> str:
    return f"{room.address}/lesson"


def _sealed(room: Room) -> str:
    return f"{room.number} lesson"
