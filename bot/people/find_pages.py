"""/find: any person, policy or task by a part of its name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from bot.core.clock import local_date
from bot.identity.member import Member, SignedIn, show
from bot.people.search import MAX_QUERY_LENGTH, MAX_RESULTS, search
from bot.web.context import Visiting

router = APIRouter()
Anyone = Annotated[Member, Depends(SignedIn())]
RESULT_KINDS = (("person", "People"), ("policy", "Policies"), ("task", "Tasks"))


@router.api_route("/find", methods=["GET", "HEAD"])
def show_find(member: Anyone, visit: Visiting, q: str = "") -> HTMLResponse:
    """Show what a few typed words find, by kind."""
    found = search(member, q, local_date(visit.now))
    kinds = [(name, [one for one in found if one.kind == kind]) for kind, name in RESULT_KINDS]
    return show(
        visit,
        member,
        "find.html",
        q=q[:MAX_QUERY_LENGTH],
        total=len(found),
        kinds=[(name, some[:MAX_RESULTS], len(some[MAX_RESULTS:])) for name, some in kinds if some],
    )
