"""The pages for signing in and out: the choices, a link by email that works once, and signing out.

Every way of signing in ends in `start_session`: a session of its own in a cookie, and a page to go to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.validation import PAGE_EXPIRED, FieldError
from bot.identity.guard import Public, SignInLink
from bot.identity.member import Member, SignedIn, check_seal, cookie_name, held_token, show
from bot.identity.service import SignInTarget, ask_by_email, end_session, sign_out_everywhere, use_link
from bot.web.context import RequestContext, Visiting, check_rate, drop_cookie, set_cookie

FIRST_PAGE = "/me"
# What each provider is called by people.
TITLES = {"entra": "Microsoft", "google": "Google"}
SAME_ORIGIN = {"same-origin", "none"}


def start_session(request: Request, visit: RequestContext, token: str, to: str) -> RedirectResponse:
    """Set a new session cookie, replacing any other, and redirect."""
    sign_out(request, visit)
    answer = RedirectResponse(inside(to), status_code=303)
    set_cookie(answer, visit, cookie_name(visit.services.base_url), token)
    return answer


def sign_out(request: Request, visit: RequestContext) -> None:
    """End the session this browser holds, if it holds one."""
    held = held_token(request, visit.services.base_url)
    if held:
        end_session(visit.services, held, visit.now)


def turned_away(visit: RequestContext, status: int, heading: str, says: str) -> HTMLResponse:
    """Show why sign-in failed, with a link back to the choices."""
    return visit.site.pages.show(
        "sign_in_refused.html", now=visit.now, status=status, heading=heading, says=says
    )


@dataclass(frozen=True, slots=True)
class SignInQuery:
    """How a sign-in page was opened: the requested page and the entered address.

    `came_from`: "signed out", "session ended" (a form came too late), "link ended", or empty.
    """

    to: str = ""
    email: str = ""
    came_from: str = ""


def show_ways(
    visit: RequestContext, status: int, asked: SignInQuery, errors: Sequence[FieldError] = ()
) -> HTMLResponse:
    """Show the ways to sign in, and why it is needed."""
    return visit.site.pages.show(
        "sign_in.html",
        now=visit.now,
        status=status,
        ways=[(name, TITLES[name]) for name in visit.services.identity],
        to=inside(asked.to),
        email=asked.email,
        came_from=asked.came_from,
        errors=errors,
        seal=visit.site.seals.make("sign-in", "", visit.now),
    )


def inside(to: str) -> str:
    """Return the requested page if it is one of ours, else an empty string."""
    ours = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if ours and not to.startswith("/sign-") else FIRST_PAGE


def from_here(request: Request) -> bool:
    """Return whether a form was sent by a page of ours; old browsers do not tell, and the token decides."""
    return request.headers.get("sec-fetch-site", "none") in SAME_ORIGIN


router = APIRouter()
ENTRANCE = Depends(Public("where people sign in; it says who may do so to nobody"))
OneTimeLink = Annotated[SignInTarget, Depends(SignInLink())]
MAX_EMAIL_LENGTH = 254
MAX_PATH_LENGTH = 500
# Where to go after signing out: the names at a shared device, the choice of people in the demo.
AFTER = {"kiosk": "/kiosk", "demo": "/"}
STALE = FieldError("sign-in", PAGE_EXPIRED)


class EmailForm(BaseModel):
    """The sign-in page as it was sent."""

    email: str = ""
    to: str = ""
    seal: str = ""


class LinkForm(BaseModel):
    """The page of a link as it was sent."""

    setting: str = ""
    seal: str = ""


@router.api_route("/sign-in", methods=["GET", "HEAD"], dependencies=[ENTRANCE])
def show_choices(visit: Visiting, to: str = "", out: str = "", ended: str = "") -> HTMLResponse:
    """Show the ways to sign in. `out`: just signed out; `ended`: a form came too late."""
    came_from = "signed out" if out else "session ended" if ended else ""
    return show_ways(visit, 200, SignInQuery(to, came_from=came_from))


@router.post("/sign-in", dependencies=[ENTRANCE])
def send_link(request: Request, form: Annotated[EmailForm, Form()], visit: Visiting) -> HTMLResponse:
    """Send a link to an address we know; say the same of any other."""
    check_rate(visit, visit.sign_in_limit)
    email = form.email.strip()
    if not from_here(request) or visit.site.seals.check(form.seal, "sign-in", visit.now) is None:
        return show_ways(visit, 422, SignInQuery(form.to, form.email), (STALE,))
    if "@" not in email.strip("@") or len(email) > MAX_EMAIL_LENGTH or not email.isprintable():
        right = "Write your whole e-mail address, for example office@school.example."
        return show_ways(visit, 422, SignInQuery(form.to, form.email), (FieldError("email", right),))
    check_rate(visit, (visit.site.sign_ins_by_key, f"e-mail {email.casefold()}"))
    ask_by_email(visit.services, email, visit.now, inside(form.to[:MAX_PATH_LENGTH]))
    return visit.site.pages.show("sign_in_sent.html", now=visit.now, email=email)


@router.api_route("/sign-in/link/{secret}", methods=["GET", "HEAD"])
def show_link(secret: str, way: OneTimeLink, visit: Visiting) -> HTMLResponse:
    """Show whom a link signs in, with a button, so that a mail scanner does not use it up."""
    return _link(visit, secret, way)


@router.post("/sign-in/link/{secret}")
def sign_in_by_link(
    request: Request, secret: str, way: OneTimeLink, form: Annotated[LinkForm, Form()], visit: Visiting
) -> Response:
    """Use the link up and begin a session."""
    check_rate(visit, visit.sign_in_limit)
    if not from_here(request) or visit.site.seals.check(form.seal, secret, visit.now) is None:
        return _link(visit, secret, way, (STALE,))
    here = {one.key for one in way.schools}
    school = form.setting or next(iter(here)) if len(here) == 1 else form.setting
    if school not in here:
        return _link(visit, secret, way, (FieldError("setting", "Choose where you want to go."),))
    token = use_link(visit.services, secret, school, visit.now)
    return start_session(request, visit, token, way.goes_to or FIRST_PAGE)


@router.post("/sign-out")
def leave(
    request: Request,
    member: Annotated[Member, Depends(SignedIn(at_kiosk=True, by_case_link=True, in_teams=True))],
    form: Annotated[LinkForm, Form()],
    visit: Visiting,
) -> Response:
    """End the session here and now."""
    if not check_seal(visit, member, form.seal):
        return RedirectResponse(FIRST_PAGE, status_code=303)
    sign_out(request, visit)
    answer = RedirectResponse(AFTER.get(member.how, "/sign-in?out=1"), status_code=303)
    drop_cookie(answer, visit, cookie_name(visit.services.base_url))
    return answer


@router.api_route("/sign-out/everywhere", methods=["GET", "HEAD"])
def show_everywhere(
    member: Annotated[Member, Depends(SignedIn(in_teams=True))], visit: Visiting
) -> HTMLResponse:
    """Show what signing out everywhere ends, with a button."""
    return show(visit, member, "sign_out_everywhere.html")


@router.post("/sign-out/everywhere")
def leave_everywhere(
    member: Annotated[Member, Depends(SignedIn(in_teams=True))],
    form: Annotated[LinkForm, Form()],
    visit: Visiting,
) -> Response:
    """End every session of the signed-in person, and their unused sign-in links."""
    if not check_seal(visit, member, form.seal):
        return RedirectResponse("/sign-out/everywhere", status_code=303)
    sign_out_everywhere(visit.services, member.person.key, visit.now)
    answer = RedirectResponse(AFTER.get(member.how, "/sign-in?out=1"), status_code=303)
    drop_cookie(answer, visit, cookie_name(visit.services.base_url))
    return answer


def _link(
    visit: RequestContext, secret: str, way: SignInTarget, errors: tuple[FieldError, ...] = ()
) -> HTMLResponse:
    return visit.site.pages.show(
        "sign_in_link.html",
        now=visit.now,
        status=422 if errors else 200,
        way=way,
        address=f"/sign-in/link/{secret}",
        once=True,
        errors=errors,
        seal=visit.site.seals.make(secret, "", visit.now),
    )
