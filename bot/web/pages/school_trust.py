"""The trust's view: schools side by side in figures, what is unknown as plain as what is overdue."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from bot.actions.trust_view import School, trust_view
from bot.web.dashboard import SHOWN, in_order
from bot.web.member import TRUST, Member, SignedIn, show
from bot.web.themes import Theme
from bot.web.visit import Visiting

router = APIRouter()
OfTheTrust = Annotated[Member, Depends(SignedIn(TRUST))]


@router.api_route("/school/trust", methods=["GET", "HEAD"])
def show_trust(member: OfTheTrust, visit: Visiting, theme: Theme, school: str = "") -> HTMLResponse:
    """Show the schools that name the reader in a trust's role; of many, one `school` area by area."""
    seen = trust_view(visit.services, member.person.key, TRUST, visit.now, school)
    schools, opened = (tuple(map(_as_shown, some)) for some in (seen.schools, seen.opened))
    seen = replace(seen, schools=schools, opened=opened)
    return show(
        visit,
        member,
        "school_trust.html",
        here="/school/trust",
        theme=theme,
        today=seen.on,
        seen=seen,
        states=[state.value for state in SHOWN if any(one.counts[state.value] for one in seen.schools)],
    )


def _as_shown(one: School) -> School:
    """Put the states in the order in which every page shows them."""
    by_area = {area: in_order(counts) for area, counts in one.by_area.items()}
    return replace(one, counts=in_order(one.counts), by_area=by_area)
