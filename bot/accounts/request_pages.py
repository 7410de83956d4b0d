"""A new account: asked for by anyone, decided by leadership, then an entry to paste into the register.

Who runs an official account: chosen by the office from the people who are here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.accounts.model import may_decide
from bot.accounts.pages import who_is
from bot.accounts.requests import Decision, NewAccountInput, NoSuchRequest, ask, decide, requests_for
from bot.accounts.service import change_holders, choices, find_account, holders_of
from bot.core.form_start import CHANGED, start_of
from bot.core.validation import FieldError
from bot.identity.forms import FormState, Office, actor_of, submit_form
from bot.identity.member import Member, SignedIn, show
from bot.register.service import register_of
from bot.rules.accounts import Account
from bot.web.context import RequestContext, Visiting

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
class RequestFormState:
    """A form to show again."""

    typed: BaseModel
    errors: tuple[FieldError, ...] = ()


@router.api_route("/accounts/new", methods=["GET", "HEAD"])
def show_form(member: Anyone, visit: Visiting) -> HTMLResponse:
    """Show the form to ask for a new account."""
    return _form(visit, member, RequestFormState(WantedForm()))


@router.post("/accounts/new")
def take_request(member: Anyone, form: Annotated[WantedForm, Form()], visit: Visiting) -> Response:
    """Submit a request for a new account, and show it."""
    wanted = NewAccountInput(form.channel, form.name, form.purpose, form.reach, form.why)
    who = who_is(member, form.model_dump_json())
    asked: list[str] = []
    errors = submit_form(
        visit, member, form.seal, lambda: asked.append(ask(visit.services, who, wanted, visit.now))
    )
    if errors:
        return _form(visit, member, RequestFormState(form, errors))
    return RedirectResponse(f"/accounts/requests/{asked[0]}", status_code=303)


@router.api_route("/accounts/requests/{reference}", methods=["GET", "HEAD"])
def show_request(reference: str, member: Anyone, visit: Visiting) -> HTMLResponse:
    """Show a request to its author and to leadership."""
    return _request(visit, member, reference, RequestFormState(DecisionForm()))


@router.post("/accounts/requests/{reference}")
def take_decision(
    reference: str, member: Anyone, form: Annotated[DecisionForm, Form()], visit: Visiting
) -> Response:
    """Submit leadership's decision, and show the request with it."""
    decision = Decision(form.answer, form.conditions, risk_assessed=form.risk == "yes")
    who = who_is(member, f"{reference} {form.model_dump_json()}")
    try:
        errors = submit_form(
            visit, member, form.seal, lambda: decide(visit.services, who, reference, decision, visit.now)
        )
    except NoSuchRequest:
        raise HTTPException(404) from None
    if errors:
        return _request(visit, member, reference, RequestFormState(form, errors))
    return RedirectResponse(f"/accounts/requests/{reference}", status_code=303)


def _form(visit: RequestContext, member: Member, again: RequestFormState) -> HTMLResponse:
    return show(
        visit,
        member,
        "account_new.html",
        status=422 if again.errors else 200,
        typed=again.typed,
        errors=again.errors,
        wrong={error.field: error.says for error in again.errors},
    )


def _request(visit: RequestContext, member: Member, reference: str, again: RequestFormState) -> HTMLResponse:
    known = requests_for(visit.services, who_is(member), visit.now)
    found = next((one for one in known if one.request.reference == reference), None)
    if found is None:
        raise HTTPException(404)
    return show(
        visit,
        member,
        "account_request.html",
        status=422 if again.errors else 200,
        found=found,
        request=found.request,
        decision=found.decision,
        decides=may_decide(member.roles),
        typed=again.typed,
        errors=again.errors,
        wrong={error.field: error.says for error in again.errors},
        address=f"/accounts/requests/{reference}",
    )


class HoldersForm(BaseModel):
    """The holders of an account."""

    seal: str = ""
    was: str = ""
    holders: list[str] = []


@router.api_route("/office/accounts/{account}", methods=["GET", "HEAD"])
def show_holders(account: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show who runs an account, and who else could."""
    found = _find(member, account)
    return _page(visit, member, found, None, FormState())


@router.post("/office/accounts/{account}")
def take_holders(
    account: str, member: Office, form: Annotated[HoldersForm, Form()], visit: Visiting
) -> Response:
    """Save the holders of an account, and show it."""
    found, by = _find(member, account), actor_of(member, was=form.was)
    errors = submit_form(
        visit,
        member,
        form.seal,
        lambda: change_holders(visit.services, member.snapshot, found, form.holders, by, visit.now),
    )
    if errors:
        return _page(visit, member, found, form, FormState("holders", errors=errors))
    return RedirectResponse(f"/accounts/{found.key}", status_code=303)


def _find(member: Member, key: str) -> Account:
    found = find_account(member.snapshot, member.school.key, key)
    if found is None:
        raise HTTPException(404)
    return found


def _page(
    visit: RequestContext, member: Member, account: Account, typed: HoldersForm | None, shown: FormState
) -> HTMLResponse:
    if typed is None or shown.errors == (CHANGED,):
        stands = holders_of(register_of(visit.services, member.school.key), account.key)
        typed = HoldersForm(was=start_of(stands), holders=sorted(account.holders))
    return show(
        visit,
        member,
        "office_holders.html",
        status=422 if shown.errors else 200,
        account=account,
        people=choices(member.snapshot, account, visit.now),
        typed=typed,
        shown=shown,
    )
