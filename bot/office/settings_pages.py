"""Pages of the settings: reminders of each rule; hours, pace, terms, urgent numbers and opening words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.form_start import CHANGED, start_of
from bot.identity.forms import FormState, Office, actor_of, submit_form
from bot.identity.member import Member, show
from bot.messages.render import PLACEHOLDERS, WHAT_TO_DO
from bot.office.settings import (
    MAY_BE_STAFF,
    Hours,
    Numbers,
    Year,
    change_hours,
    change_phones,
    change_staff,
    change_words,
    change_year,
    check_words,
    hours_of,
    numbers_of,
    own_words,
    preview_words,
    staff_of,
    year_of,
)
from bot.planning.active_members import active_members
from bot.register.meeting_emails import change_told_bodies, told_bodies
from bot.register.service import register_of
from bot.rules import audience
from bot.rules.people import NATIONS
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting

router = APIRouter()


@router.api_route("/office/reminders", methods=["GET", "HEAD"])
def show_reminders(member: Office, visit: Visiting) -> HTMLResponse:
    """List the rules with how each reminds; the page of a rule changes it."""
    rules = [one for one in register_of(visit.services, member.school.key).obligations if one.active]
    return show(visit, member, "office_reminders.html", rules=rules, words=web_words)


class SettingsForm(BaseModel):
    """Everything a form of this page may hold; each uses a few of these."""

    seal: str = ""
    was: str = ""
    opens: str = ""
    closes: str = ""
    weekly: str = ""
    terms: str = ""
    inset: str = ""
    closed: str = ""
    nation: str = ""
    phone_office: str = ""
    phone_dsl: str = ""
    phone_lado: str = ""
    kind: str = ""
    words: str = ""
    then: str = ""
    told: list[str] = []
    also: list[str] = []


@router.api_route("/office/settings", methods=["GET", "HEAD"])
def show_settings(member: Office, visit: Visiting, kind: str = "") -> HTMLResponse:
    """Show what can be changed here, and how it stands."""
    chosen = kind if kind in WHAT_TO_DO else next(iter(WHAT_TO_DO))
    return _settings_page(visit, member, _as_it_stands(visit, member, chosen), FormState())


@router.post("/office/settings/{part}")
def take_settings(
    part: str, member: Office, form: Annotated[SettingsForm, Form()], visit: Visiting
) -> Response:
    """Change one part; or show how a message would read with some words."""
    errors = submit_form(visit, member, form.seal, _act(visit, member, part, form))
    if errors or (part == "words" and form.then == "look"):
        typed = _as_it_stands(visit, member, form.kind)
        if errors != (CHANGED,):
            typed = typed.model_copy(update=form.model_dump(include={"was", *FIELDS[part]}))
        return _settings_page(visit, member, typed, FormState(part, errors=errors), preview=not errors)
    kept = f"?kind={form.kind}" if part == "words" else ""
    return RedirectResponse(f"/office/settings{kept}", status_code=303)


def show_again(visit: RequestContext, member: Member, shown: FormState) -> HTMLResponse:
    """Show the settings as they stand, with what is wrong in a form that has a page module of its own."""
    return _settings_page(visit, member, _as_it_stands(visit, member, next(iter(WHAT_TO_DO))), shown)


FIELDS = {
    "hours": {"opens", "closes", "weekly"},
    "year": {"terms", "inset", "closed", "nation"},
    "phones": {"phone_office", "phone_dsl", "phone_lado"},
    "words": {"kind", "words"},
    "meetings": {"told"},
    "staff": {"also"},
}


def _act(visit: RequestContext, member: Member, part: str, form: SettingsForm) -> Callable[[], object]:
    services, by, now = visit.services, actor_of(member, was=form.was), visit.now
    hours, year = (
        Hours(form.opens, form.closes, form.weekly),
        Year(form.terms, form.inset, form.closed, form.nation),
    )
    numbers = Numbers(form.phone_office, form.phone_dsl, form.phone_lado)
    acts: dict[str, Callable[[], object]] = {
        "hours": lambda: change_hours(services, hours, by, now),
        "year": lambda: change_year(services, year, by, now),
        "phones": lambda: change_phones(services, numbers, by, now),
        "meetings": lambda: change_told_bodies(services, form.told, by, now),
        "staff": lambda: change_staff(services, form.also, by, now),
        "words": lambda: change_words(services, form.kind, form.words, by, now),
    }
    if part not in acts:
        raise HTTPException(404)
    if part == "words" and form.then == "look":
        return lambda: check_words(form.kind, form.words)
    return acts[part]


def _as_it_stands(visit: RequestContext, member: Member, kind: str) -> SettingsForm:
    register = register_of(visit.services, member.school.key)
    numbers = numbers_of(register)
    return SettingsForm(
        **asdict(hours_of(register)),
        **asdict(year_of(register)),
        phone_office=numbers.office,
        phone_dsl=numbers.dsl,
        phone_lado=numbers.lado,
        kind=kind,
        words=own_words(visit.services, member.school.key).get(kind, ""),
        told=sorted(told_bodies(register)),
        also=list(staff_of(register)),
    )


def _also_staff(visit: RequestContext, member: Member) -> list[tuple[str, str, list[str]]]:
    """List who may count as staff too: the role, its name, and who has it and is no staff."""
    roll = active_members(member.snapshot, local_date(visit.now))[member.school.key]
    called = {"governor": member.school.words.governors.capitalize(), "volunteer": "Volunteers"}
    return [
        (
            role,
            called[role],
            sorted(
                member.snapshot.people[one.person].name
                for one in roll.asked(audience.parse(f"role:{role}"))
                if not roll.here[one.person].is_staff
            ),
        )
        for role in MAY_BE_STAFF
    ]


def _settings_page(
    visit: RequestContext, member: Member, typed: SettingsForm, shown: FormState, *, preview: bool = True
) -> HTMLResponse:
    register = register_of(visit.services, member.school.key)
    today = local_date(visit.now)
    kind = typed.kind if typed.kind in WHAT_TO_DO else next(iter(WHAT_TO_DO))
    own = own_words(visit.services, member.school.key)
    was = {
        "hours": start_of(hours_of(register)),
        "year": start_of(year_of(register)),
        "phones": start_of(numbers_of(register)),
        "meetings": start_of(told_bodies(register)),
        "staff": start_of(staff_of(register)),
        "words": start_of(own.get(kind, "")),
    }
    mail = preview_words(register, kind, typed.words, today) if preview else ""
    return show(
        visit,
        member,
        "office_settings.html",
        status=422 if shown.errors else 200,
        typed=typed,
        shown=shown,
        kind=kind,
        kinds=WHAT_TO_DO,
        own=own,
        was=was | ({shown.step: typed.was} if typed.was else {}),
        placeholders=PLACEHOLDERS,
        mail=mail,
        bodies=register.bodies,
        also=_also_staff(visit, member),
        nations=[(one, one) for one in NATIONS],
        today=today,
    )
