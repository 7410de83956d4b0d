"""What the governors' pages say: headlines, names, addresses and the states of a review in words.

The governors' pages: reviews by meeting, the page without names, agendas, the termly report, dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Query
from starlette.responses import HTMLResponse, Response

from bot.cases import governors_report
from bot.cases.model import CategoryCount
from bot.core.clock import local_date
from bot.core.encryption import KeysMissing, WrongKey
from bot.core.roles import Permission
from bot.core.text import capitalise, count
from bot.identity.downloads import Format, TableFile, download
from bot.identity.member import Member, SignedIn, show
from bot.planning.review_duties import AGENDA, APPROVE, DATES, DRAFT, MEETINGS, MINUTE, NO_MEETING, PAPERS
from bot.reviews.model import MeetingPlan, ReviewCalendar, review_calendar
from bot.reviews.overview import overview, thing
from bot.rules.duties import State, state_word
from bot.rules.evidence import Outcome
from bot.status.model import AreaStatus, slug
from bot.status.words import SHOWN
from bot.web.context import RequestContext, Visiting

OPENED = (State.OVERDUE, State.NO_RECORD, State.DUE_SOON)
STAGES = {
    None: "Approved",
    APPROVE: "Approved",
    MINUTE: "Approved",
    DRAFT: "Draft ready",
    AGENDA: "On the agenda",
    PAPERS: "Papers sent",
    NO_MEETING: "Way chosen",
    MEETINGS: "Meeting told",
    DATES: "Dates told",
}
ANSWERS = {
    Outcome.QUESTION: "A question",
    Outcome.DECLINED: "Could not agree",
    Outcome.EXCUSED: "Excused",
    Outcome.ANSWERED: "Answered",
}


def headline(calendar: ReviewCalendar) -> str:
    """Return one line on what is late and what is unknown."""
    late = sum(one.state is State.OVERDUE for one in calendar.every)
    said = [f"{count(late, 'review')} overdue"] if late else []
    if calendar.undated:
        said.append(f"{len(calendar.undated)} without a date")
    waiting = sum(one.state is not State.OVERDUE for one in calendar.too_late)
    if waiting:
        said.append(f"{waiting} with no meeting in time")
    unknown = sum(one.state is not State.OVERDUE for one in calendar.none_known)
    if unknown:
        said.append(f"{unknown} with no meeting known")
    return ", ".join(said) if said else "Every review has its date and its meeting"


def address(policy: str) -> str:
    """Return the path of one policy's review."""
    return f"/governors/reviews/{quote(policy, safe='')}"


def opened(tiles: Iterable[AreaStatus]) -> list[tuple[str, dict[State, int]]]:
    """Count what is open by what is asked, without names; overdue first."""
    found: dict[str, dict[State, int]] = {}
    for line in (line for tile in tiles for line in tile.lines):
        if line.state in OPENED:
            counts = found.setdefault(capitalise(thing(line)), dict.fromkeys(OPENED, 0))
            counts[line.state] += 1
    return sorted(found.items(), key=_most)


def _most(row: tuple[str, dict[State, int]]) -> tuple[int, int, int, str]:
    title, counts = row
    late, unknown, soon = (-counts[state] for state in OPENED)
    return late, unknown, soon, title


def entry(outcome: Outcome, subject: str | None) -> str:
    """Return one entry of a review's record."""
    if (outcome, subject) == (Outcome.DECLINED, MINUTE):
        return "Not approved"
    return ANSWERS.get(outcome) or STAGES.get(subject, "Recorded")


router = APIRouter()
Governing = Annotated[Member, Depends(SignedIn(Permission.VIEW_GOVERNANCE))]
Reading = Annotated[Member, Depends(SignedIn(Permission.VIEW_REVIEWS))]
HERE = "/governors"


@router.api_route("/governors", methods=["GET", "HEAD"])
def show_reviews(member: Reading, visit: Visiting) -> HTMLResponse:
    """Show every coming meeting with its papers and policies, and what no meeting can approve in time."""
    calendar = review_calendar(member.snapshot, member.school.key, local_date(visit.now))
    return show(
        visit,
        member,
        "governors.html",
        calendar=calendar,
        headline=headline(calendar),
        name=member.snapshot.name_of,
        link=address,
        clerking=member.may(Permission.EDIT_REVIEWS),
    )


