"""The dashboard to take to a meeting: one A4 page as PDF."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from bot.web import schoolpaper
from bot.web.member import HEAD, Member, SignedIn
from bot.web.pages.school import TREND_TITLE, read
from bot.web.visit import Visiting

router = APIRouter()
Head = Annotated[Member, Depends(SignedIn(HEAD))]


@router.api_route("/school/report.pdf", methods=["GET", "HEAD"])
def give_paper(member: Head, visit: Visiting) -> Response:
    """Give the sheet."""
    seen = read(visit, member)
    paper = schoolpaper.pdf(seen, member.snapshot, TREND_TITLE)
    name = f"{member.setting.key}-{seen.on.isoformat()}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(paper, media_type="application/pdf", headers=headers)
