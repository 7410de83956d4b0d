"""A weekly check not recorded for weeks: given to someone else, or asked at other times."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.gather import school_day
from bot.actions.office_settings import register_of
from bot.actions.weekly_checks import TIMES, Wanted, change_check, find_check
from bot.domain.roll import rolls
from bot.web.member import Member, show
from bot.web.officeforms import Office, Shown, attempt, doer
from bot.web.visit import Visit, Visiting
from bot.web.words import capitalise

router = APIRouter()


class CheckForm(BaseModel):
    """Who is to be asked, and when; empty: as it is."""

    seal: str = ""
    who: str = ""
    when: str = ""


@router.api_route("/office/checks/{rule}", methods=["GET", "HEAD"])
def show_check(rule: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show who is asked for a weekly check and when, and the form to change both."""
    return _page(visit, member, rule, CheckForm(), Shown())


@router.post("/office/checks/{rule}")
def take_check(rule: str, member: Office, form: Annotated[CheckForm, Form()], visit: Visiting) -> Response:
    """Change a weekly check, and go back to what waits."""
    wanted = Wanted(rule, form.who, form.when)

    def act() -> None:
        change_check(visit.services, member.snapshot, wanted, doer(member), visit.now)

    errors = attempt(visit, member, form.seal, act)
    if errors:
        return _page(visit, member, rule, form, Shown("check", errors=errors))
    return RedirectResponse("/office", status_code=303)


def _page(visit: Visit, member: Member, rule: str, typed: CheckForm, shown: Shown) -> HTMLResponse:
    check = find_check(register_of(visit.services, member.setting.key), rule)
    if check is None:
        raise HTTPException(404)
    roll = rolls(member.snapshot, school_day(visit.now))[member.setting.key]
    people = sorted((member.snapshot.people[key].name, key) for key in roll.here)
    return show(
        visit,
        member,
        "office_check.html",
        status=422 if shown.errors else 200,
        here="/office",
        check=check,
        people=[(key, name) for name, key in people],
        times=[
            (one, "Always: nobody is asked on a day" if one == "always" else capitalise(one)) for one in TIMES
        ],
        typed=typed,
        shown=shown,
    )
