"""Pages of the head: the dashboard, the list behind each number, the trend, its PDF.

The dashboard is /school; /school/report.pdf is the same figures on one A4 page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query
from starlette.responses import HTMLResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.dashboard import attention
from bot.dashboard import paper as dashboard_paper
from bot.dashboard import view as dashboard_view
from bot.dashboard.attention import GoingOut
from bot.dashboard.service import RECENT, Dashboard, read_dashboard, standing_of
from bot.dashboard.view import OverviewLink
from bot.identity.downloads import Format, TableFile, download
from bot.identity.member import Member, SignedIn, show
from bot.messages import store as message_store
from bot.records import evidence as record_evidence
from bot.register.weekly_checks import waiting_checks
from bot.rules.check_items import from_text
from bot.rules.duties import state_word
from bot.status import charts
from bot.status import words as status_words
from bot.status.links import LinkedRow, linked_rows, person_page, policy_page
from bot.status.matrix import KINDS
from bot.status.model import REVIEWS, SchoolStatus, StatusLine
from bot.status.trend import GROUPS, group_word, points, standing_then, trend
from bot.status.undelivered import undelivered
from bot.status.year import STATES, year_of
from bot.today.model import FIRST, counts_by_area, most_pressing, todays
from bot.today.service import all_waiting
from bot.web.context import RequestContext, Visiting
from bot.web.middleware import Theme, linker
from bot.web.render import leaf

router = APIRouter()
Head = Annotated[Member, Depends(SignedIn(Permission.VIEW_SCHOOL, in_teams=True))]
ListReader = Annotated[Member, Depends(SignedIn(Permission.VIEW_SCHOOL))]
Word = Annotated[str, Query(max_length=40)]
HERE = "/school"
ROWS = 15
TREND_TITLE = "What was done, still to do and not recorded"
# A picture of ours styles itself; nothing in it may do anything else.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which part of a list is wanted: a state, a group of states, a day of the trend."""

    state: Word = ""
    group: Word = ""
    on: Word = ""
    page: int = 1


def read(visit: RequestContext, member: Member) -> Dashboard:
    """Return the dashboard for its reader: it counts the cases that they may open."""
    return read_dashboard(visit.services, member.snapshot, member.school.key, member.person.key, visit.now)


