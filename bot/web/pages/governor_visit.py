"""The visit of the governor who leads on safeguarding: what to ask and look at, and a draft report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from bot.actions import governors_report
from bot.actions.gather import school_day
from bot.actions.my_duties import my_duties
from bot.domain.case_counts import Year
from bot.domain.governor_visit import governor_visit
from bot.domain.status import Line
from bot.sealing import KeysMissing, WrongKey
from bot.web import visitwords
from bot.web.member import CLERKING, TECHNICAL, VISITING, Member, SignedIn, show
from bot.web.visit import Visit, Visiting

router = APIRouter()
Visitor = Annotated[Member, Depends(SignedIn(VISITING))]


@router.api_route("/governors/visit", methods=["GET", "HEAD"])
def show_visit(member: Visitor, visit: Visiting) -> HTMLResponse:
    """Show the script of a visit, each question beside what the record says today; no person is named."""
    setting, today = member.setting, school_day(visit.now)
    seen = governor_visit(member.snapshot, setting.key, today)
    year = _year(visit, setting.key)
    mine = my_duties(visit.services.store, member.snapshot, setting.key, member.person, today)
    own = {one.duty.obligation.key: one.address for one in (*mine.owed, *mine.later, *mine.aside)}
    return show(
        visit,
        member,
        "governors_visit.html",
        here="/governors",
        seen=seen,
        asked=[(one, own.get(one.obligation, "")) for one in _once(seen.asked, member.person.key)],
        topics=visitwords.topics(seen, year, setting),
        report=visitwords.report(seen, year, setting, today),
        filtering=visitwords.FILTERING,
        clerking=member.may(CLERKING),
        technical=member.may(TECHNICAL),
    )


def _once(asked: Iterable[Line], reader: str) -> tuple[Line, ...]:
    """Take each thing asked of several people once: as the reader is asked for it, if they are."""
    found: dict[str, Line] = {}
    for one in asked:
        if one.obligation not in found or one.person == reader:
            found[one.obligation] = one
    return tuple(found.values())


def _year(visit: Visit, setting: str) -> Year | None:
    """Count the cases of this year; None when they cannot be opened on this machine today."""
    try:
        return governors_report.year(visit.services, setting, visit.now)
    except (KeysMissing, WrongKey):
        return None
