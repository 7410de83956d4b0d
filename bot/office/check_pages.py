"""The page of a weekly check that has not been recorded for weeks: change who is asked, and when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.text import capitalise
from bot.identity.forms import FormState, Office, actor_of, submit_form
from bot.identity.member import Member, show
from bot.planning.active_members import active_members
from bot.register.service import register_of
from bot.register.weekly_checks import TIMES, Wanted, change_check, find_check
from bot.web.context import RequestContext, Visiting

router = APIRouter()


class CheckForm(BaseModel):
    """Who is to be asked, and when; empty: as it is."""

    seal: str = ""
    who: str = ""
    when: str = ""


@router.api_route("/office/checks/{rule}", methods=["GET", "HEAD"])
def show_check(rule: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show who is asked for a weekly check and when, and the form to change both."""
    return _page(visit, member, rule, CheckForm(), FormState())


@router.post("/office/checks/{rule}")
def take_check(rule: str, member: Office, form: Annotated[CheckForm, Form()], visit: Visiting) -> Response:
    """Change a weekly check, and go back to what waits."""
    wanted = Wanted(rule, form.who, form.when)

    def act() -> None:
        change_check(visit.services, member.snapshot, wanted, actor_of(member), visit.now)

    errors = submit_form(visit, member, form.seal, act)
    if errors:
        return _page(visit, member, rule, form, FormState("check", errors=errors))
    return RedirectResponse("/office", status_code=303)


def _page(
    visit: RequestContext, member: Member, rule: str, typed: CheckForm, shown: FormState
) -> HTMLResponse:
    check = find_check(register_of(visit.services, member.setting.key), rule)
    if check is None:
        raise HTTPException(404)
    roll = active_members(member.snapshot, local_date(visit.now))[member.setting.key]
    people = sorted((member.snapshot.people[key].name, key) for key in roll.here)
    return show(
        visit,
        member,
        "office_check.html",
        status=422 if shown.errors else 200,
        check=check,
        people=[(key, name) for name, key in people],
        times=[
            (one, "Always: nobody is asked on a day" if one == "always" else capitalise(one)) for one in TIMES
        ],
        typed=typed,
        shown=shown,
    )
