"""/school/people-by-task: who has done what, for reading, agreements, training and checks alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from starlette.responses import HTMLResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.dashboard.service import standing_of
from bot.identity.downloads import Format, TableFile, download
from bot.identity.member import Member, SignedIn, show
from bot.rules.duties import state_word
from bot.status.matrix import KINDS, Matrix, MatrixRow, matrix
from bot.web.context import Visiting
from bot.web.middleware import Theme, linker
from bot.web.render import leaf

router = APIRouter()
Head = Annotated[Member, Depends(SignedIn(Permission.VIEW_SCHOOL))]
HERE = "/school"
PATH = "people-by-task"
# Rows on a page: each has a cell for every task, which is heavy on a phone.
ROWS = 12


@dataclass(frozen=True, slots=True)
class Filter:
    """Which people and tasks are wanted: of one kind, of one task, with something open or everyone."""

    kind: Annotated[str, Query(max_length=60)] = ""
    task: Annotated[str, Query(max_length=200)] = ""
    who: Literal["open", "all"] = "open"
    q: Annotated[str, Query(max_length=100)] = ""
    page: int = 1

    @property
    def everyone(self) -> bool:
        """Return whether people without anything open are shown: who has done one task is asked about all."""
        return self.who == "all" or bool(self.task)


@router.api_route(f"{HERE}/{PATH}", methods=["GET", "HEAD"])
def show_matrix(
    member: Head, visit: Visiting, theme: Theme, only: Annotated[Filter, Depends()]
) -> HTMLResponse:
    """Show people by task; 404 for a kind that is not there."""
    today = local_date(visit.now)
    found, rows = _found(member, only, today)
    return show(
        visit,
        member,
        "school_matrix.html",
        theme=theme,
        to=linker(HERE, theme),
        today=today,
        path=PATH,
        only=only,
        everyone=only.everyone,
        kinds=[("", "All")] + [(key, title) for key, (title, _) in KINDS.items()],
        found=found,
        shown=leaf(rows, only.page, ROWS),
    )


@router.api_route(f"{HERE}/{PATH}.{{ending}}", methods=["GET", "HEAD"])
def download_matrix(
    ending: Format, member: Head, visit: Visiting, only: Annotated[Filter, Depends()]
) -> Response:
    """Download the states of the people and tasks that are shown."""
    found, rows = _found(member, only, local_date(visit.now))
    cells = (
        (row.name, *(", ".join(state_word(one.line.state) for one in cell) for cell in row.cells))
        for row in rows
    )
    filters = {"kind": only.kind, "task": only.task, "who": only.who, "q": only.q}
    columns = ("Name", *(one.title for one in found.columns))
    return download(visit, member, ending, TableFile(PATH, columns, cells, filters))


def _found(member: Member, only: Filter, today: date) -> tuple[Matrix, list[MatrixRow]]:
    if only.kind not in {"", *KINDS}:
        raise HTTPException(404)
    standing = standing_of(member.snapshot, member.school.key, today)
    found = matrix(member.snapshot, standing, member.person.key, only.kind, only.task)
    wanted = only.q.casefold()
    rows = [one for one in found.rows if (only.everyone or one.open) and wanted in one.name.casefold()]
    return found, rows
