"""The status page: a head understands it in ten seconds, and finds the list behind every number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import HTMLResponse

from bot.actions.gather import gather, school_day
from bot.actions.sending_refused import SendingRefused, refused_lately
from bot.domain.people import Person
from bot.domain.snapshot import Snapshot
from bot.domain.status import REVIEWS, Standing, figures
from bot.errors import LinkRefused
from bot.links import Link
from bot.store import outbox
from bot.store.outbox import Posted
from bot.web import attention, dashboard
from bot.web.casecard import case_card
from bot.web.guard import PersonalLink
from bot.web.visit import Visit, Visiting

router = APIRouter()
StatusLink = Annotated[Link, Depends(PersonalLink("status"))]
MOST_GOING_OUT = 6
RECENT = 200


@dataclass(frozen=True, slots=True)
class Read:
    """One consistent state of a setting, for one reader."""

    snapshot: Snapshot
    standing: Standing
    reader: Person
    posted: tuple[Posted, ...]
    refused: SendingRefused | None


@router.api_route("/s/{token}", methods=["GET", "HEAD"])
def show_status(token: str, link: StatusLink, visit: Visiting) -> HTMLResponse:
    """Show everything on one page."""
    read = _read(visit, link)
    shown = dashboard.areas(read.standing)
    things = dashboard.first_things(shown)
    next_on, going = attention.going_out(visit.services.store, read.snapshot, link.setting, read.standing.on)
    found, reach = attention.noticed(read.snapshot, link.setting, read.standing.on)
    return visit.site.pages.show(
        "status.html",
        now=visit.now,
        today=read.standing.on,
        standing=read.standing,
        reader=read.reader.name,
        headline=dashboard.headline(things),
        first=things,
        areas=shown,
        to=lambda slug: f"/s/{token}/{slug}",
        next_on=next_on,
        going_out=going[:MOST_GOING_OUT],
        more_going_out=len(going[MOST_GOING_OUT:]),
        waiting=attention.waiting(read.standing, read.snapshot),
        refused=attention.refused_said(read.refused),
        unreached=(*attention.troubles(read.posted, read.snapshot), *reach),
        findings=found,
        cases=case_card(visit, link),
    )


@router.api_route("/s/{token}/{area}", methods=["GET", "HEAD"])
def show_area(token: str, area: str, link: StatusLink, visit: Visiting) -> HTMLResponse:
    """Show the list behind an area's numbers, most pressing first."""
    read = _read(visit, link)
    shown = next((one for one in dashboard.areas(read.standing) if one.slug == area), None)
    if shown is None:
        raise HTTPException(404)
    return visit.site.pages.show(
        "area.html",
        now=visit.now,
        today=read.standing.on,
        standing=read.standing,
        reader=read.reader.name,
        area=shown,
        address=f"/s/{token}",
        reviews=REVIEWS,
    )


def _read(visit: Visit, link: Link) -> Read:
    """Read the setting, for a reader who still belongs to it."""
    today = school_day(visit.now)
    with visit.services.store.reading() as conn:
        snapshot = gather(conn, today, (link.setting,))
        posted = tuple(outbox.recent(conn, setting=link.setting, limit=RECENT))
        refused = refused_lately(conn, visit.now, (link.setting,))
    reader = snapshot.people.get(link.person)
    here = reader.membership(link.setting) if reader else None
    if reader is None or here is None or not here.here_on(today):
        raise LinkRefused("This link was made for somebody who is not here now. Ask the office for your own.")
    return Read(snapshot, figures(snapshot, today)[0], reader, posted, refused)
