"""The list of cases: those the reader may open and no sign of any other, to look at, print and take away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from bot.actions.case_work import CaseRow, cases_for
from bot.domain.cases import CaseState
from bot.domain.csv_export import write_csv
from bot.web import casewords
from bot.web.member import Member, SignedIn, show
from bot.web.visit import Visiting

router = APIRouter()
# Anybody signed in: what each may open is decided case by case. An email's link opens its one case alone.
MyCases = Annotated[Member, Depends(SignedIn())]
MyCase = Annotated[Member, Depends(SignedIn(by_case_link=True))]
LIST = "/cases"
COLUMNS = ("Number", "About", "State", "Received", "Closed", "Clock", "Ends", "Clock state", "Who has it")
LONGEST_SEARCH = 100
LAST = "9999"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked to see of their cases."""

    state: str
    category: str
    sort: str
    q: str

    def keeps(self, row: CaseRow) -> bool:
        closed = row.state is CaseState.CLOSED
        by_state = {"": True, "open": not closed, "mine": row.mine and not closed}
        return (
            by_state.get(self.state, row.state.value == self.state)
            and self.category in {"", row.category}
            and all(word in _words(row) for word in self.q.casefold().split())
        )

    def order(self, row: CaseRow) -> tuple[str, str]:
        """Give what to sort by; a case without a clock comes after those that have one."""
        due = row.clock.due_at.isoformat() if row.clock else LAST
        received = row.received_on.isoformat()
        keys = {"received": received, "category": row.title, "state": _place(row)}
        return keys.get(self.sort, due), received


def wanted(
    state: str = "",
    category: str = "",
    sort: Literal["clock", "received", "category", "state"] = "clock",
    q: str = "",
) -> Wanted:
    """Read what is asked of the list."""
    return Wanted(state, category, sort, q[:LONGEST_SEARCH])


Asked = Annotated[Wanted, Depends(wanted)]


@router.api_route(LIST, methods=["GET", "HEAD"])
def show_list(member: MyCases, asked: Asked, visit: Visiting) -> HTMLResponse:
    """List the cases somebody may open, the clock that ends first at the top."""
    rows = cases_for(visit.services, member.setting.key, member.person.key, visit.now)
    return show(
        visit,
        member,
        "cases.html",
        here=LIST,
        asked=asked,
        rows=_shown(rows, asked),
        total=len(rows),
        categories=sorted({(row.category, row.title) for row in rows}, key=lambda one: one[1]),
        states=[state.value for state in CaseState],
        headline=casewords.headline(rows),
        words=casewords,
        address=LIST,
    )


@router.api_route(f"{LIST}/list.csv", methods=["GET", "HEAD"])
def give_list(member: MyCases, asked: Asked, visit: Visiting) -> Response:
    """Give the list as a file for a spreadsheet; no cell in it is a formula."""
    rows = cases_for(visit.services, member.setting.key, member.person.key, visit.now)
    content = write_csv([COLUMNS, *(_line(row) for row in _shown(rows, asked))])
    headers = {"Content-Disposition": 'attachment; filename="cases.csv"'}
    return Response(content, media_type="text/csv", headers=headers)


def _shown(rows: tuple[CaseRow, ...], asked: Wanted) -> list[CaseRow]:
    return sorted((row for row in rows if asked.keeps(row)), key=asked.order)


def _words(row: CaseRow) -> str:
    said = (row.number, row.title, row.state.value, row.owner_role, row.clock.action if row.clock else "")
    return " ".join(said).casefold()


def _place(row: CaseRow) -> str:
    return str(list(CaseState).index(row.state))


def _line(row: CaseRow) -> tuple[str, ...]:
    clock = row.clock
    return (
        row.number,
        row.title,
        row.state.value,
        row.received_on.isoformat(),
        row.closed_on.isoformat() if row.closed_on else "",
        clock.action if clock else "",
        clock.due_at.isoformat(timespec="minutes") if clock else "",
        clock.how if clock else "",
        row.owner_role,
    )
