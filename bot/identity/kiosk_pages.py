"""The tablet in the staff room: the office starts it, people pick their name and type the PIN they chose."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.roles import Permission
from bot.core.validation import PAGE_EXPIRED, FieldError, ValidationFailed
from bot.identity import kiosk as identity_kiosk
from bot.identity.forms import submit_form
from bot.identity.guard import KioskDevice
from bot.identity.kiosk import Kiosk, KioskPerson, PinOwner
from bot.identity.member import Member, NotYours, SignedIn, check_seal, cookie_name, show
from bot.identity.pages import FIRST_PAGE, from_here, sign_out, start_session
from bot.web.context import (
    RequestContext,
    Visiting,
    check_rate,
    drop_cookie,
    named,
    set_cookie,
)

router = APIRouter()
Here = Annotated[Kiosk, Depends(KioskDevice())]
Office = Annotated[Member, Depends(SignedIn(Permission.MANAGE_KIOSK))]
Oneself = Annotated[Member, Depends(SignedIn())]
# A device stays a kiosk until the office stops it; browsers keep a cookie for 400 days at most.
KEPT_S = 400 * 24 * 3600
STALE = FieldError("pin", PAGE_EXPIRED)


class KioskForm(BaseModel):
    """Any form about the kiosk as it was sent; a PIN goes back to no page."""

    name: str = ""
    person: str = ""
    device: str = ""
    pin: str = ""
    again: str = ""
    seal: str = ""


Sent = Annotated[KioskForm, Form()]


@router.api_route("/kiosk", methods=["GET", "HEAD"])
def pick_name(kiosk: Here, visit: Visiting) -> HTMLResponse:
    """Show the names of those who chose a PIN."""
    return visit.site.pages.show("kiosk.html", now=visit.now, kiosk=kiosk, school=kiosk.school)


@router.api_route("/kiosk/who", methods=["GET", "HEAD"])
def ask_pin(kiosk: Here, visit: Visiting, person: str = "") -> HTMLResponse:
    """Ask a person for their PIN."""
    return _pin_page(visit, kiosk, person)


@router.post("/kiosk/who")
def take_pin(request: Request, kiosk: Here, form: Sent, visit: Visiting) -> Response:
    """Begin a short session for a person with their PIN."""
    check_rate(visit, visit.sign_in_limit)
    sealed = visit.site.seals.check(form.seal, _bound(kiosk, form.person), visit.now) is not None
    if not from_here(request) or not sealed:
        return _pin_page(visit, kiosk, form.person, (STALE,))
    try:
        token = identity_kiosk.enter(visit.services, kiosk, form.person, form.pin, visit.now)
    except ValidationFailed as refused:
        check_rate(visit, (visit.site.wrong_links, f"kiosk {kiosk.device.digest}"))
        return _pin_page(visit, kiosk, form.person, refused.refusals)
    return start_session(request, visit, token, FIRST_PAGE)


@router.api_route("/kiosk/start", methods=["GET", "HEAD"])
def show_kiosks(member: Office, visit: Visiting) -> HTMLResponse:
    """Show the office its devices and the state of all PINs."""
    return _kiosks(visit, member)


@router.post("/kiosk/start")
def start_kiosk(request: Request, member: Office, form: Sent, visit: Visiting) -> Response:
    """Make this device a kiosk, and sign out the person who started it."""
    here, tokens = (member.school.key, member.person.key), list[str]()
    errors = submit_form(
        visit,
        member,
        form.seal,
        lambda: tokens.append(identity_kiosk.start(visit.services, *here, form.name, visit.now)),
        field="name",
    )
    if errors:
        return _kiosks(visit, member, form, errors)
    sign_out(request, visit)
    answer = RedirectResponse("/kiosk", status_code=303)
    set_cookie(answer, visit, named(visit, "kiosk"), tokens[0], lasts=KEPT_S)
    drop_cookie(answer, visit, cookie_name(visit.services.base_url))
    return answer


@router.post("/kiosk/stop")
def stop_kiosk(member: Office, form: Sent, visit: Visiting) -> Response:
    """Stop a device of this school."""
    if check_seal(visit, member, form.seal):
        identity_kiosk.stop(visit.services, member.school.key, member.person.key, form.device, visit.now)
    return RedirectResponse("/kiosk/start", status_code=303)


@router.post("/kiosk/unlock")
def unlock_pin(member: Office, form: Sent, visit: Visiting) -> Response:
    """Unlock the PIN of a person of this school."""
    if check_seal(visit, member, form.seal):
        try:
            identity_kiosk.unlock(visit.services, _pinned(member, form.person), visit.now)
        except ValidationFailed as refused:
            return _kiosks(visit, member, errors=refused.refusals)
    return RedirectResponse("/kiosk/start", status_code=303)


@router.api_route("/kiosk/pin", methods=["GET", "HEAD"])
def show_pin_with_office(member: Office, visit: Visiting, person: str = "") -> HTMLResponse:
    """Show the form for a person who cannot sign in alone to choose a PIN at the office."""
    return _choose(visit, member, _without_mail(visit, member, person), "/kiosk/pin")


@router.post("/kiosk/pin")
def choose_pin_with_office(member: Office, form: Sent, visit: Visiting) -> Response:
    """Store the PIN that a person entered at the office."""
    who = _without_mail(visit, member, form.person)
    return _keep(visit, member, who, form, "/kiosk/pin", "/kiosk/start")


@router.api_route("/me/pin", methods=["GET", "HEAD"])
def show_own_pin(member: Oneself, visit: Visiting, kept: str = "") -> HTMLResponse:
    """Ask for one's own PIN. `kept`: it was just stored."""
    return _choose(visit, member, _somebody(visit, member, member.person.key), "/me/pin", kept=bool(kept))


