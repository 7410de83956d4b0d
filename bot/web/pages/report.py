"""The report form: what to do first, five questions one a screen, a last look, thank you.

Progress travels in the page, encrypted; nothing is kept here until Send is pressed. No cookie is set and no
address written down.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.report import Received, Report, note_image, receive
from bot.actions.report_form import ReportForm, open_form, reporter_here, settings_here
from bot.actions.sign import Refusal
from bot.domain.report_guard import Guarded
from bot.errors import BadInput, LinkRefused
from bot.links import Link
from bot.web import poster, reportwords
from bot.web.drafts import ANSWERS, Draft
from bot.web.guard import PersonalLink, Public, TooMany
from bot.web.reportwords import STEPS
from bot.web.signwords import Quiet
from bot.web.visit import Visit, Visiting

router = APIRouter()
FORM = Depends(Public("anybody may report; it shows what to do and nothing of any report"))
QUICKEST_SECONDS = 6
CHECK = "check"
CONTROL = re.compile(r"[^\S\n ]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class ScreenForm(BaseModel):
    """One screen as it was sent: text, nothing checked yet. There is no field that takes a file."""

    draft: str = ""
    step: str = ""
    go: str = "next"
    category: str = ""
    what: str = ""
    personal_data: str = ""
    where_when: str = ""
    about: str = ""
    about_roles: list[str] = []
    told: str = ""
    name: str = ""
    email: str = ""
    leave_empty: str = ""


@router.api_route("/report", methods=["GET", "HEAD"], dependencies=[FORM])
def choose_setting(visit: Visiting, q: str = "") -> Response:
    """Go to the form; where there are several settings, ask for which."""
    asked = CONTROL.sub("", q[:100])
    if asked:
        slow_down(visit)
    found = settings_here(visit.services, asked)
    if found.every == 1:
        return RedirectResponse(f"/report/{found.shown[0][0]}", status_code=303)
    return visit.site.pages.show("report_settings.html", now=visit.now, found=found, q=asked.strip())


@router.api_route("/report/{setting}", methods=["GET", "HEAD"], dependencies=[FORM])
def first_screen(setting: str, visit: Visiting) -> HTMLResponse:
    """Say what to do first and who may see a report, before anything is typed."""
    return _first(visit, find_form(visit, setting))


@router.post("/report/{setting}", dependencies=[FORM])
def next_screen(setting: str, form: Annotated[ScreenForm, Form()], visit: Visiting) -> HTMLResponse:
    """Take one screen's answers along and show the next; take the report at the end."""
    slow_down(visit)
    found = find_form(visit, setting)
    if not found.takes:
        return _first(visit, found, status=503)
    draft = visit.site.drafts.open(form.draft, setting, visit.now)
    if draft is None and form.draft:
        return _first(visit, found, errors=(Refusal("start", reportwords.AGAIN),))
    draft = _answered(draft or _begun(visit, setting), form, found)
    turned = reportwords.turned_away(draft)
    if turned is not None:
        told = note_image(visit.services, _report(draft), visit.now) if turned[1] is Guarded.IMAGE else ""
        return _turned_away(visit, found, draft.without(turned[0]), turned, told)
    return _go(visit, found, draft, form)


@router.api_route("/d/{token}/report", methods=["GET", "HEAD"])
def first_screen_of_somebody_known(
    link: Annotated[Link, Depends(PersonalLink("duty"))], visit: Visiting
) -> HTMLResponse:
    """Begin a report from one's own link: the name is filled in, and staying anonymous is still a choice."""
    person = reporter_here(visit.services, link.setting, link.person, visit.now)
    if person is None:
        raise LinkRefused("This link was made for somebody who is not here now.")
    found = find_form(visit, link.setting)
    begun = _begun(visit, link.setting)
    draft = replace(begun, person=person.key, name=person.name, email=person.email or "")
    return _first(visit, found, draft=draft if found.takes else None)


@router.api_route("/report/{setting}/poster.pdf", methods=["GET", "HEAD"], dependencies=[FORM])
def poster_pdf(setting: str, visit: Visiting) -> Response:
    """Give the poster for the entrance: what this is, and a code to point a telephone at."""
    found = find_form(visit, setting)
    address = f"{visit.services.base_url.rstrip('/')}/report/{setting}"
    named = {"Content-Disposition": f'inline; filename="report-poster-{found.setting.key}.pdf"'}
    content = poster.pdf(found.setting.name, found.setting.words.head, address)
    return Response(content, media_type="application/pdf", headers=named)


def find_form(visit: Visit, setting: str) -> ReportForm:
    """Find the setting's form, or answer that there is no page here."""
    found = open_form(visit.services, setting, visit.now)
    if found is None:
        raise HTTPException(404)
    return found


def slow_down(visit: Visit) -> None:
    """Hold back what asks faster than people do."""
    wait = visit.site.posts_by_address.wait(visit.address, visit.now)
    if wait:
        raise TooMany(wait)


def clean(typed: str) -> str:
    """Take away what is no text: signs that steer a screen, others' line ends, blanks around it."""
    return CONTROL.sub("", typed.replace("\r\n", "\n").replace("\t", " ")).strip()


def _begun(visit: Visit, setting: str) -> Draft:
    return Draft(setting=setting, key=visit.services.chance(16).hex(), begun_at=visit.now.isoformat())


def _answered(draft: Draft, form: ScreenForm, found: ReportForm) -> Draft:
    """Put one screen's answers into the draft, whatever they are; what is wrong is said after."""
    typed: dict[str, Any] = {
        name: clean(getattr(form, name)) for name in ANSWERS.get(form.step, ()) if name != "about_roles"
    }
    if form.step == "about":
        picked = tuple(role for role in found.roles if role in form.about_roles)
        return replace(draft, about=typed["about"], about_roles=picked)
    return replace(draft, **typed)


