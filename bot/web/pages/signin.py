"""Signing in and out: the choices, a link by e-mail that is used once, and the way out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.sessions import sign_out_everywhere
from bot.actions.sign import Refusal
from bot.actions.sign_in import WayIn, ask_by_email, use_link
from bot.web.cookies import drop_cookie
from bot.web.guard import Public, SignInLink
from bot.web.member import Member, SignedIn, check_seal, cookie_name, show
from bot.web.visit import Visit, Visiting
from bot.web.ways_in import FIRST_PAGE, TITLES, from_here, inside, let_in, sign_out, slow_down

router = APIRouter()
ENTRANCE = Depends(Public("where people sign in; it says who may do so to nobody"))
OneTimeLink = Annotated[WayIn, Depends(SignInLink())]
LONGEST_ADDRESS = 254
LONGEST_PATH = 500
# Where somebody who leaves goes: the names at a shared device, the choice of people in the demo.
AFTER = {"kiosk": "/kiosk", "demo": "/"}
STALE = Refusal("sign-in", "This page was open for long. Press the button once more.")


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
    """Show how one may sign in here. `out`: somebody has just signed out; `ended`: a form came too late."""
    return _choices(visit, EmailForm(to=to), out=bool(out), ended=bool(ended))


@router.post("/sign-in", dependencies=[ENTRANCE])
def send_link(request: Request, form: Annotated[EmailForm, Form()], visit: Visiting) -> HTMLResponse:
    """Send a link to an address we know; say the same of any other."""
    slow_down(visit)
    email = form.email.strip()
    if not from_here(request) or visit.site.seals.check(form.seal, "sign-in", visit.now) is None:
        return _choices(visit, form, (STALE,))
    if "@" not in email.strip("@") or len(email) > LONGEST_ADDRESS or not email.isprintable():
        right = "Write your whole e-mail address, for example office@school.example."
        return _choices(visit, form, (Refusal("email", right),))
    slow_down(visit, f"e-mail {email.casefold()}")
    ask_by_email(visit.services, email, visit.now, inside(form.to[:LONGEST_PATH]))
    return visit.site.pages.show("sign_in_sent.html", now=visit.now, email=email)


@router.api_route("/sign-in/link/{secret}", methods=["GET", "HEAD"])
def show_link(secret: str, way: OneTimeLink, visit: Visiting) -> HTMLResponse:
    """Show whom a link signs in, with a button: a mail scanner that looks at it uses nothing up."""
    return _link(visit, secret, way)


@router.post("/sign-in/link/{secret}")
def sign_in_by_link(
    request: Request, secret: str, way: OneTimeLink, form: Annotated[LinkForm, Form()], visit: Visiting
) -> Response:
    """Use the link up and begin a session."""
    slow_down(visit)
    if not from_here(request) or visit.site.seals.check(form.seal, secret, visit.now) is None:
        return _link(visit, secret, way, (STALE,))
    here = {one.key for one in way.settings}
    setting = form.setting or next(iter(here)) if len(here) == 1 else form.setting
    if setting not in here:
        return _link(visit, secret, way, (Refusal("setting", "Choose where you want to go."),))
    token = use_link(visit.services, secret, setting, visit.now)
    return let_in(request, visit, token, way.goes_to or FIRST_PAGE)


@router.post("/sign-out")
def leave(
    request: Request,
    member: Annotated[Member, Depends(SignedIn(at_kiosk=True, by_case_link=True))],
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
def show_everywhere(member: Annotated[Member, Depends(SignedIn())], visit: Visiting) -> HTMLResponse:
    """Say what signing out everywhere ends, and ask for a press."""
    return show(visit, member, "sign_out_everywhere.html", here="/me")


@router.post("/sign-out/everywhere")
def leave_everywhere(
    member: Annotated[Member, Depends(SignedIn())], form: Annotated[LinkForm, Form()], visit: Visiting
) -> Response:
    """End every session of whoever is signed in, and the links that would sign them in again."""
    if not check_seal(visit, member, form.seal):
        return RedirectResponse("/sign-out/everywhere", status_code=303)
    sign_out_everywhere(visit.services, member.person.key, visit.now)
    answer = RedirectResponse(AFTER.get(member.how, "/sign-in?out=1"), status_code=303)
    drop_cookie(answer, visit, cookie_name(visit.services.base_url))
    return answer


def _choices(
    visit: Visit,
    form: EmailForm,
    errors: tuple[Refusal, ...] = (),
    *,
    out: bool = False,
    ended: bool = False,
) -> HTMLResponse:
    return visit.site.pages.show(
        "sign_in.html",
        now=visit.now,
        status=422 if errors else 200,
        ways=[(name, TITLES[name]) for name in visit.services.identity],
        typed=form,
        to=inside(form.to),
        errors=errors,
        out=out,
        ended=ended,
        seal=visit.site.seals.make("sign-in", "", visit.now),
    )


def _link(visit: Visit, secret: str, way: WayIn, errors: tuple[Refusal, ...] = ()) -> HTMLResponse:
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
