"""What Handbell reads by itself and nobody has to confirm: policies on the website, leavers, second steps."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from bot.accounts import two_step
from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.identity.forms import NOTHING_WRONG, FormState, actor_of, take_form
from bot.identity.member import Member, SignedIn, show
from bot.people import leavers
from bot.policies import website
from bot.ports import TellsAccounts
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Technical = Annotated[Member, Depends(SignedIn(Permission.VIEW_IT_CHECKS))]
HERE = "/it/readings"


class LeaverForm(BaseModel):
    """What becomes of a leaver's account, as typed."""

    seal: str = ""
    then: str = ""
    why: str = ""


@router.api_route(HERE, methods=["GET", "HEAD"])
def show_readings(member: Technical, visit: Visiting, done: str = "") -> HTMLResponse:
    """List what was read, with what is to be put right first."""
    return _page(visit, member, NOTHING_WRONG, done)


@router.post(f"{HERE}/leavers/{{key}}")
def take_leaver(
    key: str, member: Technical, form: Annotated[LeaverForm, Form()], visit: Visiting
) -> Response:
    """Have a leaver's account read again, or say that it stays."""
    by = actor_of(member, f"leaver {key} {form.model_dump_json()}")

    def act() -> None:
        if form.then == "stays":
            leavers.keep_account(visit.services, key, form.why, by, visit.now)
        else:
            leavers.look_again(visit.services, key, by, visit.now)

    return take_form(
        visit,
        member,
        form.seal,
        act,
        again=lambda errors: _page(visit, member, FormState(key, errors=errors)),
        to=f"{HERE}?done={quote(form.then)}",
    )


def _page(visit: RequestContext, member: Member, shown: FormState, done: str = "") -> HTMLResponse:
    school, today, services = member.school.key, local_date(visit.now), visit.services
    snapshot = member.snapshot
    on_website = website.readings(services, school)
    policies = [one for (of, _), one in snapshot.policies.items() if of == school and one.key in on_website]
    holders = two_step.holders_here(snapshot, school, visit.now)
    second = two_step.readings(services, school)
    return show(
        visit,
        member,
        "readings.html",
        status=422 if shown.errors else 200,
        today=today,
        shown=shown,
        done=done,
        leavers=list(leavers.open_leavers(services, snapshot, school, today)),
        settled=sum(one.is_settled for one in leavers.readings(services, school).values()),
        tells_accounts=isinstance(services.rosters.get(school), TellsAccounts),
        policies=[(one, on_website[one.key]) for one in policies if on_website[one.key].address == one.link],
        reads_websites=services.web is not None,
        holders=[(snapshot.people[key], second[key]) for key in holders if key in second],
        opens_policies=member.may(Permission.USE_OFFICE),
        history=leavers.history,
    )
