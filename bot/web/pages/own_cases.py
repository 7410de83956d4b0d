"""From the menu to one's own list of cases, through a link made for this moment."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse

from bot.links import Link
from bot.web.member import CASES, Member, SignedIn
from bot.web.visit import Visiting

router = APIRouter()


@router.get("/cases")
def go_to_cases(member: Annotated[Member, Depends(SignedIn(CASES))], visit: Visiting) -> RedirectResponse:
    """Send a member on to the cases they may open."""
    token = visit.services.links.make(Link("cases", member.setting.key, member.person.key), visit.now)
    return RedirectResponse(f"/cases/{token}", status_code=303)
