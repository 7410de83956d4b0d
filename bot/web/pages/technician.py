"""The visit of whoever looks after computers: their checks, where to test filtering, what was recorded."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from bot.actions.gather import school_day
from bot.actions.technician import visit_list
from bot.web import signwords, visitwords
from bot.web.member import IT_IN_MENU, OVERSEEING_IT, TECHNICAL, Member, SignedIn, show
from bot.web.visit import Visiting

router = APIRouter()
Technical = Annotated[Member, Depends(SignedIn(TECHNICAL))]


@router.api_route("/it", methods=["GET", "HEAD"])
def show_list(member: Technical, visit: Visiting) -> HTMLResponse:
    """Show a technician their own list; whoever leads or keeps the office, everybody's."""
    oversees, in_menu = member.may(OVERSEEING_IT), member.may(IT_IN_MENU)
    only = "" if oversees else member.person.key
    found = visit_list(visit.services.store, member.snapshot, member.setting.key, school_day(visit.now), only)
    return show(
        visit,
        member,
        "technician.html",
        here="/it" if in_menu else "/office",
        in_office=not in_menu,
        found=found,
        oversees=oversees,
        links=visitwords.TEST_LINKS,
        note="\n".join(visitwords.NOTE),
        words=visitwords,
        verb=signwords.verb,
    )
