"""The public report form, one question a screen, and the poster (PDF with a QR code) that leads to it.

Progress travels in the page, encrypted; nothing is stored until Send is pressed. No cookie is set and no
network address is stored.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any

import segno
import typst
from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import create_model
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.errors import BadInput, LinkRefused
from bot.core.links import Link
from bot.core.validation import FieldError, FieldErrors
from bot.identity.guard import PersonalLink, Public
from bot.records.school_logos import find_logo
from bot.reports.content_guard import BlockedText
from bot.reports.draft import NAMED, STEPS, ReportDraft, last_look, problems, turned_away, unfinished
from bot.reports.form_context import ReportForm, open_form, reporter_here, schools_to_choose
from bot.reports.service import ReportReceipt, note_image, receive
from bot.rules.report_fields import REPORT_FIELDS, SCREENS, FieldKind, on_screen
from bot.web.context import RequestContext, Visiting, check_rate

POSTER = files("bot.reports").joinpath("templates", "poster.typ")


@lru_cache(maxsize=32)
def pdf(school: str, head: str, address: str, logo: bytes = b"") -> bytes:
    """Return the poster of a school as a PDF, cached. `logo`: a PNG of ours; empty: the school has none."""
    given = {"school": school, "head": head, "address": address, "code": _code(address)}
    given["logo"] = json.dumps(list(logo))
    return typst.compile(
        POSTER.read_bytes(),
        format="pdf",
        sys_inputs=given,
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=0,
    )


def _code(address: str) -> str:
    """Draw the address as a QR code that still reads with a quarter of it hidden."""
    drawn = io.BytesIO()
    segno.make(address, error="q", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode("utf-8")


DRAFT_EXPIRED = "This page was open too long. Start again. Nothing was sent."
PERSON = "Check your report once more, then press Send again."
TURNED_AWAY = {
    BlockedText.IMAGE: "This sounds like an intimate picture of a child",
    BlockedText.CHILD_PROTECTION: "This sounds as if a child may be hurt or at risk",
}


router = APIRouter()
FORM = Depends(Public("anybody may report; it shows what to do and nothing of any report"))
# The form has several screens: no person is through them sooner, and a program is.
QUICKEST_SECONDS = 2
CHECK = "check"
CONTROL = re.compile(r"[^\S\n ]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


# Roles are picked, any number of them; everything else is one text.
TYPES: dict[str, Any] = {
    one.input_name: (list[str], []) if one.kind is FieldKind.PICKS else (str, "") for one in REPORT_FIELDS
}
AnswersForm: Any = create_model("AnswersForm", **TYPES)


class ScreenForm(AnswersForm):  # type: ignore[misc] # made of the report's fields
    """One screen as it was sent: text, nothing checked yet. There is no field that takes a file."""

    draft: str = ""
    step: str = ""
    go: str = "next"
    leave_empty: str = ""


@router.api_route("/report", methods=["GET", "HEAD"], dependencies=[FORM])
def choose_school(visit: Visiting, q: str = "") -> Response:
    """Redirect to the form; where there are several schools, ask for which."""
    asked = CONTROL.sub("", q[:100])
    if asked:
        check_rate(visit, (visit.site.posts_by_address, visit.address))
    found = schools_to_choose(visit.services, asked)
    if found.every == 1:
        return RedirectResponse(f"/report/{found.shown[0][0]}", status_code=303)
    return visit.site.pages.show("report_settings.html", now=visit.now, found=found, q=asked.strip())


@router.api_route("/report/{school}", methods=["GET", "HEAD"], dependencies=[FORM])
def first_screen(school: str, visit: Visiting) -> HTMLResponse:
    """Show what to do first and who may see a report, before anything is entered."""
    return _first(visit, find_form(visit, school))


@router.post("/report/{school}", dependencies=[FORM])
def next_screen(school: str, form: Annotated[ScreenForm, Form()], visit: Visiting) -> HTMLResponse:
    """Add one screen's answers and show the next; submit the report at the end."""
    check_rate(visit, (visit.site.posts_by_address, visit.address))
    found = find_form(visit, school)
    if not found.takes:
        return _first(visit, found, status=503)
    state = visit.site.drafts.open(form.draft, school, visit.now)
    if state is None and form.draft:
        return _first(visit, found, errors=(FieldError("start", DRAFT_EXPIRED),))
    begun = ReportDraft.from_state(state) if state is not None else _begun(visit, school)
    draft = _answered(begun, form, found)
    turned = turned_away(draft)
    if turned is not None:
        told = note_image(visit.services, draft.report(), visit.now) if turned[1] is BlockedText.IMAGE else ""
        return _turned_away(visit, found, draft.without(turned[0]), turned, told)
    return _go(visit, found, draft, form)


