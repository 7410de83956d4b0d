"""The list of people: who is at school, away or leaving; one person; adding, changing, importing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.dates import parse_date_field
from bot.core.form_start import CHANGED, start_of
from bot.core.roles import Permission
from bot.core.validation import FieldError, FieldErrors
from bot.identity.downloads import Format, TableFile, download
from bot.identity.forms import NOTHING_WRONG, FormState, Office, OfficeForm, actor_of, submit_form
from bot.identity.member import Member, NotYours, SignedIn, show
from bot.people.address_changes import waiting_of
from bot.people.person_form import PersonInput, add_person, change_person, choices, details_of, shown_as
from bot.people.person_view import TASKS, may_view, view_person
from bot.people.service import (
    SHOWS,
    PersonListRow,
    end_absence,
    find_person,
    has_directory,
    list_people,
    mend_address,
    note_absence,
    set_leaving,
)
from bot.status.links import person_page
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Anybody = Annotated[Member, Depends(SignedIn())]
Sent = Annotated[OfficeForm, Form()]
# A list a little too large is refused in words.
# A list of more people than these has letters to jump to.
WITHOUT_JUMPS = 20
LOOK_AT = {
    "no address": "without an address",
    "refused": "whose mail is refused",
    "away": "away",
    "leaving": "leaving",
    "starting": "to start",
}
SAID = {
    "reminded": "Reminder on its way. They get one email today, in your sending hours.",
    "asked": "Saved. They will be asked again.",
    "excused": "Excuse saved. They will be asked again after that day.",
    "not-needed": "Saved. They will not be asked for this. To undo it, choose “Ask again” below.",
    "taken-out": "Record taken out. It stays in the history and no longer counts.",
}


@router.api_route("/office/people", methods=["GET", "HEAD"])
def show_people(
    member: Office, visit: Visiting, q: str = "", who: str = "here", done: str = ""
) -> HTMLResponse:
    """List people, those who are here unless others are asked for."""
    everybody = list_people(member.snapshot, member.school.key, visit.now)
    rows = _matching(everybody, q, who)
    counts = {name: sum(name in one.is_ for one in everybody) for name in SHOWS}
    return show(
        visit,
        member,
        "office_people.html",
        rows=rows,
        letters=_letters(rows) if len(rows) > WITHOUT_JUMPS else {},
        counts=counts,
        look_at=[(name, says) for name, says in LOOK_AT.items() if counts[name]],
        q=q[:100],
        who=who,
        done=done,
        directory=has_directory(visit.services, member.school.key),
        words=web_words,
        today=local_date(visit.now),
    )


@router.api_route("/office/people/list.{ending}", methods=["GET", "HEAD"])
def download_people(
    ending: Format, member: Office, visit: Visiting, q: str = "", who: str = "here"
) -> Response:
    """Download the people who are shown."""
    found = _matching(list_people(member.snapshot, member.school.key, visit.now), q, who)
    rows = (
        (
            one.name,
            ", ".join(web_words.role(name) for name in one.roles),
            one.person.email or "",
            web_words.working_days(one.member.working_days),
            one.member.starts_on or "",
            one.member.leaves_on or "",
        )
        for one in found
    )
    columns = ("Name", "Roles", "Email", "Days", "Starts on", "Leaves on")
    return download(visit, member, ending, TableFile("people", columns, rows, {"q": q[:100], "who": who}))


def _matching(everybody: Sequence[PersonListRow], q: str, who: str) -> list[PersonListRow]:
    wanted = q[:100].casefold().split()
    found = (one for one in everybody if who not in SHOWS or who in one.is_)
    return [one for one in found if all(word in _words(one) for word in wanted)]


@router.api_route("/office/people/of/{key}", methods=["GET", "HEAD"])
def show_person(key: str, member: Anybody, visit: Visiting, said: str = "") -> HTMLResponse:
    """Show one person to the office, to their line manager, and to themselves; the office has the forms.

    `said`: what was just done, by its key in SAID.
    """
    if not may_view(member, key):
        raise NotYours
    return _person_page(visit, member, key, NOTHING_WRONG, SAID.get(said, ""))


@router.post("/office/people/of/{key}/{step}")
def take_person_step(key: str, step: str, member: Office, form: Sent, visit: Visiting) -> Response:
    """Record an absence or its end, a last day, or an address."""
    _find(visit, member, key)
    errors = submit_form(visit, member, form.seal, _act(visit, member, key, step, form))
    if errors == (CHANGED,):
        # What was typed would undo what someone else did: the form is shown as it stands now.
        return _person_page(visit, member, key, FormState(errors=errors))
    if errors:
        return _person_page(visit, member, key, FormState(step, form, errors))
    return RedirectResponse(f"/office/people/of/{key}", status_code=303)


def _act(visit: RequestContext, member: Member, key: str, step: str, form: OfficeForm) -> Callable[[], None]:
    services, now = visit.services, visit.now
    by = actor_of(member, f"{key} {step} {form.model_dump_json()}", form.was)

    def typed(name: str) -> date | None:
        return parse_date_field(name, getattr(form, name))

    acts: dict[str, Callable[[], None]] = {
        "away": lambda: note_absence(services.store, key, typed("first_on"), typed("until"), by, now),
        "back": lambda: end_absence(services.store, key, typed("first_on"), typed("back_on"), by, now),
        "leaving": lambda: set_leaving(services, key, typed("leaves_on"), by, now),
        "address": lambda: mend_address(services, key, form.email, by, now),
    }
    if step not in acts:
        raise HTTPException(404)
    return acts[step]


def _find(visit: RequestContext, member: Member, key: str) -> PersonListRow:
    found = find_person(member.snapshot, member.school.key, key, visit.now)
    if found is None:
        raise HTTPException(404)
    return found


def _letters(rows: Sequence[PersonListRow]) -> dict[str, str]:
    """Return the first person of each letter, by key: a long list is jumped to there."""
    first: dict[str, str] = {}
    for one in rows:
        first.setdefault(one.name[:1].upper(), one.person.key)
    return {key: letter for letter, key in first.items()}


def _words(one: PersonListRow) -> str:
    roles = " ".join(web_words.role(name) for name in one.roles)
    return f"{one.name} {one.person.email or ''} {roles}".casefold()


def _person_page(
    visit: RequestContext, member: Member, key: str, shown: FormState, said: str = ""
) -> HTMLResponse:
    one = _find(visit, member, key)
    today = local_date(visit.now)
    was = {"address": start_of(one.person.email), "leaving": start_of(one.member.leaves_on)}
    return show(
        visit,
        member,
        "office_person.html",
        status=422 if shown.errors else 200,
        one=one,
        view=view_person(visit.services.store, member, key, visit.now),
        tasks=f"{TASKS}/{quote(key, safe='')}",
        is_office=member.may(Permission.USE_OFFICE),
        may_hold=member.may(Permission.HOLD_REMINDERS),
        person_page=person_page,
        was=was | ({shown.step: shown.typed.was} if shown.typed.was else {}),
        waiting=waiting_of(visit.services.store, member.school.key, key),
        people=member.snapshot.people,
        directory=has_directory(visit.services, member.school.key),
        shown=shown,
        said=said,
        words=web_words,
        today=today,
    )


WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = tuple((str(number), name) for number, name in enumerate(WEEK))


class PersonForm(BaseModel):
    """What a form says of one person."""

    seal: str = ""
    was: str = ""
    name: str = ""
    email: str = ""
    reference: str = ""
    role: str = ""
    roles: list[str] = []
    groups: str = ""
    manager: str = ""
    days: list[str] = []
    starts_on: str = ""
    leaves_on: str = ""

    def to_input(self) -> PersonInput:
        """Read it. Raises ValidationFailed: what is no day."""
        groups = (re.sub(r"[\W_]+", "-", one.casefold()).strip("-") for one in re.split(r"[;,]", self.groups))
        return PersonInput(
            name=self.name,
            email=self.email,
            reference=self.reference,
            # A role that was typed: pages write its key with spaces and some capitals.
            roles=frozenset(filter(None, (*self.roles, "-".join(self.role.casefold().split())))),
            groups=frozenset(one for one in groups if one),
            manager=self.manager,
            working_days=frozenset(int(number) for number, _ in DAYS if number in self.days),
            starts_on=parse_date_field("starts_on", self.starts_on),
            leaves_on=parse_date_field("leaves_on", self.leaves_on),
        )


SentPerson = Annotated[PersonForm, Form()]
NEW = PersonForm(roles=["staff"], days=["0", "1", "2", "3", "4"])


@router.api_route("/office/people/add", methods=["GET", "HEAD"])
def show_adding(member: Office, visit: Visiting) -> HTMLResponse:
    """Show the form for someone new."""
    return _page(visit, member, "", NEW)


@router.post("/office/people/add")
def take_adding(member: Office, form: SentPerson, visit: Visiting) -> Response:
    """Add someone, and show their page."""
    keys: list[str] = []
    by = actor_of(member, f"add a person {form.model_dump_json()}")

    def add() -> None:
        keys.append(add_person(visit.services, form.to_input(), by, visit.now))

    errors = submit_form(visit, member, form.seal, add)
    if errors:
        return _page(visit, member, "", form, errors)
    return _to(keys[0]) if keys else RedirectResponse("/office/people", status_code=303)


@router.api_route("/office/people/change/{key}", methods=["GET", "HEAD"])
def show_changing(key: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show what the list of people says of someone, to be changed."""
    return _page(visit, member, key, _as_form(visit, member, key))


