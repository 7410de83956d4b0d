"""The page behind a personal link: read, then acknowledge, ask or decline. Looking writes nothing."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, Response

from bot.actions.sign import BY_LINK
from bot.links import Link
from bot.web import signing
from bot.web.guard import PersonalLink
from bot.web.signing import AnswerForm, Place
from bot.web.visit import Visit, Visiting

router = APIRouter()
DutyLink = Annotated[Link, Depends(PersonalLink("duty"))]


@router.api_route("/d/{token}", methods=["GET", "HEAD"])
def show_duty(token: str, link: DutyLink, visit: Visiting) -> Response:
    """Show what is asked. Any number of times, by anybody or anything: nothing is written."""
    return signing.show_duty(_place(token, link, visit))


@router.post("/d/{token}")
def take_answer(token: str, link: DutyLink, form: Annotated[AnswerForm, Form()], visit: Visiting) -> Response:
    """Record one answer by the person who typed their name, and show its receipt."""
    return signing.take_answer(_place(token, link, visit), form)


@router.api_route("/d/{token}/receipt/{reference}", methods=["GET", "HEAD"])
def show_receipt(token: str, link: DutyLink, reference: str, visit: Visiting) -> HTMLResponse:
    """Show what was recorded, to the person whose record it is."""
    return signing.show_receipt(_place(token, link, visit), reference)


def _place(token: str, link: Link, visit: Visit) -> Place:
    address = f"/d/{token}"
    return Place(
        visit=visit,
        link=link,
        address=address,
        receipts=f"{address}/receipt",
        report=f"{address}/report",
        bound_to=token,
        by=BY_LINK,
        show=partial(visit.site.pages.show, now=visit.now),
    )
