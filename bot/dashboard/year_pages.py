"""/school/year: the school year as one picture, and the same numbers in a table. Printed on A4 landscape."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.dashboard.service import standing_of
from bot.identity.downloads import Format, TableFile, download
from bot.identity.member import Member, SignedIn, show
from bot.status.year import ROWS, STATES, year_of
from bot.web.context import Visiting
from bot.web.middleware import Theme, linker

router = APIRouter()
Head = Annotated[Member, Depends(SignedIn(Permission.VIEW_SCHOOL, in_teams=True))]


@router.api_route("/school/year.{ending}", methods=["GET", "HEAD"])
def download_year(ending: Format, member: Head, visit: Visiting) -> Response:
    """Download the numbers of the school year's picture."""
    today = local_date(visit.now)
    standing = standing_of(member.snapshot, member.school.key, today)
    year = year_of(member.snapshot, member.school.key, standing.lines, today)
    rows = ((one.week, one.row, *(one.counts.get(state, 0) for state in STATES)) for one in year.marks)
    return download(visit, member, ending, TableFile("year", ("Week of", "What", *STATES.values()), rows))


@router.api_route("/school/year", methods=["GET", "HEAD"])
def show_year(member: Head, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show the school year."""
    today = local_date(visit.now)
    standing = standing_of(member.snapshot, member.school.key, today)
    return show(
        visit,
        member,
        "school_year.html",
        theme=theme,
        to=linker("/school", theme),
        today=today,
        year=year_of(member.snapshot, member.school.key, standing.lines, today),
        states=STATES,
        lists=ROWS,
    )
