"""Pages that import a list of people: the file, what its columns are, what it would change."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, HTTPException, UploadFile
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.errors import BadInput
from bot.core.validation import FieldError
from bot.identity.forms import NOTHING_WRONG, FormState, Office, OfficeForm, actor_of, files_sent, submit_form
from bot.identity.member import Member, show
from bot.people.list_upload import (
    ADD,
    LARGEST,
    REPLACE,
    bring_in,
    choose_columns,
    find_sent,
    preview_list,
    take_list,
)
from bot.people.service import has_directory
from bot.people.sheet_columns import FIELDS
from bot.web.context import RequestContext, Visiting

router = APIRouter()
IMPORT = "/office/people/import"
LARGEST_FORM = 2 * LARGEST
TOO_LARGE = "This file is too large to be a list of people. Save only the list."
SAMPLES = 3


class ImportForm(OfficeForm):
    """What a form of an import says: the rows that are left out, beside that the list is whole."""

    left_out: str = ""


class ColumnsForm(BaseModel):
    """What each column is, in the order of the file; empty: it is left out."""

    seal: str = ""
    columns: list[str] = []


Sent = Annotated[ImportForm, Form()]
SentColumns = Annotated[ColumnsForm, Form()]


@router.api_route(IMPORT, methods=["GET", "HEAD"])
def show_import(member: Office, visit: Visiting) -> HTMLResponse:
    """Show the form for a list of people."""
    return _import_page(visit, member, NOTHING_WRONG)


def sent_file(file: Annotated[UploadFile | None, File()] = None) -> tuple[str, bytes]:
    """Read a file as far as it may be long; one no one chose is empty."""
    if file is None or not file.filename:
        return "", b""
    return file.filename, file.file.read(LARGEST + 1)


@router.post(IMPORT, max_body_size=LARGEST_FORM)
def take_import(
    member: Office,
    visit: Visiting,
    given: Annotated[tuple[str, bytes], Depends(sent_file)],
    seal: Annotated[str, Form()] = "",
    how: Annotated[str, Form()] = "",
) -> Response:
    """Keep a file whose columns are to be chosen."""
    filename, content = given
    if len(content) > LARGEST:
        return _import_page(visit, member, FormState("import", errors=(FieldError("file", TOO_LARGE),)), how)
    keys: list[str] = []
    by = actor_of(member, files_sent(f"people {how}", seal, given))

    def take() -> None:
        keys.append(take_list(visit.services, (filename, content), how, by, visit.now))

    errors = submit_form(visit, member, seal, take)
    if errors:
        return _import_page(visit, member, FormState("import", errors=errors), how)
    return RedirectResponse(f"{IMPORT}/{keys[0]}/columns", status_code=303)


@router.api_route(IMPORT + "/{key}/columns", methods=["GET", "HEAD"])
def show_columns(key: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show each column with its first values, and what it seems to be."""
    return _columns_page(visit, member, key, ColumnsForm(), ())


@router.post(IMPORT + "/{key}/columns")
def take_columns(key: str, member: Office, form: SentColumns, visit: Visiting) -> Response:
    """Make a list of a file by the columns that were confirmed."""
    keys: list[str] = []
    by = actor_of(member, f"columns {key} {form.model_dump_json()}")
    sent = find_sent(visit.services, member.school.key, key)
    if sent is None:
        raise HTTPException(404)

    def choose() -> None:
        known = [one if one in FIELDS else "" for one in form.columns]
        keys.append(choose_columns(visit.services, sent, known, by, visit.now))

    errors = submit_form(visit, member, form.seal, choose)
    if errors:
        return _columns_page(visit, member, key, form, errors)
    return RedirectResponse(f"{IMPORT}/{keys[0]}", status_code=303)


@router.api_route(IMPORT + "/{key}", methods=["GET", "HEAD"])
def show_preview(key: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show what a list would change, and the rows that are wrong."""
    return _preview_page(visit, member, key, NOTHING_WRONG)


@router.post(IMPORT + "/{key}")
def take_preview(key: str, member: Office, form: Sent, visit: Visiting) -> Response:
    """Import a list, without the rows that the page named."""

    def bring() -> None:
        whole = bool(form.is_whole)
        bring_in(visit.services, key, actor_of(member), visit.now, is_whole=whole, left_out=form.left_out)

    errors = submit_form(visit, member, form.seal, bring)
    if errors:
        return _preview_page(visit, member, key, FormState("import", form, errors))
    return RedirectResponse("/office/people?done=imported", status_code=303)


def _import_page(visit: RequestContext, member: Member, shown: FormState, how: str = "") -> HTMLResponse:
    return show(
        visit,
        member,
        "office_import.html",
        status=422 if shown.errors else 200,
        directory=has_directory(visit.services, member.school.key),
        shown=shown,
        how=how,
        ways=(
            (ADD, "Add and update", "People in the file are added or updated. Nobody leaves."),
            (REPLACE, "This is everyone", "Anyone who is not in the file leaves. You see their names first."),
        ),
        today=local_date(visit.now),
    )


def _columns_page(
    visit: RequestContext, member: Member, key: str, form: ColumnsForm, errors: tuple[FieldError, ...]
) -> HTMLResponse:
    sent = find_sent(visit.services, member.school.key, key)
    if sent is None:
        raise HTTPException(404)
    chosen = form.columns if len(form.columns) == len(sent.columns) else sent.columns
    return show(
        visit,
        member,
        "office_import_columns.html",
        status=422 if errors else 200,
        sent=sent,
        address=f"{IMPORT}/{key}/columns",
        columns=[
            (heading, field, sent.sheet.samples(at, SAMPLES))
            for at, (heading, field) in enumerate(zip(sent.sheet.headings, chosen, strict=True))
        ],
        fields=FIELDS,
        shown=FormState("columns", errors=errors),
        today=local_date(visit.now),
    )


def _preview_page(visit: RequestContext, member: Member, key: str, shown: FormState) -> HTMLResponse:
    try:
        preview = preview_list(visit.services, actor_of(member), key, visit.now)
    except BadInput as refused:
        errors = tuple(FieldError("file", str(problem)) for problem in refused.problems)
        return _import_page(visit, member, FormState("import", errors=errors))
    if preview is None and shown.errors:
        return _import_page(visit, member, shown)
    if preview is None:
        raise HTTPException(404)
    return show(
        visit,
        member,
        "office_import_preview.html",
        status=422 if shown.errors else 200,
        preview=preview,
        address=f"{IMPORT}/{key}",
        shown=shown,
        today=local_date(visit.now),
    )
