"""Requests and declarations: asked by anyone signed in, decided at the desk, in force on a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.dates import parse_date
from bot.core.roles import Permission
from bot.core.validation import FieldError, FieldErrors
from bot.database.engine import Store
from bot.identity.downloads import Format, TableFile, download
from bot.identity.forms import submit_form
from bot.identity.member import Member, SignedIn, identified, show
from bot.requests import service as request_service
from bot.requests.model import KINDS, Outcome
from bot.requests.service import (
    DecisionInput,
    NoSuchRequest,
    Reader,
    RequestInput,
    desk,
    in_force,
    open_request,
    own,
    suggested_end,
)
from bot.web.context import RequestContext, Visiting

router = APIRouter()
# Those who may decide some request, or read some declaration; which ones is checked for each.
Me = Annotated[Member, Depends(SignedIn())]
AtDesk = Annotated[Member, Depends(SignedIn(Permission.DECIDE_REQUESTS))]
# Those who may need to know permissions: the office, leadership, and safeguarding roles.
Listing = Annotated[Member, Depends(SignedIn(Permission.LIST_REQUESTS))]


class AskForm(BaseModel):
    """A request as it was typed."""

    kind: str = ""
    what: str = ""
    why: str = ""
    from_on: str = ""
    until_on: str = ""
    seal: str = ""


class WordForm(BaseModel):
    """What is said about a request, as it was typed."""

    outcome: str = ""
    conditions: str = ""
    reason: str = ""
    advice: str = ""
    risk: str = ""
    until_on: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class RequestsRequest:
    """One reader, and one request where the address names one."""

    visit: RequestContext
    member: Member
    reference: str = ""

    @property
    def store(self) -> Store:
        return self.visit.services.store

    @property
    def reader(self) -> Reader:
        member = self.member
        return Reader(member.school, member.person, identified(member).by, member.snapshot)

    @property
    def address(self) -> str:
        return f"/me/requests/{self.reference}"

    def show(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        today = local_date(self.visit.now)
        return show(self.visit, self.member, template, status=status, today=today, **values)


@router.api_route("/me/requests", methods=["GET", "HEAD"])
def show_own(member: Me, visit: Visiting) -> HTMLResponse:
    """List a person's own requests and declarations with their results."""
    room = RequestsRequest(visit, member)
    views = own(room.store, room.reader, visit.now)
    return room.show(
        "requests.html",
        views=views,
        decides=member.may(Permission.DECIDE_REQUESTS),
        lists=member.may(Permission.LIST_REQUESTS),
    )


@router.api_route("/me/requests/new", methods=["GET", "HEAD"])
def show_form(member: Me, visit: Visiting, kind: str = "") -> HTMLResponse:
    """Show the kinds to choose from, or the form of one."""
    return _form(RequestsRequest(visit, member), AskForm(kind=kind), ())


@router.post("/me/requests/new")
def take_request(member: Me, form: Annotated[AskForm, Form()], visit: Visiting) -> Response:
    """Submit a request, and show it."""
    room = RequestsRequest(visit, member)
    references: list[str] = []

    def ask() -> None:
        from_on, until_on = parse_date(form.from_on), parse_date(form.until_on)
        asked = RequestInput(form.kind, form.what, form.why, from_on, until_on)
        references.append(request_service.ask(room.store, room.reader, asked, visit.now))

    errors = submit_form(visit, member, form.seal, ask, field="form")
    if errors:
        return _form(room, form, errors)
    return RedirectResponse(f"/me/requests/{references[0]}", status_code=303)


@router.api_route("/me/requests/desk", methods=["GET", "HEAD"])
def show_desk(member: AtDesk, visit: Visiting) -> HTMLResponse:
    """List what others asked and this reader may see, what waits first."""
    room = RequestsRequest(visit, member)
    return room.show("requests_desk.html", views=desk(room.store, room.reader, visit.now))


@router.api_route("/me/requests/in-force", methods=["GET", "HEAD"])
def show_in_force(member: Listing, visit: Visiting) -> HTMLResponse:
    """List the permissions in force: who, what and until when; never why."""
    room = RequestsRequest(visit, member)
    return room.show("requests_in_force.html", views=in_force(room.store, room.reader, visit.now))


