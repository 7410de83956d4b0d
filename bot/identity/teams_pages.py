"""The tab in Teams: one page with a script. It signs in by Teams' token and shows our pages in a frame."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.core.errors import SignInRefused, TryAgain
from bot.identity import teams as identity_teams
from bot.identity.guard import Public
from bot.identity.member import Member, NotYours, SignedIn, check_seal, member_of, show, tab_cookie
from bot.identity.menu import menu
from bot.identity.pages import FIRST_PAGE, from_here
from bot.identity.service import begin_session, end_session, signed_in
from bot.identity.teams import TabOwner
from bot.ports import TabAccount, TabTokens
from bot.web.context import RequestContext, Visiting, check_rate, set_framed_cookie
from bot.web.security import TAB_POLICY

log = logging.getLogger(__name__)
router = APIRouter()
IN_TEAMS = Depends(Public("signs in by a token of Teams, which is checked; shows nothing"))
Oneself = Annotated[Member, Depends(SignedIn(in_teams=True))]
# Where a tab may lead to.
PLACES = ("/me", "/school", "/governors", "/office")
MAX_TOKEN_LENGTH = 8_000


class TabToken(BaseModel):
    """What the tab's script sends. `chosen`: its reader picked the school, and meant it to last."""

    token: str = Field(max_length=MAX_TOKEN_LENGTH)
    setting: str = Field("", max_length=200)
    to: str = Field(FIRST_PAGE, max_length=40)
    chosen: bool = False


class TabCode(BaseModel):
    """A code as it was typed in a tab."""

    token: str = Field(max_length=MAX_TOKEN_LENGTH)
    code: str = Field(max_length=40)


class SealForm(BaseModel):
    """A form with a button alone."""

    seal: str = ""


@router.get("/teams", dependencies=[IN_TEAMS])
def show_tab(
    visit: Visiting,
    to: Annotated[str, Query(max_length=40)] = FIRST_PAGE,
    school: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Sign in, and show the page a tab is for, where it is for one school's alone."""
    return _tab(visit, to if to in PLACES else FIRST_PAGE, school=school, sets=False)


@router.get("/teams/channel", dependencies=[IN_TEAMS])
def set_up_channel(visit: Visiting) -> HTMLResponse:
    """Ask what a channel's tab shows, and tell Teams."""
    return _tab(visit, "/school", school="", sets=True)


@router.post("/teams/sign-in", dependencies=[IN_TEAMS])
def sign_in(request: Request, said: TabToken, visit: Visiting) -> Response:
    """Begin a session for the account a token names, where they want it; say where they may go."""
    who = _account(request, said.token, visit)
    owner = identity_teams.find_owner(visit.services, who, said.setting, visit.now)
    if owner is None:
        return Response(status_code=403)
    schools = [{"key": one.key, "name": one.name} for one in owner.known.schools]
    if owner.school is None:
        return JSONResponse({"settings": schools, "setting": "", "to": ""})
    if said.chosen and owner.school == said.setting:
        identity_teams.remember_place(visit.services, who, owner, visit.now)
    token, member = _session(request, visit, owner, owner.school)
    answer = JSONResponse({"settings": schools, "setting": owner.school, "to": _place(said.to, member)})
    set_framed_cookie(answer, tab_cookie(visit.services.base_url), token)
    return answer


@router.post("/teams/code", dependencies=[IN_TEAMS])
def take_code(request: Request, said: TabCode, visit: Visiting) -> Response:
    """Connect the account a token names to the person who was shown this code."""
    who = _account(request, said.token, visit)
    check_rate(visit, (visit.site.sign_ins_by_key, f"teams {who.tenant} {who.account}"))
    found = identity_teams.connect(visit.services, who, said.code, visit.now)
    return Response(status_code=204 if found else 422)


@router.api_route("/teams/connect", methods=["GET", "HEAD"])
def show_connect(member: Oneself, visit: Visiting) -> HTMLResponse:
    """Return how one's own tab is connected, and whether it is. Nothing is made."""
    return _connect(visit, member)


@router.post("/teams/connect")
def show_code(member: Oneself, form: Annotated[SealForm, Form()], visit: Visiting) -> HTMLResponse:
    """Show a code to type in the tab."""
    _tokens(visit)
    if member.how == identity_teams.HOW:
        raise NotYours
    if not check_seal(visit, member, form.seal):
        return _connect(visit, member)
    return _connect(visit, member, identity_teams.make_code(visit.services, member.person.key, visit.now))


@router.post("/teams/disconnect")
def disconnect(member: Oneself, form: Annotated[SealForm, Form()], visit: Visiting) -> Response:
    """Disconnect every account in Teams from this person."""
    _tokens(visit)
    if check_seal(visit, member, form.seal):
        identity_teams.disconnect(visit.services, member.person.key, visit.now)
    return RedirectResponse("/teams/connect", status_code=303)


def _account(request: Request, token: str, visit: RequestContext) -> TabAccount:
    """Return the account a token names; whatever is wrong with it ends the request."""
    check_rate(visit, visit.sign_in_limit)
    tokens = _tokens(visit)
    if not from_here(request):
        raise HTTPException(400)
    try:
        return tokens.account(token, visit.now)
    except TryAgain as error:
        log.warning("a tab's token cannot be checked now: %s", error)
        raise HTTPException(503) from error
    except SignInRefused as error:
        log.warning("a tab's token is refused: %s", error)
        raise HTTPException(400) from error


def _session(
    request: Request, visit: RequestContext, owner: TabOwner, school: str
) -> tuple[str, Member | None]:
    """Return the session this tab has already, if it is theirs and there; else begin one."""
    services, person = visit.services, owner.known.person.key
    held = request.cookies.get(tab_cookie(services.base_url), "")
    found = signed_in(services, held, visit.now) if held else None
    if found is None or (found.person.key, found.school.key) != (person, school):
        end_session(services, held, visit.now)
        held = begin_session(services, school, person, how=identity_teams.HOW, now=visit.now)
        found = signed_in(services, held, visit.now)
    return held, member_of(found) if found is not None else None


def _place(to: str, member: Member | None) -> str:
    """Return the page someone wants, if it is for a tab and they may open it; else their own."""
    places = menu(member, to) if member is not None else ()
    open_pages = {entry.href for place in places for entry in place.entries}
    return to if to in PLACES and to in open_pages else FIRST_PAGE


def _tab(visit: RequestContext, to: str, *, school: str, sets: bool) -> HTMLResponse:
    _tokens(visit)
    page = visit.site.pages.show("teams.html", now=visit.now, to=to, only=school, sets=sets)
    page.headers["Content-Security-Policy"] = TAB_POLICY
    return page


def _connect(visit: RequestContext, member: Member, code: str = "") -> HTMLResponse:
    _tokens(visit)
    since = identity_teams.connected_at(visit.services, member.person)
    return show(visit, member, "teams_connect.html", code=code, since=since)


def _tokens(visit: RequestContext) -> TabTokens:
    """Return what checks tokens; without a Teams app there is no such page."""
    if visit.services.tab is None:
        raise HTTPException(404)
    return visit.services.tab
