"""The governors' pages: reviews by meeting, the page without names, agendas, the termly report, dates."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions import governors_report
from bot.actions.gather import school_day
from bot.actions.meeting_feed import calendar_link, feed, new_calendar_link
from bot.domain.case_counts import Count
from bot.domain.governors_overview import overview
from bot.domain.review_calendar import MeetingPlan, review_calendar
from bot.errors import DoneAlready
from bot.links import Link
from bot.sealing import KeysMissing, WrongKey
from bot.store.forms import digest_of
from bot.web import governorwords
from bot.web.dashboard import SHOWN, slug
from bot.web.guard import PersonalLink
from bot.web.member import CLERKING, GOVERNING, HEAD, VISITING, Member, SignedIn, check_seal, show
from bot.web.pages.case import slow_down
from bot.web.visit import Visit, Visiting

router = APIRouter()
Governing = Annotated[Member, Depends(SignedIn(GOVERNING))]
Reading = Annotated[Member, Depends(SignedIn(GOVERNING | CLERKING))]
CalendarLink = Annotated[Link, Depends(PersonalLink("calendar"))]
HERE = "/governors"
CALENDAR = f"{HERE}/calendar"
ICS = "text/calendar; charset=utf-8"


@router.api_route("/governors", methods=["GET", "HEAD"])
def show_reviews(member: Reading, visit: Visiting) -> HTMLResponse:
    """Show every coming meeting with its papers and policies, and what no meeting can approve in time."""
    calendar = review_calendar(member.snapshot, member.setting.key, school_day(visit.now))
    return show(
        visit,
        member,
        "governors.html",
        here=HERE,
        calendar=calendar,
        headline=governorwords.headline(calendar),
        name=governorwords.namer(member.snapshot),
        link=governorwords.address,
        governing=member.may(GOVERNING),
        clerking=member.may(CLERKING),
        visiting=member.may(VISITING),
    )


@router.api_route("/governors/overview", methods=["GET", "HEAD"])
def show_overview(
    member: Governing, visit: Visiting, body: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """Show where the setting stands without a name: open, unknown, changed, and what to ask."""
    setting = member.setting.key
    bodies = [one for one in member.snapshot.bodies.values() if one.setting == setting]
    chosen = body if body in {one.key for one in bodies} else ""
    found = overview(member.snapshot, setting, school_day(visit.now), chosen)
    return show(
        visit,
        member,
        "governors_overview.html",
        here=HERE,
        found=found,
        bodies=bodies,
        chosen=chosen,
        shown=[state.value for state in SHOWN],
        slug=slug,
        opened=governorwords.opened(found.tiles),
        cases=_cases(visit, setting),
        clerking=member.may(CLERKING),
        visiting=member.may(VISITING),
        may_list=member.may(HEAD),
    )


@router.api_route("/governors/report.pdf", methods=["GET", "HEAD"])
def give_report(member: Governing, visit: Visiting) -> Response:
    """Give the termly report: numbers of cases by category, nothing under five, and the lessons shared."""
    try:
        paper = governors_report.report(visit.services, member.setting.key, visit.now)
    except (KeysMissing, WrongKey):
        return show(
            visit,
            member,
            "governors_closed.html",
            status=503,
            here=HERE,
        )
    headers = {"Content-Disposition": 'attachment; filename="governors-report.pdf"'}
    return Response(paper, media_type="application/pdf", headers=headers)


@router.api_route("/governors/meetings/{body}/{meeting}/agenda", methods=["GET", "HEAD"])
def show_agenda(body: str, meeting: str, member: Reading, visit: Visiting) -> HTMLResponse:
    """Show the lines of one meeting's agenda that are about policies, to print or to copy."""
    plan = _plan(member, visit, body, meeting)
    return show(visit, member, "agenda.html", here=HERE, plan=plan, name=governorwords.namer(member.snapshot))


@router.api_route("/governors/calendar", methods=["GET", "HEAD"])
def show_calendar_link(member: Governing, visit: Visiting) -> HTMLResponse:
    """Show somebody their own calendar address, and how to make a new one."""
    address = calendar_link(visit.services, member.setting.key, member.person.key, visit.now)
    return _calendar(visit, member, address)


@router.post("/governors/calendar")
def make_calendar_link(member: Governing, visit: Visiting, seal: Annotated[str, Form()] = "") -> Response:
    """Make somebody's calendar address; an earlier one opens nothing from now on."""
    slow_down(visit, member.session)
    if not check_seal(visit, member, seal):
        address = calendar_link(visit.services, member.setting.key, member.person.key, visit.now)
        return _calendar(visit, member, address, governorwords.AGAIN)
    services = replace(visit.services, form=digest_of(seal))
    with suppress(DoneAlready):
        new_calendar_link(services, member.setting.key, member.person.key, visit.now)
    return RedirectResponse(CALENDAR, status_code=303)


@router.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"])
def give_calendar(link: CalendarLink, visit: Visiting) -> Response:
    """Give the calendar behind somebody's secret address to the program that fetches it."""
    return Response(feed(visit.services, link, GOVERNING, visit.now), media_type=ICS)


def _calendar(visit: Visit, member: Member, address: str, wrong: str = "") -> HTMLResponse:
    return show(
        visit,
        member,
        "governors_calendar.html",
        status=422 if wrong else 200,
        here=HERE,
        address=address,
        wrong=wrong,
        clerking=member.may(CLERKING),
        visiting=member.may(VISITING),
    )


def _plan(member: Member, visit: Visit, body: str, meeting: str) -> MeetingPlan:
    calendar = review_calendar(member.snapshot, member.setting.key, school_day(visit.now))
    wanted = (body, meeting)
    for plan in calendar.meetings:
        if (plan.body.key, plan.days.meeting.key) == wanted:
            return plan
    raise HTTPException(404)


def _cases(visit: Visit, setting: str) -> tuple[Count, ...] | None:
    """Count the cases of this term; None when they cannot be opened on this machine today."""
    try:
        return governors_report.numbers(visit.services, setting, visit.now)
    except (KeysMissing, WrongKey):
        return None
