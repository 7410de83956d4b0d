"""Pages of meeting dates, for the clerk: add, move, cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.form_start import CHANGED, start_of
from bot.core.roles import Permission
from bot.core.validation import FieldError
from bot.identity.forms import FormState, actor_of, take_form
from bot.identity.member import Member, SignedIn, show
from bot.register.part_changes import BODY, undoable_changes
from bot.reviews.meeting_dates import (
    MeetingInput,
    add_meeting,
    call_off_meeting,
    coming,
    days_of,
    move_meeting,
    undo_body,
)
from bot.rules.meetings import Body, Meeting
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Clerking = Annotated[Member, Depends(SignedIn(Permission.EDIT_MEETINGS))]
LIST = "/governors/meetings"


class MeetingForm(BaseModel):
    """Everything a form of these pages may hold."""

    seal: str = ""
    was: str = ""
    body: str = ""
    on: str = ""
    papers_on: str = ""

    @property
    def days(self) -> MeetingInput:
        return MeetingInput(self.on, self.papers_on)


Sent = Annotated[MeetingForm, Form()]


@router.api_route(LIST, methods=["GET", "HEAD"])
def show_meetings(member: Clerking, visit: Visiting, body: str = "") -> HTMLResponse:
    """Show the coming meetings of each body, and the form that adds one."""
    return _list(visit, member, MeetingForm(body=body), FormState())


@router.post(LIST)
def take_meeting(member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Add a meeting."""
    sent = f"add a meeting {form.model_dump_json()}"
    return take_form(
        visit,
        member,
        form.seal,
        lambda: add_meeting(visit.services, form.body, form.days, actor_of(member, sent), visit.now),
        again=lambda errors: _list(visit, member, form, FormState("add", errors=errors)),
        # Most dates come in a row: the next one is for the same body.
        to=f"{LIST}?body={quote(form.body, safe='')}",
    )


@router.post(f"{LIST}/{{body}}/undo")
def undo_change(body: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Undo the latest change of a body or its meetings."""
    by = actor_of(member, f"undo {body} {form.seal}")
    return take_form(
        visit,
        member,
        form.seal,
        lambda: undo_body(visit.services, body, by, visit.now),
        again=lambda errors: _list(visit, member, MeetingForm(), FormState("undo", errors=errors)),
        to=LIST,
    )


@router.api_route(f"{LIST}/{{body}}/{{meeting}}", methods=["GET", "HEAD"])
def show_meeting(body: str, meeting: str, member: Clerking, visit: Visiting) -> HTMLResponse:
    """Show one coming meeting, to be moved or taken off."""
    found = _meeting(visit, member, body, meeting)
    return _one(visit, member, (body, found), _as_it_stands(member, body, found))


@router.post(f"{LIST}/{{body}}/{{meeting}}")
def take_move(body: str, meeting: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Change the day of a meeting or of its papers."""
    found = _meeting(visit, member, body, meeting)
    return _take(
        visit,
        member,
        (body, found),
        form,
        lambda: move_meeting(
            visit.services, body, meeting, form.days, actor_of(member, was=form.was), visit.now
        ),
    )


@router.post(f"{LIST}/{{body}}/{{meeting}}/off")
def take_off(body: str, meeting: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Cancel a meeting."""
    found = next((one for one in _body(member, body).meetings if one.key == meeting), None)
    if found is None:
        # Taken off a moment ago, by this form or another one.
        return RedirectResponse(LIST, status_code=303)
    return _take(
        visit,
        member,
        (body, found),
        form,
        lambda: call_off_meeting(visit.services, body, meeting, actor_of(member, was=form.was), visit.now),
    )


def _take(
    visit: RequestContext,
    member: Member,
    at: tuple[str, Meeting],
    form: MeetingForm,
    act: Callable[[], object],
) -> Response:
    def again(errors: tuple[FieldError, ...]) -> Response:
        shown = _as_it_stands(member, *at) if errors == (CHANGED,) else form
        return _one(visit, member, at, shown, FormState("move", errors=errors))

    return take_form(visit, member, form.seal, act, again=again, to=LIST)


def _as_it_stands(member: Member, body: str, found: Meeting) -> MeetingForm:
    papers_on = found.papers_on.isoformat() if found.papers_on else ""
    was = start_of(days_of(_body(member, body), found.key))
    return MeetingForm(was=was, on=found.on.isoformat(), papers_on=papers_on)


def _bodies(member: Member) -> list[Body]:
    return [one for one in member.snapshot.bodies.values() if one.school == member.school.key]


def _body(member: Member, key: str) -> Body:
    for one in _bodies(member):
        if one.key == key:
            return one
    raise HTTPException(404)


def _meeting(visit: RequestContext, member: Member, body: str, key: str) -> Meeting:
    for one in coming(_body(member, body), local_date(visit.now)):
        if one.key == key:
            return one
    raise HTTPException(404)


def _list(visit: RequestContext, member: Member, form: MeetingForm, shown: FormState) -> HTMLResponse:
    today, bodies = local_date(visit.now), _bodies(member)
    return show(
        visit,
        member,
        "governors_meetings.html",
        status=422 if shown.errors else 200,
        bodies=[(body, coming(body, today)) for body in bodies],
        changes=undoable_changes(visit.services, member.school.key, BODY, visit.now),
        here={one.key for one in bodies},
        names={key: one.name for key, one in member.snapshot.people.items()},
        typed=form,
        shown=shown,
        address=LIST,
    )


def _one(
    visit: RequestContext,
    member: Member,
    at: tuple[str, Meeting],
    form: MeetingForm,
    shown: FormState | None = None,
) -> HTMLResponse:
    key, meeting = at
    shown = shown or FormState()
    return show(
        visit,
        member,
        "governors_meeting.html",
        status=422 if shown.errors else 200,
        body=_body(member, key),
        meeting=meeting,
        typed=form,
        shown=shown,
        back=LIST,
        address=f"{LIST}/{quote(key, safe='')}/{quote(meeting.key, safe='')}",
    )
