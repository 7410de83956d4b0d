"""The office's first page, with what needs it today; and the list of what became of each message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.identity.downloads import Format, TableFile, download
from bot.identity.forms import NOTHING_WRONG, FormState, Office, OfficeForm, actor_of, submit_form
from bot.identity.member import Member, identified, show
from bot.logbook.disposal import old_entries
from bot.logbook.service import LogActor, late_ones
from bot.office.home import needs_the_office
from bot.office.sent_messages import SORTS, deliveries, send_again
from bot.people.service import has_directory, list_people
from bot.register.weekly_checks import waiting_checks
from bot.status.links import finding_deed
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting
from bot.web.middleware import linker
from bot.web.render import LEAF

router = APIRouter()
LAST = 10_000
MAX_DOWNLOADED = 5_000


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages are asked for, and which page of them: 1 has the latest."""

    person: str
    state: str
    page: int = 1

    def at(self, page: int) -> str:
        """Return the address of another page of the same messages."""
        return linker("/office", "")("messages", person=self.person, state=self.state, page=page)


def wanted(person: str = "", state: str = "", page: int = 1) -> MessageFilter:
    """Read what is asked of the list; a state or a page we do not know is none."""
    return MessageFilter(person[:200], state if state in SORTS else "", min(max(page, 1), LAST))


Asked = Annotated[MessageFilter, Depends(wanted)]


@router.api_route("/office", methods=["GET", "HEAD"])
def show_office(member: Office, visit: Visiting) -> HTMLResponse:
    """Show what needs the office today."""
    today = needs_the_office(visit.services, member.snapshot, member.school.key, visit.now)
    keeper = LogActor(member.school.key, member.person, member.roles, identified(member).by)
    old = (
        old_entries(visit.services.store, keeper, visit.now)
        if member.may(Permission.DELETE_LOG_ENTRIES)
        else ()
    )
    return show(
        visit,
        member,
        "office.html",
        needs=today,
        checks=waiting_checks(member.snapshot, member.school.key, member.person.key, local_date(visit.now)),
        late=late_ones(visit.services.store, keeper, visit.now),
        old=sum(one.due for one in old),
        words=web_words,
        directory=has_directory(visit.services, member.school.key),
        finding_deed=finding_deed,
        today=local_date(visit.now),
    )


@router.api_route("/office/messages", methods=["GET", "HEAD"])
def show_messages(member: Office, asked: Asked, visit: Visiting, again: str = "") -> HTMLResponse:
    """Show what was sent, what waits and what was refused."""
    return _messages(visit, member, asked, NOTHING_WRONG, again)


@router.api_route("/office/messages/list.{ending}", methods=["GET", "HEAD"])
def download_messages(ending: Format, member: Office, asked: Asked, visit: Visiting) -> Response:
    """Download the latest messages of those that are shown, newest first."""
    found = deliveries(
        visit.services.store,
        member.snapshot,
        member.school.key,
        person=asked.person,
        sort=asked.state,
        part=range(MAX_DOWNLOADED),
    )
    rows = (
        (
            one.name,
            web_words.about(one),
            one.posted.planned_on,
            web_words.SORTS[one.sort],
            web_words.why(one),
        )
        for one in found
    )
    columns = ("To", "About", "Day", "What became of it", "Why")
    filters = {"person": asked.person, "state": asked.state}
    return download(visit, member, ending, TableFile("messages", columns, rows, filters))


@router.post("/office/messages/{message}/again")
def let_go_again(
    message: str, member: Office, form: Annotated[OfficeForm, Form()], visit: Visiting
) -> Response:
    """Send a refused message again."""
    as_it_was: list[bool] = []

    def again() -> None:
        as_it_was.append(
            send_again(visit.services.store, member.snapshot, message, actor_of(member), visit.now)
        )

    errors = submit_form(visit, member, form.seal, again)
    if errors:
        return _messages(visit, member, MessageFilter("", "refused"), FormState("again", form, errors), "")
    said = "sent" if as_it_was[0] else "told"
    return RedirectResponse(f"/office/messages?state=refused&again={said}", status_code=303)


def _messages(
    visit: RequestContext, member: Member, asked: MessageFilter, shown: FormState, again: str
) -> HTMLResponse:
    school, skip = member.school.key, (asked.page - 1) * LEAF
    rows = deliveries(
        visit.services.store,
        member.snapshot,
        school,
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
        shown=shown,
        asked=asked,
        again=again,
        rows=rows[:LEAF],
        first=skip + 1,
        has_earlier=len(rows) > LEAF,
        people=[(one.person.key, one.name) for one in list_people(member.snapshot, school, visit.now)],
        words=web_words,
        today=local_date(visit.now),
    )