def _go(visit: Visit, found: ReportForm, draft: Draft, form: ScreenForm) -> HTMLResponse:
    """Go where the button says: on, back, to one question again, or send."""
    if form.go == "back":
        return _before(visit, found, draft, form.step)
    if form.go in STEPS:
        return _screen(visit, found, draft, form.go)
    if form.step in STEPS:
        errors = reportwords.problems(form.step, draft, found)
        if errors:
            return _screen(visit, found, draft, form.step, errors)
    if form.step == CHECK and form.go == "send":
        return _send(visit, found, draft, form)
    if form.step == STEPS[-1] or draft.checked:
        return _check(visit, found, replace(draft, checked=True))
    at = STEPS.index(form.step) + 1 if form.step in STEPS else 0
    return _screen(visit, found, draft, STEPS[at])


def _before(visit: Visit, found: ReportForm, draft: Draft, step: str) -> HTMLResponse:
    at = (*STEPS, CHECK).index(step) if step in (*STEPS, CHECK) else 0
    return _screen(visit, found, draft, STEPS[at - 1]) if at else _first(visit, found, draft=draft)


def _send(visit: Visit, found: ReportForm, draft: Draft, form: ScreenForm) -> HTMLResponse:
    """Take the report when it is whole and a person sent it; the page after it is the only receipt."""
    step = reportwords.unfinished(draft, found)
    if step is not None:
        return _screen(visit, found, draft, step, reportwords.problems(step, draft, found))
    took = (visit.now - datetime.fromisoformat(draft.begun_at)).total_seconds()
    if form.leave_empty or took < QUICKEST_SECONDS:
        return _check(visit, found, draft, (Refusal("send", reportwords.PERSON),))
    _window(visit, found.setting.key)
    try:
        received = receive(visit.services, _report(draft), visit.now, visit.services.chance)
    except BadInput as refused:
        return _check(
            visit, found, draft, (Refusal("send", "; ".join(one.right for one in refused.problems)),)
        )
    return _thanks(visit, found, draft, received)


def _window(visit: Visit, setting: str) -> None:
    """Hold back a flood of reports: from one address, and to one setting from everywhere."""
    site = visit.site
    wait = max(
        site.reports_by_address.wait(visit.address, visit.now), site.reports_to.wait(setting, visit.now)
    )
    if wait:
        raise TooMany(wait)


def _report(draft: Draft) -> Report:
    """Make a report of the draft; who stays anonymous leaves no name, whatever was typed before."""
    named = draft.told == "named"
    return Report(
        setting=draft.setting,
        category=draft.category,
        what=draft.what,
        where_when=draft.where_when,
        about=draft.about,
        about_roles=draft.about_roles,
        personal_data=bool(draft.personal_data),
        person=(draft.person or None) if named else None,
        reporter_name=draft.name if named else None,
        reporter_email=(draft.email or None) if named else None,
        form_key=draft.form_key(),
    )


def _first(
    visit: Visit,
    found: ReportForm,
    *,
    draft: Draft | None = None,
    errors: tuple[Refusal, ...] = (),
    status: int = 200,
) -> HTMLResponse:
    return visit.site.pages.show(
        "report.html" if found.takes else "report_not_taken.html",
        now=visit.now,
        status=422 if errors else status,
        form=found,
        setting=found.setting,
        address=f"/report/{found.setting.key}",
        draft=visit.site.drafts.seal(draft, visit.now) if draft is not None else "",
        errors=errors,
    )


def _screen(
    visit: Visit, found: ReportForm, draft: Draft, step: str, errors: tuple[Refusal, ...] = ()
) -> HTMLResponse:
    return visit.site.pages.show(
        "report_step.html",
        now=visit.now,
        status=422 if errors else 200,
        form=found,
        setting=found.setting,
        address=f"/report/{found.setting.key}",
        draft=visit.site.drafts.seal(draft.without(step), visit.now),
        step=step,
        number=STEPS.index(step) + 1,
        total=len(STEPS),
        question=reportwords.QUESTIONS[step],
        longest=reportwords.LONGEST,
        typed=draft,
        errors=errors,
        wrong=Quiet({one.field: one.says for one in errors}),
    )


def _check(visit: Visit, found: ReportForm, draft: Draft, errors: tuple[Refusal, ...] = ()) -> HTMLResponse:
    return visit.site.pages.show(
        "report_check.html",
        now=visit.now,
        status=422 if errors else 200,
        form=found,
        setting=found.setting,
        address=f"/report/{found.setting.key}",
        draft=visit.site.drafts.seal(draft, visit.now),
        typed=draft,
        errors=errors,
    )


def _turned_away(
    visit: Visit, found: ReportForm, draft: Draft, turned: tuple[str, Guarded], told: str
) -> HTMLResponse:
    """Send somebody to the DSL, kindly: what they wrote is not even carried in the page.

    `told`: the role of whoever hears that the form was used so; empty: nobody does.
    """
    step, why = turned
    return visit.site.pages.show(
        "report_turned_away.html",
        now=visit.now,
        status=422,
        setting=found.setting,
        address=f"/report/{found.setting.key}",
        draft=visit.site.drafts.seal(draft, visit.now),
        step=step,
        image=why is Guarded.IMAGE,
        told=told,
        heading=reportwords.TURNED_AWAY[why],
    )


def _thanks(visit: Visit, found: ReportForm, draft: Draft, received: Received) -> HTMLResponse:
    return visit.site.pages.show(
        "report_thanks.html",
        now=visit.now,
        setting=found.setting,
        address=f"/report/{found.setting.key}",
        received=received,
        named=draft.told == "named",
    )
