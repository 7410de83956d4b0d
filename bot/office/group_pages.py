"""Pages of groups: who is in each and which rules ask it, and a form to change a whole group."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.identity.forms import NOTHING_WRONG, FormState, Office, actor_of, take_form
from bot.identity.member import Member, show
from bot.office.groups import Group, change_group, groups_of, start_of_group
from bot.people.service import has_directory
from bot.planning.active_members import active_members
from bot.web.context import RequestContext, Visiting

router = APIRouter()
GROUPS = "/office/people/groups"
NEW = "new"


class GroupForm(BaseModel):
    """Who is in a group, as typed; `name` of a new one."""

    seal: str = ""
    was: str = ""
    name: str = ""
    members: list[str] = []
    why: str = ""


Sent = Annotated[GroupForm, Form()]


@router.api_route(GROUPS, methods=["GET", "HEAD"])
def show_groups(member: Office, visit: Visiting, done: str = "") -> HTMLResponse:
    """List the groups with their people and the rules that ask them."""
    return show(
        visit,
        member,
        "groups.html",
        groups=groups_of(member.snapshot, member.school.key, local_date(visit.now)),
        directory=has_directory(visit.services, member.school.key),
        edits_rules=member.may(Permission.EDIT_RULES),
        done=done,
    )


@router.api_route(f"{GROUPS}/{{group}}", methods=["GET", "HEAD"])
def show_group(group: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Show who is in a group, and the form to change it."""
    found = _find(visit, member, group)
    members = [one.key for one in found.people] if found is not None else []
    form = GroupForm(was=start_of_group(members), members=members)
    return _page(visit, member, found, form, NOTHING_WRONG)


@router.post(f"{GROUPS}/{{group}}")
def take_group(group: str, member: Office, form: Sent, visit: Visiting) -> Response:
    """Make the chosen people the group."""
    found = _find(visit, member, group)
    by = actor_of(member, f"group {group} {form.model_dump_json()}", form.was)
    name = found.key if found is not None else form.name
    return take_form(
        visit,
        member,
        form.seal,
        lambda: change_group(visit.services, name, form.members, form.why, by, visit.now),
        again=lambda errors: _page(visit, member, found, form, FormState("group", errors=errors)),
        to=f"{GROUPS}?done=saved",
    )


def _page(
    visit: RequestContext, member: Member, group: Group | None, form: GroupForm, shown: FormState
) -> HTMLResponse:
    people = member.snapshot.people
    here = active_members(member.snapshot, local_date(visit.now))[member.school.key].here
    return show(
        visit,
        member,
        "group.html",
        status=422 if shown.errors else 200,
        group=group,
        typed=form,
        shown=shown,
        people=sorted((people[key].name, key) for key in here),
        directory=has_directory(visit.services, member.school.key),
        edits_rules=member.may(Permission.EDIT_RULES),
        address=f"{GROUPS}/{quote(group.key if group is not None else NEW, safe='')}",
        back=GROUPS,
    )


def _find(visit: RequestContext, member: Member, key: str) -> Group | None:
    """Find a group; None: a new one."""
    if key == NEW:
        return None
    known = groups_of(member.snapshot, member.school.key, local_date(visit.now))
    found = next((one for one in known if one.key == key), None)
    if found is None:
        raise HTTPException(404)
    return found
