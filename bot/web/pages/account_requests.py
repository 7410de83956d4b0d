"""A new account: asked for by anybody, decided by leadership, then an entry to paste into the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.account_requests import (
    Decision,
    NoSuchRequest,
    Wanted,
    ask,
    decide,
    requests_for,
)
from bot.actions.sign import Refusal, Refused
from bot.domain.account_access import may_decide
from bot.web.member import Member, SignedIn, check_seal, show
from bot.web.pages.accounts import HERE, who_is
from bot.web.pages.case import AGAIN, slow_down
from bot.web.visit import Visit, Visiting

router = APIRouter()
Anyone = Annotated[Member, Depends(SignedIn())]


class WantedForm(BaseModel):
    """A request for an account as it was sent."""

    channel: str = ""
    name: str = ""
    purpose: str = ""
    reach: str = ""
    why: str = ""
    seal: str = ""


class DecisionForm(BaseModel):
    """A decision as it was sent."""

    answer: str = ""
    conditions: str = ""
    risk: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """A form to show again."""

    typed: BaseModel
    errors: tuple[Refusal, ...] = ()


@router.api_route("/accounts/new", methods=["GET", "HEAD"])
def show_form(member: Anyone, visit: Visiting) -> HTMLResponse:
    """Show the form to ask for a new account."""
    return _form(visit, member, Again(WantedForm()))


@router.post("/accounts/new")
def take_request(member: Anyone, form: Annotated[WantedForm, Form()], visit: Visiting) -> Response:
    """Take a request for a new account, and show it."""
    slow_down(visit, member.session)
    if not check_seal(visit, member, form.seal):
        return _form(visit, member, Again(form, (Refusal("main", AGAIN),)))
    wanted = Wanted(form.channel, form.name, form.purpose, form.reach, form.why)
    try:
        reference = ask(visit.services, who_is(member, form.model_dump_json()), wanted, visit.now)
    except Refused as refused:
        return _form(visit, member, Again(form, refused.refusals))
    return RedirectResponse(f"/accounts/requests/{reference}", status_code=303)


@router.api_route("/accounts/requests/{reference}", methods=["GET", "HEAD"])
def show_request(reference: str, member: Anyone, visit: Visiting) -> HTMLResponse:
    """Show a request to whoever asked, and to leadership."""
    return _request(visit, member, reference, Again(DecisionForm()))


@router.post("/accounts/requests/{reference}")
def take_decision(
    reference: str, member: Anyone, form: Annotated[DecisionForm, Form()], visit: Visiting
) -> Response:
    """Take leadership's decision, and show the request with it."""
    slow_down(visit, member.session)
    if not check_seal(visit, member, form.seal):
        return _request(visit, member, reference, Again(form, (Refusal("main", AGAIN),)))
    decision = Decision(form.answer, form.conditions, risk_assessed=form.risk == "yes")
    who = who_is(member, f"{reference} {form.model_dump_json()}")
    try:
        decide(visit.services, who, reference, decision, visit.now)
    except NoSuchRequest:
        raise HTTPException(404) from None
    except Refused as refused:
        return _request(visit, member, reference, Again(form, refused.refusals))
    return RedirectResponse(f"/accounts/requests/{reference}", status_code=303)


def _form(visit: Visit, member: Member, again: Again) -> HTMLResponse:
    return show(
        visit,
        member,
        "account_new.html",
        status=422 if again.errors else 200,
        here=HERE,
        typed=again.typed,
        errors=again.errors,
        wrong={error.field: error.says for error in again.errors},
    )


def _request(visit: Visit, member: Member, reference: str, again: Again) -> HTMLResponse:
    known = requests_for(visit.services, who_is(member), visit.now)
    found = next((one for one in known if one.request.reference == reference), None)
    if found is None:
        raise HTTPException(404)
    return show(
        visit,
        member,
        "account_request.html",
        status=422 if again.errors else 200,
        here=HERE,
        found=found,
        request=found.request,
        decision=found.decision,
        decides=may_decide(member.roles),
        typed=again.typed,
        errors=again.errors,
        wrong={error.field: error.says for error in again.errors},
        address=f"/accounts/requests/{reference}",
    )
