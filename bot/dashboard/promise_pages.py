"""/school/promises: promise by promise over the year, and what an inspector would ask in vain."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.dashboard.service import standing_of
from bot.identity.downloads import Format, TableFile, download
from bot.identity.member import Member, SignedIn, show
from bot.rules.duties import State
from bot.status.promises import SHAPES, promise_year, unanswered
from bot.status.year import STATES
from bot.web.context import Visiting
from bot.web.middleware import Theme, linker

router = APIRouter()
Head = Annotated[Member, Depends(SignedIn(Permission.VIEW_SCHOOL, in_teams=True))]


@router.api_route("/school/promises", methods=["GET", "HEAD"])
def show_promises(member: Head, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show how each promise stands."""
    today = local_date(visit.now)
    standing = standing_of(member.snapshot, member.school.key, today)
    found = promise_year(member.snapshot, member.school.key, standing.lines, today)
    return show(
        visit,
        member,
        "school_promises.html",
        theme=theme,
        to=linker("/school", theme),
        today=today,
        found=found,
        asked=unanswered(found),
        shapes=SHAPES,
        states=STATES,
    )


@router.api_route("/school/promises.{ending}", methods=["GET", "HEAD"])
def download_promises(ending: Format, member: Head, visit: Visiting) -> Response:
    """Download each promise with its clause, its state today and how many did it."""
    today = local_date(visit.now)
    standing = standing_of(member.snapshot, member.school.key, today)
    found = promise_year(member.snapshot, member.school.key, standing.lines, today).promises
    rows = (
        (one.rule.title, one.rule.source.cites(), one.verdict, one.counts.get(State.DONE, 0), one.asked)
        for one in found
    )
    columns = ("Promise", "Where it stands", "Today", "Done", "Asked")
    return download(visit, member, ending, TableFile("promises", columns, rows))
