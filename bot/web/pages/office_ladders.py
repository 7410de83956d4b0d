"""When each rule reminds and who is told in the end: looked at, and changed by the office."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.office_ladders import OWN, change_ladder, reminders
from bot.actions.office_settings import register_of
from bot.domain.ladder import LADDERS
from bot.web import officewords
from bot.web.member import Member, show
from bot.web.officeforms import Office, Shown, attempt, doer
from bot.web.visit import Visit, Visiting

router = APIRouter()


class LadderForm(BaseModel):
    """How one rule shall remind."""

    seal: str = ""
    rule: str = ""
    pace: str = ""
    steps: str = ""


@router.api_route("/office/reminders", methods=["GET", "HEAD"])
def show_reminders(member: Office, visit: Visiting, rule: str = "") -> HTMLResponse:
    """List the rules with their reminders; with a rule, the form to change them."""
    return _page(visit, member, LadderForm(rule=rule), Shown())


@router.post("/office/reminders")
def take_reminders(member: Office, form: Annotated[LadderForm, Form()], visit: Visiting) -> Response:
    """Change how one rule reminds, and show the list."""
    errors = attempt(
        visit,
        member,
        form.seal,
        lambda: change_ladder(visit.services, form.rule, form.pace, form.steps, doer(member), visit.now),
    )
    if errors:
        return _page(visit, member, form, Shown("ladder", errors=errors))
    return RedirectResponse("/office/reminders", status_code=303)


def _page(visit: Visit, member: Member, typed: LadderForm, shown: Shown) -> HTMLResponse:
    rows = reminders(register_of(visit.services, member.setting.key))
    return show(
        visit,
        member,
        "office_reminders.html",
        status=422 if shown.errors else 200,
        here="/office",
        rows=rows,
        chosen=next((one for one in rows if one.rule.key == typed.rule), None),
        typed=typed,
        shown=shown,
        paces=[(name, officewords.PACES[name], officewords.ladder(one)) for name, one in LADDERS.items()],
        own=OWN,
        words=officewords,
    )
