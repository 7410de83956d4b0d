"""The pages for signing on paper: print the sheets, and enter those that came back with a witness."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.dates import full_date, parse_date
from bot.core.roles import Permission
from bot.core.validation import PAGE_EXPIRED, FieldError, ValidationFailed
from bot.identity.member import Member, SignedIn, check_seal, show
from bot.signing import paper as signing_paper
from bot.signing.paper import PaperEntry
from bot.signing.paper import PaperForm as signing_paper_PaperForm
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Office = Annotated[Member, Depends(SignedIn(Permission.PRINT_SHEETS))]
MAX_SHEETS = 60
STALE = FieldError("things", PAGE_EXPIRED)
FIELDS = ("things", "name", "witness", "signed_on")


class PaperForm(BaseModel):
    """What the office read off a sheet. `things`: each a code, a space, and what it is the code of."""

    person: str = ""
    things: list[str] = []
    name: str = ""
    witness: str = ""
    signed_on: str = ""
    seal: str = ""


@router.api_route("/paper", methods=["GET", "HEAD"])
def show_waiting(member: Office, visit: Visiting, entered: int = 0) -> HTMLResponse:
    """Show who has something to sign. `entered`: so many answers were just recorded."""
    waiting, counted = signing_paper.waiting(visit.services, member.school.key, visit.now)
    return show(
        visit,
        member,
        "paper.html",
        waiting=waiting,
        unreached=[one for one in waiting if one.person.email is None],
        counted=counted,
        total=sum(counted.values()),
        entered=entered,
    )


@router.get("/paper/sheets.pdf")
def print_sheets(member: Office, visit: Visiting, person: Annotated[list[str], Query()] = []) -> Response:  # noqa: B006 - FastAPI copies it
    """Return the sheets of these people as one PDF."""
    found = signing_paper.sheets(visit.services, member.school.key, person[:MAX_SHEETS], visit.now)
    if not found:
        raise HTTPException(404)
    printed = full_date(local_date(visit.now))
    content = signing_paper.pdf(member.school.name, printed, visit.services.base_url, found)
    headers = {"Content-Disposition": 'inline; filename="to-sign.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


@router.api_route("/paper/enter", methods=["GET", "HEAD"])
def show_sheet(member: Office, visit: Visiting, person: str = "", rule: str = "") -> HTMLResponse:
    """Ask what stands on a sheet; its QR code leads here. `rule`: what of it is ticked beforehand."""
    sheet = _sheet(visit, member, person)
    things = [f"{one.code} {one.key}" for one in sheet.things if one.link.obligation == rule]
    return _form(visit, member, sheet, PaperForm(person=person, things=things))


@router.post("/paper/enter")
def take_sheet(member: Office, form: Annotated[PaperForm, Form()], visit: Visiting) -> Response:
    """Record what was signed on a sheet, all of it or nothing."""
    found = _sheet(visit, member, form.person)
    if not check_seal(visit, member, form.seal):
        return _form(visit, member, found, form, (STALE,))
    ticked = {key: code for code, _, key in (one.partition(" ") for one in form.things)}
    given = PaperEntry(ticked, form.name, form.witness, parse_date(form.signed_on))
    try:
        receipts = signing_paper.enter(visit.services, found, given, member.person, visit.now)
    except ValidationFailed as refused:
        return _form(visit, member, found, form, refused.refusals)
    return RedirectResponse(f"/paper?entered={len(receipts)}", status_code=303)


def _sheet(visit: RequestContext, member: Member, person: str) -> signing_paper_PaperForm:
    found = signing_paper.sheets(visit.services, member.school.key, (person,), visit.now)
    if found:
        return found[0]
    known = member.snapshot.people.get(person)
    if known is None:
        raise HTTPException(404)
    return signing_paper_PaperForm(known, ())


def _form(
    visit: RequestContext,
    member: Member,
    found: signing_paper_PaperForm,
    typed: PaperForm,
    errors: tuple[FieldError, ...] = (),
) -> HTMLResponse:
    return show(
        visit,
        member,
        "paper_enter.html",
        status=422 if errors else 200,
        sheet=found,
        typed=typed,
        errors=errors,
        wrong=dict.fromkeys(FIELDS, "") | {error.field: error.says for error in errors},
    )