@router.api_route("/governors/reviews.{ending}", methods=["GET", "HEAD"])
def download_reviews(ending: Format, member: Reading, visit: Visiting) -> Response:
    """Download every policy's review, the one due first at the top."""
    name = member.snapshot.name_of
    rows = (
        (
            one.policy.title,
            one.due.due_on if one.due else "",
            state_word(one.state),
            "ready" if one.ready else "not ready",
            ", ".join(map(name, one.preparing)),
            one.body.name if one.body else "",
            one.meeting.on if one.meeting else "",
        )
        for one in review_calendar(member.snapshot, member.school.key, local_date(visit.now)).every
    )
    columns = ("Policy", "Review due", "State", "Draft", "Who prepares", "Approved by", "Meeting")
    return download(visit, member, ending, TableFile("reviews", columns, rows))


@router.api_route("/governors/overview.{ending}", methods=["GET", "HEAD"])
def download_overview(
    ending: Format, member: Governing, visit: Visiting, body: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Download what is open by what is asked, without names."""
    found = overview(member.snapshot, member.school.key, local_date(visit.now), body)
    rows = ((title, *(counts[state] for state in OPENED)) for title, counts in opened(found.tiles))
    columns = ("Task", *map(state_word, OPENED))
    return download(visit, member, ending, TableFile("overview", columns, rows, {"body": body}))


@router.api_route("/governors/overview", methods=["GET", "HEAD"])
def show_overview(
    member: Governing, visit: Visiting, body: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """Show the school's state without names: open, unknown, changed, and questions to ask."""
    school = member.school.key
    bodies = [one for one in member.snapshot.bodies.values() if one.school == school]
    chosen = body if body in {one.key for one in bodies} else ""
    found = overview(member.snapshot, school, local_date(visit.now), chosen)
    return show(
        visit,
        member,
        "governors_overview.html",
        found=found,
        bodies=bodies,
        chosen=chosen,
        shown=[state.value for state in SHOWN],
        slug=slug,
        opened=opened(found.tiles),
        cases=_cases(visit, school),
        may_list=member.may(Permission.VIEW_SCHOOL),
    )


@router.api_route("/governors/report.pdf", methods=["GET", "HEAD"])
def give_report(member: Governing, visit: Visiting) -> Response:
    """Download the termly report: numbers of cases by category, nothing under five, and shared lessons."""
    try:
        paper = governors_report.report(visit.services, member.school.key, visit.now)
    except (KeysMissing, WrongKey):
        return show(
            visit,
            member,
            "governors_closed.html",
            status=503,
        )
    headers = {"Content-Disposition": 'attachment; filename="governors-report.pdf"'}
    return Response(paper, media_type="application/pdf", headers=headers)


@router.api_route("/governors/meetings/{body}/{meeting}/agenda", methods=["GET", "HEAD"])
def show_agenda(body: str, meeting: str, member: Reading, visit: Visiting) -> HTMLResponse:
    """Show the lines of one meeting's agenda that are about policies, to print or to copy."""
    plan = _plan(member, visit, body, meeting)
    return show(visit, member, "agenda.html", plan=plan, name=member.snapshot.name_of)


def _plan(member: Member, visit: RequestContext, body: str, meeting: str) -> MeetingPlan:
    calendar = review_calendar(member.snapshot, member.school.key, local_date(visit.now))
    wanted = (body, meeting)
    for plan in calendar.meetings:
        if (plan.body.key, plan.days.meeting.key) == wanted:
            return plan
    raise HTTPException(404)


def _cases(visit: RequestContext, school: str) -> tuple[CategoryCount, ...] | None:
    """Count the cases of this term; None when they cannot be opened on this machine today."""
    try:
        return governors_report.numbers(visit.services, school, visit.now)
    except (KeysMissing, WrongKey):
        return None
