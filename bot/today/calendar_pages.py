"""/me/calendar: a person's own secret calendar address, and the feed behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.links import Link
from bot.core.roles import Permission
from bot.database.submissions import digest_of
from bot.identity.forms import submit_form
from bot.identity.guard import PersonalLink
from bot.identity.member import Member, SignedIn, show
from bot.today.calendar_feed import calendar_link, feed, new_calendar_link
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Me = Annotated[Member, Depends(SignedIn())]
CalendarLink = Annotated[Link, Depends(PersonalLink("calendar"))]
HERE = "/me/calendar"
ICS = "text/calendar; charset=utf-8"


@router.api_route(HERE, methods=["GET", "HEAD"])
def show_calendar_link(member: Me, visit: Visiting) -> HTMLResponse:
    """Show a person's own calendar address, and how to make a new one."""
    return _page(visit, member)


@router.api_route("/governors/calendar", methods=["GET", "HEAD"])
def follow_old_address(_: Me) -> Response:
    """Lead to the page's present address."""
    return RedirectResponse(HERE, status_code=308)


@router.post(HERE)
def make_calendar_link(member: Me, visit: Visiting, seal: Annotated[str, Form()] = "") -> Response:
    """Create a person's calendar address; an earlier one stops working."""
    services = replace(visit.services, form=digest_of(seal))
    errors = submit_form(
        visit,
        member,
        seal,
        lambda: new_calendar_link(services, member.school.key, member.person.key, visit.now),
    )
    return _page(visit, member, errors[0].says) if errors else RedirectResponse(HERE, status_code=303)


@router.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"])
def give_calendar(link: CalendarLink, visit: Visiting) -> Response:
    """Return the calendar behind a secret address, to the program that fetches it."""
    return Response(feed(visit.services, link, visit.now), media_type=ICS)


def _page(visit: RequestContext, member: Member, wrong: str = "") -> HTMLResponse:
    address = calendar_link(visit.services, member.school.key, member.person.key, visit.now)
    return show(
        visit,
        member,
        "me_calendar.html",
        status=422 if wrong else 200,
        address=address,
        programs=_programs(address, member.school.name) if address else {},
        governing=member.may(Permission.VIEW_GOVERNANCE),
        wrong=wrong,
    )


def _programs(address: str, name: str) -> dict[str, str]:
    """Return what each calendar program takes the address by: its name -> a link."""
    webcal = f"webcal:{address.partition(':')[2]}"
    outlook = urlencode({"url": address, "name": name})
    return {
        "iPhone, iPad or Mac": webcal,
        "Outlook": f"https://outlook.office.com/calendar/addfromweb?{outlook}",
        "Google Calendar": f"https://calendar.google.com/calendar/r?{urlencode({'cid': webcal})}",
    }
