"""The dates of meetings, kept by whoever clerks: added, moved, taken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.gather import school_day
from bot.actions.meeting_dates import (
    Typed,
    add_meeting,
    call_off_meeting,
    coming,
    lines_for_the_file,
    move_meeting,
)
from bot.domain.meetings import KEEP_DATES, Body, Meeting
from bot.web.member import GOVERNING, VISITING, Member, SignedIn, show
from bot.web.officeforms import Shown, attempt, doer
from bot.web.visit import Visit, Visiting

router = APIRouter()
Clerking = Annotated[Member, Depends(SignedIn(KEEP_DATES))]
LIST = "/governors/meetings"


class MeetingForm(BaseModel):
    """Everything a form of these pages may hold."""

    seal: str = ""
    body: str = ""
    on: str = ""
    papers_on: str = ""

    @property
    def days(self) -> Typed:
        return Typed(self.on, self.papers_on)


Sent = Annotated[MeetingForm, Form()]


@router.api_route(LIST, methods=["GET", "HEAD"])
def show_meetings(member: Clerking, visit: Visiting, body: str = "") -> HTMLResponse:
    """Show the coming meetings of each body, and the form that adds one."""
    return _list(visit, member, MeetingForm(body=body), Shown())


@router.post(LIST)
def take_meeting(member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Add a meeting."""
    sent = f"add a meeting {form.model_dump_json()}"
    errors = attempt(
        visit,
        member,
        form.seal,
        lambda: add_meeting(visit.services, form.body, form.days, doer(member, sent), visit.now),
    )
    if errors:
        return _list(visit, member, form, Shown("add", errors=errors))
    # Most dates come in a row: the next one is for the same body.
    return RedirectResponse(f"{LIST}?body={quote(form.body, safe='')}", status_code=303)


@router.api_route(f"{LIST}/{{body}}/{{meeting}}", methods=["GET", "HEAD"])
def show_meeting(body: str, meeting: str, member: Clerking, visit: Visiting) -> HTMLResponse:
    """Show one coming meeting, to be moved or taken off."""
    found = _meeting(visit, member, body, meeting)
    papers_on = found.papers_on.isoformat() if found.papers_on else ""
    return _one(visit, member, (body, found), MeetingForm(on=found.on.isoformat(), papers_on=papers_on))


@router.post(f"{LIST}/{{body}}/{{meeting}}")
def take_move(body: str, meeting: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Give a meeting another day, or its papers one."""
    found = _meeting(visit, member, body, meeting)
    return _take(
        visit,
        member,
        (body, found),
        form,
        lambda: move_meeting(visit.services, body, meeting, form.days, doer(member), visit.now),
    )


@router.post(f"{LIST}/{{body}}/{{meeting}}/off")
def take_off(body: str, meeting: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Take a meeting off."""
    found = next((one for one in _body(member, body).meetings if one.key == meeting), None)
    if found is None:
        # Taken off a moment ago, by this form or another one.
        return RedirectResponse(LIST, status_code=303)
    return _take(
        visit,
        member,
        (body, found),
        form,
        lambda: call_off_meeting(visit.services, body, meeting, doer(member), visit.now),
    )


def _take(
    visit: Visit, member: Member, at: tuple[str, Meeting], form: MeetingForm, act: Callable[[], object]
) -> Response:
    errors = attempt(visit, member, form.seal, act)
    if errors:
        return _one(visit, member, at, form, Shown("move", errors=errors))
    return RedirectResponse(LIST, status_code=303)


def _bodies(member: Member) -> list[Body]:
    return [one for one in member.snapshot.bodies.values() if one.setting == member.setting.key]


def _body(member: Member, key: str) -> Body:
    for one in _bodies(member):
        if one.key == key:
            return one
    raise HTTPException(404)


def _meeting(visit: Visit, member: Member, body: str, key: str) -> Meeting:
    for one in coming(_body(member, body), school_day(visit.now)):
        if one.key == key:
            return one
    raise HTTPException(404)


def _list(visit: Visit, member: Member, form: MeetingForm, shown: Shown) -> HTMLResponse:
    today, bodies = school_day(visit.now), _bodies(member)
    return show(
        visit,
        member,
        "governors_meetings.html",
        status=422 if shown.errors else 200,
        here="/governors",
        bodies=[(body, coming(body, today)) for body in bodies],
        typed=form,
        shown=shown,
        file=lines_for_the_file(bodies),
        address=LIST,
        governing=member.may(GOVERNING),
        visiting=member.may(VISITING),
    )


def _one(
    visit: Visit, member: Member, at: tuple[str, Meeting], form: MeetingForm, shown: Shown | None = None
) -> HTMLResponse:
    key, meeting = at
    shown = shown or Shown()
    return show(
        visit,
        member,
        "governors_meeting.html",
        status=422 if shown.errors else 200,
        here="/governors",
        body=_body(member, key),
        meeting=meeting,
        typed=form,
        shown=shown,
        back=LIST,
        address=f"{LIST}/{quote(key, safe='')}/{quote(meeting.key, safe='')}",
    )
