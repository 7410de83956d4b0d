"""People: who is here, away, leaving; a person's page; and a list of people looked through and brought in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, HTTPException, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.gather import school_day
from bot.actions.office_import import LARGEST, bring_in, preview_list, take_list
from bot.actions.office_people import (
    SHOWS,
    Listed,
    end_absence,
    find_person,
    has_directory,
    list_people,
    mend_address,
    note_absence,
    set_leaving,
)
from bot.actions.sign import Refusal
from bot.errors import BadInput
from bot.web import officewords
from bot.web.member import Member, show
from bot.web.officeforms import NOTHING_WRONG, Office, OfficeForm, Shown, attempt, doer, files_sent, read_day
from bot.web.visit import Visit, Visiting

router = APIRouter()
Sent = Annotated[OfficeForm, Form()]
# A list a little too large is refused in words.
LARGEST_FORM = 2 * LARGEST
# A list of more people than these has letters to jump to.
WITHOUT_JUMPS = 20
LOOK_AT = {
    "no address": "without an address",
    "refused": "whose mail is refused",
    "away": "away",
    "leaving": "leaving",
    "starting": "to start",
}
TOO_LARGE = "This file is too large to be a list of people. Save only the list, as CSV."


@router.api_route("/office/people", methods=["GET", "HEAD"])
def show_people(member: Office, visit: Visiting, q: str = "", who: str = "here") -> HTMLResponse:
    """List people, those who are here unless others are asked for."""
    everybody = list_people(member.snapshot, member.setting.key, visit.now)
    wanted = q[:100].casefold().split()
    found = [one for one in everybody if who not in SHOWS or who in one.is_]
    rows = [one for one in found if all(word in _words(one) for word in wanted)]
    counts = {name: sum(name in one.is_ for one in everybody) for name in SHOWS}
    return show(
        visit,
        member,
        "office_people.html",
        here="/office",
        rows=rows,
        letters=_letters(rows) if len(rows) > WITHOUT_JUMPS else {},
        counts=counts,
        look_at=[(name, says) for name, says in LOOK_AT.items() if counts[name]],
        q=q[:100],
        who=who,
        directory=has_directory(visit.services, member.setting.key),
        words=officewords,
        today=school_day(visit.now),
    )


@router.api_route("/office/people/import", methods=["GET", "HEAD"])
def show_import(member: Office, visit: Visiting) -> HTMLResponse:
    """Show the form for a list of people."""
    return _import_page(visit, member, NOTHING_WRONG)


def sent_file(file: Annotated[UploadFile | None, File()] = None) -> tuple[str, bytes]:
    """Read a file as far as it may be long; one nobody chose is empty."""
    if file is None or not file.filename:
        return "", b""
    return file.filename, file.file.read(LARGEST + 1)


@router.post("/office/people/import", max_body_size=LARGEST_FORM)
def take_import(
    member: Office,
    visit: Visiting,
    given: Annotated[tuple[str, bytes], Depends(sent_file)],
    seal: Annotated[str, Form()] = "",
) -> Response:
    """Keep a list to look through; every wrong row is listed, and then nothing is kept."""
    filename, content = given
    if len(content) > LARGEST:
        return _import_page(visit, member, Shown("import", errors=(Refusal("file", TOO_LARGE),)))
    keys: list[str] = []
    by = doer(member, files_sent("people", seal, given))

    def take() -> None:
        keys.append(take_list(visit.services, filename, content, by, visit.now))

    errors = attempt(visit, member, seal, take)
    if errors:
        return _import_page(visit, member, Shown("import", errors=errors))
    return RedirectResponse(f"/office/people/import/{keys[0]}", status_code=303)


@router.api_route("/office/people/import/{key}", methods=["GET", "HEAD"])
def show_preview(key: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show what a list would change."""
    return _preview_page(visit, member, key, NOTHING_WRONG)


