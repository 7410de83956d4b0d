"""First steps of a new school: a list that shows what is done, and a page for each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.dates import parse_date_field
from bot.core.form_start import CHANGED, start_of
from bot.identity.forms import NOTHING_WRONG, FormState, Office, OfficeForm, actor_of, files_sent, submit_form
from bot.identity.member import Member, show
from bot.onboarding.questions import SECTIONS
from bot.onboarding.service import (
    Proposed,
    add_policies,
    first_week,
    go_live,
    proposed,
    save_answers,
    take_out,
    use_register,
    where_it_stands,
)
from bot.policies.service import LARGEST
from bot.rules.people import Person
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting

router = APIRouter()
LARGEST_FORM = 120 * 1024 * 1024
MOST_FILES = 30
LONGEST_ANSWER = 4000


def sent_files(file: Annotated[list[UploadFile] | None, File()] = None) -> list[tuple[str, bytes]]:
    """Read the files, each as far as it may be long."""
    chosen = [one for one in (file or []) if one.filename][: MOST_FILES + 1]
    return [(one.filename or "", one.file.read(LARGEST + 1)) for one in chosen]


async def sent_answers(request: Request) -> dict[str, str]:
    """Read the answers of the register's form: its questions are not the same for two schools."""
    form = await request.form(max_fields=400)
    said = ((name, value) for name, value in form.items() if isinstance(value, str))
    return {name: value[:LONGEST_ANSWER] for name, value in said}


@router.api_route("/office/start", methods=["GET", "HEAD"])
def show_start(member: Office, visit: Visiting) -> HTMLResponse:
    """Show every step and whether it is done."""
    return _start_page(visit, member, NOTHING_WRONG)


@router.post("/office/start/policies", max_body_size=LARGEST_FORM)
def take_policies(
    member: Office,
    visit: Visiting,
    files: Annotated[list[tuple[str, bytes]], Depends(sent_files)],
    seal: Annotated[str, Form()] = "",
) -> Response:
    """Keep the policies to begin with."""
    by = actor_of(member, files_sent("policies", seal, *files))
    return _then_back(visit, member, seal, lambda: add_policies(visit.services, files, by, visit.now))


@router.post("/office/start/policies/{key}/out")
def take_policy_out(
    key: str, member: Office, form: Annotated[OfficeForm, Form()], visit: Visiting
) -> Response:
    """Take one of them out again."""
    return _then_back(
        visit, member, form.seal, lambda: take_out(visit.services, key, actor_of(member), visit.now)
    )


@router.post("/office/start/live")
def take_live(member: Office, form: Annotated[OfficeForm, Form()], visit: Visiting) -> Response:
    """Go live."""

    def live() -> None:
        start = where_it_stands(visit.services, member.snapshot, member.setting.key, visit.now)
        go_live(visit.services, start, parse_date_field("live_on", form.live_on), actor_of(member), visit.now)

    return _then_back(visit, member, form.seal, live)


@router.api_route("/office/start/register", methods=["GET", "HEAD"])
def show_register(member: Office, visit: Visiting) -> HTMLResponse:
    """Show the questions that only a person can answer."""
    return _register_page(visit, member, {}, NOTHING_WRONG)


@router.post("/office/start/register", max_body_size=512 * 1024)
def take_register(
    member: Office, visit: Visiting, answers: Annotated[dict[str, str], Depends(sent_answers)]
) -> Response:
    """Keep the answers; and make the register count, when that was pressed."""

    def take() -> None:
        by = actor_of(member, was=answers.get("was", ""))
        people = known_people(member)
        text = save_answers(visit.services, answers, by, visit.now, people)
        if answers.get("then") == "use":
            use_register(visit.services, text, by, visit.now, people)

    errors = submit_form(visit, member, answers.get("seal", ""), take)
    if errors == (CHANGED,):
        # Lines have moved: what was typed may stand beside other questions by now.
        answers = {}
    if errors:
        return _register_page(visit, member, answers, FormState("register", errors=errors))
    then = "/office/start" if answers.get("then") == "use" else "/office/start/register"
    return RedirectResponse(then, status_code=303)


def known_people(member: Member) -> list[Person]:
    """List the people of the school so far."""
    return [one for one in member.snapshot.people.values() if one.membership(member.setting.key)]


@router.api_route("/office/start/register.yaml", methods=["GET", "HEAD"])
def give_register(member: Office, visit: Visiting) -> Response:
    """Give the register as it stands so far, to keep as a file."""
    found = proposed(visit.services, member.setting, visit.now)
    if found is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": 'attachment; filename="register.yaml"'}
    return Response(found.text.encode(), media_type="application/yaml", headers=headers)


@router.api_route("/office/start/week", methods=["GET", "HEAD"])
def show_week(member: Office, visit: Visiting) -> HTMLResponse:
    """Show what the first week would send."""
    start = where_it_stands(visit.services, member.snapshot, member.setting.key, visit.now)
    first = start.live_on if start.setting_up and start.live_on else local_date(visit.now)
    return show(
        visit,
        member,
        "office_week.html",
        start=start,
        days=first_week(visit.services.store, member.snapshot, member.setting.key, first),
        today=local_date(visit.now),
    )


def _then_back(visit: RequestContext, member: Member, seal: str, act: Callable[[], None]) -> Response:
    errors = submit_form(visit, member, seal, act)
    if errors:
        return _start_page(visit, member, FormState("start", errors=errors))
    return RedirectResponse("/office/start", status_code=303)


def _with_people(visit: RequestContext, member: Member) -> Proposed | None:
    return proposed(visit.services, member.setting, visit.now, known_people(member))


def _start_page(visit: RequestContext, member: Member, shown: FormState) -> HTMLResponse:
    start = where_it_stands(visit.services, member.snapshot, member.setting.key, visit.now)
    return show(
        visit,
        member,
        "office_start.html",
        status=422 if shown.errors else 200,
        start=start,
        draft=_with_people(visit, member) if start.waiting else None,
        shown=shown,
        words=web_words,
        today=local_date(visit.now),
    )


def _register_page(
    visit: RequestContext, member: Member, typed: dict[str, str], shown: FormState
) -> HTMLResponse:
    found = _with_people(visit, member)
    start = where_it_stands(visit.services, member.snapshot, member.setting.key, visit.now)
    if found is None or not start.setting_up:
        return _start_page(visit, member, shown)
    return show(
        visit,
        member,
        "office_register.html",
        status=422 if shown.errors else 200,
        found=found,
        sections=[
            (title, [one for one in found.questions if one.section == name])
            for name, title in SECTIONS.items()
        ],
        typed=typed,
        was=start_of(found.text),
        people=[(one.email, one.name) for one in known_people(member) if one.email],
        shown=shown,
        today=local_date(visit.now),
    )
