"""The yearly disposal list: tick, look again, delete for good. What goes is what the second page showed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.case_pen import NoSuchCase, NotYet
from bot.actions.disposal import disposal_list, disposed_cases, sign_off
from bot.errors import DoneAlready
from bot.links import Link
from bot.store.forms import digest_of
from bot.web.pages.case import AGAIN, slow_down
from bot.web.pages.cases import CasesLink, Reader, find_reader
from bot.web.visit import Visit, Visiting

router = APIRouter()
SHOWN = "disposal"
NONE_TICKED = "Tick the cases that go."
MOST = 200
CHANGED = "The list has changed since you looked at it. Nothing was deleted: please tick again."


@router.api_route("/cases/{token}/disposal", methods=["GET", "HEAD"])
def show_disposal(token: str, link: CasesLink, visit: Visiting) -> HTMLResponse:
    """List the closed cases the reader may open: those kept long enough, and those kept on."""
    reader = find_reader(visit, link)
    return _list(visit, link, reader, token)


@router.api_route("/cases/{token}/disposal/check", methods=["GET", "HEAD"])
def look_again(
    token: str,
    link: CasesLink,
    visit: Visiting,
    number: Annotated[list[str], Query(default_factory=list, max_length=MOST)],
) -> HTMLResponse:
    """Show what was ticked once more, before anything goes."""
    reader = find_reader(visit, link)
    rows = disposal_list(visit.services, link.setting, link.person, visit.now)
    chosen = [row for row in rows if row.due and row.number in number]
    if not chosen:
        return _list(visit, link, reader, token, NONE_TICKED)
    shown = " ".join([SHOWN, *(row.number for row in chosen)])
    return visit.site.pages.show(
        "disposal_check.html",
        now=visit.now,
        reader=reader,
        rows=chosen,
        address=_address(token),
        seal=visit.site.seals.make(token, shown, visit.now),
    )


@router.post("/cases/{token}/disposal")
def dispose(token: str, link: CasesLink, visit: Visiting, seal: Annotated[str, Form()] = "") -> Response:
    """Delete for good what the page that was sealed had shown."""
    slow_down(visit, token)
    reader = find_reader(visit, link)
    opened = visit.site.seals.check(seal, token, visit.now)
    sort, *numbers = opened.shown.split(" ") if opened else ("",)
    if sort != SHOWN or not numbers:
        return _list(visit, link, reader, token, AGAIN)
    if not _signed_off(visit, link, numbers, seal):
        return _list(visit, link, reader, token, CHANGED)
    return RedirectResponse(f"{_address(token)}/signed", status_code=303)


@router.api_route("/cases/{token}/disposal/signed", methods=["GET", "HEAD"])
def show_signed(token: str, link: CasesLink, visit: Visiting) -> HTMLResponse:
    """List what the reader signed off, the latest first."""
    reader = find_reader(visit, link)
    gone = disposed_cases(visit.services, link.setting, link.person, visit.now)
    return visit.site.pages.show(
        "disposal_done.html",
        now=visit.now,
        reader=reader,
        gone=gone,
        address=_address(token),
        every=f"/cases/{token}",
    )


def _signed_off(visit: Visit, link: Link, numbers: list[str], seal: str) -> bool:
    """Sign these off; False: one of them is not on this reader's list any more, and none is gone."""
    services = replace(visit.services, form=digest_of(seal))
    try:
        sign_off(services, link.setting, link.person, numbers, visit.now)
    except DoneAlready:
        return True
    except (NoSuchCase, NotYet):
        return False
    return True


def _list(visit: Visit, link: Link, reader: Reader, token: str, wrong: str = "") -> HTMLResponse:
    rows = disposal_list(visit.services, link.setting, link.person, visit.now)
    return visit.site.pages.show(
        "disposal.html",
        now=visit.now,
        status=422 if wrong else 200,
        reader=reader,
        due=[row for row in rows if row.due],
        kept=[row for row in rows if not row.due],
        gone=disposed_cases(visit.services, link.setting, link.person, visit.now),
        address=_address(token),
        every=f"/cases/{token}",
        wrong=wrong,
    )


def _address(token: str) -> str:
    return f"/cases/{token}/disposal"
