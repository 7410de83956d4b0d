"""The head's dashboard: the whole school on one screen, and the list behind every number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query
from starlette.responses import HTMLResponse, Response

from bot.actions import charts
from bot.actions.dashboard import Dashboard, read_dashboard, standing_of
from bot.actions.gather import school_day
from bot.actions.weekly_checks import waiting_checks
from bot.domain.status import REVIEWS
from bot.domain.trend import GROUPS, points, standing_then, trend
from bot.web import attention, dashboard, schoolview
from bot.web.attention import GoingOut
from bot.web.member import HEAD, Member, SignedIn, show
from bot.web.themes import Theme, linker
from bot.web.visit import Visit, Visiting

router = APIRouter()
Head = Annotated[Member, Depends(SignedIn(HEAD))]
Word = Annotated[str, Query(max_length=40)]
HERE = "/school"
MOST_GOING_OUT, MOST_FOUND = 6, 3
TREND_TITLE = "What was done, open and not known"
# A picture of ours styles itself; nothing in it may do anything else.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, slots=True)
class Only:
    """Which part of a list is wanted: a state, a group of states, a day of the trend."""

    state: Word = ""
    group: Word = ""
    on: Word = ""


def read(visit: Visit, member: Member) -> Dashboard:
    """Read the dashboard of whoever asks."""
    return read_dashboard(visit.services, member.snapshot, member.setting.key, member.person.key, visit.now)


@router.api_route("/school", methods=["GET", "HEAD"])
def show_school(member: Head, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show everything on one screen."""
    seen = read(visit, member)
    shown = dashboard.areas(seen.standing)
    things = dashboard.first_things(shown)
    # Looking ahead takes longest, and is told only where nothing waits to go today.
    next_on, going = (None, ()) if seen.today else _going_out(visit, member, seen.on)
    found, reach = attention.noticed(member.snapshot, member.setting.key, seen.on)
    return show(
        visit,
        member,
        "school.html",
        here=HERE,
        checks=waiting_checks(member.snapshot, member.setting.key, member.person.key, seen.on),
        theme=theme,
        to=linker(HERE, theme),
        seen=seen,
        today=seen.on,
        headline=dashboard.headline(things),
        first=things,
        areas=shown,
        trend_waits=schoolview.trend_waits(
            points(seen.setting.since, seen.on),
            seen.setting.since,
            sum(sum(one.counts.values()) for one in shown),
        ),
        months=schoolview.months(seen.reviews, seen.on),
        next_on=next_on,
        going_out=going[:MOST_GOING_OUT],
        more_going_out=len(going[MOST_GOING_OUT:]),
        waiting=attention.waiting(seen.standing, member.snapshot),
        refused=attention.refused_said(seen.refused),
        unreached=(*attention.troubles(seen.posted, member.snapshot), *reach),
        findings=found[:MOST_FOUND],
        more_findings=len(found[MOST_FOUND:]),
        words=schoolview,
    )


def _going_out(visit: Visit, member: Member, on: date) -> tuple[date | None, tuple[GoingOut, ...]]:
    return attention.going_out(visit.services.store, member.snapshot, member.setting.key, on)


@router.api_route("/school/trend", methods=["GET", "HEAD"])
def show_trend(member: Head, visit: Visiting, theme: Theme, area: Word = "") -> HTMLResponse:
    """Show the trend of everything, or of one area, with the table that says the same."""
    today = school_day(visit.now)
    chosen = _area_title(member, today, area)
    seen = trend(member.snapshot, member.setting.key, today)
    return show(
        visit,
        member,
        "school_trend.html",
        here=HERE,
        theme=theme,
        to=linker(HERE, theme),
        today=today,
        seen=seen,
        area=area,
        chosen=chosen,
        areas=dashboard.areas(standing_of(member.snapshot, member.setting.key, today)),
        groups=tuple(GROUPS),
        chips=schoolview.CHIPS,
        says=schoolview.trend_said(seen),
        waits=schoolview.trend_waits(
            [one.on for one in seen], member.setting.since, max(one.total for one in seen)
        ),
        title=TREND_TITLE,
    )