@router.api_route("/d/{token}/report", methods=["GET", "HEAD"])
def first_screen_of_somebody_known(
    link: Annotated[Link, Depends(PersonalLink("duty"))], visit: Visiting
) -> HTMLResponse:
    """Begin a report from one's own link: the name is filled in, and staying anonymous is still a choice."""
    person = reporter_here(visit.services, link.school, link.person, visit.now)
    if person is None:
        raise LinkRefused("This link was made for somebody who is not here now.")
    found = find_form(visit, link.school)
    begun = _begun(visit, link.school)
    known = begun.answered({"name": person.name, "email": person.email or ""})
    draft = replace(known, person=person.key)
    return _first(visit, found, draft=draft if found.takes else None)


@router.api_route("/report/{school}/poster.pdf", methods=["GET", "HEAD"], dependencies=[FORM])
def poster_pdf(school: str, visit: Visiting) -> Response:
    """Download the poster for the entrance with a QR code."""
    found = find_form(visit, school)
    address = f"{visit.services.base_url.rstrip('/')}/report/{school}"
    named = {"Content-Disposition": f'inline; filename="report-poster-{found.school.key}.pdf"'}
    with visit.services.store.reading() as conn:
        logo = find_logo(conn, school)
    content = pdf(found.school.name, found.school.words.head, address, logo.content if logo else b"")
    return Response(content, media_type="application/pdf", headers=named)


def find_form(visit: RequestContext, school: str) -> ReportForm:
    """Return the school's form, or raise the 404."""
    found = open_form(visit.services, school, visit.now)
    if found is None:
        raise HTTPException(404)
    return found


def clean(typed: str) -> str:
    """Remove control characters, normalise line ends and strip."""
    return CONTROL.sub("", typed.replace("\r\n", "\n").replace("\t", " ")).strip()


def _begun(visit: RequestContext, school: str) -> ReportDraft:
    return ReportDraft(school=school, key=visit.services.chance(16).hex(), begun_at=visit.now.isoformat())


def _answered(draft: ReportDraft, form: ScreenForm, found: ReportForm) -> ReportDraft:
    """Add one screen's answers to the draft, valid or not; problems are listed afterwards."""
    typed: dict[str, str | tuple[str, ...]] = {}
    for one in on_screen(form.step):
        said = getattr(form, one.input_name)
        picks = one.kind is FieldKind.PICKS
        typed[one.input_name] = tuple(role for role in found.roles if role in said) if picks else clean(said)
    return draft.answered(typed)


def _go(visit: RequestContext, found: ReportForm, draft: ReportDraft, form: ScreenForm) -> HTMLResponse:
    """Show the page of the pressed button: next, back, one question again, or send."""
    if form.go == "back":
        return _before(visit, found, draft, form.step)
    if form.go in STEPS:
        return _screen(visit, found, draft, form.go)
    if form.step in STEPS:
        errors = problems(form.step, draft, found)
        if errors:
            return _screen(visit, found, draft, form.step, errors)
    if form.step == CHECK and form.go == "send":
        return _send(visit, found, draft, form)
    if form.step == STEPS[-1] or draft.checked:
        return _check(visit, found, replace(draft, checked=True))
    at = STEPS.index(form.step) + 1 if form.step in STEPS else 0
    return _screen(visit, found, draft, STEPS[at])


def _before(visit: RequestContext, found: ReportForm, draft: ReportDraft, step: str) -> HTMLResponse:
    at = (*STEPS, CHECK).index(step) if step in (*STEPS, CHECK) else 0
    return _screen(visit, found, draft, STEPS[at - 1]) if at else _first(visit, found, draft=draft)