@router.post("/me/pin")
def choose_own_pin(member: Oneself, form: Sent, visit: Visiting) -> Response:
    """Store one's own PIN, which unlocks it."""
    who = _somebody(visit, member, member.person.key)
    return _keep(visit, member, who, form, "/me/pin", "/me/pin?kept=1")


def _keep(
    visit: RequestContext, member: Member, who: KioskPerson, form: KioskForm, here: str, then: str
) -> Response:
    pinned = _pinned(member, who.person.key)
    errors = submit_form(
        visit,
        member,
        form.seal,
        lambda: identity_kiosk.choose_pin(visit.services, pinned, form.pin, form.again, visit.now),
        field="pin",
    )
    if errors:
        return _choose(visit, member, who, here, errors)
    return RedirectResponse(then, status_code=303)


def _choose(
    visit: RequestContext,
    member: Member,
    who: KioskPerson,
    here: str,
    errors: tuple[FieldError, ...] = (),
    *,
    kept: bool = False,
) -> HTMLResponse:
    return show(
        visit,
        member,
        "kiosk_pin.html",
        status=422 if errors else 200,
        who=who,
        own=who.person.key == member.person.key and here == "/me/pin",
        address=here,
        errors=errors,
        wrong={"pin": "", "again": ""} | {error.field: error.says for error in errors},
        kept=kept,
    )


def _kiosks(
    visit: RequestContext, member: Member, typed: KioskForm | None = None, errors: tuple[FieldError, ...] = ()
) -> HTMLResponse:
    devices, people = identity_kiosk.kiosk_overview(visit.services, member.school.key, visit.now)
    return show(
        visit,
        member,
        "kiosk_start.html",
        status=422 if errors else 200,
        devices=devices,
        people=people,
        typed=typed or KioskForm(),
        errors=errors,
        names={one.person.key: one.person.name for one in people},
    )


def _pin_page(
    visit: RequestContext, kiosk: Kiosk, person: str, errors: tuple[FieldError, ...] = ()
) -> HTMLResponse:
    who = next((one for one in kiosk.people if one.person.key == person), None)
    if who is None:
        raise HTTPException(404)
    return visit.site.pages.show(
        "kiosk_who.html",
        now=visit.now,
        status=422 if errors else 200,
        kiosk=kiosk,
        school=kiosk.school,
        who=who,
        errors=errors,
        seal=visit.site.seals.make(_bound(kiosk, person), "", visit.now),
    )


def _somebody(visit: RequestContext, member: Member, person: str) -> KioskPerson:
    """Find someone of the member's own school who is here today."""
    _, people = identity_kiosk.kiosk_overview(visit.services, member.school.key, visit.now)
    found = next((one for one in people if one.person.key == person), None)
    if found is None:
        raise HTTPException(404)
    return found


def _without_mail(visit: RequestContext, member: Member, person: str) -> KioskPerson:
    """Find someone here whom no mail reaches: anyone who gets our mail chooses their PIN alone."""
    who = _somebody(visit, member, person)
    if who.has_mail:
        raise NotYours
    return who


def _pinned(member: Member, person: str) -> PinOwner:
    return PinOwner(member.school.key, person, member.person.key)


def _bound(kiosk: Kiosk, person: str) -> str:
    return f"kiosk {kiosk.device.digest} {person}"
