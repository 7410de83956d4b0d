"""Pages that set a policy up: add its file, decide its promises one at a time, read the emails, start it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, HTTPException, UploadFile
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.identity.forms import NOTHING_WRONG, FormState, actor_of, files_sent, submit_form, take_form
from bot.identity.member import Member, SignedIn, show
from bot.onboarding.conversation import (
    LOOK,
    emails,
    in_setup,
    keep,
    merge,
    open_conversation,
    put_off,
    start,
    take_back,
)
from bot.onboarding.service import where_it_stands
from bot.policies.editing import MOST_FILES, add_policies
from bot.policies.service import LARGEST
from bot.rule_pages import words
from bot.rule_pages.service import second_readers, term_in_words
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Editor = Annotated[Member, Depends(SignedIn(Permission.EDIT_RULES))]
SETUP = "/office/setup"
LARGEST_FORM = 120 * 1024 * 1024


class DecisionForm(BaseModel):
    """A decision about one promise. `looked`: the page showed what is not printed before."""

    seal: str = ""
    sentence: str = ""
    looked: str = ""
    rule: str = ""
    then: str = ""


def sent_files(file: Annotated[list[UploadFile] | None, File()] = None) -> list[tuple[str, bytes]]:
    """Read the files, each as far as it may be long."""
    chosen = [one for one in (file or []) if one.filename][: MOST_FILES + 1]
    return [(one.filename or "", one.file.read(LARGEST + 1)) for one in chosen]


@router.api_route(SETUP, methods=["GET", "HEAD"])
def show_setup(member: Editor, visit: Visiting) -> HTMLResponse:
    """Show the form for a new policy, and the policies that are being set up."""
    return _add_page(visit, member, NOTHING_WRONG)


@router.post(SETUP, max_body_size=LARGEST_FORM)
def take_policies(
    member: Editor,
    visit: Visiting,
    files: Annotated[list[tuple[str, bytes]], Depends(sent_files)],
    seal: Annotated[str, Form()] = "",
) -> Response:
    """Add policies; one alone is set up at once."""
    by = actor_of(member, files_sent("policies", seal, *files))
    added: list[str] = []
    return take_form(
        visit,
        member,
        seal,
        lambda: added.extend(add_policies(visit.services, files, by, visit.now)),
        again=lambda errors: _add_page(visit, member, FormState("file", errors=errors)),
        to=lambda: _address(added[0]) if len(added) == 1 else f"{SETUP}#begun",
    )


@router.api_route(f"{SETUP}/{{policy}}", methods=["GET", "HEAD"])
def show_policy(policy: str, member: Editor, visit: Visiting, sentence: str = "") -> HTMLResponse:
    """Show the promise that is asked about next, what was decided, and what waits."""
    return _page(visit, member, policy, sentence, NOTHING_WRONG)


@router.post(f"{SETUP}/{{policy}}")
def decide(policy: str, member: Editor, form: Annotated[DecisionForm, Form()], visit: Visiting) -> Response:
    """Keep a promise, put it off, merge it with a rule, or decide it again."""
    by = actor_of(member, f"decide {policy} {form.model_dump_json()}")
    services, now = visit.services, visit.now
    acts: dict[str, Callable[[], None]] = {
        "keep": lambda: keep(services, policy, form.sentence, by, now, looked=form.looked == "yes"),
        "later": lambda: put_off(services, policy, form.sentence, by),
        "merge": lambda: merge(services, policy, form.sentence, form.rule, by, now),
        "again": lambda: take_back(services, policy, form.sentence, by, now),
    }
    if form.then not in acts:
        raise HTTPException(422)
    errors = submit_form(visit, member, form.seal, acts[form.then], is_quick=True)
    if errors:
        return _page(visit, member, policy, form.sentence, FormState("card", errors=errors))
    again = f"?sentence={quote(form.sentence)}" if form.then == "again" else ""
    return RedirectResponse(f"{_address(policy)}{again}#card", status_code=303)


@router.api_route(f"{SETUP}/{{policy}}/emails", methods=["GET", "HEAD"])
def show_emails(policy: str, member: Editor, visit: Visiting) -> HTMLResponse:
    """Show for each rule that was kept whom it asks, by name, and its first email."""
    found = open_conversation(visit.services, member.snapshot, member.school.key, policy, visit.now)
    if found is None:
        raise HTTPException(404)
    return show(
        visit,
        member,
        "office_setup_emails.html",
        found=found,
        emails=emails(visit.services, found, visit.now),
        today=local_date(visit.now),
        address=_address(policy),
    )


@router.post(f"{SETUP}/{{policy}}/start")
def start_policy(
    policy: str, member: Editor, form: Annotated[DecisionForm, Form()], visit: Visiting
) -> Response:
    """Start the rules that were kept of a policy."""
    by = actor_of(member, f"start {policy} {form.seal}")
    waits: list[int] = []

    def next_page() -> str:
        if where_it_stands(visit.services, member.snapshot, member.school.key, visit.now).setting_up:
            return "/office/start#people"
        return f"/office/policies/{quote(policy, safe='')}?done={'waits' if any(waits) else 'started'}"

    return take_form(
        visit,
        member,
        form.seal,
        lambda: waits.append(start(visit.services, policy, by, visit.now)),
        again=lambda errors: _page(visit, member, policy, "", FormState("start", errors=errors)),
        to=next_page,
    )


def _add_page(visit: RequestContext, member: Member, shown: FormState) -> HTMLResponse:
    return show(
        visit,
        member,
        "office_setup.html",
        status=422 if shown.errors else 200,
        begun=in_setup(visit.services, member.school.key),
        shown=shown,
    )


def _page(
    visit: RequestContext, member: Member, policy: str, sentence: str, shown: FormState
) -> HTMLResponse:
    services, school = visit.services, member.school
    found = open_conversation(services, member.snapshot, school.key, policy, visit.now, sentence)
    if found is None:
        raise HTTPException(404)
    stands = where_it_stands(services, member.snapshot, school.key, visit.now)
    rule = found.card.proposal.rule if found.card else None
    who = [term_in_words(member.snapshot, school, str(term)) for term in rule.audience.any_of] if rule else []
    return show(
        visit,
        member,
        "office_setup_policy.html",
        status=422 if shown.errors and LOOK not in shown.errors else 200,
        found=found,
        who=", ".join(who),
        looks=LOOK in shown.errors,
        shown=FormState(shown.step, errors=tuple(one for one in shown.errors if one != LOOK)),
        proofs=words.PROOFS,
        address=_address(policy),
        is_first_run=stands.setting_up,
        seconds=second_readers(services, member.snapshot, school.key, member.person.key),
        today=local_date(visit.now),
    )


def _address(policy: str) -> str:
    return f"{SETUP}/{quote(policy, safe='')}"
