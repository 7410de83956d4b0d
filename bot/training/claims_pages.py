"""Completing a course: entered by the person or by the office; the office accepts or returns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, HTTPException, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.roles import Permission
from bot.core.validation import PAGE_EXPIRED, FieldError, ValidationFailed
from bot.identity.forms import submit_form
from bot.identity.member import Member, SignedIn, check_seal, show
from bot.training import claims
from bot.training import words as training_words
from bot.training.claims import CompletionInput, certificate_of, decide, find, say, waiting
from bot.training.pages import Office, actor, open_cell, read_day
from bot.training.service import Behind, behind, training_of
from bot.training.store import Claim
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Anybody = Annotated[Member, Depends(SignedIn())]
# More than a certificate may have, so that one a little too large is refused in words, nothing typed lost.
LARGEST_FORM = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finished:
    """The form as it was sent. `file` is read only as far as it may be long."""

    seal: str = ""
    finished_on: str = ""
    provider: str = ""
    filename: str = ""
    content: bytes = b""

    def to_input(self) -> CompletionInput:
        return CompletionInput(read_day(self.finished_on), self.provider, self.filename, self.content)


def finished(
    seal: Annotated[str, Form()] = "",
    finished_on: Annotated[str, Form()] = "",
    provider: Annotated[str, Form()] = "",
    certificate: Annotated[UploadFile | None, File()] = None,
) -> Finished:
    """Parse the form; an upload field without a file is None."""
    if certificate is None or not certificate.filename:
        return Finished(seal, finished_on, provider)
    content = certificate.file.read(claims.LARGEST + 1)
    return Finished(seal, finished_on, provider, certificate.filename, content)


Sent = Annotated[Finished, Depends(finished)]


@router.api_route("/training/mine", methods=["GET", "HEAD"])
def show_mine(member: Anybody, visit: Visiting) -> HTMLResponse:
    """List one's own courses, what presses first."""
    row = training_of(member.snapshot, member.school.key, visit.now).row(member.person.key)
    cells = sorted(row.cells.values(), key=training_words.urgency) if row else []
    return show(visit, member, "training_mine.html", cells=cells, words=training_words)


@router.api_route("/training/mine/{course}", methods=["GET", "HEAD"])
def show_own(course: str, member: Anybody, visit: Visiting) -> HTMLResponse:
    """Show one's own course, and the form to say that it is finished."""
    return _form(visit, member, open_cell(visit, member, member.person.key, course))


@router.post("/training/mine/{course}", max_body_size=LARGEST_FORM)
def take_own(course: str, member: Anybody, sent: Sent, visit: Visiting) -> Response:
    """Submit a completion about oneself."""
    found = open_cell(visit, member, member.person.key, course)
    return _take(visit, member, found, sent) or RedirectResponse(f"/training/mine/{course}", status_code=303)


@router.api_route("/training/people/{person}/{course}/finished", methods=["GET", "HEAD"])
def show_for_them(person: str, course: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show the form to the office, for a person who brought a certificate on paper."""
    return _form(visit, member, open_cell(visit, member, person, course))


@router.post("/training/people/{person}/{course}/finished", max_body_size=LARGEST_FORM)
def take_for_them(person: str, course: str, member: Office, sent: Sent, visit: Visiting) -> Response:
    """Submit a completion for another person."""
    found = open_cell(visit, member, person, course)
    return _take(visit, member, found, sent) or RedirectResponse("/training/waiting", status_code=303)


@router.api_route("/training/waiting", methods=["GET", "HEAD"])
def show_waiting(member: Office, visit: Visiting) -> HTMLResponse:
    """List what the office has still to look at."""
    return _waiting(visit, member)


@router.post("/training/waiting/{key}")
def take_decision(
    key: str,
    member: Office,
    visit: Visiting,
    seal: Annotated[str, Form()] = "",
    answer: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
) -> Response:
    """Accept or return a completion."""
    claim = _claim(visit, member, key)
    asked = (member.school.key, claim.person, claim.obligation)
    found = behind(visit.services, member.snapshot, asked, visit.now)
    refusals: tuple[FieldError, ...] = ()
    if not check_seal(visit, member, seal):
        refusals = (FieldError("words", PAGE_EXPIRED),)
    elif answer not in {"accept", "back"}:
        refusals = (FieldError("words", "Choose: accept it, or send it back."),)
    else:
        try:
            by = actor(member)
            decide(visit.services, found, claim, (answer == "accept", words), by, visit.now)
        except ValidationFailed as refused:
            refusals = refused.refusals
    if refusals:
        return _waiting(visit, member, wrong=key, typed=words, errors=refusals)
    return RedirectResponse("/training/waiting", status_code=303)


@router.api_route("/training/certificates/{key}", methods=["GET", "HEAD"])
def give_certificate(key: str, member: Anybody, visit: Visiting) -> Response:
    """Download a certificate, for its person and the office, as an attachment."""
    claim = _claim(visit, member, key)
    if claim.certificate is None or not (
        claim.person == member.person.key or member.may(Permission.MANAGE_TRAINING)
    ):
        raise HTTPException(404)
    content = certificate_of(visit.services, claim)
    if content is None:
        raise HTTPException(404)
    headers = {
        "Content-Disposition": f'attachment; filename="{_plain(claim.certificate.filename)}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=claim.certificate.media, headers=headers)


def _take(visit: RequestContext, member: Member, found: Behind, sent: Finished) -> HTMLResponse | None:
    """Store a completion; or return the form with its errors."""
    by = actor(member)
    errors = submit_form(
        visit,
        member,
        sent.seal,
        lambda: say(visit.services, found, sent.to_input(), by, visit.now),
        field="finished_on",
    )
    return _form(visit, member, found, sent, errors) if errors else None


def _form(
    visit: RequestContext,
    member: Member,
    found: Behind,
    typed: Finished | None = None,
    errors: tuple[FieldError, ...] = (),
) -> HTMLResponse:
    person, course = found.row.person.key, found.course.key
    own = person == member.person.key
    return show(
        visit,
        member,
        "training_finished.html",
        status=422 if errors else 200,
        found=found,
        own=own,
        address=f"/training/mine/{course}" if own else f"/training/people/{person}/{course}/finished",
        typed=typed or Finished(),
        errors=errors,
        words=training_words,
    )


def _waiting(
    visit: RequestContext,
    member: Member,
    *,
    wrong: str = "",
    typed: str = "",
    errors: tuple[FieldError, ...] = (),
) -> HTMLResponse:
    titles = {one.key: one.title for one in member.snapshot.obligations}
    return show(
        visit,
        member,
        "training_waiting.html",
        status=422 if errors else 200,
        waiting=waiting(visit.services, member.school.key),
        titles=titles,
        wrong=wrong,
        typed=typed,
        errors=errors,
    )


def _claim(visit: RequestContext, member: Member, key: str) -> Claim:
    claim = find(visit.services, member.school.key, key)
    if claim is None:
        raise HTTPException(404)
    return claim


def _plain(name: str) -> str:
    """Keep a file name to signs every header can carry."""
    return name.encode("ascii", "replace").decode().replace("?", "-").replace('"', "-")
