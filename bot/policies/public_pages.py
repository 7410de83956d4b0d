"""The school's public policies: no session, no cookie, and nothing but the chosen texts.

Answers may be kept by browsers and proxies, and each use is checked with us, so taking one back ends it at
once. `/office/policies/{policy}/public` previews, publishes and takes back.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.dates import long_date
from bot.identity.forms import FormState, Office, actor_of, submit_form
from bot.identity.guard import Public
from bot.identity.member import Member, show
from bot.policies.public_copies import (
    PublicChoice,
    PublicCopy,
    approval_of,
    list_public,
    public_pdf,
    show_to_everyone,
    show_to_no_one,
)
from bot.policies.service import PolicyPage, find_policy
from bot.rules.people import School
from bot.web import document_html
from bot.web.context import RequestContext, Visiting, check_rate

router = APIRouter()
ANYONE = Depends(Public("only the policies that the office chose to show to everyone"))
# Kept, and asked for again each time: what was taken back is gone at once.
CHECKED_EACH_TIME = "public, no-cache"
LISTED, NOT_LISTED = "index, follow", "noindex, nofollow"


class PublicForm(BaseModel):
    """The form of the preview, as sent."""

    seal: str = ""
    was: str = ""
    listed: str = ""
    approved: str = ""


@router.api_route("/library/{school}", methods=["GET", "HEAD"], dependencies=[ANYONE])
def show_public_list(school: str, request: Request, visit: Visiting) -> Response:
    """List the policies that a school shows to everyone."""
    found, copies = _found(visit, school)
    page = visit.site.pages.show(
        "public_policies.html", now=visit.now, logo=visit.logo_of(school), school=found, copies=copies
    )
    return _kept(request, page, listed=any(one.chosen.for_search_engines for one in copies))


@router.api_route("/library/{school}/{policy}", methods=["GET", "HEAD"], dependencies=[ANYONE])
def show_public_policy(school: str, policy: str, request: Request, visit: Visiting) -> Response:
    """Show one of them as text."""
    found, copy = _copy(visit, school, policy)
    blocks = document_html.blocks(copy.text.text or "")
    page = visit.site.pages.show(
        "public_policy.html",
        now=visit.now,
        logo=visit.logo_of(school),
        school=found,
        copy=copy,
        blocks=blocks,
        contents=document_html.contents(blocks, besides=(copy.policy.title, found.name)),
    )
    return _kept(request, page, listed=copy.chosen.for_search_engines)


@router.api_route("/library/{school}/{policy}/policy.pdf", methods=["GET", "HEAD"], dependencies=[ANYONE])
def give_public_pdf(school: str, policy: str, request: Request, visit: Visiting) -> Response:
    """Download one of them as a PDF that is made of its text."""
    found, copy = _copy(visit, school, policy)
    check_rate(visit, (visit.site.posts_by_address, visit.address))
    since = long_date(copy.text.issued_on) if copy.text.issued_on else ""
    named = f"inline; filename*=UTF-8''{quote(copy.policy.title)}.pdf"
    pdf = Response(
        public_pdf(found.name, copy, since),
        media_type="application/pdf",
        headers={"Content-Disposition": named},
    )
    return _kept(request, pdf, listed=copy.chosen.for_search_engines)


@router.api_route("/office/policies/{policy}/public", methods=["GET", "HEAD"])
def show_preview(policy: str, member: Office, visit: Visiting, done: str = "") -> HTMLResponse:
    """Show a policy as everyone would see it, and the form that publishes or takes back."""
    return _preview(visit, member, _desk(visit, member, policy), PublicForm(), FormState(done))


@router.post("/office/policies/{policy}/public")
def take_choice(
    policy: str, member: Office, form: Annotated[PublicForm, Form()], visit: Visiting
) -> Response:
    """Show the version that was previewed to everyone."""
    desk = _desk(visit, member, policy)
    by = actor_of(member, f"public {policy} {form.model_dump_json()}")
    given = PublicChoice(form.was, bool(form.listed), bool(form.approved))
    errors = submit_form(
        visit,
        member,
        form.seal,
        lambda: show_to_everyone(visit.services, member.snapshot, desk, given, by, visit.now),
    )
    if errors:
        return _preview(visit, member, desk, form, FormState("public", errors=errors))
    return RedirectResponse(f"{_address(policy)}?done=shown", status_code=303)


@router.post("/office/policies/{policy}/public/take-back")
def take_back(policy: str, member: Office, form: Annotated[PublicForm, Form()], visit: Visiting) -> Response:
    """Remove a policy from the public pages."""
    desk = _desk(visit, member, policy)
    by = actor_of(member, f"take back {policy} {form.seal}")
    errors = submit_form(
        visit, member, form.seal, lambda: show_to_no_one(visit.services, desk.policy, by, visit.now)
    )
    if errors:
        return _preview(visit, member, desk, form, FormState("public", errors=errors))
    return RedirectResponse(f"{_address(policy)}?done=taken", status_code=303)


def _address(policy: str) -> str:
    return f"/office/policies/{quote(policy)}/public"


def _found(visit: RequestContext, school: str) -> tuple[School, tuple[PublicCopy, ...]]:
    found = list_public(visit.services.store, school)
    if found is None:
        raise HTTPException(404)
    return found


def _copy(visit: RequestContext, school: str, policy: str) -> tuple[School, PublicCopy]:
    found, copies = _found(visit, school)
    one = next((copy for copy in copies if copy.policy.key == policy), None)
    if one is None:
        raise HTTPException(404)
    return found, one


def _kept(request: Request, answer: Response, *, listed: bool) -> Response:
    """Let an answer be kept, and say that nothing changed to a reader who has it already."""
    tag = f'"{sha256(bytes(answer.body)).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": CHECKED_EACH_TIME,
        "ETag": tag,
        "X-Robots-Tag": LISTED if listed else NOT_LISTED,
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer


def _desk(visit: RequestContext, member: Member, policy: str) -> PolicyPage:
    found = find_policy(visit.services, member.snapshot, member.school.key, policy, visit.now)
    if found is None:
        raise HTTPException(404)
    return found


def _preview(
    visit: RequestContext,
    member: Member,
    desk: PolicyPage,
    form: PublicForm,
    shown: FormState,
) -> HTMLResponse:
    text = desk.in_force
    blocks = document_html.blocks(text.text) if text is not None and text.text else ()
    base = visit.services.base_url.rstrip("/")
    return show(
        visit,
        member,
        "office_policy_public.html",
        status=422 if shown.errors else 200,
        desk=desk,
        text=text,
        blocks=blocks,
        contents=document_html.contents(blocks, besides=(desk.policy.title, member.school.name)),
        approval=approval_of(member.snapshot, desk.policy, text) if text is not None else None,
        shown_text=next(
            (one for one in desk.texts if desk.public and one.sha256_bytes == desk.public.sha256_bytes), None
        ),
        list_address=f"{base}/library/{quote(member.school.key)}",
        page_address=f"/library/{quote(member.school.key)}/{quote(desk.policy.key)}",
        typed=form,
        shown=shown,
    )
