"""Pages of training: the matrix, the history of a cell, and bookings."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.errors import AlreadySubmitted
from bot.core.roles import Permission
from bot.core.validation import PAGE_EXPIRED, FieldError, ValidationFailed
from bot.database.submissions import digest_of
from bot.identity.downloads import Format, TableFile, download
from bot.identity.member import IDENTIFIED, Member, SignedIn, check_seal, show
from bot.training import words as training_words
from bot.training.claims import waiting
from bot.training.model import Matrix, MatrixFilter
from bot.training.service import Actor, Behind, Booking, behind, book, training_of, unbook
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Office = Annotated[Member, Depends(SignedIn(Permission.MANAGE_TRAINING))]


class BookingForm(BaseModel):
    """A note of a place on a course, as it was sent."""

    seal: str = ""
    booked_on: str = ""
    provider: str = ""


def wanted(course: str = "", role: str = "", state: str = "", manager: str = "") -> MatrixFilter:
    """Read what is asked of the matrix."""
    return MatrixFilter(course, role, state, manager)


Asked = Annotated[MatrixFilter, Depends(wanted)]


@router.api_route("/training", methods=["GET", "HEAD"])
def show_matrix(member: Office, asked: Asked, visit: Visiting) -> HTMLResponse:
    """Show people down and courses across."""
    whole = training_of(member.snapshot, member.school.key, visit.now)
    shown = asked.of(whole)
    return show(
        visit,
        member,
        "training.html",
        whole=whole,
        matrix=shown,
        asked=asked,
        query=asdict(asked),
        managers=_managers(member, whole),
        roles=training_words.roles(whole.rows),
        role_names=[web_words.role(one) for one in training_words.roles(whole.rows)],
        states=[state for state, _ in training_words.totals(whole)],
        words=training_words,
        waiting=waiting(visit.services, member.school.key),
        today=whole.on,
    )


@router.api_route("/training/list.{ending}", methods=["GET", "HEAD"])
def download_list(ending: Format, member: Office, asked: Asked, visit: Visiting) -> Response:
    """Download what is shown."""
    shown = asked.of(training_of(member.snapshot, member.school.key, visit.now))
    rows = training_words.lines(shown)
    return download(visit, member, ending, TableFile("training", training_words.COLUMNS, rows, asdict(asked)))


@router.api_route("/training/people/{person}/{course}", methods=["GET", "HEAD"])
def show_cell(person: str, course: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show what is behind one cell: its records, its dates, why it is asked."""
    return _cell_page(visit, member, open_cell(visit, member, person, course))


@router.post("/training/people/{person}/{course}/{step}")
def take_booking(
    person: str,
    course: str,
    step: str,
    member: Office,
    form: Annotated[BookingForm, Form()],
    visit: Visiting,
) -> Response:
    """Record a booked place on a course, or withdraw it."""
    found = open_cell(visit, member, person, course)
    by = actor(member, f"{person} {course} {step} {form.model_dump_json()}")
    if not check_seal(visit, member, form.seal):
        return _cell_page(visit, member, found, form, (FieldError("booked_on", PAGE_EXPIRED),))
    try:
        if step == "book":
            with suppress(AlreadySubmitted):
                book(visit.services, found, Booking(read_day(form.booked_on), form.provider), by, visit.now)
        elif step == "unbook":
            unbook(visit.services, found, by, visit.now)
        else:
            raise HTTPException(404)
    except ValidationFailed as refused:
        return _cell_page(visit, member, found, form, refused.refusals)
    return RedirectResponse(f"/training/people/{person}/{course}", status_code=303)


def open_cell(visit: RequestContext, member: Member, person: str, course: str) -> Behind:
    """Find a cell of the reader's own school; anything else is not there."""
    found = behind(visit.services, member.snapshot, (member.school.key, person, course), visit.now)
    if found is None:
        raise HTTPException(404)
    return found


def actor(member: Member, sent: str = "") -> Actor:
    """Return who acts, as a record says it. `sent`: a form with its seal, for what is to be done once."""
    return Actor(member.person, IDENTIFIED[member.how].by, digest_of(sent) if sent else None)


def read_day(typed: str) -> date | None:
    """Read a date field; anything a browser would not send is no date, and is asked for again."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _cell_page(
    visit: RequestContext,
    member: Member,
    found: Behind,
    typed: BookingForm | None = None,
    errors: tuple[FieldError, ...] = (),
) -> HTMLResponse:
    return show(
        visit,
        member,
        "training_cell.html",
        status=422 if errors else 200,
        found=found,
        typed=typed or BookingForm(),
        errors=errors,
        words=training_words,
        manager=member.snapshot.people.get(found.row.membership.manager or ""),
    )


def _managers(member: Member, whole: Matrix) -> list[tuple[str, str]]:
    """List the line managers of those in the matrix, by name."""
    keys = {row.membership.manager for row in whole.rows if row.membership.manager}
    people = member.snapshot.people
    named = ((key, people[key].name if key in people else key) for key in keys)
    return sorted(named, key=lambda one: one[1])
