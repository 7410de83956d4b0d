"""Completions from any provider's CSV: send the file, say once which column is which, look, take it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, UploadFile
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.sign import Refusal, Refused
from bot.actions.training_import import LARGEST, guess
from bot.actions.training_match import EVERY_LINE, LEAVE_OUT, courses_of
from bot.actions.training_take import Opened, map_columns, map_courses, open_file, preview, receive, take
from bot.domain.csv_export import write_csv
from bot.store.training import ProviderHeading
from bot.web.guard import TooMany
from bot.web.member import Member, check_seal, show
from bot.web.officeforms import files_sent
from bot.web.pages.training import Office, actor
from bot.web.trainingwords import WRONG_SEAL
from bot.web.visit import Visit, Visiting

router = APIRouter()
# More than a list may have, so that one a little too large is refused in words.
LARGEST_FORM = 4 * LARGEST
SAMPLE_LINES = 3
NO_FILE = "Choose the file your provider gave you."
Errors = tuple[Refusal, ...]


class ColumnsForm(BaseModel):
    """Which column is which, as it was sent. `whole`: the one course of a file that names none."""

    seal: str = ""
    provider: str = ""
    name: str = ""
    surname: str = ""
    email: str = ""
    course: str = ""
    date: str = ""
    whole: str = ""

    def heading(self) -> ProviderHeading:
        columns = {
            "name": self.name,
            "surname": self.surname,
            "email": self.email,
            "course": self.course,
            "date": self.date,
        }
        chosen = {column: heading for column, heading in columns.items() if heading}
        whole = {EVERY_LINE: self.whole} if self.whole and not self.course else {}
        return ProviderHeading(self.provider, chosen, whole)


class CoursesForm(BaseModel):
    """A provider's names for courses, and what each of them means here."""

    seal: str = ""
    printed: list[str] = []
    ours: list[str] = []


@router.api_route("/training/import", methods=["GET", "HEAD"])
def show_form(member: Office, visit: Visiting) -> HTMLResponse:
    """Ask for a file."""
    return _form(visit, member)


@router.post("/training/import", max_body_size=LARGEST_FORM)
def take_file(
    member: Office,
    visit: Visiting,
    seal: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep a file to be looked at; nothing is recorded yet."""
    wait = visit.site.posts_by_link.wait(member.session, visit.now)
    if wait:
        raise TooMany(wait)
    if not check_seal(visit, member, seal):
        return _form(visit, member, (Refusal("file", WRONG_SEAL),))
    if file is None or not file.filename:
        return _form(visit, member, (Refusal("file", NO_FILE),))
    sent = (PurePath(file.filename).name[:120], file.file.read(LARGEST + 1))
    try:
        by = actor(member, files_sent("completions", seal, sent))
        key = receive(visit.services, member.setting.key, sent, by, visit.now)
    except Refused as refused:
        return _form(visit, member, refused.refusals)
    return RedirectResponse(f"/training/import/{key}", status_code=303)


@router.api_route("/training/import/{key}", methods=["GET", "HEAD"])
def show_file(key: str, member: Office, visit: Visiting, again: str = "") -> HTMLResponse:
    """Show what a file would do; or ask which column is which, where that is not known or was wrong."""
    opened = _open(visit, member, key)
    if opened.heading is None or again:
        return _columns(visit, member, opened)
    return _preview(visit, member, opened)


@router.post("/training/import/{key}/columns")
def take_columns(key: str, member: Office, visit: Visiting, form: Annotated[ColumnsForm, Form()]) -> Response:
    """Remember which column is which."""
    opened = _open(visit, member, key)
    if not check_seal(visit, member, form.seal):
        return _columns(visit, member, opened, form, (Refusal("provider", WRONG_SEAL),))
    try:
        map_columns(visit.services, opened, form.heading(), actor(member), visit.now)
    except Refused as refused:
        return _columns(visit, member, opened, form, refused.refusals)
    return RedirectResponse(f"/training/import/{key}", status_code=303)


@router.post("/training/import/{key}/courses")
def take_courses(key: str, member: Office, visit: Visiting, form: Annotated[CoursesForm, Form()]) -> Response:
    """Remember what a provider's names for courses mean."""
    opened = _open(visit, member, key)
    if not check_seal(visit, member, form.seal):
        return _preview(visit, member, opened, (Refusal("bad", WRONG_SEAL),))
    ours = {one.key for one in courses_of(member.snapshot, member.setting.key)} | {LEAVE_OUT}
    said = {name: one for name, one in zip(form.printed, form.ours, strict=False) if one in ours}
    map_courses(visit.services, opened, said, actor(member), visit.now)
    return RedirectResponse(f"/training/import/{key}", status_code=303)


@router.post("/training/import/{key}/take")
def take_lines(
    key: str,
    member: Office,
    visit: Visiting,
    seal: Annotated[str, Form()] = "",
    which: Annotated[str, Form()] = "",
) -> Response:
    """Record what is new in the file."""
    opened = _open(visit, member, key)
    if not check_seal(visit, member, seal):
        return _preview(visit, member, opened, (Refusal("bad", WRONG_SEAL),))
    try:
        take(visit.services, member.snapshot, opened, actor(member), visit.now, good_only=which == "good")
    except Refused as refused:
        return _preview(visit, member, opened, refused.refusals)
    return RedirectResponse(f"/training/import/{key}", status_code=303)


@router.api_route("/training/import/{key}/others.csv", methods=["GET", "HEAD"])
def give_others(key: str, member: Office, visit: Visiting) -> Response:
    """Give the lines that were not taken as a file, each with what to look at; no cell is a formula."""
    opened = _open(visit, member, key)
    bad = preview(member.snapshot, opened, visit.now).bad
    headings = (*opened.table.headings, "Line", "What to look at")
    content = write_csv([headings, *((*one.line.cells, one.line.number, one.says) for one in bad)])
    headers = {"Content-Disposition": 'attachment; filename="others.csv"'}
    return Response(content, media_type="text/csv", headers=headers)


def _open(visit: Visit, member: Member, key: str) -> Opened:
    opened = open_file(visit.services, member.setting.key, key)
    if opened is None:
        raise HTTPException(404)
    return opened


def _form(visit: Visit, member: Member, errors: Errors = ()) -> HTMLResponse:
    status = 422 if errors else 200
    return show(visit, member, "training_import.html", status=status, here="/training", errors=errors)


def _columns(
    visit: Visit, member: Member, opened: Opened, typed: ColumnsForm | None = None, errors: Errors = ()
) -> HTMLResponse:
    return show(
        visit,
        member,
        "training_columns.html",
        status=422 if errors else 200,
        here="/training",
        opened=opened,
        sample=opened.table.lines[:SAMPLE_LINES],
        typed=typed or _known(opened),
        errors=errors,
        courses=courses_of(member.snapshot, member.setting.key),
    )


def _known(opened: Opened) -> ColumnsForm:
    """Fill the form with what was said before, or with what the headings tell."""
    if opened.heading is None:
        return ColumnsForm(**guess(opened.table))
    whole = opened.heading.courses.get(EVERY_LINE, "")
    return ColumnsForm(provider=opened.heading.provider, whole=whole, **opened.heading.columns)


def _preview(visit: Visit, member: Member, opened: Opened, errors: Errors = ()) -> HTMLResponse:
    return show(
        visit,
        member,
        "training_preview.html",
        status=422 if errors else 200,
        here="/training",
        opened=opened,
        shown=preview(member.snapshot, opened, visit.now),
        courses=courses_of(member.snapshot, member.setting.key),
        errors=errors,
    )
