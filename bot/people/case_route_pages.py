"""Pages of the routes of reports: whom each kind goes to, by name; and a change with its second yes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from bot.cases.access import ABOUT_HEAD
from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.identity.forms import NOTHING_WRONG, FormState, actor_of, take_form
from bot.identity.member import Member, SignedIn, show
from bot.people.case_routes import (
    MOST,
    ROLES,
    ask_route,
    category_title,
    decide_route,
    done_routes,
    routes_of,
    start_of_route,
    undo_route,
    waiting_routes,
)
from bot.planning.active_members import active_members
from bot.register.service import register_of
from bot.rule_pages.service import may_decide, second_readers
from bot.rules.register import Route
from bot.web.context import RequestContext, Visiting
from bot.web.words import role as role_words

router = APIRouter()
Opener = Annotated[Member, Depends(SignedIn(Permission.HANDLE_CASES))]
ROUTES = "/case-routes"


class RouteForm(BaseModel):
    """A route as typed: up to four roles in order, and those told as well; or a decision about a change."""

    seal: str = ""
    was: str = ""
    to: list[str] = []
    tell: list[str] = []
    why: str = ""
    then: str = ""


@router.api_route(ROUTES, methods=["GET", "HEAD"])
def show_routes(member: Opener, visit: Visiting, done: str = "") -> HTMLResponse:
    """List whom each kind of report goes to, and the changes that wait for a second yes."""
    return _list_page(visit, member, NOTHING_WRONG, done)


@router.post(f"{ROUTES}/changes/{{reference}}")
def decide_change(
    reference: str, member: Opener, form: Annotated[RouteForm, Form()], visit: Visiting
) -> Response:
    """Agree to a change, refuse it, or withdraw it."""
    by = actor_of(member, f"route change {reference} {form.model_dump_json()}")
    agreed = form.then == "agree"
    return take_form(
        visit,
        member,
        form.seal,
        lambda: decide_route(visit.services, reference, by, visit.now, agreed=agreed, why=form.why),
        again=lambda errors: _list_page(visit, member, FormState(reference, errors=errors)),
        to=f"{ROUTES}?done={'agreed' if agreed else 'refused'}",
    )


@router.api_route(f"{ROUTES}/{{category}}", methods=["GET", "HEAD"])
def show_route(category: str, member: Opener, visit: Visiting) -> HTMLResponse:
    """Show whom one kind of report goes to, and the form to change it."""
    route = _find(visit, member, category)
    form = RouteForm(was=start_of_route(route), to=list(route.to), tell=list(route.tell))
    return _route_page(visit, member, route, form, NOTHING_WRONG)


@router.post(f"{ROUTES}/{{category}}")
def take_route(
    category: str, member: Opener, form: Annotated[RouteForm, Form()], visit: Visiting
) -> Response:
    """Ask for another route."""
    route = _find(visit, member, category)
    by = actor_of(member, f"route {category} {form.model_dump_json()}", form.was)
    wanted = Route(category, tuple(one for one in form.to if one), tell=tuple(form.tell))
    waits: list[bool] = []
    return take_form(
        visit,
        member,
        form.seal,
        lambda: waits.append(ask_route(visit.services, wanted, form.why, by, visit.now)),
        again=lambda errors: _route_page(visit, member, route, form, FormState("route", errors=errors)),
        to=lambda: f"{ROUTES}?done={'waits' if all(waits) else 'agreed'}",
    )


@router.post(f"{ROUTES}/{{category}}/undo")
def undo_change(
    category: str, member: Opener, form: Annotated[RouteForm, Form()], visit: Visiting
) -> Response:
    """Ask for the route of before the latest change."""
    by = actor_of(member, f"undo route {category} {form.seal}")
    waits: list[bool] = []
    return take_form(
        visit,
        member,
        form.seal,
        lambda: waits.append(undo_route(visit.services, category, by, visit.now)),
        again=lambda errors: _list_page(visit, member, FormState(category, errors=errors)),
        to=lambda: f"{ROUTES}?done={'waits' if all(waits) else 'agreed'}",
    )


def _list_page(visit: RequestContext, member: Member, shown: FormState, done: str = "") -> HTMLResponse:
    known = register_of(visit.services, member.school.key)
    routes = routes_of(known)
    return show(
        visit,
        member,
        "case_routes.html",
        status=422 if shown.errors else 200,
        routes=[(one, _title(member, one.category)) for one in routes],
        about_head=ABOUT_HEAD,
        changes=done_routes(visit.services, member.school.key, visit.now),
        waiting=[
            (one, _title(member, one.category)) for one in waiting_routes(visit.services, member.school.key)
        ],
        people={key: one.name for key, one in member.snapshot.people.items()},
        names=_names(visit, member, [role for one in routes for role in (*one.to, *one.tell)]),
        may_change=may_decide(visit.services, member.school.key, member.person.key),
        seconds=_seconds(visit, member),
        done=done,
        shown=shown,
        role=_role,
    )


def _route_page(
    visit: RequestContext, member: Member, route: Route, form: RouteForm, shown: FormState
) -> HTMLResponse:
    offered = dict.fromkeys((*ROLES, *route.to, *route.tell))
    names = _names(visit, member, offered)
    return show(
        visit,
        member,
        "case_route.html",
        status=422 if shown.errors else 200,
        route=route,
        title=_title(member, route.category),
        is_fixed=route.category == ABOUT_HEAD,
        typed=form,
        choices=[(role, f"{_role(role)}: {names[role] or 'no one'}") for role in offered],
        most=MOST,
        may_change=may_decide(visit.services, member.school.key, member.person.key),
        seconds=_seconds(visit, member),
        shown=shown,
        address=f"{ROUTES}/{quote(route.category, safe='')}",
    )


def _seconds(visit: RequestContext, member: Member) -> tuple[str, ...]:
    return second_readers(visit.services, member.snapshot, member.school.key, member.person.key)


def _names(visit: RequestContext, member: Member, more: Iterable[str] = ()) -> dict[str, str]:
    """Return who holds each role today: those that reports usually go to, and `more`."""
    roll = active_members(member.snapshot, local_date(visit.now))[member.school.key]
    people = member.snapshot.people
    holders = {role: [people[key].name for key in roll.holders(role)] for role in (*ROLES, *more)}
    return {role: ", ".join(found) for role, found in holders.items()}


def _role(role: str) -> str:
    said = role_words(role)
    return f"{said[:1].upper()}{said[1:]}"


def _title(member: Member, category: str) -> str:
    return category_title(category, member.school.words.head)


def _find(visit: RequestContext, member: Member, category: str) -> Route:
    known = register_of(visit.services, member.school.key)
    found = next((one for one in routes_of(known) if one.category == category), None)
    if found is None:
        raise HTTPException(404)
    return found
