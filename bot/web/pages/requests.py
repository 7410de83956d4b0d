"""Requests and declarations: asked by anybody signed in, decided at the desk, in force on a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions import requests
from bot.actions.gather import school_day
from bot.actions.request_view import (
    NoSuchRequest,
    Reader,
    desk,
    in_force,
    open_request,
    own,
    suggested_end,
)
from bot.actions.requests import Asking, Deciding
from bot.actions.sign import Refusal, Refused
from bot.domain.requests import KINDS, Outcome
from bot.store.engine import Store
from bot.web.member import HEAD, OFFICE, Member, SignedIn, check_seal, show
from bot.web.pages.me import identified
from bot.web.signing import read_date, slow_down
from bot.web.signwords import Quiet
from bot.web.visit import Visit, Visiting

router = APIRouter()
# Whoever may decide some request, or read some declaration; which ones is decided request by request.
DESK = HEAD | {"chair", "vice-chair", "dsl", "deputy-dsl"}
Me = Annotated[Member, Depends(SignedIn())]
AtDesk = Annotated[Member, Depends(SignedIn(DESK))]
# Whoever may have to know what somebody is allowed: the office, leadership, and who keeps children safe.
LISTS = OFFICE | {"dsl", "deputy-dsl"}
Listing = Annotated[Member, Depends(SignedIn(LISTS))]
AGAIN = "This page had been open for a long time. Look at it again and press the button once more."


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
class Room:
    """One reader, and one request where the address names one."""

    visit: Visit
    member: Member
    reference: str = ""

    @property
    def store(self) -> Store:
        return self.visit.services.store

    @property
    def reader(self) -> Reader:
        member = self.member
        return Reader(member.setting, member.person, identified(member).by, member.snapshot)

    @property
    def address(self) -> str:
        return f"/me/requests/{self.reference}"

    def show(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        today = school_day(self.visit.now)
        return show(self.visit, self.member, template, status=status, here="/me", today=today, **values)

    def come_from_us(self, seal: str) -> None:
        """Refuse what is sent too fast, or by no page of this session."""
        slow_down(self.visit, self.member.session)
        if not check_seal(self.visit, self.member, seal):
            raise Refused(Refusal("form", AGAIN))


@router.api_route("/me/requests", methods=["GET", "HEAD"])
def show_own(member: Me, visit: Visiting) -> HTMLResponse:
    """List what somebody asked and told, and what came of it."""
    room = Room(visit, member)
    views = own(room.store, room.reader, visit.now)
    return room.show("requests.html", views=views, decides=member.may(DESK), lists=member.may(LISTS))


@router.api_route("/me/requests/new", methods=["GET", "HEAD"])
def show_form(member: Me, visit: Visiting, kind: str = "") -> HTMLResponse:
    """Show the kinds to choose from, or the form of one."""
    return _form(Room(visit, member), AskForm(kind=kind), ())


@router.post("/me/requests/new")
def take_request(member: Me, form: Annotated[AskForm, Form()], visit: Visiting) -> Response:
    """Keep a request, and show it."""
    room = Room(visit, member)
    try:
        room.come_from_us(form.seal)
        asked = Asking(form.kind, form.what, form.why, read_date(form.from_on), read_date(form.until_on))
        reference = requests.ask(room.store, room.reader, asked, visit.now)
    except Refused as refused:
        return _form(room, form, refused.refusals)
    return RedirectResponse(f"/me/requests/{reference}", status_code=303)


@router.api_route("/me/requests/desk", methods=["GET", "HEAD"])
def show_desk(member: AtDesk, visit: Visiting) -> HTMLResponse:
    """List what others asked and this reader may see, what waits first."""
    room = Room(visit, member)
    return room.show("requests_desk.html", views=desk(room.store, room.reader, visit.now))


@router.api_route("/me/requests/in-force", methods=["GET", "HEAD"])
def show_in_force(member: Listing, visit: Visiting) -> HTMLResponse:
    """List the permissions in force: who, what and until when; never why."""
    room = Room(visit, member)
    return room.show("requests_in_force.html", views=in_force(room.store, room.reader, visit.now))


@router.api_route("/me/requests/{reference}", methods=["GET", "HEAD"])
def show_request(reference: str, member: Me, visit: Visiting) -> HTMLResponse:
    """Show one request to whoever asked it, decides it or may read it."""
    return _one(Room(visit, member, reference), WordForm(), ())


@router.post("/me/requests/{reference}/{act}")
def take_word(
    reference: str, act: str, member: Me, form: Annotated[WordForm, Form()], visit: Visiting
) -> Response:
    """Record one word about a request: a decision, its end, a withdrawal, that it was read."""
    room = Room(visit, member, reference)
    if act not in ACTS:
        raise HTTPException(404)
    try:
        room.come_from_us(form.seal)
        ACTS[act](room, form, visit.now)
    except NoSuchRequest:
        raise HTTPException(404) from None
    except Refused as refused:
        return _one(room, form, refused.refusals)
    return RedirectResponse(room.address, status_code=303)


def _decide(room: Room, form: WordForm, now: datetime) -> None:
    words = {"allowed": form.conditions, "refused": form.reason, "noted": form.advice}
    known = {one.value: one for one in (Outcome.ALLOWED, Outcome.REFUSED, Outcome.NOTED)}
    given = Deciding(
        known.get(form.outcome), words.get(form.outcome, ""), form.risk, read_date(form.until_on)
    )
    requests.decide(room.store, room.reader, room.reference, given, now)


def _end(room: Room, form: WordForm, now: datetime) -> None:
    requests.end(room.store, room.reader, room.reference, form.reason, now)


def _withdraw(room: Room, _form: WordForm, now: datetime) -> None:
    requests.withdraw(room.store, room.reader, room.reference, now)


def _confirm(room: Room, _form: WordForm, now: datetime) -> None:
    requests.confirm(room.store, room.reader, room.reference, now)


ACTS: dict[str, Callable[[Room, WordForm, datetime], None]] = {
    "decide": _decide,
    "end": _end,
    "withdraw": _withdraw,
    "confirm": _confirm,
}


def _form(room: Room, typed: AskForm, errors: tuple[Refusal, ...]) -> HTMLResponse:
    return room.show(
        "request_new.html",
        status=422 if errors else 200,
        kinds=KINDS.values(),
        kind=KINDS.get(typed.kind),
        typed=typed,
        errors=errors,
        wrong=Quiet({error.field: error.says for error in errors}),
        limit=_in_two_years(school_day(room.visit.now)),
    )


def _one(room: Room, typed: WordForm, errors: tuple[Refusal, ...]) -> HTMLResponse:
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
        ends_on=suggested_end(view.request, school_day(room.visit.now)),
        typed=typed,
        errors=errors,
        wrong=Quiet({error.field: error.says for error in errors}),
    )


def _in_two_years(today: date) -> date:
    return date.fromordinal(today.toordinal() + 731)
