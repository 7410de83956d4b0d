"""My duties for a signed-in person, and the page behind a personal link. A GET writes nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.links import Link
from bot.identity.actor import BY_LINK
from bot.identity.guard import PersonalLink
from bot.identity.member import Member, SignedIn, check_seal, identified, show
from bot.register.meeting_emails import change_own_emails
from bot.signing import answer_form
from bot.signing.answer_form import AnswerForm, AnswerRequest
from bot.signing.my_duties import MyDuty, my_duties
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Me = Annotated[Member, Depends(SignedIn(at_kiosk=True, in_teams=True))]


class EmailsForm(BaseModel):
    """`wanted`: "yes" or "no"."""

    seal: str = ""
    wanted: str = ""


@router.api_route("/me/duty/{obligation}/{cycle:path}", methods=["GET", "HEAD"])
def show_duty(obligation: str, cycle: str, member: Me, request: Request, visit: Visiting) -> Response:
    """Show one duty of theirs. Nothing is written."""
    place = _place(visit, member, obligation, cycle)
    return answer_form.show_duty(replace(place, cookie=answer_form.typed_before(request, visit)))


@router.post("/me/meeting-emails")
def choose_meeting_emails(member: Me, form: Annotated[EmailsForm, Form()], visit: Visiting) -> Response:
    """Keep whether this member of a body wants emails about its meetings."""
    if check_seal(visit, member, form.seal):
        key, wanted = member.person.key, form.wanted == "yes"
        change_own_emails(visit.services.store, member.school.key, key, wanted=wanted, now=visit.now)
    return RedirectResponse("/me#meetings", status_code=303)


@router.post("/me/duty/{obligation}/{cycle:path}")
def take_answer(
    obligation: str, cycle: str, member: Me, form: Annotated[AnswerForm, Form()], visit: Visiting
) -> Response:
    """Record one answer by the person who is signed in, and show its receipt."""
    return answer_form.take_answer(_place(visit, member, obligation, cycle), form)


@router.api_route("/me/receipt/{reference}", methods=["GET", "HEAD"])
def show_receipt(reference: str, member: Me, visit: Visiting) -> HTMLResponse:
    """Show one record of theirs, of any duty."""
    return answer_form.show_receipt(_place(visit, member), reference)


def _place(visit: RequestContext, member: Member, obligation: str = "", cycle: str = "") -> AnswerRequest:
    return AnswerRequest(
        visit=visit,
        link=Link("duty", member.school.key, member.person.key, obligation, cycle),
        address=f"/me/duty/{quote(obligation)}/{quote(cycle, safe='/:')}",
        receipts="/me/receipt",
        report=f"/report/{quote(member.school.key)}",
        bound_to=member.session,
        by=identified(member),
        show=partial(show, visit, member),
        form="me_duty.html",
        receipt="me_receipt.html",
        following=partial(_following, visit, member),
    )


def _following(visit: RequestContext, member: Member) -> MyDuty | None:
    """Return the most pressing task that is still theirs to do."""
    today = local_date(visit.now)
    owed = my_duties(visit.services.store, member.snapshot, member.school.key, member.person, today).owed
    return owed[0] if owed else None


DutyLink = Annotated[Link, Depends(PersonalLink("duty"))]


@router.api_route("/d/{token}", methods=["GET", "HEAD"])
def show_linked_duty(token: str, link: DutyLink, request: Request, visit: Visiting) -> Response:
    """Show what is asked. Any number of times, by anyone or anything: nothing is written."""
    place = _linked_place(token, link, visit)
    return answer_form.show_duty(replace(place, cookie=answer_form.typed_before(request, visit)))


@router.post("/d/{token}")
def take_linked_answer(
    token: str, link: DutyLink, form: Annotated[AnswerForm, Form()], visit: Visiting
) -> Response:
    """Record one answer by the person who typed their name, and show its receipt."""
    return answer_form.take_answer(_linked_place(token, link, visit), form)


@router.api_route("/d/{token}/receipt/{reference}", methods=["GET", "HEAD"])
def show_linked_receipt(token: str, link: DutyLink, reference: str, visit: Visiting) -> HTMLResponse:
    """Show what was recorded, to the person whose record it is."""
    return answer_form.show_receipt(_linked_place(token, link, visit), reference)


def _linked_place(token: str, link: Link, visit: RequestContext) -> AnswerRequest:
    address = f"/d/{token}"
    return AnswerRequest(
        visit=visit,
        link=link,
        address=address,
        receipts=f"{address}/receipt",
        report=f"{address}/report",
        bound_to=token,
        by=BY_LINK,
        show=partial(visit.site.pages.show, now=visit.now),
    )
