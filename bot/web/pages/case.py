"""One case: its clocks, what to do next, what was reported, and a form for each thing there is to do.

A case that is not there and one the reader may not open get the same answer, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.case_shown import Outdated, as_shown
from bot.actions.case_work import CaseView, NoSuchCase, NotYet, cases_for, open_case
from bot.domain.cases import CaseOutcome
from bot.errors import DoneAlready
from bot.store.forms import digest_of
from bot.web import casewords
from bot.web.casesteps import STEPS, At, StepForm
from bot.web.guard import TooMany
from bot.web.member import Member, show
from bot.web.pages.cases import LIST, MyCase
from bot.web.visit import Visit, Visiting

router = APIRouter()
AGAIN = "This page had been open for a long time. Nothing was recorded: please look at it and send it again."
USED = (
    "This form was used already, and the case has changed since. Nothing more was recorded: look at it, and "
    "send it again from here if you still want that."
)


@dataclass(frozen=True, slots=True)
class Room:
    """One reader at one case."""

    visit: Visit
    member: Member
    number: str

    @property
    def address(self) -> str:
        return f"{LIST}/{self.number}"

    @property
    def setting(self) -> str:
        return self.member.setting.key

    @property
    def person(self) -> str:
        return self.member.person.key

    def open(self, *, again: bool) -> CaseView | None:
        return open_case(
            self.visit.services,
            self.setting,
            self.number,
            self.person,
            self.visit.now,
            again=again,
        )


@dataclass(frozen=True, slots=True)
class Refusal:
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
    return _show(Room(visit, member, number), Refusal())


@router.post("/cases/{number}/{step}")
def take_step(
    number: str, step: str, member: MyCase, form: Annotated[StepForm, Form()], visit: Visiting
) -> Response:
    """Do one thing to a case, and show it again."""
    slow_down(visit, member.session)
    return _take(Room(visit, member, number), step, form)


def _take(room: Room, step: str, form: StepForm) -> Response:
    seal = room.visit.site.seals.check(form.seal, room.member.session, room.visit.now)
    act = STEPS.get(step)
    if act is None or seal is None or seal.shown.partition(" ")[0] != room.number:
        return _show(room, Refusal(step if act else "", (AGAIN,), form))
    digest = digest_of(f"{step} {form.model_dump_json()}")
    services = replace(room.visit.services, form=digest, was=form.was)
    try:
        act(At(services, room.setting, room.number, room.person, room.visit.now), form)
    except DoneAlready as done:
        return _used(room, step, form, done.at)
    except NoSuchCase:
        return no_case(room)
    except Outdated as refused:
        # A correction is shown as it stands now: what was ticked before would undo what it has become.
        kept = "" if step == "correct" else step
        return _show(room, Refusal(kept, refused.sentences, form, sealed=True))
    except NotYet as refused:
        return _show(room, Refusal(step, refused.sentences, form, sealed=True))
    return _again(room, step)


def _used(room: Room, step: str, form: StepForm, at: datetime) -> Response:
    """Answer a form sent again as it was then; where the case was written in since, ask to look first."""
    view = room.open(again=True)
    if view is None or all(entry.at <= at for entry in view.timeline):
        return _again(room, step)
    return _show(room, Refusal(step if step in view.was else "", (USED,), form, sealed=True))


def _again(room: Room, step: str) -> Response:
    """Send the reader back to the case, or to their list when it has gone on to somebody else."""
    rows = cases_for(room.visit.services, room.setting, room.person, room.visit.now)
    if room.member.only_case is not None or any(row.number == room.number for row in rows):
        return RedirectResponse(f"{room.address}#{step}", status_code=303)
    return RedirectResponse(LIST, status_code=303)


def _show(room: Room, refusal: Refusal) -> HTMLResponse:
    view, visit = room.open(again=refusal.sealed), room.visit
    if view is None:
        return no_case(room)
    return show(
        visit,
        room.member,
        "case.html",
        status=422 if refusal.says else 200,
        seal=visit.site.seals.make(room.member.session, f"{room.number} {len(view.timeline)}", visit.now),
        here=LIST,
        view=view,
        words=casewords,
        outcomes=[one.value for one in CaseOutcome],
        address=room.address,
        every="" if room.member.only_case is not None else LIST,
        refusal=refusal,
        typed=refusal.typed,
        as_shown=as_shown(view.case),
    )


def no_case(room: Room) -> HTMLResponse:
    """Answer alike for a case that is not there and one that is not theirs; also where no key opens any."""
    cases_for(room.visit.services, room.setting, room.person, room.visit.now)
    return room.visit.site.pages.show(
        "message.html",
        now=room.visit.now,
        status=404,
        heading="There is no case of this number for you",
        says="The number may have been copied wrongly, or the case has gone on to somebody else.",
        next_step="Nothing was recorded.",
    )


def slow_down(visit: Visit, key: str) -> None:
    """Stop a form that comes faster than people send them. `key`: the link or the session it is sent with."""
    site = visit.site
    wait = max(site.posts_by_link.wait(key, visit.now), site.posts_by_address.wait(visit.address, visit.now))
    if wait:
        raise TooMany(wait)
