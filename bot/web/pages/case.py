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
from bot.links import Link
from bot.store.forms import digest_of
from bot.web import casewords
from bot.web.casesteps import STEPS, At, StepForm
from bot.web.guard import TooMany
from bot.web.pages.cases import CasesLink, Reader, find_reader
from bot.web.visit import Visit, Visiting

router = APIRouter()
AGAIN = "This page had been open for a long time. Nothing was recorded: please look at it and send it again."
USED = (
    "This form was used already, and the case has changed since. Nothing more was recorded: look at it, and "
    "send it again from here if you still want that."
)


@dataclass(frozen=True, slots=True)
class Room:
    """One reader at one address."""

    visit: Visit
    token: str
    number: str
    link: Link
    reader: Reader

    @property
    def address(self) -> str:
        return f"/cases/{self.token}/{self.number}"

    def open(self, *, again: bool) -> CaseView | None:
        return open_case(
            self.visit.services,
            self.link.setting,
            self.number,
            self.link.person,
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


@router.api_route("/cases/{token}/{number}", methods=["GET", "HEAD"])
def show_case(token: str, number: str, link: CasesLink, visit: Visiting) -> HTMLResponse:
    """Show a case, and log that it was opened."""
    room = Room(visit, token, number, link, find_reader(visit, link))
    return _show(room, Refusal())


@router.post("/cases/{token}/{number}/{step}")
def take_step(
    token: str, number: str, step: str, link: CasesLink, form: Annotated[StepForm, Form()], visit: Visiting
) -> Response:
    """Do one thing to a case, and show it again."""
    slow_down(visit, token)
    room = Room(visit, token, number, link, find_reader(visit, link))
    return _take(room, step, form)


def _take(room: Room, step: str, form: StepForm) -> Response:
    seal = room.visit.site.seals.check(form.seal, room.token, room.visit.now)
    act = STEPS.get(step)
    if act is None or seal is None or seal.shown.partition(" ")[0] != room.number:
        return _show(room, Refusal(step if act else "", (AGAIN,), form))
    digest = digest_of(f"{step} {form.model_dump_json()}")
    services = replace(room.visit.services, form=digest, was=form.was)
    try:
        act(At(services, room.link.setting, room.number, room.link.person, room.visit.now), form)
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
    rows = cases_for(room.visit.services, room.link.setting, room.link.person, room.visit.now)
    if any(row.number == room.number for row in rows):
        return RedirectResponse(f"{room.address}#{step}", status_code=303)
    return RedirectResponse(f"/cases/{room.token}", status_code=303)


def _show(room: Room, refusal: Refusal) -> HTMLResponse:
    view, visit = room.open(again=refusal.sealed), room.visit
    if view is None:
        return no_case(room)
    return visit.site.pages.show(
        "case.html",
        now=visit.now,
        status=422 if refusal.says else 200,
        view=view,
        reader=room.reader.person,
        words=casewords,
        outcomes=[one.value for one in CaseOutcome],
        address=room.address,
        every=f"/cases/{room.token}",
        seal=visit.site.seals.make(room.token, f"{room.number} {len(view.timeline)}", visit.now),
        refusal=refusal,
        typed=refusal.typed,
        as_shown=as_shown(view.case),
    )


def no_case(room: Room) -> HTMLResponse:
    """Answer alike for a case that is not there and one that is not theirs; also where no key opens any."""
    cases_for(room.visit.services, room.link.setting, room.link.person, room.visit.now)
    return room.visit.site.pages.show(
        "message.html",
        now=room.visit.now,
        status=404,
        heading="There is no case of this number for you",
        says="The number may have been copied wrongly, or the case has gone on to somebody else.",
        next_step="Nothing was recorded.",
    )


def slow_down(visit: Visit, token: str) -> None:
    site = visit.site
    wait = max(
        site.posts_by_link.wait(token, visit.now), site.posts_by_address.wait(visit.address, visit.now)
    )
    if wait:
        raise TooMany(wait)
