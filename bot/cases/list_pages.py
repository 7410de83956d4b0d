"""The list of cases that the reader may open, as a page and as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from bot.cases import words as case_words
from bot.cases.model import CaseState
from bot.cases.service import cases_for
from bot.cases.view import CaseListRow
from bot.identity.downloads import Format, TableFile, download
from bot.identity.member import Member, SignedIn, show
from bot.web.context import Visiting

router = APIRouter()
# Anyone signed in: what each may open is decided case by case. An email's link opens its one case alone.
MyCases = Annotated[Member, Depends(SignedIn())]
MyCase = Annotated[Member, Depends(SignedIn(by_case_link=True))]
LIST = "/cases"
COLUMNS = ("Number", "Kind", "State", "Deadline")
MAX_SEARCH_LENGTH = 100
LAST = "9999"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a reader asked to see of their cases."""

    state: str
    category: str
    sort: str
    q: str

    def keeps(self, row: CaseListRow) -> bool:
        closed = row.state is CaseState.CLOSED
        by_state = {"": True, "open": not closed, "mine": row.mine and not closed}
        return (
            by_state.get(self.state, row.state.value == self.state)
            and self.category in {"", row.category}
            and all(word in _words(row) for word in self.q.casefold().split())
        )

    def order(self, row: CaseListRow) -> tuple[str, str]:
        """Return the sort key; a case without a clock comes after those that have one."""
        due = row.clock.due_at.isoformat() if row.clock else LAST
        received = row.received_on.isoformat()
        keys = {"received": received, "category": row.title, "state": _place(row)}
        return keys.get(self.sort, due), received


def wanted(
    state: str = "",
    category: str = "",
    sort: Literal["clock", "received", "category", "state"] = "clock",
    q: str = "",
) -> CaseFilter:
    """Read what is asked of the list."""
    return CaseFilter(state, category, sort, q[:MAX_SEARCH_LENGTH])


Asked = Annotated[CaseFilter, Depends(wanted)]


@router.api_route(LIST, methods=["GET", "HEAD"])
def show_list(member: MyCases, asked: Asked, visit: Visiting) -> HTMLResponse:
    """List the cases a person may open, the clock that ends first at the top."""
    rows = cases_for(visit.services, member.school.key, member.person.key, visit.now)
    return show(
        visit,
        member,
        "cases.html",
        asked=asked,
        rows=_shown(rows, asked),
        total=len(rows),
        categories=sorted({(row.category, row.title) for row in rows}, key=lambda one: one[1]),
        states=[state.value for state in CaseState],
        headline=case_words.headline(rows),
        words=case_words,
        address=LIST,
    )


@router.api_route(f"{LIST}/list.{{ending}}", methods=["GET", "HEAD"])
def download_list(ending: Format, member: MyCases, asked: Asked, visit: Visiting) -> Response:
    """Download number, kind, state and deadline of the cases that are shown."""
    rows = cases_for(visit.services, member.school.key, member.person.key, visit.now)
    return download(visit, member, ending, TableFile("cases", COLUMNS, map(_line, _shown(rows, asked))))


def _shown(rows: tuple[CaseListRow, ...], asked: CaseFilter) -> list[CaseListRow]:
    return sorted((row for row in rows if asked.keeps(row)), key=asked.order)


def _words(row: CaseListRow) -> str:
    said = (row.number, row.title, row.state.value, row.owner_role, row.clock.action if row.clock else "")
    return " ".join(said).casefold()


def _place(row: CaseListRow) -> str:
    return str(list(CaseState).index(row.state))


def _line(row: CaseListRow) -> tuple[str, ...]:
    due = row.clock.due_at.isoformat(timespec="minutes") if row.clock else ""
    return row.number, row.title, row.state.value, due
