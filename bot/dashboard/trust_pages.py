"""Pages of a trust: its schools side by side, compared by area, their dates, and one school without names."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import HTMLResponse, Response

from bot.core.roles import Permission
from bot.dashboard.trust import (
    SCHOOLS_A_PAGE,
    TrustSchool,
    TrustView,
    school_detail,
    trust_dates,
    trust_view,
    trust_years,
)
from bot.identity.downloads import Format, TableFile, download
from bot.identity.member import Member, SignedIn, show
from bot.rules.duties import State, state_word
from bot.status.trend import GROUPS, group_word
from bot.status.words import SHOWN, done_figure, in_order
from bot.status.year import STATES
from bot.web.context import RequestContext, Visiting
from bot.web.middleware import Theme

router = APIRouter()
OfTheTrust = Annotated[Member, Depends(SignedIn(Permission.VIEW_TRUST))]
HERE = "/school/trust"


def _seen(visit: RequestContext, member: Member) -> TrustView:
    """Read the trust's figures, states in the order every page shows them."""
    seen = trust_view(visit.services, member.person.key, visit.now)
    return replace(seen, schools=tuple(map(_in_order, seen.schools)))


def _in_order(one: TrustSchool) -> TrustSchool:
    by_area = {area: in_order(counts) for area, counts in one.by_area.items()}
    return replace(one, counts=in_order(one.counts), by_area=by_area)


@router.api_route(HERE, methods=["GET", "HEAD"])
def show_trust(member: OfTheTrust, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show the schools that name the reader in a trust's role."""
    seen = _seen(visit, member)
    return show(
        visit,
        member,
        "school_trust.html",
        theme=theme,
        today=seen.on,
        seen=seen,
        done_figure=done_figure,
    )


@router.api_route(f"{HERE}.{{ending}}", methods=["GET", "HEAD"])
def download_trust(ending: Format, member: OfTheTrust, visit: Visiting) -> Response:
    """Download the numbers of every school of the trust."""
    seen = trust_view(visit.services, member.person.key, visit.now)
    rows = (
        (one.name, *(one.counts.get(state.value, 0) for state in SHOWN), one.problems) for one in seen.schools
    )
    columns = ("School", *map(state_word, SHOWN), "Problems")
    return download(visit, member, ending, TableFile("trust", columns, rows))


@router.api_route(f"{HERE}/compare", methods=["GET", "HEAD"])
def compare_schools(member: OfTheTrust, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show how much is done in each area of each school."""
    seen = _seen(visit, member)
    return show(
        visit,
        member,
        "trust_compare.html",
        theme=theme,
        today=seen.on,
        seen=seen,
        done_figure=done_figure,
    )


@router.api_route(f"{HERE}/compare.{{ending}}", methods=["GET", "HEAD"])
def download_comparison(ending: Format, member: OfTheTrust, visit: Visiting) -> Response:
    """Download each area of each school in numbers."""
    seen = trust_view(visit.services, member.person.key, visit.now)
    rows = (
        (one.name, area, *(one.by_area[area].get(state.value, 0) for state in SHOWN))
        for one in seen.schools
        for area in seen.areas
        if area in one.by_area
    )
    columns = ("School", "Area", *map(state_word, SHOWN))
    return download(visit, member, ending, TableFile("trust-by-area", columns, rows))


@router.api_route(f"{HERE}/dates", methods=["GET", "HEAD"])
def show_dates(member: OfTheTrust, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show the meetings, days of papers and reviews of all schools, the next first."""
    on, dates = trust_dates(visit.services, member.person.key, visit.now)
    return show(visit, member, "trust_dates.html", theme=theme, today=on, dates=dates, most=SCHOOLS_A_PAGE)


@router.api_route(f"{HERE}/dates.{{ending}}", methods=["GET", "HEAD"])
def download_dates(ending: Format, member: OfTheTrust, visit: Visiting) -> Response:
    """Download the dates of all schools."""
    _, dates = trust_dates(visit.services, member.person.key, visit.now)
    rows = (
        (one.on, one.school, one.what, "planned" if one.state is State.DUE else state_word(one.state))
        for one in dates
    )
    return download(visit, member, ending, TableFile("trust-dates", ("Day", "School", "What", "State"), rows))


@router.api_route(f"{HERE}/years", methods=["GET", "HEAD"])
def show_years(member: OfTheTrust, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show the school year of each school in small, and the same numbers in a table."""
    on, schools = trust_years(visit.services, member.person.key, visit.now)
    return show(
        visit,
        member,
        "trust_years.html",
        theme=theme,
        today=on,
        schools=schools,
        states=STATES,
        most=SCHOOLS_A_PAGE,
    )


@router.api_route(f"{HERE}/years.{{ending}}", methods=["GET", "HEAD"])
def download_years(ending: Format, member: OfTheTrust, visit: Visiting) -> Response:
    """Download the numbers of each school's year."""
    _, schools = trust_years(visit.services, member.person.key, visit.now)
    rows = (
        (one.name, mark.week, mark.row, *(mark.counts.get(state, 0) for state in STATES))
        for one in schools
        for mark in one.year.marks
    )
    columns = ("School", "Week of", "What", *STATES.values())
    return download(visit, member, ending, TableFile("trust-years", columns, rows))


@router.api_route(f"{HERE}/{{school}}/open.{{ending}}", methods=["GET", "HEAD"])
def download_open(ending: Format, member: OfTheTrust, visit: Visiting, school: str) -> Response:
    """Download who has what open in a school. 404 where it grants no names."""
    detail = school_detail(visit.services, member.person.key, school, visit.now)
    if detail is None or detail.open is None:
        raise HTTPException(404)
    rows = ((one.name, one.title, state_word(one.state), one.due_on or "") for one in detail.open)
    table = TableFile("open-tasks", ("Who", "What", "State", "Due"), rows, {"school": school})
    return download(visit, member, ending, table)


@router.api_route(f"{HERE}/{{school}}", methods=["GET", "HEAD"])
def show_one_school(member: OfTheTrust, visit: Visiting, theme: Theme, school: str) -> HTMLResponse:
    """Show one school's year, areas and months in numbers. 404 for a school that does not name the reader."""
    detail = school_detail(visit.services, member.person.key, school, visit.now)
    if detail is None:
        raise HTTPException(404)
    return show(
        visit,
        member,
        "trust_one.html",
        theme=theme,
        today=detail.on,
        one=_in_order(detail.figures),
        detail=detail,
        states=STATES,
        groups=tuple(GROUPS),
        group_word=group_word,
        done_figure=done_figure,
    )
