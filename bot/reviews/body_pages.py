"""Pages of governing bodies and committees: add one, change who belongs to it, retire it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.core.validation import ValidationFailed
from bot.identity.forms import NOTHING_WRONG, FormState, actor_of, take_form
from bot.identity.member import Member, SignedIn, show
from bot.planning.active_members import active_members
from bot.reviews.bodies import (
    BodyInput,
    add_body,
    body_of,
    change_body,
    retire_body,
    start_of_body,
    usual_clear_days,
    who_hears,
)
from bot.reviews.meeting_pages import LIST
from bot.rules.meetings import Body
from bot.rules.people import GOVERNOR
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Clerking = Annotated[Member, Depends(SignedIn(Permission.EDIT_MEETINGS))]
BODIES = "/governors/bodies"


class BodyForm(BaseModel):
    """A body as typed, or why it is retired. `shown`: the page showed who hears of its meetings."""

    seal: str = ""
    was: str = ""
    name: str = ""
    clerk: str = ""
    chair: str = ""
    members: list[str] = []
    clear_days: str = ""
    why: str = ""

    @property
    def typed(self) -> BodyInput:
        return BodyInput(self.name, self.clerk, self.chair, tuple(self.members), self.clear_days, self.why)


Sent = Annotated[BodyForm, Form()]


@router.api_route(f"{BODIES}/new", methods=["GET", "HEAD"])
def show_new(member: Clerking, visit: Visiting) -> HTMLResponse:
    """Show the form of a new body."""
    return _page(visit, member, None, BodyForm(), NOTHING_WRONG)


@router.post(f"{BODIES}/new")
def take_new(member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Add a body."""
    by = actor_of(member, f"add a body {form.model_dump_json()}")
    added: list[str] = []
    return take_form(
        visit,
        member,
        form.seal,
        lambda: added.append(add_body(visit.services, form.typed, by, visit.now)),
        again=lambda errors: _page(visit, member, None, form, FormState("body", errors=errors)),
        to=lambda: f"{_address(added[0])}?done=saved" if added else LIST,
    )


@router.api_route(f"{BODIES}/{{body}}", methods=["GET", "HEAD"])
def show_body(body: str, member: Clerking, visit: Visiting, done: str = "") -> HTMLResponse:
    """Show who belongs to a body and hears of its meetings, and the form to change it."""
    found = _find(member, body)
    return _page(visit, member, found, _form_of(found), NOTHING_WRONG, done)


@router.post(f"{BODIES}/{{body}}")
def take_body(body: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Change a body."""
    found = _find(member, body)
    by = actor_of(member, f"body {body} {form.model_dump_json()}", form.was)
    return take_form(
        visit,
        member,
        form.seal,
        lambda: change_body(visit.services, body, form.typed, by, visit.now),
        again=lambda errors: _page(visit, member, found, form, FormState("body", errors=errors)),
        to=f"{_address(body)}?done=saved",
    )


@router.post(f"{BODIES}/{{body}}/retire")
def take_retire(body: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Remove a body that no policy and no rule names."""
    found = _find(member, body)
    by = actor_of(member, f"retire body {body} {form.model_dump_json()}")
    return take_form(
        visit,
        member,
        form.seal,
        lambda: retire_body(visit.services, body, form.why, by, visit.now),
        again=lambda errors: _page(visit, member, found, _form_of(found), FormState("retire", errors=errors)),
        to=LIST,
    )


def _page(
    visit: RequestContext, member: Member, body: Body | None, form: BodyForm, shown: FormState, done: str = ""
) -> HTMLResponse:
    school = member.school
    roll = active_members(member.snapshot, local_date(visit.now))[school.key]
    people = {key: one.name for key, one in member.snapshot.people.items()}
    here = sorted(roll.here, key=lambda key: people[key])
    governors = set(roll.holders(GOVERNOR)) | set(form.members)
    try:
        made = body_of(form.typed, "", school, body)
    except ValidationFailed:
        made = None
    return show(
        visit,
        member,
        "governors_body.html",
        status=422 if shown.errors else 200,
        body=body,
        typed=form,
        shown=shown,
        done=done,
        clerks=[(key, people[key]) for key in here],
        members=[
            (key, people.get(key, key)) for key in sorted(governors, key=lambda key: people.get(key, key))
        ],
        usual=usual_clear_days(school),
        hears=[(what, [people[key] for key in keys if key in people]) for what, keys in who_hears(roll, made)]
        if made is not None
        else [],
        address=_address(body.key if body is not None else "new"),
        back=LIST,
    )


def _form_of(body: Body) -> BodyForm:
    return BodyForm(
        was=start_of_body(body),
        name=body.name,
        clerk=body.clerk or "",
        chair=body.chair or "",
        members=sorted(body.members),
        clear_days=str(body.clear_days),
    )


def _find(member: Member, key: str) -> Body:
    found = member.snapshot.bodies.get((member.school.key, key))
    if found is None:
        raise HTTPException(404)
    return found


def _address(key: str) -> str:
    return f"{BODIES}/{quote(key, safe='')}"
