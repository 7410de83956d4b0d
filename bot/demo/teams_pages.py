"""The demo alone: the tab as Teams frames it, and the card in a channel, drawn from what is really sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from bot.core.roles import Permission
from bot.dashboard.weekly_card import BARS, draw_card
from bot.identity.guard import DemoOnly
from bot.identity.member import Member, SignedIn
from bot.identity.teams import HOW
from bot.web.context import Visiting
from bot.web.security import STRICT

router = APIRouter(dependencies=[Depends(DemoOnly())])
Head = Annotated[Member, Depends(SignedIn(Permission.VIEW_SCHOOL, in_teams=True))]
FRAME = "/demo/teams"
# A tab is told its host's theme in its address; the demo's host has the reader's own.
TAB = "/school"
STATE_OF_STYLE = {style: state for state, style in reversed(BARS.items())}


@router.api_route(FRAME, methods=["GET", "HEAD"])
def show_frame(member: Head, visit: Visiting) -> HTMLResponse:
    """Show the school's page in a frame like that of Teams, and the week's card under it.

    A person who signed in elsewhere gets a button: the tab belongs to a session of its own.
    """
    card = draw_card(visit.services, member.school.key, visit.now)
    page = visit.site.pages.show(
        "teams_frame.html",
        now=visit.now,
        school=member.school.name,
        tab=TAB if member.how == HOW else "",
        person=member.person.key,
        card=card,
        styles=STATE_OF_STYLE,
    )
    page.headers["Content-Security-Policy"] = f"{STRICT}; frame-src 'self'; frame-ancestors 'none'"
    return page
