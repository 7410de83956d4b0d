"""Policies: what is in force and what was noticed in it; a new version read, compared and published."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, HTTPException, UploadFile
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.gather import school_day
from bot.actions.office_policies import (
    LARGEST,
    PolicyDesk,
    Publishing,
    find_policy,
    list_policies,
    look_through,
    publish,
    take_version,
)
from bot.web import officewords
from bot.web.member import Member, show
from bot.web.officeforms import NOTHING_WRONG, Office, Shown, attempt, doer, files_sent
from bot.web.visit import Visit, Visiting

router = APIRouter()
# A file a little too large is refused in words.
LARGEST_FORM = LARGEST + 4 * 1024 * 1024
MINOR = {"minor": True, "material": False}


class PublishForm(BaseModel):
    """How a version is to be published, as it was sent."""

    seal: str = ""
    change: str = ""
    reason: str = ""
    number: str = ""
    was: str = ""

    def publishing(self) -> Publishing:
        return Publishing(MINOR.get(self.change), self.reason, self.number, self.was)


def sent_file(file: Annotated[UploadFile | None, File()] = None) -> tuple[str, bytes]:
    """Read a file as far as it may be long; one nobody chose is empty."""
    if file is None or not file.filename:
        return "", b""
    return file.filename, file.file.read(LARGEST + 1)


@router.api_route("/office/policies", methods=["GET", "HEAD"])
def show_policies(member: Office, visit: Visiting) -> HTMLResponse:
    """List the policies."""
    return show(
        visit,
        member,
        "office_policies.html",
        here="/office",
        desks=list_policies(visit.services, member.snapshot, member.setting.key, visit.now),
        today=school_day(visit.now),
    )


@router.api_route("/office/policies/{policy}", methods=["GET", "HEAD"])
def show_policy(policy: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show one policy: its versions, what was noticed, and the form for a new one."""
    return _policy_page(visit, member, _find(visit, member, policy), NOTHING_WRONG)


@router.post("/office/policies/{policy}", max_body_size=LARGEST_FORM)
def take_file(
    policy: str,
    member: Office,
    visit: Visiting,
    given: Annotated[tuple[str, bytes], Depends(sent_file)],
    seal: Annotated[str, Form()] = "",
) -> Response:
    """Keep a new version to look through."""
    desk = _find(visit, member, policy)
    by = doer(member, files_sent(f"policy {policy}", seal, given))
    keys: list[str] = []

    def take() -> None:
        keys.append(take_version(visit.services, desk.policy, *given, by, visit.now))

    errors = attempt(visit, member, seal, take)
    if errors:
        return _policy_page(visit, member, desk, Shown("file", errors=errors))
    return RedirectResponse(f"/office/policies/{quote(policy)}/new/{keys[0]}", status_code=303)


@router.api_route("/office/policies/{policy}/files/{sha256}", methods=["GET", "HEAD"])
def give_file(policy: str, sha256: str, member: Office, visit: Visiting) -> Response:
    """Give the file of a version, to keep and not to open here."""
    texts = _find(visit, member, policy).texts
    found = next((one for one in reversed(texts) if one.sha256_bytes == sha256 and one.content), None)
    if found is None or found.content is None:
        raise HTTPException(404)
    named = f"attachment; filename*=UTF-8''{quote(found.filename or 'policy')}"
    return Response(
        found.content, media_type="application/octet-stream", headers={"Content-Disposition": named}
    )


@router.api_route("/office/policies/{policy}/new/{key}", methods=["GET", "HEAD"])
def show_version(policy: str, key: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show what was read in a new version, and what is different in it."""
    return _version_page(visit, member, (_find(visit, member, policy), key), PublishForm(), NOTHING_WRONG)


@router.post("/office/policies/{policy}/new/{key}")
def take_version_form(
    policy: str, key: str, member: Office, form: Annotated[PublishForm, Form()], visit: Visiting
) -> Response:
    """Publish a version."""
    desk = _find(visit, member, policy)

    def make_it_count() -> None:
        found = look_through(visit.services, member.snapshot, desk, key, visit.now)
        publish(visit.services, desk, found, form.publishing(), doer(member), visit.now)

    errors = attempt(visit, member, form.seal, make_it_count)
    if errors:
        return _version_page(visit, member, (desk, key), form, Shown("publish", errors=errors))
    return RedirectResponse(f"/office/policies/{quote(policy)}", status_code=303)


def _find(visit: Visit, member: Member, policy: str) -> PolicyDesk:
    found = find_policy(visit.services, member.snapshot, member.setting.key, policy, visit.now)
    if found is None:
        raise HTTPException(404)
    return found


def _policy_page(visit: Visit, member: Member, desk: PolicyDesk, shown: Shown) -> HTMLResponse:
    return show(
        visit,
        member,
        "office_policy.html",
        status=422 if shown.errors else 200,
        here="/office",
        desk=desk,
        people={key: one.name for key, one in member.snapshot.people.items()},
        shown=shown,
        words=officewords,
        today=school_day(visit.now),
    )


def _version_page(
    visit: Visit, member: Member, what: tuple[PolicyDesk, str], form: PublishForm, shown: Shown
) -> HTMLResponse:
    desk, key = what
    found = look_through(visit.services, member.snapshot, desk, key, visit.now)
    if found is None and shown.errors:
        return _policy_page(visit, member, desk, shown)
    if found is None:
        raise HTTPException(404)
    return show(
        visit,
        member,
        "office_version.html",
        status=422 if shown.errors else 200,
        here="/office",
        desk=desk,
        found=found,
        header=found.reading.header,
        typed=form,
        shown=shown,
        words=officewords,
        today=school_day(visit.now),
    )
