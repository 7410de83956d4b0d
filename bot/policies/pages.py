"""Policies: what is in force and what was noticed in it; a new version read, compared and published."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, HTTPException, UploadFile
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.identity.forms import NOTHING_WRONG, FormState, Office, actor_of, files_sent, submit_form, take_form
from bot.identity.member import Member, SignedIn, show
from bot.policies.editing import undo_facts
from bot.policies.sentences import changed_sentences
from bot.policies.service import (
    LARGEST,
    PolicyPage,
    Publishing,
    asked_by_new_version,
    find_policy,
    is_of,
    list_policies,
    look_through,
    promises,
    promises_in,
    publish,
    rules_of,
    take_version,
    undo_publishing,
    undoing,
    unruled,
)
from bot.policies.website import accept_copy, readings
from bot.register.part_changes import POLICY, undoable_changes
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Editor = Annotated[Member, Depends(SignedIn(Permission.EDIT_RULES))]
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
    ours: str = ""

    def publishing(self) -> Publishing:
        return Publishing(MINOR.get(self.change), self.reason, self.number, self.was, ours=bool(self.ours))


def sent_file(file: Annotated[UploadFile | None, File()] = None) -> tuple[str, bytes]:
    """Read a file as far as it may be long; one no one chose is empty."""
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
        reads_reviews=member.may(Permission.VIEW_REVIEWS),
        desks=list_policies(visit.services, member.snapshot, member.school.key, visit.now),
        edits_rules=member.may(Permission.EDIT_RULES),
        today=local_date(visit.now),
    )


@router.api_route("/office/policies/{policy}", methods=["GET", "HEAD"])
def show_policy(policy: str, member: Office, visit: Visiting, done: str = "") -> HTMLResponse:
    """Show one policy: its versions, what was noticed, and the form for a new one."""
    return _policy_page(visit, member, _find(visit, member, policy), NOTHING_WRONG, done)


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
    by = actor_of(member, files_sent(f"policy {policy}", seal, given))
    keys: list[str] = []

    def take() -> None:
        keys.append(take_version(visit.services, desk.policy, *given, by, visit.now))

    errors = submit_form(visit, member, seal, take)
    if errors:
        return _policy_page(visit, member, desk, FormState("file", errors=errors))
    return RedirectResponse(f"/office/policies/{quote(policy)}/new/{keys[0]}", status_code=303)


@router.api_route("/office/policies/{policy}/files/{sha256}", methods=["GET", "HEAD"])
def give_file(policy: str, sha256: str, member: Office, visit: Visiting) -> Response:
    """Return the file of a version, to keep and not to open here."""
    texts = _find(visit, member, policy).texts
    found = next((one for one in reversed(texts) if one.sha256_bytes == sha256 and one.content), None)
    if found is None or found.content is None:
        raise HTTPException(404)
    named = f"attachment; filename*=UTF-8''{quote(found.filename or 'policy')}"
    return Response(
        found.content, media_type="application/octet-stream", headers={"Content-Disposition": named}
    )


@router.api_route("/office/policies/{policy}/new/{key}", methods=["GET", "HEAD"])
def show_version(policy: str, key: str, member: Office, visit: Visiting, done: str = "") -> HTMLResponse:
    """Show what was read in a new version, what is different in it, and whom it would ask."""
    what = (_find(visit, member, policy), key)
    return _version_page(visit, member, what, PublishForm(), FormState(done))


@router.post("/office/policies/{policy}/new/{key}")
def take_version_form(
    policy: str, key: str, member: Office, form: Annotated[PublishForm, Form()], visit: Visiting
) -> Response:
    """Publish a version."""
    desk = _find(visit, member, policy)

    def make_it_count() -> None:
        found = look_through(visit.services, member.snapshot, desk, key, visit.now)
        publish(visit.services, desk, found, form.publishing(), actor_of(member), visit.now)

    errors = submit_form(visit, member, form.seal, make_it_count)
    if errors:
        return _version_page(visit, member, (desk, key), form, FormState("publish", errors=errors))
    return RedirectResponse(f"/office/policies/{quote(policy)}?done=published", status_code=303)


@router.post("/office/policies/{policy}/website")
def take_copy(policy: str, member: Editor, form: Annotated[PublishForm, Form()], visit: Visiting) -> Response:
    """Record that the website's copy is the approved text in another shape."""
    desk = _find(visit, member, policy)
    by = actor_of(member, f"website {policy} {form.model_dump_json()}")
    errors = submit_form(
        visit,
        member,
        form.seal,
        lambda: accept_copy(visit.services, desk.policy, form.reason, by, visit.now),
        field="website",
    )
    if errors:
        return _policy_page(visit, member, desk, FormState("website", errors=errors))
    return RedirectResponse(f"/office/policies/{quote(policy)}#website", status_code=303)