@router.post("/office/people/import/{key}")
def take_preview(key: str, member: Office, form: Sent, visit: Visiting) -> Response:
    """Bring the list in."""

    def bring() -> None:
        bring_in(visit.services, key, doer(member), visit.now, is_whole=bool(form.is_whole))

    errors = attempt(visit, member, form.seal, bring)
    if errors:
        return _preview_page(visit, member, key, Shown("import", form, errors))
    return RedirectResponse("/office/people", status_code=303)


@router.api_route("/office/people/of/{key}", methods=["GET", "HEAD"])
def show_person(key: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show one person."""
    return _person_page(visit, member, key, NOTHING_WRONG)


@router.post("/office/people/of/{key}/{step}")
def change_person(key: str, step: str, member: Office, form: Sent, visit: Visiting) -> Response:
    """Note an absence or its end, a last day, or an address."""
    _find(visit, member, key)
    errors = attempt(visit, member, form.seal, _act(visit, member, key, step, form))
    if errors:
        return _person_page(visit, member, key, Shown(step, form, errors))
    return RedirectResponse(f"/office/people/of/{key}", status_code=303)


def _act(visit: Visit, member: Member, key: str, step: str, form: OfficeForm) -> Callable[[], None]:
    services, by, now = visit.services, doer(member, f"{key} {step} {form.model_dump_json()}"), visit.now

    def typed(name: str) -> date | None:
        return read_day(name, getattr(form, name))

    acts: dict[str, Callable[[], None]] = {
        "away": lambda: note_absence(services.store, key, typed("first_on"), typed("until"), by, now),
        "back": lambda: end_absence(services.store, key, typed("first_on"), typed("back_on"), by, now),
        "leaving": lambda: set_leaving(services, key, typed("leaves_on"), by, now),
        "address": lambda: mend_address(services, key, form.email, by, now),
    }
    if step not in acts:
        raise HTTPException(404)
    return acts[step]


def _find(visit: Visit, member: Member, key: str) -> Listed:
    found = find_person(member.snapshot, member.setting.key, key, visit.now)
    if found is None:
        raise HTTPException(404)
    return found


def _letters(rows: Sequence[Listed]) -> dict[str, str]:
    """Name the first person of each letter, by key: a long list is jumped to there."""
    first: dict[str, str] = {}
    for one in rows:
        first.setdefault(one.name[:1].upper(), one.person.key)
    return {key: letter for letter, key in first.items()}


def _words(one: Listed) -> str:
    roles = " ".join(officewords.role(name) for name in one.roles)
    return f"{one.name} {one.person.email or ''} {roles}".casefold()


def _person_page(visit: Visit, member: Member, key: str, shown: Shown) -> HTMLResponse:
    return show(
        visit,
        member,
        "office_person.html",
        status=422 if shown.errors else 200,
        here="/office",
        one=_find(visit, member, key),
        directory=has_directory(visit.services, member.setting.key),
        shown=shown,
        words=officewords,
        today=school_day(visit.now),
    )


def _import_page(visit: Visit, member: Member, shown: Shown) -> HTMLResponse:
    return show(
        visit,
        member,
        "office_import.html",
        status=422 if shown.errors else 200,
        here="/office",
        directory=has_directory(visit.services, member.setting.key),
        shown=shown,
        today=school_day(visit.now),
    )


def _preview_page(visit: Visit, member: Member, key: str, shown: Shown) -> HTMLResponse:
    try:
        preview = preview_list(visit.services, member.setting.key, key, visit.now)
    except BadInput as refused:
        errors = tuple(Refusal("file", str(problem)) for problem in refused.problems)
        return _import_page(visit, member, Shown("import", errors=errors))
    if preview is None and shown.errors:
        return _import_page(visit, member, shown)
    if preview is None:
        raise HTTPException(404)
    return show(
        visit,
        member,
        "office_import_preview.html",
        status=422 if shown.errors else 200,
        here="/office",
        preview=preview,
        shown=shown,
        today=school_day(visit.now),
    )
