"""What every way of signing in ends with: a session of its own in a cookie, and a page of ours to go to."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse

from bot.actions.sessions import end_session
from bot.web.cookies import set_cookie
from bot.web.guard import TooMany
from bot.web.member import cookie_name, held_token
from bot.web.visit import Visit

FIRST_PAGE = "/me"
# What each provider is called by people.
TITLES = {"entra": "Microsoft", "google": "Google"}
SAME_ORIGIN = {"same-origin", "none"}


def let_in(request: Request, visit: Visit, token: str, to: str) -> RedirectResponse:
    """Give the browser a new session, whatever it held before, and send it on."""
    sign_out(request, visit)
    answer = RedirectResponse(inside(to), status_code=303)
    set_cookie(answer, visit, cookie_name(visit.services.base_url), token)
    return answer


def sign_out(request: Request, visit: Visit) -> None:
    """End the session this browser holds, if it holds one."""
    held = held_token(request, visit.services.base_url)
    if held:
        end_session(visit.services, held, visit.now)


def turned_away(visit: Visit, status: int, heading: str, says: str) -> HTMLResponse:
    """Say why somebody is not signed in, with the way back to the choices."""
    return visit.site.pages.show(
        "sign_in_refused.html", now=visit.now, status=status, heading=heading, says=says
    )


def inside(to: str) -> str:
    """Give the page somebody wanted, if it is one of ours."""
    ours = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if ours and not to.startswith("/sign-") else FIRST_PAGE


def from_here(request: Request) -> bool:
    """Say whether a form was sent by a page of ours; an old browser does not tell, and its seal decides."""
    return request.headers.get("sec-fetch-site", "none") in SAME_ORIGIN


def slow_down(visit: Visit, key: str = "") -> None:
    """Stop whoever asks faster than people do: by address, and by what they try (`key`)."""
    buckets = (visit.site.sign_ins_by_key, key) if key else (visit.site.sign_ins_by_address, visit.address)
    wait = buckets[0].wait(buckets[1], visit.now)
    if wait:
        raise TooMany(wait)
