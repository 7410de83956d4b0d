"""Settings a school may change by itself: hours, pace, terms, urgent numbers, and its own opening words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.gather import school_day
from bot.actions.meeting_emails import change_told_bodies
from bot.actions.office_settings import (
    Hours,
    Numbers,
    Year,
    change_hours,
    change_phones,
    change_words,
    change_year,
    check_words,
    lines_for_the_file,
    own_words,
    preview_words,
    register_of,
)
from bot.domain.people import NATIONS
from bot.messages import wording
from bot.web.member import Member, show
from bot.web.officeforms import Office, Shown, attempt, doer
from bot.web.visit import Visit, Visiting

router = APIRouter()


class SettingsForm(BaseModel):
    """Everything a form of this page may hold; each uses a few of these."""

    seal: str = ""
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


@router.api_route("/office/settings", methods=["GET", "HEAD"])
def show_settings(member: Office, visit: Visiting, kind: str = "") -> HTMLResponse:
    """Show what can be changed here, and how it stands."""
    chosen = kind if kind in wording.KINDS else next(iter(wording.KINDS))
    return _page(visit, member, _as_it_stands(visit, member, chosen), Shown())


@router.post("/office/settings/{part}")
def take_settings(
    part: str, member: Office, form: Annotated[SettingsForm, Form()], visit: Visiting
) -> Response:
    """Change one part; or show how a message would read with some words."""
    errors = attempt(visit, member, form.seal, _act(visit, member, part, form))
    if errors or (part == "words" and form.then == "look"):
        known = _as_it_stands(visit, member, form.kind)
        typed = known.model_copy(update=form.model_dump(include=FIELDS[part]))
        return _page(visit, member, typed, Shown(part, errors=errors), preview=not errors)
    kept = f"?kind={form.kind}" if part == "words" else ""
    return RedirectResponse(f"/office/settings{kept}", status_code=303)


FIELDS = {
    "hours": {"opens", "closes", "weekly"},
    "year": {"terms", "inset", "closed", "nation"},
    "phones": {"phone_office", "phone_dsl", "phone_lado"},
    "words": {"kind", "words"},
    "meetings": {"told"},
}


def _act(visit: Visit, member: Member, part: str, form: SettingsForm) -> Callable[[], object]:
    services, by, now = visit.services, doer(member), visit.now
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
        "words": lambda: change_words(services, form.kind, form.words, by, now),
    }
    if part not in acts:
        raise HTTPException(404)
    if part == "words" and form.then == "look":
        return lambda: check_words(form.kind, form.words)
    return acts[part]


def _as_it_stands(visit: Visit, member: Member, kind: str) -> SettingsForm:
    register = register_of(visit.services, member.setting.key)
    return SettingsForm(
        opens=f"{register.setting.opens_at:%H:%M}",
        closes=f"{register.setting.closes_at:%H:%M}",
        weekly=str(register.setting.weekly_budget),
        terms="\n".join(f"{one.name}, {one.first_on}, {one.last_on}" for one in register.terms),
        inset=", ".join(str(day) for day in sorted(register.inset_on)),
        closed=", ".join(str(day) for day in sorted(register.closed_on)),
        nation=register.setting.nation,
        phone_office=register.setting.phones.office,
        phone_dsl=register.setting.phones.dsl,
        phone_lado=register.setting.phones.lado,
        kind=kind,
        words=own_words(visit.services, member.setting.key).get(kind, ""),
        told=[one.key for one in register.bodies if one.tell_members],
    )


def _page(
    visit: Visit, member: Member, typed: SettingsForm, shown: Shown, *, preview: bool = True
) -> HTMLResponse:
    register = register_of(visit.services, member.setting.key)
    today = school_day(visit.now)
    kind = typed.kind if typed.kind in wording.KINDS else next(iter(wording.KINDS))
    mail = preview_words(register, kind, typed.words, today) if preview else ""
    return show(
        visit,
        member,
        "office_settings.html",
        status=422 if shown.errors else 200,
        here="/office",
        typed=typed,
        shown=shown,
        kind=kind,
        kinds=wording.KINDS,
        own=own_words(visit.services, member.setting.key),
        placeholders=wording.PLACEHOLDERS,
        mail=mail,
        file=lines_for_the_file(register),
        bodies=register.bodies,
        nations=[(one, one) for one in NATIONS],
        today=today,
    )
