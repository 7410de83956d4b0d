"""The pages of the yearly disposal: tick, check, delete permanently exactly what the check page showed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.cases.context import NoSuchCase, TransitionBlocked
from bot.cases.disposal import disposal_list, disposed_cases, sign_off
from bot.cases.list_pages import LIST, MyCases
from bot.core.errors import AlreadySubmitted
from bot.core.validation import PAGE_EXPIRED
from bot.database.submissions import digest_of
from bot.identity.member import Member, show
from bot.web.context import RequestContext, Visiting, check_rate

router = APIRouter()
SHOWN = "disposal"
ADDRESS = f"{LIST}/disposal"
NONE_TICKED = "Tick the cases that go."
MAX_ROWS = 200
CHANGED = "The list has changed since you looked at it. Nothing was deleted: please tick again."


@router.api_route(ADDRESS, methods=["GET", "HEAD"])
def show_disposal(member: MyCases, visit: Visiting) -> HTMLResponse:
    """List the closed cases the reader may open: those kept long enough, and those kept on."""
    return _list(visit, member)


@router.api_route(f"{ADDRESS}/check", methods=["GET", "HEAD"])
def look_again(
    member: MyCases,
    visit: Visiting,
    number: Annotated[list[str], Query(default_factory=list, max_length=MAX_ROWS)],
) -> HTMLResponse:
    """Show what was ticked once more, before anything goes."""
    rows = disposal_list(visit.services, member.school.key, member.person.key, visit.now)
    chosen = [row for row in rows if row.due and row.number in number]
    if not chosen:
        return _list(visit, member, NONE_TICKED)
    shown = " ".join([SHOWN, *(row.number for row in chosen)])
    return show(
        visit,
        member,
        "disposal_check.html",
        seal=visit.site.seals.make(member.session, shown, visit.now),
        rows=chosen,
        address=ADDRESS,
    )


@router.post(ADDRESS)
def dispose(member: MyCases, visit: Visiting, seal: Annotated[str, Form()] = "") -> Response:
    """Delete for good what the page that was sealed had shown."""
    check_rate(visit, *visit.form_limits(member.session))
    opened = visit.site.seals.check(seal, member.session, visit.now)
    sort, *numbers = opened.shown.split(" ") if opened else ("",)
    if sort != SHOWN or not numbers:
        return _list(visit, member, PAGE_EXPIRED)
    if not _signed_off(visit, member, numbers, seal):
        return _list(visit, member, CHANGED)
    return RedirectResponse(f"{ADDRESS}/signed", status_code=303)


@router.api_route(f"{ADDRESS}/signed", methods=["GET", "HEAD"])
def show_signed(member: MyCases, visit: Visiting) -> HTMLResponse:
    """List what the reader signed off, the latest first."""
    gone = disposed_cases(visit.services, member.school.key, member.person.key, visit.now)
    return show(visit, member, "disposal_done.html", gone=gone, address=ADDRESS)


def _signed_off(visit: RequestContext, member: Member, numbers: list[str], seal: str) -> bool:
    """Sign these off; False: one of them is not on this reader's list any more, and none is gone."""
    services = replace(visit.services, form=digest_of(seal))
    try:
        sign_off(services, member.school.key, member.person.key, numbers, visit.now)
    except AlreadySubmitted:
        return True
    except (NoSuchCase, TransitionBlocked):
        return False
    return True


def _list(visit: RequestContext, member: Member, wrong: str = "") -> HTMLResponse:
    here = member.school.key, member.person.key
    rows = disposal_list(visit.services, *here, visit.now)
    return show(
        visit,
        member,
        "disposal.html",
        status=422 if wrong else 200,
        due=[row for row in rows if row.due],
        kept=[row for row in rows if not row.due],
        gone=disposed_cases(visit.services, *here, visit.now),
        address=ADDRESS,
        every=LIST,
        wrong=wrong,
    )
