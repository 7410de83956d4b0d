"""The page of events: what rules wait for, recorded by the office, and undone if it did not happen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.errors import AlreadySubmitted
from bot.core.roles import Permission
from bot.database.submissions import digest_of
from bot.identity.forms import FormState, Office, actor_of, submit_form
from bot.identity.member import Member, show
from bot.office.events import EventInput, EventOption, EventPreview, choices, foresee, lately, record, undo
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting

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
    def typed(self) -> EventInput:
        return EventInput(self.event, self.on, self.note)


class BackForm(BaseModel):
    """Which event to take back."""

    seal: str = ""
    key: str = ""


@router.api_route(HERE, methods=["GET", "HEAD"])
def show_happened(member: Office, visit: Visiting, event: str = "", recorded: str = "") -> HTMLResponse:
    """Show what can be recorded, and what was."""
    form = HappenedForm(event=event, on=str(local_date(visit.now)))
    return _page(visit, member, form, recorded=recorded)


@router.post(HERE)
def take_happened(member: Office, form: Annotated[HappenedForm, Form()], visit: Visiting) -> Response:
    """Show who would be asked; then record it."""
    known = _choices(member)
    seen: list[EventPreview] = []

    def look() -> None:
        school, store = member.school.key, visit.services.store
        seen.append(foresee(store, member.snapshot, school, known, form.typed, visit.now))

    def act() -> None:
        services = replace(visit.services, form=digest_of(form.model_dump_json()))
        with suppress(AlreadySubmitted):
            record(services, known, form.typed, actor_of(member), visit.now)

    acts = {LOOK: look, RECORD: act}
    errors = submit_form(visit, member, form.seal, acts[form.then]) if form.then in acts else ()
    if form.then == RECORD and not errors:
        return RedirectResponse(f"{HERE}?recorded=yes#lately", status_code=303)
    return _page(visit, member, form, FormState(errors=errors), foreseen=next(iter(seen), None))


@router.post(f"{HERE}/back")
def take_back(member: Office, form: Annotated[BackForm, Form()], visit: Visiting) -> Response:
    """Withdraw an event recorded by mistake; one that is gone counts as withdrawn."""
    errors = submit_form(
        visit,
        member,
        form.seal,
        lambda: undo(
            visit.services.store,
            form.key,
            actor_of(member),
            visit.now,
            of_cases=_of_cases(member),
        ),
    )
    if errors:
        return _page(
            visit, member, HappenedForm(on=str(local_date(visit.now))), FormState("back", errors=errors)
        )
    return RedirectResponse(f"{HERE}#lately", status_code=303)


def _of_cases(member: Member) -> bool:
    return member.may(Permission.HANDLE_CASES)


def _choices(member: Member) -> tuple[EventOption, ...]:
    return choices(member.snapshot, member.school.key, of_cases=_of_cases(member))


def _page(
    visit: RequestContext,
    member: Member,
    form: HappenedForm,
    shown: FormState | None = None,
    *,
    foreseen: EventPreview | None = None,
    recorded: str = "",
) -> HTMLResponse:
    known, shown = _choices(member), shown or FormState()
    return show(
        visit,
        member,
        "office_happened.html",
        status=422 if shown.errors else 200,
        address=HERE,
        typed=form,
        shown=shown,
        foreseen=foreseen,
        by_hand=[one for one in known if not one.rings and not one.of_case],
        by_itself=[one for one in known if one.rings and not one.of_case],
        of_cases=[one for one in known if one.of_case],
        lately=lately(visit.services.store, member.school.key, visit.now, of_cases=_of_cases(member)),
        recorded=bool(recorded),
        words=web_words,
    )
