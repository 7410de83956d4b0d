"""/school/people-by-task: who has done what, for reading, agreements, training and checks alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from starlette.responses import HTMLResponse

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.dashboard.service import standing_of
from bot.identity.member import Member, SignedIn, show
from bot.status.matrix import KINDS, matrix
from bot.web.context import Visiting
from bot.web.middleware import Theme, linker
from bot.web.render import leaf

router = APIRouter()
Head = Annotated[Member, Depends(SignedIn(Permission.VIEW_SCHOOL))]
HERE = "/school"
PATH = "people-by-task"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which people and tasks are wanted: of one kind, of one task, with something open or everyone."""

    kind: Annotated[str, Query(max_length=60)] = ""
    task: Annotated[str, Query(max_length=200)] = ""
    who: Literal["open", "all"] = "open"
    q: Annotated[str, Query(max_length=100)] = ""
    page: int = 1


@router.api_route(f"{HERE}/{PATH}", methods=["GET", "HEAD"])
def show_matrix(
    member: Head, visit: Visiting, theme: Theme, only: Annotated[Filter, Depends()]
) -> HTMLResponse:
    """Show people by task; 404 for a kind that is not there."""
    if only.kind not in {"", *KINDS}:
        raise HTTPException(404)
    today = local_date(visit.now)
    standing = standing_of(member.snapshot, member.setting.key, today)
    found = matrix(member.snapshot, standing, member.person.key, only.kind, only.task)
    wanted = only.q.casefold()
    # Who has done one task is asked about everyone.
    everyone = only.who == "all" or bool(only.task)
    rows = [one for one in found.rows if (everyone or one.open) and wanted in one.name.casefold()]
    return show(
        visit,
        member,
        "school_matrix.html",
        theme=theme,
        to=linker(HERE, theme),
        today=today,
        path=PATH,
        only=only,
        everyone=everyone,
        kinds=[("", "All")] + [(key, title) for key, (title, _) in KINDS.items()],
        found=found,
        shown=leaf(rows, only.page),
    )