@router.api_route("/school/trend.svg", methods=["GET", "HEAD"])
def draw_trend(
    member: Head,
    visit: Visiting,
    theme: Theme,
    area: Word = "",
    shape: Word = "wide",
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """Draw the trend. A browser that has this very picture is told to keep it."""
    if shape not in charts.SHAPES:
        raise HTTPException(404)
    today = school_day(visit.now)
    chosen = _area_title(member, today, area)
    seen = trend(member.snapshot, member.setting.key, today)
    chart = charts.chart_of(
        seen, chosen or None, title=chosen or TREND_TITLE, says=schoolview.trend_said(seen)
    )
    picture = charts.draw(chart, theme or "light", shape)
    tag = f'"{sha256(picture).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Content-Security-Policy": PICTURE_POLICY}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    return Response(picture, media_type="image/svg+xml", headers=headers)


@router.api_route("/school/policies", methods=["GET", "HEAD"])
def show_policies(member: Head, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show every policy by the month its review is due."""
    seen = read(visit, member)
    return show(
        visit,
        member,
        "school_policies.html",
        here=HERE,
        theme=theme,
        to=linker(HERE, theme),
        today=seen.on,
        months=schoolview.months(seen.reviews, seen.on),
        people=member.snapshot.people,
    )


@router.api_route("/school/stuck", methods=["GET", "HEAD"])
def show_stuck(member: Head, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show who does not move on, under their line manager, with what it is about."""
    seen = read(visit, member)
    return show(
        visit,
        member,
        "school_stuck.html",
        here=HERE,
        theme=theme,
        to=linker(HERE, theme),
        today=seen.on,
        teams=seen.teams,
    )


@router.api_route("/school/findings", methods=["GET", "HEAD"])
def show_findings(member: Head, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show all that Handbell noticed."""
    today = school_day(visit.now)
    found, reach = attention.noticed(member.snapshot, member.setting.key, today)
    return show(
        visit,
        member,
        "school_findings.html",
        here=HERE,
        theme=theme,
        to=linker(HERE, theme),
        today=today,
        findings=(*found, *reach),
    )


@router.api_route("/school/{area}", methods=["GET", "HEAD"])
def show_area(
    area: str, member: Head, visit: Visiting, theme: Theme, only: Annotated[Only, Depends()]
) -> HTMLResponse:
    """Show the list behind a number: of one area or everything, today or on a day of the trend."""
    today = school_day(visit.now)
    day = _day(member, today, only.on)
    if day == today:
        standing = standing_of(member.snapshot, member.setting.key, today)
    else:
        standing = standing_then(member.snapshot, member.setting.key, day)
    found = schoolview.listed(standing, area, only.state, only.group)
    if found is None:
        raise HTTPException(404)
    return show(
        visit,
        member,
        "school_area.html",
        here=HERE,
        theme=theme,
        to=linker(HERE, theme),
        today=today,
        day=day,
        area=area,
        found=found,
        shown=schoolview.area_of(standing, area),
        only=only.state or only.group,
        reviews=REVIEWS,
    )


def _area_title(member: Member, today: date, area: str) -> str:
    """Name an area by its address; empty for all of them."""
    if not area:
        return ""
    shown = schoolview.area_of(standing_of(member.snapshot, member.setting.key, today), area)
    if shown is None:
        raise HTTPException(404)
    return shown.title


def _day(member: Member, today: date, on: str) -> date:
    """Read a day: only those of the trend can be looked at, so that each number has its list."""
    days = {day.isoformat(): day for day in points(member.setting.since, today)}
    if not on:
        return today
    if on not in days:
        raise HTTPException(404)
    return days[on]
