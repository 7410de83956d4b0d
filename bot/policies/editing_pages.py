"""Pages that change what a policy says of itself, retire a policy, and put a retired one back."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.identity.forms import NOTHING_WRONG, FormState, actor_of, take_form
from bot.identity.member import Member, SignedIn, show
from bot.planning.active_members import active_members
from bot.policies.editing import (
    PolicyFacts,
    asked_rules,
    change_policy,
    restore_policy,
    retire_policy,
    retired_policies,
    start_of_policy,
)
from bot.register.service import register_of
from bot.rules.policies import Policy
from bot.web.context import RequestContext, Visiting
from bot.web.words import role as role_words

router = APIRouter()
Editor = Annotated[Member, Depends(SignedIn(Permission.EDIT_RULES))]
POLICIES = "/office/policies"


class FactsForm(BaseModel):
    """What a policy says of itself, or why it is retired, as typed."""

    seal: str = ""
    was: str = ""
    title: str = ""
    owner: str = ""
    approver: str = ""
    months: str = ""
    why: str = ""
    link: str = ""


@router.api_route(f"{POLICIES}/{{policy}}/facts", methods=["GET", "HEAD"])
def show_facts(policy: str, member: Editor, visit: Visiting) -> HTMLResponse:
    """Show who keeps a policy, who approves it and how often, and the form to change it."""
    one = _find(visit, member, policy)
    return _facts_page(visit, member, one, _form_of(one), NOTHING_WRONG)


@router.post(f"{POLICIES}/{{policy}}/facts")
def take_facts(policy: str, member: Editor, form: Annotated[FactsForm, Form()], visit: Visiting) -> Response:
    """Change what a policy says of itself."""
    one = _find(visit, member, policy)
    by = actor_of(member, f"facts {policy} {form.model_dump_json()}", form.was)
    facts = PolicyFacts(form.title, form.owner, form.approver, form.months, form.why, form.link)
    return take_form(
        visit,
        member,
        form.seal,
        lambda: change_policy(visit.services, policy, facts, by, visit.now),
        again=lambda errors: _facts_page(visit, member, one, form, FormState("facts", errors=errors)),
        to=f"{_address(policy)}?done=changed",
    )


@router.api_route(f"{POLICIES}/{{policy}}/retire", methods=["GET", "HEAD"])
def show_retire(policy: str, member: Editor, visit: Visiting) -> HTMLResponse:
    """Show which rules a policy still has, and ask why it is retired."""
    return _retire_page(visit, member, _find(visit, member, policy), NOTHING_WRONG)


@router.post(f"{POLICIES}/{{policy}}/retire")
def take_retire(policy: str, member: Editor, form: Annotated[FactsForm, Form()], visit: Visiting) -> Response:
    """Retire a policy none of whose rules is asked any more."""
    one = _find(visit, member, policy)
    by = actor_of(member, f"retire {policy} {form.model_dump_json()}")
    return take_form(
        visit,
        member,
        form.seal,
        lambda: retire_policy(visit.services, policy, form.why, by, visit.now),
        again=lambda errors: _retire_page(visit, member, one, FormState("retire", errors=errors)),
        to=f"{POLICIES}/retired?done={quote(policy)}",
    )


@router.api_route(f"{POLICIES}/retired", methods=["GET", "HEAD"])
def show_retired(member: Editor, visit: Visiting, done: str = "") -> HTMLResponse:
    """List the retired policies. `done`: the one that was retired just now."""
    return _retired_page(visit, member, done, NOTHING_WRONG)


@router.post(f"{POLICIES}/{{policy}}/restore")
def restore(policy: str, member: Editor, form: Annotated[FactsForm, Form()], visit: Visiting) -> Response:
    """Put a retired policy back on the list."""
    by = actor_of(member, f"restore {policy} {form.seal}")
    return take_form(
        visit,
        member,
        form.seal,
        lambda: restore_policy(visit.services, policy, by, visit.now),
        again=lambda errors: _retired_page(visit, member, "", FormState("restore", errors=errors)),
        to=_address(policy),
    )


def _facts_page(
    visit: RequestContext, member: Member, one: Policy, form: FactsForm, shown: FormState
) -> HTMLResponse:
    known, today = register_of(visit.services, member.school.key), local_date(visit.now)
    roll = active_members(member.snapshot, today)[member.school.key]
    roles = [(f"role:{role}", _with_names(member, role, holders)) for role, holders in _roles(roll.by_role)]
    people = sorted((member.snapshot.people[key].name, key) for key in roll.here)
    owners = [*roles, *((key, name) for name, key in people)]
    approvers = [*((body.key, body.name) for body in known.bodies), *roles]
    return show(
        visit,
        member,
        "office_policy_facts.html",
        status=422 if shown.errors else 200,
        policy=one,
        typed=form,
        owners=_with(owners, form.owner),
        approvers=_with(approvers, form.approver),
        shown=shown,
        address=f"{_address(one.key)}/facts",
    )


def _retire_page(visit: RequestContext, member: Member, one: Policy, shown: FormState) -> HTMLResponse:
    return show(
        visit,
        member,
        "office_policy_retire.html",
        status=422 if shown.errors else 200,
        policy=one,
        rules=asked_rules(visit.services, one),
        shown=shown,
        address=f"{_address(one.key)}/retire",
    )


def _retired_page(visit: RequestContext, member: Member, done: str, shown: FormState) -> HTMLResponse:
    return show(
        visit,
        member,
        "office_policies_retired.html",
        status=422 if shown.errors else 200,
        policies=retired_policies(visit.services, member.school.key),
        done=done,
        shown=shown,
    )


def _roles(by_role: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    """List the roles that few people hold: such a one can own or approve something."""
    return [(role, holders) for role, holders in sorted(by_role.items()) if 1 <= len(holders) <= FEW]


FEW = 3


def _with_names(member: Member, role: str, holders: list[str]) -> str:
    names = " or ".join(member.snapshot.people[key].name for key in holders if key in member.snapshot.people)
    said = role_words(role)
    return f"{said[:1].upper()}{said[1:]}: {names}"


def _with(choices: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """Offer what is there too."""
    return choices if not chosen or chosen in dict(choices) else [(chosen, chosen), *choices]


def _form_of(one: Policy) -> FactsForm:
    return FactsForm(
        was=start_of_policy(one),
        title=one.title,
        owner=one.owner or "",
        approver=one.approver or "",
        months=str(one.cycle_months or ""),
        link=one.link or "",
    )


def _find(visit: RequestContext, member: Member, policy: str) -> Policy:
    known = register_of(visit.services, member.school.key)
    found = next((one for one in known.policies if one.key == policy), None)
    if found is None:
        raise HTTPException(404)
    return found


def _address(policy: str) -> str:
    return f"{POLICIES}/{quote(policy, safe='')}"
