"""Something happened: what rules wait for, recorded by the office, and taken back where it did not happen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.gather import school_day
from bot.actions.office_happened import Choice, Foreseen, Typed, choices, foresee, lately, record, undo
from bot.errors import DoneAlready
from bot.store.forms import digest_of
from bot.web import officewords
from bot.web.member import CASES, Member, show
from bot.web.officeforms import Office, Shown, attempt, doer
from bot.web.visit import Visit, Visiting

router = APIRouter()
HERE = "/office/happened"
LOOK, RECORD = "look", "record"


class HappenedForm(BaseModel):
    """What happened, on which day, in a few words; `then`: what to do with it."""

    seal: str = ""
    event: str = ""
    on: str = ""
    note: str = ""
    then: str = LOOK

    @property
    def typed(self) -> Typed:
        return Typed(self.event, self.on, self.note)


class BackForm(BaseModel):
    """Which event to take back."""

    seal: str = ""
    key: str = ""


@router.api_route(HERE, methods=["GET", "HEAD"])
def show_happened(member: Office, visit: Visiting, event: str = "", recorded: str = "") -> HTMLResponse:
    """Show what can be recorded, and what was."""
    form = HappenedForm(event=event, on=str(school_day(visit.now)))
    return _page(visit, member, form, recorded=recorded)


@router.post(HERE)
def take_happened(member: Office, form: Annotated[HappenedForm, Form()], visit: Visiting) -> Response:
    """Show who would be asked; then record it."""
    known = _choices(member)
    seen: list[Foreseen] = []

    def look() -> None:
        setting, store = member.setting.key, visit.services.store
        seen.append(foresee(store, member.snapshot, setting, known, form.typed, visit.now))

    def act() -> None:
        services = replace(visit.services, form=digest_of(form.model_dump_json()))
        with suppress(DoneAlready):
            record(services, known, form.typed, doer(member), visit.now)

    acts = {LOOK: look, RECORD: act}
    errors = attempt(visit, member, form.seal, acts[form.then]) if form.then in acts else ()
    if form.then == RECORD and not errors:
        return RedirectResponse(f"{HERE}?recorded=yes#lately", status_code=303)
    return _page(visit, member, form, Shown(errors=errors), foreseen=next(iter(seen), None))


@router.post(f"{HERE}/back")
def take_back(member: Office, form: Annotated[BackForm, Form()], visit: Visiting) -> Response:
    """Take back what was recorded by mistake; what is not there any more is taken back already."""
    errors = attempt(
        visit,
        member,
        form.seal,
        lambda: undo(visit.services.store, form.key, doer(member), visit.now, of_cases=member.may(CASES)),
    )
    if errors:
        return _page(visit, member, HappenedForm(on=str(school_day(visit.now))), Shown("back", errors=errors))
    return RedirectResponse(f"{HERE}#lately", status_code=303)


def _choices(member: Member) -> tuple[Choice, ...]:
    return choices(member.snapshot, member.setting.key, of_cases=member.may(CASES))


def _page(
    visit: Visit,
    member: Member,
    form: HappenedForm,
    shown: Shown | None = None,
    *,
    foreseen: Foreseen | None = None,
    recorded: str = "",
) -> HTMLResponse:
    known, shown = _choices(member), shown or Shown()
    return show(
        visit,
        member,
        "office_happened.html",
        status=422 if shown.errors else 200,
        here="/office",
        address=HERE,
        typed=form,
        shown=shown,
        foreseen=foreseen,
        by_hand=[one for one in known if not one.rings and not one.of_case],
        by_itself=[one for one in known if one.rings and not one.of_case],
        of_cases=[one for one in known if one.of_case],
        lately=lately(visit.services.store, member.setting.key, visit.now, of_cases=member.may(CASES)),
        recorded=bool(recorded),
        words=officewords,
    )