@router.post("/office/people/change/{key}")
def take_changing(key: str, member: Office, form: SentPerson, visit: Visiting) -> Response:
    """Change what someone is here, and show their page."""
    _as_form(visit, member, key)

    def change() -> None:
        change_person(visit.services, key, form.to_input(), actor_of(member, was=form.was), visit.now)

    errors = submit_form(visit, member, form.seal, change)
    if errors == (CHANGED,):
        # What was typed would undo what someone else did: the form is shown as it stands now.
        form = _as_form(visit, member, key)
    return _page(visit, member, key, form, errors) if errors else _to(key)


def _as_form(visit: RequestContext, member: Member, key: str) -> PersonForm:
    known = details_of(visit.services.store, member.school.key, key)
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
    visit: RequestContext, member: Member, key: str, form: PersonForm, errors: tuple[FieldError, ...] = ()
) -> HTMLResponse:
    found = member.snapshot.people.get(key)
    offered = choices(visit.services.store, member.school.key, visit.now, key)
    return show(
        visit,
        member,
        "office_person_form.html",
        status=422 if errors else 200,
        key=key,
        name=found.name if found else form.name,
        address=f"/office/people/change/{quote(key, safe='')}" if key else "/office/people/add",
        directory=has_directory(visit.services, member.school.key),
        offered=offered,
        roles=[(one, web_words.role(one)) for one in offered.roles],
        more=[(one, web_words.role(one)) for one in offered.more],
        typed=form,
        errors=errors,
        wrong=FieldErrors({one.field: one.says for one in reversed(errors)}),
        days=DAYS,
    )