def _send(visit: RequestContext, found: ReportForm, draft: ReportDraft, form: ScreenForm) -> HTMLResponse:
    """Submit the report if it is complete; the page after it is the only receipt."""
    step = unfinished(draft, found)
    if step is not None:
        return _screen(visit, found, draft, step, problems(step, draft, found))
    took = (visit.now - datetime.fromisoformat(draft.begun_at)).total_seconds()
    if form.leave_empty or took < QUICKEST_SECONDS:
        return _check(visit, found, draft, (FieldError("send", PERSON),))
    _window(visit, found.school.key)
    try:
        received = receive(visit.services, draft.report(), visit.now, visit.services.chance)
    except BadInput as refused:
        return _check(
            visit, found, draft, (FieldError("send", "; ".join(one.right for one in refused.problems)),)
        )
    return _thanks(visit, found, draft, received)


def _window(visit: RequestContext, school: str) -> None:
    """Limit the rate of reports from one address, and to one school from everywhere."""
    site = visit.site
    check_rate(visit, (site.reports_by_address, visit.address), (site.reports_to, school))


def _first(
    visit: RequestContext,
    found: ReportForm,
    *,
    draft: ReportDraft | None = None,
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
) -> HTMLResponse:
    return visit.site.pages.show(
        "report.html" if found.takes else "report_not_taken.html",
        now=visit.now,
        status=422 if errors else status,
        form=found,
        school=found.school,
        logo=visit.logo_of(found.school.key),
        address=f"/report/{found.school.key}",
        draft=visit.site.drafts.seal(draft.state(), visit.now) if draft is not None else "",
        errors=errors,
    )


def _screen(
    visit: RequestContext,
    found: ReportForm,
    draft: ReportDraft,
    step: str,
    errors: tuple[FieldError, ...] = (),
) -> HTMLResponse:
    return visit.site.pages.show(
        "report_step.html",
        now=visit.now,
        status=422 if errors else 200,
        form=found,
        school=found.school,
        logo=visit.logo_of(found.school.key),
        address=f"/report/{found.school.key}",
        draft=visit.site.drafts.seal(draft.without(step).state(), visit.now),
        step=step,
        number=STEPS.index(step) + 1,
        total=len(STEPS),
        question=SCREENS[STEPS.index(step)],
        fields=on_screen(step),
        typed=draft.answers,
        person=draft.person,
        errors=errors,
        wrong=FieldErrors({one.field: one.says for one in errors}),
    )


def _check(
    visit: RequestContext, found: ReportForm, draft: ReportDraft, errors: tuple[FieldError, ...] = ()
) -> HTMLResponse:
    return visit.site.pages.show(
        "report_check.html",
        now=visit.now,
        status=422 if errors else 200,
        form=found,
        school=found.school,
        logo=visit.logo_of(found.school.key),
        address=f"/report/{found.school.key}",
        draft=visit.site.drafts.seal(draft.state(), visit.now),
        rows=last_look(draft, found),
        errors=errors,
    )


def _turned_away(
    visit: RequestContext, found: ReportForm, draft: ReportDraft, turned: tuple[str, BlockedText], told: str
) -> HTMLResponse:
    """Show the page that refers to the DSL, without the text in it.

    `told`: the role of the person who is told; empty: no one.
    """
    step, why = turned
    return visit.site.pages.show(
        "report_turned_away.html",
        now=visit.now,
        status=422,
        school=found.school,
        logo=visit.logo_of(found.school.key),
        address=f"/report/{found.school.key}",
        draft=visit.site.drafts.seal(draft.state(), visit.now),
        step=step,
        image=why is BlockedText.IMAGE,
        told=told,
        heading=TURNED_AWAY[why],
    )


def _thanks(
    visit: RequestContext, found: ReportForm, draft: ReportDraft, received: ReportReceipt
) -> HTMLResponse:
    return visit.site.pages.show(
        "report_thanks.html",
        now=visit.now,
        school=found.school,
        logo=visit.logo_of(found.school.key),
        address=f"/report/{found.school.key}",
        received=received,
        named=draft.words("told") == NAMED,
    )
