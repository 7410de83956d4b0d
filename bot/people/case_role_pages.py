"""Who opens cases: each role with who confirmed it, and addresses of theirs that wait for a second leader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.cases.jobs import look_after_school
from bot.core.roles import Permission
from bot.core.validation import FieldError
from bot.identity.case_roles import confirm, holders
from bot.identity.forms import FormState, actor_of, submit_form
from bot.identity.member import Member, SignedIn, show
from bot.people.address_changes import decide, waiting_here
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Opener = Annotated[Member, Depends(SignedIn(Permission.HANDLE_CASES))]


class RoleForm(BaseModel):
    """Whose role or address, and what is said of it."""

    seal: str = ""
    person: str = ""
    role: str = ""
    go: str = ""


Sent = Annotated[RoleForm, Form()]


@router.api_route("/case-roles", methods=["GET", "HEAD"])
def show_roles(member: Opener, visit: Visiting) -> HTMLResponse:
    """Show who holds which role that opens cases."""
    return _page(visit, member)


@router.post("/case-roles/confirm")
def take_confirmation(member: Opener, form: Sent, visit: Visiting) -> Response:
    """Confirm that someone else holds a role."""
    return _take(
        visit,
        member,
        form,
        lambda: _confirm(visit, member, form),
    )


@router.post("/case-roles/address")
def take_address(member: Opener, form: Sent, visit: Visiting) -> Response:
    """Agree to someone's new address, or refuse it."""
    return _take(
        visit,
        member,
        form,
        lambda: decide(visit.services, form.person, actor_of(member), visit.now, agreed=form.go == "yes"),
    )


def _take(visit: RequestContext, member: Member, form: RoleForm, act: Callable[[], object]) -> Response:
    errors = submit_form(visit, member, form.seal, act)
    return _page(visit, member, errors) if errors else RedirectResponse("/case-roles", status_code=303)


def _confirm(visit: RequestContext, member: Member, form: RoleForm) -> None:
    confirm(visit.services, form.person, form.role, actor_of(member), visit.now)
    look_after_school(visit.services, member.school.key, visit.now)


def _page(visit: RequestContext, member: Member, errors: tuple[FieldError, ...] = ()) -> HTMLResponse:
    store, school = visit.services.store, member.school.key
    return show(
        visit,
        member,
        "case_roles.html",
        status=422 if errors else 200,
        holders=holders(store, member.snapshot, school, member.person.key),
        changes=waiting_here(store, school),
        people=member.snapshot.people,
        role=web_words.role,
        shown=FormState(errors=errors),
    )
