"""The office's first page, what needs it today; and what became of every message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.gather import school_day
from bot.actions.log_book import Keeper, late_ones
from bot.actions.log_disposal import old_entries
from bot.actions.office_deliveries import SORTS, deliveries, send_again
from bot.actions.office_desk import needs_the_office
from bot.actions.office_people import has_directory, list_people
from bot.actions.weekly_checks import waiting_checks
from bot.web import officewords
from bot.web.leaves import LEAF
from bot.web.member import HEAD, Member, show
from bot.web.officeforms import NOTHING_WRONG, Office, OfficeForm, Shown, attempt, doer
from bot.web.pages.me import identified
from bot.web.themes import linker
from bot.web.visit import Visit, Visiting

router = APIRouter()
LAST = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages are asked for, and which page of them: 1 has the latest."""

    person: str
    state: str
    page: int = 1

    def at(self, page: int) -> str:
        """Give the address of another page of the same messages."""
        return linker("/office", "")("messages", person=self.person, state=self.state, page=page)


def wanted(person: str = "", state: str = "", page: int = 1) -> Wanted:
    """Read what is asked of the list; a state or a page we do not know is none."""
    return Wanted(person[:200], state if state in SORTS else "", min(max(page, 1), LAST))


Asked = Annotated[Wanted, Depends(wanted)]


@router.api_route("/office", methods=["GET", "HEAD"])
def show_office(member: Office, visit: Visiting) -> HTMLResponse:
    """Show what needs the office today."""
    today = needs_the_office(visit.services, member.snapshot, member.setting.key, visit.now)
    keeper = Keeper(member.setting.key, member.person, member.roles, identified(member).by)
    old = old_entries(visit.services.store, keeper, visit.now) if member.may(HEAD) else ()
    return show(
        visit,
        member,
        "office.html",
        here="/office",
        needs=today,
        checks=waiting_checks(member.snapshot, member.setting.key, member.person.key, school_day(visit.now)),
        late=late_ones(visit.services.store, keeper, visit.now),
        old=sum(one.due for one in old),
        words=officewords,
        directory=has_directory(visit.services, member.setting.key),
        today=school_day(visit.now),
    )


@router.api_route("/office/messages", methods=["GET", "HEAD"])
def show_messages(member: Office, asked: Asked, visit: Visiting, again: str = "") -> HTMLResponse:
    """Show what was sent, what waits and what was refused."""
    return _messages(visit, member, asked, NOTHING_WRONG, again)


@router.post("/office/messages/{message}/again")
def let_go_again(
    message: str, member: Office, form: Annotated[OfficeForm, Form()], visit: Visiting
) -> Response:
    """Let a refused message go again."""
    as_it_was: list[bool] = []

    def again() -> None:
        as_it_was.append(send_again(visit.services.store, member.snapshot, message, doer(member), visit.now))

    errors = attempt(visit, member, form.seal, again)
    if errors:
        return _messages(visit, member, Wanted("", "refused"), Shown("again", form, errors), "")
    said = "sent" if as_it_was[0] else "told"
    return RedirectResponse(f"/office/messages?state=refused&again={said}", status_code=303)


def _messages(visit: Visit, member: Member, asked: Wanted, shown: Shown, again: str) -> HTMLResponse:
    setting, skip = member.setting.key, (asked.page - 1) * LEAF
    rows = deliveries(
        visit.services.store,
        member.snapshot,
        setting,
        person=asked.person,
        sort=asked.state,
        # One more than is shown says whether there are any more.
        part=range(skip, skip + LEAF + 1),
    )
    return show(
        visit,
        member,
        "office_messages.html",
        status=422 if shown.errors else 200,
        here="/office",
        shown=shown,
        asked=asked,
        again=again,
        rows=rows[:LEAF],
        first=skip + 1,
        has_earlier=len(rows) > LEAF,
        people=[(one.person.key, one.name) for one in list_people(member.snapshot, setting, visit.now)],
        words=officewords,
        today=school_day(visit.now),
    )
