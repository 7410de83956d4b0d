"""Pages of visits: the safeguarding governor's questions and draft report, the IT technician's checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from bot.cases import governors_report
from bot.cases.model import CaseYear
from bot.core.clock import local_date
from bot.core.encryption import KeysMissing, WrongKey
from bot.core.roles import Permission
from bot.identity.member import Member, SignedIn, show
from bot.reviews import visit_words
from bot.reviews.it_visit import visit_list
from bot.reviews.visit import governor_visit
from bot.signing import answer_form
from bot.signing.my_duties import my_duties
from bot.status.model import StatusLine
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Visitor = Annotated[Member, Depends(SignedIn(Permission.VISIT_FOR_GOVERNORS))]


@router.api_route("/governors/visit", methods=["GET", "HEAD"])
def show_visit(member: Visitor, visit: Visiting) -> HTMLResponse:
    """Show the script of a visit, each question beside what the record says today; no person is named."""
    school, today = member.school, local_date(visit.now)
    seen = governor_visit(member.snapshot, school.key, today)
    year = _year(visit, school.key)
    mine = my_duties(visit.services.store, member.snapshot, school.key, member.person, today)
    own = {one.duty.obligation.key: one.address for one in (*mine.owed, *mine.later, *mine.aside)}
    return show(
        visit,
        member,
        "governors_visit.html",
        seen=seen,
        asked=[(one, own.get(one.obligation, "")) for one in _once(seen.asked, member.person.key)],
        topics=visit_words.topics(seen, year, school),
        report=visit_words.report(seen, year, school, today),
        filtering=visit_words.FILTERING,
        technical=member.may(Permission.VIEW_IT_CHECKS),
    )


def _once(asked: Iterable[StatusLine], reader: str) -> tuple[StatusLine, ...]:
    """Return each thing once that several people are asked for: the reader's own where there is one."""
    found: dict[str, StatusLine] = {}
    for one in asked:
        if one.obligation not in found or one.person == reader:
            found[one.obligation] = one
    return tuple(found.values())


def _year(visit: RequestContext, school: str) -> CaseYear | None:
    """Count the cases of this year; None when they cannot be opened on this machine today."""
    try:
        return governors_report.year(visit.services, school, visit.now)
    except (KeysMissing, WrongKey):
        return None


Technical = Annotated[Member, Depends(SignedIn(Permission.VIEW_IT_CHECKS))]


@router.api_route("/it", methods=["GET", "HEAD"])
def show_list(member: Technical, visit: Visiting) -> HTMLResponse:
    """Show a technician their own list; leaders and the office see everyone's."""
    oversees = member.may(Permission.OVERSEE_IT_CHECKS)
    only = "" if oversees else member.person.key
    found = visit_list(visit.services.store, member.snapshot, member.school.key, local_date(visit.now), only)
    return show(
        visit,
        member,
        "technician.html",
        found=found,
        oversees=oversees,
        links=visit_words.TEST_LINKS,
        note="\n".join(visit_words.NOTE),
        words=visit_words,
        verb=answer_form.verb,
    )
