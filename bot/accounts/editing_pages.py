"""Pages that change what an official account says of itself, take it off the list, and undo either."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from bot.accounts.editing import (
    AccountFactsInput,
    change_account,
    retire_account,
    start_of_facts,
    undo_account,
)
from bot.core.roles import Permission
from bot.identity.forms import NOTHING_WRONG, FormState, actor_of, take_form
from bot.identity.member import Member, SignedIn, show
from bot.rules.accounts import Account
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Editor = Annotated[Member, Depends(SignedIn(Permission.APPROVE_ACCOUNTS))]
AT = "/office/accounts/{account}"
REACH_WORDS = (("open", "Anybody"), ("closed", "Only people we let in"))


class AccountFactsForm(BaseModel):
    """What an account says of itself, or why it is taken off the list, as typed."""

    seal: str = ""
    was: str = ""
    name: str = ""
    channel: str = ""
    address: str = ""
    purpose: str = ""
    reach: str = ""
    why: str = ""


Sent = Annotated[AccountFactsForm, Form()]


@router.api_route(f"{AT}/facts", methods=["GET", "HEAD"])
def show_facts(account: str, member: Editor, visit: Visiting) -> HTMLResponse:
    """Show the form of what an account says of itself."""
    found = _find(member, account)
    return _page(visit, member, found, _form_of(found), NOTHING_WRONG)


@router.post(f"{AT}/facts")
def take_facts(account: str, member: Editor, form: Sent, visit: Visiting) -> Response:
    """Change what an account says of itself."""
    found = _find(member, account)
    by = actor_of(member, f"account {account} {form.model_dump_json()}", form.was)
    typed = AccountFactsInput(form.name, form.channel, form.address, form.purpose, form.reach, form.why)
    return take_form(
        visit,
        member,
        form.seal,
        lambda: change_account(visit.services, account, typed, by, visit.now),
        again=lambda errors: _page(visit, member, found, form, FormState("facts", errors=errors)),
        to=f"/accounts/{quote(account, safe='')}",
    )


@router.post(f"{AT}/retire")
def take_retire(account: str, member: Editor, form: Sent, visit: Visiting) -> Response:
    """Remove an account from the list."""
    found = _find(member, account)
    by = actor_of(member, f"retire account {account} {form.model_dump_json()}")
    return take_form(
        visit,
        member,
        form.seal,
        lambda: retire_account(visit.services, account, form.why, by, visit.now),
        again=lambda errors: _page(visit, member, found, _form_of(found), FormState("retire", errors=errors)),
        to="/accounts",
    )


@router.post(f"{AT}/undo")
def undo_change(account: str, member: Editor, form: Sent, visit: Visiting) -> Response:
    """Undo the latest change of an account."""
    by = actor_of(member, f"undo account {account} {form.seal}")
    return take_form(
        visit,
        member,
        form.seal,
        lambda: undo_account(visit.services, account, by, visit.now),
        again=lambda errors: _again(visit, member, account, FormState("undo", errors=errors)),
        to=f"/accounts/{quote(account, safe='')}",
    )


def _again(visit: RequestContext, member: Member, key: str, shown: FormState) -> HTMLResponse:
    found = _find(member, key)
    return _page(visit, member, found, _form_of(found), shown)


def _page(
    visit: RequestContext, member: Member, account: Account, form: AccountFactsForm, shown: FormState
) -> HTMLResponse:
    return show(
        visit,
        member,
        "account_facts.html",
        status=422 if shown.errors else 200,
        account=account,
        typed=form,
        shown=shown,
        reaches=REACH_WORDS,
        address=f"/office/accounts/{quote(account.key, safe='')}",
    )


def _form_of(account: Account) -> AccountFactsForm:
    return AccountFactsForm(
        was=start_of_facts(account),
        name=account.name,
        channel=account.channel,
        address=account.address,
        purpose=account.purpose,
        reach=account.reach,
    )


def _find(member: Member, key: str) -> Account:
    school = member.school.key
    found = next((one for one in member.snapshot.accounts if (one.school, one.key) == (school, key)), None)
    if found is None:
        raise HTTPException(404)
    return found