@router.api_route("/me/requests/in-force.{ending}", methods=["GET", "HEAD"])
def download_in_force(ending: Format, member: Listing, visit: Visiting) -> Response:
    """Download the permissions in force: who, what and until when; never why."""
    room = RequestsRequest(visit, member)
    rows = (
        (
            view.request.person_name,
            view.request.title,
            view.request.what,
            view.decision.words if view.decision else "",
            view.request.from_on,
            view.decision.until_on if view.decision else "",
            view.standing,
        )
        for view in in_force(room.store, room.reader, visit.now)
    )
    columns = ("Who", "Permission", "What", "Conditions", "From", "Until", "State")
    return download(visit, member, ending, TableFile("permissions", columns, rows))


@router.api_route("/me/requests/{reference}", methods=["GET", "HEAD"])
def show_request(reference: str, member: Me, visit: Visiting) -> HTMLResponse:
    """Show one request to its author, its decider and its readers."""
    return _one(RequestsRequest(visit, member, reference), WordForm(), ())


@router.post("/me/requests/{reference}/{act}")
def take_word(
    reference: str, act: str, member: Me, form: Annotated[WordForm, Form()], visit: Visiting
) -> Response:
    """Record one word about a request: a decision, its end, a withdrawal, that it was read."""
    room = RequestsRequest(visit, member, reference)
    if act not in ACTS:
        raise HTTPException(404)
    try:
        errors = submit_form(visit, member, form.seal, lambda: ACTS[act](room, form, visit.now), field="form")
    except NoSuchRequest:
        raise HTTPException(404) from None
    if errors:
        return _one(room, form, errors)
    return RedirectResponse(room.address, status_code=303)


def _decide(room: RequestsRequest, form: WordForm, now: datetime) -> None:
    words = {"allowed": form.conditions, "refused": form.reason, "noted": form.advice}
    known = {one.value: one for one in (Outcome.ALLOWED, Outcome.REFUSED, Outcome.NOTED)}
    given = DecisionInput(
        known.get(form.outcome), words.get(form.outcome, ""), form.risk, parse_date(form.until_on)
    )
    request_service.decide(room.store, room.reader, room.reference, given, now)


def _end(room: RequestsRequest, form: WordForm, now: datetime) -> None:
    request_service.end(room.store, room.reader, room.reference, form.reason, now)


def _withdraw(room: RequestsRequest, _form: WordForm, now: datetime) -> None:
    request_service.withdraw(room.store, room.reader, room.reference, now)


def _confirm(room: RequestsRequest, _form: WordForm, now: datetime) -> None:
    request_service.confirm(room.store, room.reader, room.reference, now)


ACTS: dict[str, Callable[[RequestsRequest, WordForm, datetime], None]] = {
    "decide": _decide,
    "end": _end,
    "withdraw": _withdraw,
    "confirm": _confirm,
}


def _form(room: RequestsRequest, typed: AskForm, errors: tuple[FieldError, ...]) -> HTMLResponse:
    return room.show(
        "request_new.html",
        status=422 if errors else 200,
        kinds=KINDS.values(),
        kind=KINDS.get(typed.kind),
        typed=typed,
        errors=errors,
        wrong=FieldErrors({error.field: error.says for error in errors}),
        limit=_in_two_years(local_date(room.visit.now)),
    )


def _one(room: RequestsRequest, typed: WordForm, errors: tuple[FieldError, ...]) -> HTMLResponse:
    try:
        view = open_request(room.store, room.reader, room.reference, room.visit.now)
    except NoSuchRequest:
        raise HTTPException(404) from None
    return room.show(
        "request.html",
        status=422 if errors else 200,
        view=view,
        kind=KINDS[view.request.kind],
        address=room.address,
        ends_on=suggested_end(view.request, local_date(room.visit.now)),
        typed=typed,
        errors=errors,
        wrong=FieldErrors({error.field: error.says for error in errors}),
    )


def _in_two_years(today: date) -> date:
    return date.fromordinal(today.toordinal() + 731)