@router.api_route("/school", methods=["GET", "HEAD"])
def show_school(member: Head, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show everything on one screen."""
    seen = read(visit, member)
    items = all_waiting(visit.services, member, visit.now)
    # Looking ahead takes longest, and is told only where nothing waits to go today.
    next_on, going = (None, ()) if seen.today else _going_out(visit, member, seen.on)
    found, reach = attention.split_findings(member.snapshot, member.school.key, seen.on)
    troubled = (*undelivered(seen.posted, member.snapshot), *reach, *found)
    things = most_pressing(items, seen.on)[:FIRST]
    to = linker(HERE, theme)
    # A tab in Teams may be on a screen that others look at.
    named = member.how != "teams"
    return show(
        visit,
        member,
        "school.html",
        checks=waiting_checks(member.snapshot, member.school.key, member.person.key, seen.on),
        theme=theme,
        to=to,
        seen=seen,
        today=seen.on,
        overview=seen.overview,
        named=named,
        first=things,
        waiting_count=todays(items, seen.on).count,
        counted=counts_by_area(items, seen.on),
        year=year_of(member.snapshot, member.school.key, seen.standing.lines, seen.on),
        year_states=STATES,
        more=(
            *dashboard_view.more_lines(
                seen,
                to,
                going=dashboard_view.going_said(seen.today, next_on, len(going), seen.on),
                found=len(troubled),
                asked=len(attention.waiting(seen.standing, member.snapshot)),
                cases=named,
            ),
            *(
                (OverviewLink("trust", "What the trust sees", "", to("trust-access")),)
                if named and member.may(Permission.GRANT_TRUST)
                else ()
            ),
        ),
        refused=attention.refused_said(seen.refused),
        words=dashboard_view,
    )


def _going_out(visit: RequestContext, member: Member, on: date) -> tuple[date | None, tuple[GoingOut, ...]]:
    return attention.going_out(visit.services.store, member.snapshot, member.school.key, on)


@router.api_route("/school/trend", methods=["GET", "HEAD"])
def show_trend(member: Head, visit: Visiting, theme: Theme, area: Word = "") -> HTMLResponse:
    """Show the trend of everything, or of one area, with the table that says the same."""
    today = local_date(visit.now)
    chosen = _area_title(member, today, area)
    seen = trend(member.snapshot, member.school.key, today)
    return show(
        visit,
        member,
        "school_trend.html",
        theme=theme,
        to=linker(HERE, theme),
        today=today,
        seen=seen,
        area=area,
        chosen=chosen,
        areas=status_words.areas(standing_of(member.snapshot, member.school.key, today)),
        groups=tuple(GROUPS),
        group_word=group_word,
        says=dashboard_view.trend_said(seen),
        waits=dashboard_view.trend_waits(
            [one.on for one in seen], member.school.since, max(one.total for one in seen)
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
    today = local_date(visit.now)
    chosen = _area_title(member, today, area)
    seen = trend(member.snapshot, member.school.key, today)
    chart = charts.chart_of(
        seen, chosen or None, title=chosen or TREND_TITLE, says=dashboard_view.trend_said(seen)
    )
    picture = charts.draw(chart, theme or "light", shape)
    tag = f'"{sha256(picture).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Content-Security-Policy": PICTURE_POLICY}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    return Response(picture, media_type="image/svg+xml", headers=headers)


@router.api_route("/school/policies", methods=["GET", "HEAD"])
def show_policies(member: ListReader, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show every policy by the month its review is due."""
    seen = read(visit, member)
    return show(
        visit,
        member,
        "school_policies.html",
        theme=theme,
        to=linker(HERE, theme),
        today=seen.on,
        months=dashboard_view.months(seen.reviews, seen.on),
        people=member.snapshot.people,
        person_page=person_page,
        policy_page=policy_page,
    )


@router.api_route("/school/stuck", methods=["GET", "HEAD"])
def show_stuck(member: ListReader, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show who does not move on, under their line manager, with what it is about."""
    seen = read(visit, member)
    return show(
        visit,
        member,
        "school_stuck.html",
        theme=theme,
        to=linker(HERE, theme),
        today=seen.on,
        teams=seen.teams,
        linked=_linker(member),
        person_page=person_page,
    )


@router.api_route("/school/findings", methods=["GET", "HEAD"])
def show_findings(member: ListReader, visit: Visiting, theme: Theme) -> HTMLResponse:
    """Show all that Handbell noticed."""
    today = local_date(visit.now)
    found, reach = attention.split_findings(member.snapshot, member.school.key, today)
    with visit.services.store.reading() as conn:
        posted = tuple(message_store.recent(conn, school=member.school.key, limit=RECENT))
    return show(
        visit,
        member,
        "school_findings.html",
        theme=theme,
        to=linker(HERE, theme),
        today=today,
        findings=(
            *undelivered(posted, member.snapshot),
            *attention.with_deeds((*found, *reach)),
        ),
    )


def _linker(member: Member) -> Callable[[Iterable[StatusLine]], tuple[LinkedRow, ...]]:
    return lambda lines: linked_rows(member.snapshot, member.school.key, lines, member.person.key)


def _area_title(member: Member, today: date, area: str) -> str:
    """Return the title of an area by its slug; empty for all areas."""
    if not area:
        return ""
    shown = dashboard_view.area_of(standing_of(member.snapshot, member.school.key, today), area)
    if shown is None:
        raise HTTPException(404)
    return shown.title


def _day(member: Member, today: date, on: str) -> date:
    """Read a day: only those of the trend can be looked at, so that each number has its list."""
    days = {day.isoformat(): day for day in points(member.school.since, today)}
    if not on:
        return today
    if on not in days:
        raise HTTPException(404)
    return days[on]


@router.api_route("/school/report.pdf", methods=["GET", "HEAD"])
def give_paper(member: Head, visit: Visiting) -> Response:
    """Serve the dashboard as one A4 page."""
    seen = read(visit, member)
    paper = dashboard_paper.pdf(seen, member.snapshot, TREND_TITLE)
    name = f"{member.school.key}-{seen.on.isoformat()}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(paper, media_type="application/pdf", headers=headers)


@router.api_route("/school/trend.{ending}", methods=["GET", "HEAD"])
def download_trend(ending: Format, member: Head, visit: Visiting, area: Word = "") -> Response:
    """Download the numbers behind the trend of everything, or of one area."""
    today = local_date(visit.now)
    chosen = _area_title(member, today, area)
    columns = ("Day", "Term", *map(group_word, GROUPS))
    rows = (
        (
            one.on,
            one.term,
            *((one.by_area.get(chosen, {}) if chosen else one.counts).get(group, 0) for group in GROUPS),
        )
        for one in trend(member.snapshot, member.school.key, today)
    )
    return download(visit, member, ending, TableFile("trend", columns, rows, {"area": area}))


@router.api_route("/school/items.{ending}", methods=["GET", "HEAD"])
def download_items(ending: Format, member: ListReader, visit: Visiting) -> Response:
    """Download the answers to the items of every check that was done, newest check first."""
    school = member.school.key
    titles = {one.key: one.named for one in member.snapshot.obligations if one.school == school}
    with visit.services.store.reading() as conn:
        kept = record_evidence.until(conn, (school,), visit.now)
    rows = (
        (
            one.record.acted_on,
            titles.get(one.record.obligation, one.record.obligation),
            one.record.person_name,
            item.ask,
            item.state.value,
            item.given,
            item.owner_name,
            item.due_on,
        )
        for one in sorted(kept, key=lambda one: one.record.recorded_at, reverse=True)
        for item in from_text(one.record.items)
    )
    columns = ("Day", "Check", "Answered by", "Item", "Answer", "What was given", "Who does it", "By when")
    return download(visit, member, ending, TableFile("check-items", columns, rows))


@router.api_route("/school/{area}/list.{ending}", methods=["GET", "HEAD"])
def download_area(
    area: str, ending: Format, member: ListReader, visit: Visiting, only: Annotated[ListFilter, Depends()]
) -> Response:
    """Download the whole list behind a number."""
    _, _, found = _listed(visit, member, area, only)
    rows = ((one.name, one.title, state_word(one.state), one.due_on or "", one.why) for one in found.lines)
    filters = {"state": only.state, "group": only.group, "on": only.on}
    columns = ("Who", "What", "State", "Due", "Why")
    return download(visit, member, ending, TableFile(area, columns, rows, filters))


# Last: the address of an area would hide those above.
@router.api_route("/school/{area}", methods=["GET", "HEAD"])
def show_area(
    area: str, member: ListReader, visit: Visiting, theme: Theme, only: Annotated[ListFilter, Depends()]
) -> HTMLResponse:
    """Show the list behind a number: of one area or everything, today or on a day of the trend."""
    today = local_date(visit.now)
    day, standing, found = _listed(visit, member, area, only)
    page = leaf(found.lines, only.page, ROWS)
    return show(
        visit,
        member,
        "school_area.html",
        theme=theme,
        to=linker(HERE, theme),
        today=today,
        day=day,
        area=area,
        found=found,
        page=page,
        rows=_linker(member)(page.items),
        shown=dashboard_view.area_of(standing, area),
        matrix=area if area in KINDS else "",
        state=only.state,
        group=only.group,
        only=only.state or only.group,
        reviews=REVIEWS,
    )


def _listed(
    visit: RequestContext, member: Member, area: str, only: ListFilter
) -> tuple[date, SchoolStatus, dashboard_view.FigureList]:
    """Return the list behind a number with its day and all that stood then; 404 for what is not there."""
    today = local_date(visit.now)
    day = _day(member, today, only.on)
    then = standing_of if day == today else standing_then
    standing = then(member.snapshot, member.school.key, day)
    found = dashboard_view.listed(standing, area, only.state, only.group)
    if found is None:
        raise HTTPException(404)
    return day, standing, found
