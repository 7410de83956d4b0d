"""/policies: where staff find every policy, read it, and see what changed and what they answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import HTMLResponse

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.identity.member import Member, NotYours, SignedIn, show
from bot.policies.reader import MAX_QUERY_LENGTH, LibraryReader, areas, list_policies, read_policy
from bot.web import document_html
from bot.web.context import RequestContext, Visiting
from bot.web.words import role

router = APIRouter()


def reader(member: Annotated[Member, Depends(SignedIn(in_teams=True))], visit: Visiting) -> Member:
    """Return who is signed in, if they work here or govern the school."""
    here = member.person.membership(member.school.key)
    is_staff = here is not None and here.is_staff and here.here_on(local_date(visit.now))
    if not is_staff and not member.may(Permission.VIEW_REVIEWS):
        raise NotYours
    return member


Reader = Annotated[Member, Depends(reader)]


@router.api_route("/policies", methods=["GET", "HEAD"])
def show_library(member: Reader, visit: Visiting, q: str = "", area: str = "") -> HTMLResponse:
    """List every policy in force; `q`: words of its name or text, `area`: who keeps it."""
    found = areas(member.snapshot, member.school.key)
    known = area if area in found else ""
    return show(
        visit,
        member,
        "policies.html",
        rows=list_policies(visit.services.store, member.snapshot, _reads(member, visit), q, known),
        areas=[(one, _in_words(member, one)) for one in found],
        q=q[:MAX_QUERY_LENGTH],
        area=known,
    )


@router.api_route("/policies/{policy}", methods=["GET", "HEAD"])
def show_one(policy: str, member: Reader, visit: Visiting) -> HTMLResponse:
    """Show one policy: its text in force, what changed in it, and the reader's own answers."""
    found = read_policy(visit.services.store, member.snapshot, _reads(member, visit), policy)
    if found is None:
        raise HTTPException(404)
    blocks = document_html.blocks(found.text.text or "")
    return show(
        visit,
        member,
        "policy.html",
        found=found,
        blocks=blocks,
        contents=document_html.contents(blocks, besides=(found.policy.title, member.school.name)),
        uses_office=member.may(Permission.USE_OFFICE),
    )


def _reads(member: Member, visit: RequestContext) -> LibraryReader:
    return LibraryReader(member.school.key, member.person.key, local_date(visit.now))


def _in_words(member: Member, owner: str) -> str:
    """Return who keeps policies as people say it: a role, or a person's name."""
    sort, _, name = owner.partition(":")
    if sort == "role":
        return role(name)
    return member.snapshot.people[owner].name if owner in member.snapshot.people else owner
