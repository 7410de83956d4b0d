"""From an email about a case to the case: a page with a button begins a session for that case alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.links import Link
from bot.core.validation import PAGE_EXPIRED
from bot.identity.case_links import CaseLinkTarget, find_way, use_way
from bot.identity.guard import PersonalLink, Public
from bot.identity.member import NotSignedIn, find_member
from bot.identity.pages import from_here, start_session
from bot.web.context import RequestContext, Visiting, check_rate

router = APIRouter()
CaseLink = Annotated[Link, Depends(PersonalLink("case"))]
FORMER = Depends(Public("sends readers of an older email on to sign in; shows nothing"))


@router.api_route("/c/{token}", methods=["GET", "HEAD"])
def show_way(request: Request, token: str, link: CaseLink, visit: Visiting) -> Response:
    """Show a button before the case is shown: mail scanners follow links."""
    if _is_open_already(request, link, visit):
        return RedirectResponse(_case(link), status_code=303)
    way = find_way(visit.services, link, visit.now)
    if way is None:
        raise NotSignedIn(_case(link))
    return _show(visit, token, way)


@router.post("/c/{token}")
def open_by_link(
    request: Request, token: str, link: CaseLink, visit: Visiting, seal: Annotated[str, Form()] = ""
) -> Response:
    """Use the link up and begin a session that opens its case and nothing else."""
    check_rate(visit, visit.sign_in_limit)
    way = find_way(visit.services, link, visit.now)
    if way is None:
        raise NotSignedIn(_case(link))
    if not from_here(request) or visit.site.seals.check(seal, token, visit.now) is None:
        return _show(visit, token, way, stale=True)
    session = use_way(visit.services, link, visit.now)
    if session is None:
        raise NotSignedIn(_case(link))
    return start_session(request, visit, session, _case(link))


@router.api_route("/cases/{_token}/{number}", methods=["GET", "HEAD"], dependencies=[FORMER])
async def leave_former_link(_token: str, number: str) -> RedirectResponse:
    """Lead from the address that emails of before held, which opens nothing any more, to the case's own."""
    if "." not in _token:  # no token, but the number of a case, whose steps are posts
        raise HTTPException(405)
    return RedirectResponse(f"/cases/{number}", status_code=303)


def _is_open_already(request: Request, link: Link, visit: RequestContext) -> bool:
    """Whether this browser's session is of the link's own reader and opens this case, if anything does."""
    member = find_member(request, visit)
    if member is None or (member.school.key, member.person.key) != (link.school, link.person):
        return False
    return member.only_case in {None, link.obligation}


def _show(visit: RequestContext, token: str, way: CaseLinkTarget, *, stale: bool = False) -> HTMLResponse:
    return visit.site.pages.show(
        "case_link.html",
        now=visit.now,
        status=422 if stale else 200,
        way=way,
        address=f"/c/{token}",
        expired=PAGE_EXPIRED if stale else "",
        seal=visit.site.seals.make(token, "", visit.now),
    )


def _case(link: Link) -> str:
    return f"/cases/{link.obligation}"
