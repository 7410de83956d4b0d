"""The tab in Teams: one page with a script, which signs in by the token that Teams gives, and goes on."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from bot.actions.oidc import find_known
from bot.actions.sessions import begin_session
from bot.errors import SignInRefused, TryAgain
from bot.ports import Identity, TabTokens
from bot.web.cookies import set_framed_cookie
from bot.web.guard import Public
from bot.web.headers import TAB_POLICY
from bot.web.member import cookie_name
from bot.web.visit import Visit, Visiting
from bot.web.ways_in import from_here, slow_down

log = logging.getLogger(__name__)
router = APIRouter(
    dependencies=[Depends(Public("signs in by a token of Teams, which is checked; shows nothing"))]
)
# Where a tab may lead to.
PLACES = ("/me", "/school", "/governors", "/office")
LONGEST_TOKEN = 8_000


class TabToken(BaseModel):
    """What the tab's script sends."""

    token: str = Field(max_length=LONGEST_TOKEN)


@router.get("/teams")
def show_tab(visit: Visiting, to: Annotated[str, Query(max_length=40)] = "/me") -> HTMLResponse:
    """Sign in, and go on to the page a tab is for."""
    return _tab(visit, to if to in PLACES else PLACES[0], sets=False)


@router.get("/teams/channel")
def set_up_channel(visit: Visiting) -> HTMLResponse:
    """Tell Teams what a channel's tab shows."""
    return _tab(visit, "/school", sets=True)


@router.post("/teams/sign-in")
def sign_in(request: Request, said: TabToken, visit: Visiting) -> Response:
    """Begin a session for the account a token names, by its tenant and object id and nothing else."""
    slow_down(visit)
    tokens = _tokens(visit)
    if not from_here(request):
        return Response(status_code=400)
    try:
        account = tokens.account(said.token, visit.now)
    except TryAgain as error:
        log.warning("a tab's token cannot be checked now: %s", error)
        return Response(status_code=503)
    except SignInRefused as error:
        log.warning("a tab's token is refused: %s", error)
        return Response(status_code=400)
    known = find_known(visit.services, Identity(account, None), visit.now)
    if known is None:
        return Response(status_code=403)
    token = begin_session(visit.services, known.settings[0].key, known.person.key, how="entra", now=visit.now)
    answer = Response(status_code=204)
    set_framed_cookie(answer, cookie_name(visit.services.base_url), token)
    return answer


def _tab(visit: Visit, to: str, *, sets: bool) -> HTMLResponse:
    _tokens(visit)
    page = visit.site.pages.show("teams.html", now=visit.now, to=to, sets=sets)
    page.headers["Content-Security-Policy"] = TAB_POLICY
    return page


def _tokens(visit: Visit) -> TabTokens:
    """Give what checks tokens; without a Teams app there is no such page."""
    if visit.services.tab is None:
        raise HTTPException(404)
    return visit.services.tab
