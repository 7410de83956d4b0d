"""My duties: what somebody signed in owes, did and asked; each duty opened, answered, with its receipt."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.gather import school_day
from bot.actions.meeting_emails import bodies_telling, change_own_emails
from bot.actions.my_duties import my_duties
from bot.actions.office_start import is_setting_up
from bot.actions.request_view import Reader, desk
from bot.actions.sign import Identified
from bot.links import Link
from bot.web import signing, signwords
from bot.web.member import KIOSK, OFFICE, Member, SignedIn, check_seal, show
from bot.web.signing import AnswerForm, Place
from bot.web.visit import Visit, Visiting

router = APIRouter()
Me = Annotated[Member, Depends(SignedIn(at_kiosk=True))]
IDENTIFIED = {
    "entra": Identified("signed in with Microsoft"),
    "google": Identified("signed in with Google"),
    "teams": Identified("signed in through Microsoft Teams"),
    "email link": Identified("signed in by an e-mail link"),
    "first link": Identified("signed in by a one-time link"),
    "kiosk": Identified("kiosk, own PIN", channel="kiosk"),
    "demo": Identified("in the demo, without signing in"),
}


class EmailsForm(BaseModel):
    """`wanted`: "yes" or "no"."""

    seal: str = ""
    wanted: str = ""


@router.api_route("/me", methods=["GET", "HEAD"])
def show_my_duties(member: Me, visit: Visiting) -> HTMLResponse:
    """Show everything of the person who is signed in."""
    today = school_day(visit.now)
    mine = my_duties(visit.services.store, member.snapshot, member.setting.key, member.person, today)
    return show(
        visit,
        member,
        "me.html",
        here="/me",
        today=today,
        mine=mine,
        asked=_asked(visit, member),
        bodies=bodies_telling(member.snapshot, member.setting.key, member.person.key, today),
        emailed=(member.setting.key, member.person.key) not in member.snapshot.no_meeting_emails,
        beginning=member.may(OFFICE) and is_setting_up(visit.services.store, member.setting.key, today),
        verb=signwords.verb,
        said=signwords.said,
        teams=visit.services.tab is not None and member.how not in {KIOSK, "teams"},
    )


@router.api_route("/me/duty/{obligation}/{cycle:path}", methods=["GET", "HEAD"])
def show_duty(obligation: str, cycle: str, member: Me, visit: Visiting) -> Response:
    """Show one duty of theirs. Nothing is written."""
    return signing.show_duty(_place(visit, member, obligation, cycle))


@router.post("/me/meeting-emails")
def choose_meeting_emails(member: Me, form: Annotated[EmailsForm, Form()], visit: Visiting) -> Response:
    """Keep whether this member of a body wants emails about its meetings."""
    if check_seal(visit, member, form.seal):
        key, wanted = member.person.key, form.wanted == "yes"
        change_own_emails(visit.services.store, member.setting.key, key, wanted=wanted, now=visit.now)
    return RedirectResponse("/me#meetings", status_code=303)


@router.post("/me/duty/{obligation}/{cycle:path}")
def take_answer(
    obligation: str, cycle: str, member: Me, form: Annotated[AnswerForm, Form()], visit: Visiting
) -> Response:
    """Record one answer by the person who is signed in, and show its receipt."""
    return signing.take_answer(_place(visit, member, obligation, cycle), form)


@router.api_route("/me/receipt/{reference}", methods=["GET", "HEAD"])
def show_receipt(reference: str, member: Me, visit: Visiting) -> HTMLResponse:
    """Show one record of theirs, of any duty."""
    return signing.show_receipt(_place(visit, member), reference)


def identified(member: Member) -> Identified:
    """Say how we know a member, as evidence does."""
    return IDENTIFIED[member.how]


def _asked(visit: Visit, member: Member) -> int:
    """Count the requests of others that wait for this reader's decision."""
    if member.how == KIOSK:
        return 0
    reader = Reader(member.setting, member.person, identified(member).by, member.snapshot)
    views = desk(visit.services.store, reader, visit.now)
    return sum(one.open and one.may_decide for one in views)


def _place(visit: Visit, member: Member, obligation: str = "", cycle: str = "") -> Place:
    return Place(
        visit=visit,
        link=Link("duty", member.setting.key, member.person.key, obligation, cycle),
        address=f"/me/duty/{quote(obligation)}/{quote(cycle, safe='/:')}",
        receipts="/me/receipt",
        report=f"/report/{quote(member.setting.key)}",
        bound_to=member.session,
        by=identified(member),
        show=partial(show, visit, member, here="/me"),
        form="me_duty.html",
        receipt="me_receipt.html",
    )
