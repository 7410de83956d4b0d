"""The page on which a head or a deputy puts reminders on hold, and ends a hold early."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.dates import parse_date_field
from bot.core.roles import Permission
from bot.core.validation import FieldError, FieldErrors
from bot.dashboard.reminder_holds import HoldRequest, end_hold, holds_of, put_on_hold
from bot.identity.forms import actor_of, submit_form
from bot.identity.member import Member, SignedIn, show
from bot.rules.reminder_holds import MAX_HOLD, REASONS, Scope
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Leader = Annotated[Member, Depends(SignedIn(Permission.HOLD_REMINDERS))]
PAGE = "/school/hold"
DONE = {"held": "Reminders are on hold.", "ended": "The hold has ended. Reminders go on with the next plan."}


class ReminderHoldForm(BaseModel):
    """What to hold, why and until when."""

    seal: str = ""
    scope: str = ""
    person: str = ""
    rule: str = ""
    reason: str = ""
    until: str = ""
    about: str = ""


Sent = Annotated[ReminderHoldForm, Form()]


@router.api_route(PAGE, methods=["GET", "HEAD"])
def show_holds(
    member: Leader, visit: Visiting, person: str = "", rule: str = "", done: str = ""
) -> HTMLResponse:
    """Show what is on hold, and the form for another hold. `person`, `rule`: what is chosen beforehand."""
    scope = Scope.PERSON.value if person else Scope.RULE.value if rule else ""
    typed = ReminderHoldForm(scope=scope, person=person, rule=rule)
    return _page(visit, member, typed, done=DONE.get(done, ""))


@router.post(PAGE)
def take_hold(member: Leader, form: Sent, visit: Visiting) -> Response:
    """Hold reminders."""
    by = actor_of(member, f"hold reminders {form.model_dump_json()}")

    def act() -> None:
        asked = HoldRequest(
            form.scope, form.person, form.rule, form.reason, parse_date_field("until", form.until)
        )
        put_on_hold(visit.services.store, member.snapshot, asked, by, visit.now)

    return _taken(visit, member, form, "held", act)


@router.post(PAGE + "/end")
def take_end(member: Leader, form: Sent, visit: Visiting) -> Response:
    """End a hold early."""
    by = actor_of(member, f"end hold {form.model_dump_json()}")
    store = visit.services.store
    return _taken(
        visit, member, form, "ended", lambda: end_hold(store, form.scope, form.about, by, visit.now)
    )


def _taken(
    visit: RequestContext, member: Member, form: ReminderHoldForm, done: str, act: Callable[[], None]
) -> Response:
    errors = submit_form(visit, member, form.seal, act)
    if errors:
        return _page(visit, member, form, errors)
    return RedirectResponse(f"{PAGE}?done={done}", status_code=303)


def _page(
    visit: RequestContext,
    member: Member,
    typed: ReminderHoldForm,
    errors: tuple[FieldError, ...] = (),
    done: str = "",
) -> HTMLResponse:
    today, school = local_date(visit.now), member.school.key
    rules = (one for one in member.snapshot.obligations if one.school == school and one.active)
    here = (one for one in member.snapshot.people.values() if one.membership(school) is not None)
    return show(
        visit,
        member,
        "school_hold.html",
        status=422 if errors else 200,
        held=holds_of(member.snapshot, school, today),
        people=sorted(((one.key, one.name) for one in here), key=lambda one: one[1].casefold()),
        rules=sorted(((one.key, one.title) for one in rules), key=lambda one: one[1].casefold()),
        scopes=(("school", "Everyone"), ("person", "One person"), ("rule", "One rule")),
        reasons=REASONS,
        typed=typed,
        errors=errors,
        wrong=FieldErrors({one.field: one.says for one in reversed(errors)}),
        done=done,
        today=today,
        latest=today + MAX_HOLD,
    )
