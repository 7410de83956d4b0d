"""First steps of a new school: a list that shows what is done, and a page for each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.dates import parse_date_field
from bot.identity.forms import NOTHING_WRONG, FormState, Office, OfficeForm, actor_of, submit_form
from bot.identity.member import Member, show
from bot.onboarding.conversation import in_setup
from bot.onboarding.service import first_week, go_live, where_it_stands
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting

router = APIRouter()


@router.api_route("/office/start", methods=["GET", "HEAD"])
def show_start(member: Office, visit: Visiting) -> HTMLResponse:
    """Show every step and whether it is done."""
    return _start_page(visit, member, NOTHING_WRONG)


@router.post("/office/start/live")
def take_live(member: Office, form: Annotated[OfficeForm, Form()], visit: Visiting) -> Response:
    """Go live."""

    def live() -> None:
        start = where_it_stands(visit.services, member.snapshot, member.school.key, visit.now)
        go_live(visit.services, start, parse_date_field("live_on", form.live_on), actor_of(member), visit.now)

    return _then_back(visit, member, form.seal, live)


@router.api_route("/office/start/week", methods=["GET", "HEAD"])
def show_week(member: Office, visit: Visiting) -> HTMLResponse:
    """Show what the first week would send."""
    start = where_it_stands(visit.services, member.snapshot, member.school.key, visit.now)
    first = start.live_on if start.setting_up and start.live_on else local_date(visit.now)
    return show(
        visit,
        member,
        "office_week.html",
        start=start,
        days=first_week(visit.services.store, member.snapshot, member.school.key, first),
        today=local_date(visit.now),
    )


def _then_back(visit: RequestContext, member: Member, seal: str, act: Callable[[], None]) -> Response:
    errors = submit_form(visit, member, seal, act)
    if errors:
        return _start_page(visit, member, FormState("start", errors=errors))
    return RedirectResponse("/office/start", status_code=303)


def _start_page(visit: RequestContext, member: Member, shown: FormState) -> HTMLResponse:
    start = where_it_stands(visit.services, member.snapshot, member.school.key, visit.now)
    return show(
        visit,
        member,
        "office_start.html",
        status=422 if shown.errors else 200,
        start=start,
        begun=in_setup(visit.services, member.school.key),
        shown=shown,
        words=web_words,
        today=local_date(visit.now),
    )
