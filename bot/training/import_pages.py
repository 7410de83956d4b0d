"""Completions from any provider's CSV: send the file, say once which column is which, look, take it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, UploadFile
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.table_export import write_csv
from bot.core.validation import FieldError, ValidationFailed
from bot.identity.forms import files_sent, submit_form
from bot.identity.member import Member, show
from bot.training.import_reader import EVERY_LINE, LARGEST, LEAVE_OUT, courses_of, guess
from bot.training.import_service import (
    OpenedFile,
    map_columns,
    map_courses,
    open_file,
    preview,
    receive,
    take,
)
from bot.training.pages import Office, actor
from bot.training.store import ProviderHeading
from bot.web.context import RequestContext, Visiting

router = APIRouter()
# More than a list may have, so that one a little too large is refused in words.
LARGEST_FORM = 4 * LARGEST
SAMPLE_LINES = 3
NO_FILE = "Choose the file your provider gave you."
Errors = tuple[FieldError, ...]


class ColumnsForm(BaseModel):
    """Which column is which, as it was sent. `whole`: the one course of a file that names none."""

    seal: str = ""
    provider: str = ""
    name: str = ""
    surname: str = ""
    email: str = ""
    course: str = ""
    date: str = ""
    version: str = ""
    whole: str = ""

    def heading(self) -> ProviderHeading:
        columns = {
            "name": self.name,
            "surname": self.surname,
            "email": self.email,
            "course": self.course,
            "date": self.date,
            "version": self.version,
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
    """Show the form for a file."""
    return _form(visit, member)


@router.post("/training/import", max_body_size=LARGEST_FORM)
def take_file(
    member: Office,
    visit: Visiting,
    seal: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Store a file for the preview; nothing is recorded yet."""
    keys: list[str] = []

    def keep() -> None:
        if file is None or not file.filename:
            raise ValidationFailed(FieldError("file", NO_FILE))
        sent = (PurePath(file.filename).name[:120], file.file.read(LARGEST + 1))
        by = actor(member, files_sent("completions", seal, sent))
        keys.append(receive(visit.services, member.school.key, sent, by, visit.now))

    errors = submit_form(visit, member, seal, keep, field="file")
    if errors:
        return _form(visit, member, errors)
    return RedirectResponse(f"/training/import/{keys[0]}", status_code=303)


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
    errors = submit_form(
        visit,
        member,
        form.seal,
        lambda: map_columns(visit.services, opened, form.heading(), actor(member), visit.now),
        field="provider",
    )
    if errors:
        return _columns(visit, member, opened, form, errors)
    return RedirectResponse(f"/training/import/{key}", status_code=303)


@router.post("/training/import/{key}/courses")
def take_courses(key: str, member: Office, visit: Visiting, form: Annotated[CoursesForm, Form()]) -> Response:
    """Remember what a provider's names for courses mean."""
    opened = _open(visit, member, key)
    ours = {one.key for one in courses_of(member.snapshot, member.school.key)} | {LEAVE_OUT}
    said = {name: one for name, one in zip(form.printed, form.ours, strict=False) if one in ours}
    errors = submit_form(
        visit,
        member,
        form.seal,
        lambda: map_courses(visit.services, opened, said, actor(member), visit.now),
        field="bad",
    )
    if errors:
        return _preview(visit, member, opened, errors)
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
    by, good_only = actor(member), which == "good"
    errors = submit_form(
        visit,
        member,
        seal,
        lambda: take(visit.services, member.snapshot, opened, by, visit.now, good_only=good_only),
        field="bad",
    )
    if errors:
        return _preview(visit, member, opened, errors)
    return RedirectResponse(f"/training/import/{key}", status_code=303)


@router.api_route("/training/import/{key}/others.csv", methods=["GET", "HEAD"])
def give_others(key: str, member: Office, visit: Visiting) -> Response:
    """Download the rows that were not imported as CSV, each with its reason, without formulas."""
    opened = _open(visit, member, key)
    bad = preview(member.snapshot, opened, visit.now).bad
    headings = (*opened.table.headings, "Line", "What to look at")
    content = write_csv([headings, *((*one.line.cells, one.line.number, one.says) for one in bad)])
    headers = {"Content-Disposition": 'attachment; filename="others.csv"'}
    return Response(content, media_type="text/csv", headers=headers)


def _open(visit: RequestContext, member: Member, key: str) -> OpenedFile:
    opened = open_file(visit.services, member.school.key, key)
    if opened is None:
        raise HTTPException(404)
    return opened


def _form(visit: RequestContext, member: Member, errors: Errors = ()) -> HTMLResponse:
    status = 422 if errors else 200
    return show(visit, member, "training_import.html", status=status, errors=errors)


def _columns(
    visit: RequestContext,
    member: Member,
    opened: OpenedFile,
    typed: ColumnsForm | None = None,
    errors: Errors = (),
) -> HTMLResponse:
    return show(
        visit,
        member,
        "training_columns.html",
        status=422 if errors else 200,
        opened=opened,
        sample=opened.table.lines[:SAMPLE_LINES],
        typed=typed or _known(opened),
        errors=errors,
        courses=courses_of(member.snapshot, member.school.key),
    )


def _known(opened: OpenedFile) -> ColumnsForm:
    """Fill the form with what was said before, or with what the headings tell."""
    if opened.heading is None:
        return ColumnsForm(**guess(opened.table))
    whole = opened.heading.courses.get(EVERY_LINE, "")
    return ColumnsForm(provider=opened.heading.provider, whole=whole, **opened.heading.columns)


def _preview(visit: RequestContext, member: Member, opened: OpenedFile, errors: Errors = ()) -> HTMLResponse:
    return show(
        visit,
        member,
        "training_preview.html",
        status=422 if errors else 200,
        opened=opened,
        shown=preview(member.snapshot, opened, visit.now),
        courses=courses_of(member.snapshot, member.school.key),
        errors=errors,
    )
