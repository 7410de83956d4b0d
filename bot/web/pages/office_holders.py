"""Who runs an official account: chosen by the office from the people who are here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.account_holders import change_holders, choices, find_account
from bot.domain.accounts import Account
from bot.web.member import Member, show
from bot.web.officeforms import Office, Shown, attempt, doer
from bot.web.visit import Visit, Visiting

router = APIRouter()


class HoldersForm(BaseModel):
    """Who shall run an account."""

    seal: str = ""
    holders: list[str] = []


@router.api_route("/office/accounts/{account}", methods=["GET", "HEAD"])
def show_holders(account: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show who runs an account, and whom else it may be given to."""
    found = _find(member, account)
    return _page(visit, member, found, sorted(found.holders), Shown())


@router.post("/office/accounts/{account}")
def take_holders(
    account: str, member: Office, form: Annotated[HoldersForm, Form()], visit: Visiting
) -> Response:
    """Let other people run an account, and show it."""
    found, by = _find(member, account), doer(member)
    errors = attempt(
        visit,
        member,
        form.seal,
        lambda: change_holders(visit.services, member.snapshot, found, form.holders, by, visit.now),
    )
    if errors:
        return _page(visit, member, found, form.holders, Shown("holders", errors=errors))
    return RedirectResponse(f"/accounts/{found.key}", status_code=303)


def _find(member: Member, key: str) -> Account:
    found = find_account(member.snapshot, member.setting.key, key)
    if found is None:
        raise HTTPException(404)
    return found


def _page(visit: Visit, member: Member, account: Account, chosen: list[str], shown: Shown) -> HTMLResponse:
    return show(
        visit,
        member,
        "office_holders.html",
        status=422 if shown.errors else 200,
        here="/accounts",
        account=account,
        people=choices(member.snapshot, account, visit.now),
        chosen=chosen,
        shown=shown,
    )
