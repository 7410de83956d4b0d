"""One person: added by the office without a list, or what they are here changed."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.office_people import has_directory
from bot.actions.office_person import CHANGED, Said, add_person, change_person, choices, details_of, shown_as
from bot.actions.sign import Refusal
from bot.web import officewords
from bot.web.member import Member, show
from bot.web.officeforms import Office, attempt, doer, read_day
from bot.web.signwords import Quiet
from bot.web.visit import Visit, Visiting

router = APIRouter()
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = tuple((str(number), name) for number, name in enumerate(WEEK))


class PersonForm(BaseModel):
    """What a form says of one person."""

    seal: str = ""
    was: str = ""
    name: str = ""
    email: str = ""
    reference: str = ""
    roles: list[str] = []
    groups: str = ""
    manager: str = ""
    days: list[str] = []
    starts_on: str = ""
    leaves_on: str = ""

    def said(self) -> Said:
        """Read it. Refused: what is no day."""
        groups = (re.sub(r"[\W_]+", "-", one.casefold()).strip("-") for one in re.split(r"[;,]", self.groups))
        return Said(
            name=self.name,
            email=self.email,
            reference=self.reference,
            roles=frozenset(self.roles),
            groups=frozenset(one for one in groups if one),
            manager=self.manager,
            working_days=frozenset(int(number) for number, _ in DAYS if number in self.days),
            starts_on=read_day("starts_on", self.starts_on),
            leaves_on=read_day("leaves_on", self.leaves_on),
        )


Sent = Annotated[PersonForm, Form()]
NEW = PersonForm(roles=["staff"], days=["0", "1", "2", "3", "4"])


@router.api_route("/office/people/add", methods=["GET", "HEAD"])
def show_adding(member: Office, visit: Visiting) -> HTMLResponse:
    """Show the form for somebody new."""
    return _page(visit, member, "", NEW)


@router.post("/office/people/add")
def take_adding(member: Office, form: Sent, visit: Visiting) -> Response:
    """Add somebody, and show their page."""
    keys: list[str] = []
    by = doer(member, f"add a person {form.model_dump_json()}")

    def add() -> None:
        keys.append(add_person(visit.services, form.said(), by, visit.now))

    errors = attempt(visit, member, form.seal, add)
    if errors:
        return _page(visit, member, "", form, errors)
    return _to(keys[0]) if keys else RedirectResponse("/office/people", status_code=303)


@router.api_route("/office/people/change/{key}", methods=["GET", "HEAD"])
def show_changing(key: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show what the list of people says of somebody, to be changed."""
    return _page(visit, member, key, _as_form(visit, member, key))


@router.post("/office/people/change/{key}")
def take_changing(key: str, member: Office, form: Sent, visit: Visiting) -> Response:
    """Change what somebody is here, and show their page."""
    _as_form(visit, member, key)

    def change() -> None:
        change_person(visit.services, key, form.said(), doer(member), visit.now, was=form.was)

    errors = attempt(visit, member, form.seal, change)
    if errors == (CHANGED,):
        # What was typed would undo what somebody else did: the form is shown as it stands now.
        form = _as_form(visit, member, key)
    return _page(visit, member, key, form, errors) if errors else _to(key)


def _as_form(visit: Visit, member: Member, key: str) -> PersonForm:
    known = details_of(visit.services.store, member.setting.key, key)
    if known is None:
        raise HTTPException(404)
    return PersonForm(
        was=shown_as(known),
        name=known.name,
        roles=sorted(known.roles),
        groups=", ".join(sorted(known.groups)),
        manager=known.manager,
        days=[str(one) for one in sorted(known.working_days)],
        starts_on=known.starts_on.isoformat() if known.starts_on else "",
    )


def _to(key: str) -> Response:
    return RedirectResponse(f"/office/people/of/{quote(key, safe='')}", status_code=303)


def _page(
    visit: Visit, member: Member, key: str, form: PersonForm, errors: tuple[Refusal, ...] = ()
) -> HTMLResponse:
    found = member.snapshot.people.get(key)
    offered = choices(visit.services.store, member.setting.key, visit.now, key)
    return show(
        visit,
        member,
        "office_person_form.html",
        status=422 if errors else 200,
        here="/office",
        key=key,
        name=found.name if found else form.name,
        address=f"/office/people/change/{quote(key, safe='')}" if key else "/office/people/add",
        directory=has_directory(visit.services, member.setting.key),
        offered=offered,
        roles=[(one, officewords.role(one)) for one in offered.roles],
        more=[(one, officewords.role(one)) for one in offered.more],
        typed=form,
        errors=errors,
        wrong=Quiet({one.field: one.says for one in reversed(errors)}),
        days=DAYS,
    )
