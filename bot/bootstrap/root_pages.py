"""The first page: what this is; and the few files every page needs.

Pages for what cannot be shown: in plain words, with what to do next.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from math import ceil
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as _HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.core.encryption import KeysMissing, WrongKey
from bot.core.errors import DatabaseUnavailable, LinkEnded, LinkExpired, LinkRefused
from bot.identity.guard import Public
from bot.identity.member import NotInTeams, NotSignedIn, NotYours
from bot.identity.pages import SignInQuery, show_ways, turned_away
from bot.web.context import TooManyRequests, Visiting, request_context
from bot.web.render import STATIC

router = APIRouter()
MEDIA = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"}


@router.api_route("/", methods=["GET", "HEAD"], dependencies=[Depends(Public("says what this is, no more"))])
def home(visit: Visiting) -> HTMLResponse:
    """Return what this is and where people's links come from."""
    demo = visit.services.sent_folder is not None
    links, people = visit.site.demo_links, visit.site.demo_people if demo else ()
    return visit.site.pages.show("home.html", now=visit.now, demo=demo, links=links, people=people)


@router.api_route(
    "/static/{name}",
    methods=["GET", "HEAD"],
    dependencies=[Depends(Public("the stylesheet, the mark, the tab's script"))],
)
def static_file(name: str) -> Response:
    """Return one of our own files; its address changes with it, so it may be kept."""
    if name not in STATIC:
        raise HTTPException(404)
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(STATIC[name], media_type=MEDIA[name.rpartition(".")[2]], headers=kept)


@router.api_route("/robots.txt", methods=["GET", "HEAD"], dependencies=[Depends(Public("for crawlers"))])
def robots() -> PlainTextResponse:
    """Ask crawlers to stay away from all but public policies, of which each says whether it may be listed."""
    return PlainTextResponse("User-agent: *\nAllow: /library/\nDisallow: /\n")


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorPageText:
    """What a page of refusal says."""

    heading: str
    says: str
    next_step: str = "If you came here from an e-mail of ours, ask the school office. Nothing was recorded."


SEALED = ErrorPageText(
    "Cases cannot be opened here now",
    "The keys that open them are missing on this machine, or are not those that sealed them.",
    "The person who looks after Handbell can find out what to do by running: handbell doctor. Nothing is "
    "lost.",
)
# The database may have kept what was sent and been lost before it could say so.
AWAY = ErrorPageText(
    "Handbell cannot reach its records",
    "This is on our side, and we have noted it. What was recorded before is safe.",
    "Try again in a few minutes. If you were sending something and cannot find it, send it again.",
)
AWAY_FOR_S = 60
# Where to go from a page that is not to be had: a home screen and Teams have no way back of their own.
WAYS = {403: "/me", 404: "/", 405: "/"}
BY_STATUS = {
    404: ErrorPageText("Page not found", "Check the web address. Part of it may be missing."),
    405: ErrorPageText("This page cannot be used that way", "Open the link from your e-mail again."),
    413: ErrorPageText("That is more than we can take", "Please shorten what you wrote and send it again."),
    422: ErrorPageText("We could not read that", "Open the link from your e-mail again and answer there."),
}
NOT_YOURS = ErrorPageText(
    "You cannot open this page",
    "You are signed in, but your role does not have access.",
    "If you think you should have access, ask the office to check your role.",
)
NAMES_IN_TEAMS = ErrorPageText(
    "Open this page in your browser",
    "It may name people, and others may see this screen.",
    "Your browser may ask you to sign in first.",
)
BROKEN = ErrorPageText(
    "Sorry, there is a problem with Handbell",
    "It has been logged. Nothing you sent was recorded.",
    "Try again in a few minutes. Your link still works.",
)


def install(app: FastAPI) -> None:
    """Show a page for every error."""
    app.exception_handler(LinkRefused)(_refused)
    app.exception_handler(LinkEnded)(_link_ended)
    app.exception_handler(TooManyRequests)(_too_many)
    app.exception_handler(NotSignedIn)(_to_sign_in)
    app.exception_handler(NotYours)(_not_yours)
    app.exception_handler(NotInTeams)(_not_in_teams)
    app.exception_handler(KeysMissing)(_sealed)
    app.exception_handler(WrongKey)(_sealed)
    app.exception_handler(DatabaseUnavailable)(_away)
    app.exception_handler(_HTTPException)(_http)
    app.exception_handler(RequestValidationError)(_invalid)

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> HTMLResponse:
        log.error("a page broke", exc_info=error)
        return _page(request, 500, BROKEN)


def _refused(request: Request, error: LinkRefused) -> HTMLResponse:
    run_out = isinstance(error, LinkExpired)
    heading = "This link has expired" if run_out else "This link does not work"
    if request.url.path.startswith("/sign-in/"):
        return turned_away(request_context(request), 410 if run_out else 404, heading, str(error))
    return _page(
        request, 410 if run_out else 404, ErrorPageText(heading, str(error), "Nothing was recorded.")
    )


def _link_ended(request: Request, _error: LinkEnded) -> HTMLResponse:
    return show_ways(request_context(request), 410, SignInQuery(came_from="link ended"))


def _too_many(request: Request, error: TooManyRequests) -> HTMLResponse:
    seconds = max(ceil(error.wait), 1)
    wait = "a minute" if seconds <= 60 else f"{ceil(seconds / 60)} minutes"
    says = "This page has been requested too many times in a short time."
    page = _page(
        request, 429, ErrorPageText("Please wait a moment", says, f"Try again in {wait}. Nothing is lost.")
    )
    page.headers["Retry-After"] = str(seconds)
    return page


def _to_sign_in(_request: Request, error: NotSignedIn) -> RedirectResponse:
    ended = "&ended=1" if error.sent else ""
    return RedirectResponse(f"/sign-in?to={quote(error.to, safe='/')}{ended}", status_code=303)


def _not_yours(request: Request, _error: NotYours) -> HTMLResponse:
    return _page(request, 403, NOT_YOURS)


def _not_in_teams(request: Request, _error: NotInTeams) -> HTMLResponse:
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return _page(request, 403, NAMES_IN_TEAMS, in_browser=asked if request.method == "GET" else "/school")


def _sealed(request: Request, _error: KeysMissing | WrongKey) -> HTMLResponse:
    return _page(request, 503, SEALED)


def _away(request: Request, error: DatabaseUnavailable) -> HTMLResponse:
    log.error("%s", error)
    page = _page(request, 503, AWAY)
    page.headers["Retry-After"] = str(AWAY_FOR_S)
    return page


def _http(request: Request, error: _HTTPException) -> HTMLResponse:
    page = _page(request, error.status_code, BY_STATUS.get(error.status_code, BY_STATUS[422]))
    page.headers.update(error.headers or {})
    return page


def _invalid(request: Request, _error: RequestValidationError) -> HTMLResponse:
    return _page(request, 422, BY_STATUS[422])


def _page(request: Request, status: int, said: ErrorPageText, in_browser: str = "") -> HTMLResponse:
    here = request_context(request)
    return here.site.pages.show(
        "message.html",
        now=here.now,
        status=status,
        heading=said.heading,
        says=said.says,
        next_step=said.next_step,
        way=WAYS.get(status, ""),
        in_browser=in_browser,
    )