@router.post("/office/policies/{policy}/facts/undo")
def undo_change(
    policy: str, member: Editor, form: Annotated[PublishForm, Form()], visit: Visiting
) -> Response:
    """Undo the latest change of what a policy says of itself."""
    desk = _find(visit, member, policy)
    by = actor_of(member, f"undo facts {policy} {form.seal}")
    return take_form(
        visit,
        member,
        form.seal,
        lambda: undo_facts(visit.services, policy, by, visit.now),
        again=lambda errors: _policy_page(visit, member, desk, FormState("undo", errors=errors)),
        to=f"/office/policies/{quote(policy)}?done=changed",
    )


@router.post("/office/policies/{policy}/undo")
def undo_version(
    policy: str, member: Office, form: Annotated[PublishForm, Form()], visit: Visiting
) -> Response:
    """Withdraw the version in force, if no email about it was sent."""
    desk = _find(visit, member, policy)
    by = actor_of(member, f"undo {policy} {form.was} {form.seal}")
    keys: list[str] = []

    def undo() -> None:
        keys.append(undo_publishing(visit.services, desk, form.was, by, visit.now))

    errors = submit_form(visit, member, form.seal, undo)
    if errors:
        return _policy_page(visit, member, desk, FormState("undo", errors=errors))
    # A form sent twice has no new file: the policy says how it stands.
    to = f"/new/{keys[0]}?done=undone" if keys else ""
    return RedirectResponse(f"/office/policies/{quote(policy)}{to}", status_code=303)


def _find(visit: RequestContext, member: Member, policy: str) -> PolicyPage:
    found = find_policy(visit.services, member.snapshot, member.school.key, policy, visit.now)
    if found is None:
        raise HTTPException(404)
    return found


def _policy_page(
    visit: RequestContext, member: Member, desk: PolicyPage, shown: FormState, done: str = ""
) -> HTMLResponse:
    found = promises(desk.in_force) if desk.in_force is not None else ()
    changes = undoable_changes(visit.services, member.school.key, POLICY, visit.now)
    text = (desk.in_force.text or "") if desk.in_force is not None else ""
    of_policy = [one for one in member.snapshot.obligations if is_of(one, desk.policy)]
    return show(
        visit,
        member,
        "office_policy.html",
        status=422 if shown.errors else 200,
        desk=desk,
        website=readings(visit.services, member.school.key).get(desk.policy.key),
        reads_websites=visit.services.web is not None,
        people={key: one.name for key, one in member.snapshot.people.items()},
        rules=rules_of(member.snapshot, desk.policy, local_date(visit.now), found),
        unruled=unruled(found, of_policy),
        changed=changed_sentences(of_policy, (), text, found) if text else (),
        is_in_setup=desk.is_in_setup,
        edits_rules=member.may(Permission.EDIT_RULES),
        reads_reviews=member.may(Permission.VIEW_REVIEWS),
        shown=shown,
        done=done,
        facts_change=changes.get(desk.policy.key),
        undo=undoing(visit.services, desk, visit.now),
        asked=asked_by_new_version(member.snapshot, desk.policy, visit.now) if done == "published" else (),
        words=web_words,
        today=local_date(visit.now),
    )


def _version_page(
    visit: RequestContext, member: Member, what: tuple[PolicyPage, str], form: PublishForm, shown: FormState
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
        reads_reviews=member.may(Permission.VIEW_REVIEWS),
        status=422 if shown.errors else 200,
        desk=desk,
        found=found,
        header=found.reading.header,
        changed=changed_sentences(
            (one for one in member.snapshot.obligations if is_of(one, desk.policy)),
            promises(desk.in_force) if desk.in_force is not None else (),
            "\n".join(found.reading.text.lines),
            promises_in(found.reading.text.lines, found.reading.clauses),
        ),
        typed=form,
        shown=shown,
        words=web_words,
        today=local_date(visit.now),
    )
