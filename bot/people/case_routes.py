"""Whom reports go to, changed by a confirmed head, DSL, deputy DSL or chair with a second yes of another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from bot.cases.access import ABOUT_HEAD
from bot.cases.context import TITLES
from bot.cases.model import CATEGORIES
from bot.core.clock import local_date
from bot.core.form_start import check_start, start_of
from bot.core.roles import CASE_RESPONDERS, CASE_ROLES
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.identity.case_roles import confirming
from bot.identity.forms import upload_key
from bot.planning.service import next_morning
from bot.records import ledger, school_setup
from bot.records import register as record_register
from bot.records.school_setup import ROUTE_CHANGE, Upload
from bot.register.service import change_register_in
from bot.rule_pages.service import check_second
from bot.rules.case_rules import DEFAULT_ROUTES
from bot.rules.people import ALIASES
from bot.rules.register import Register, Route
from bot.services import Services

# The roles that a report can go to, in the order in which a page offers them.
ROLES = (*CASE_RESPONDERS, *sorted(CASE_ROLES - set(CASE_RESPONDERS)))
MOST = 4
GONE = FieldError("main", "This was decided already.")
# The latest change of each route that counts: it can be undone until the next morning.
ROUTE_DONE = "route done"


@dataclass(frozen=True, slots=True)
class RouteChange:
    """A change of a route that waits for a second yes, with the route before and after."""

    reference: str
    category: str
    before: Route
    after: Route
    why: str
    by: str
    at: datetime


def route_of(known: Register, category: str) -> Route:
    """Return the route of a category as it counts today, roles by their usual names."""
    found = next((one for one in known.routes if one.category == category), None)
    if found is None:
        found = Route(category, tuple(DEFAULT_ROUTES.get(category, DEFAULT_ROUTES["other"])))
    if category == ABOUT_HEAD:
        return replace(found, to=("chair",), tell=())
    return replace(found, to=_usual(found.to), tell=_usual(found.tell))


def routes_of(known: Register) -> tuple[Route, ...]:
    """List the routes of every category of a school."""
    categories = dict.fromkeys((*CATEGORIES, *TITLES, *(one.category for one in known.routes)))
    return tuple(route_of(known, one) for one in categories)


def category_title(category: str, head: str) -> str:
    """Return a category in the school's words; `head`: what it calls the person in charge."""
    said = CATEGORIES.get(category) or TITLES.get(category, category.replace("-", " ").capitalize())
    return said.replace("{head}", head)


def start_of_route(route: Route) -> str:
    """Return the digest of what the form of a route shows."""
    return start_of(*_shown(route))


def waiting_routes(services: Services, school: str) -> tuple[RouteChange, ...]:
    """List the changes of routes that wait for a second yes, the oldest first."""
    with services.store.reading() as conn:
        return tuple(map(_change, school_setup.uploads(conn, school, ROUTE_CHANGE)))


def ask_route(services: Services, wanted: Route, why: str, by: Actor, now: datetime) -> bool:
    """Ask for another route, and return whether it waits for a second yes.

    In a school that is not live yet it counts at once: there may be no one else yet. ValidationFailed: the
    roles are not possible, or anyone who asks may not.
    """
    school = by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        known = record_register.load_register(conn, school, to_change=True)
        assert known is not None
        before = route_of(known, wanted.category)
        _check(wanted, before)
        check_start(by.was, *_shown(before))
        after = replace(before, to=wanted.to, tell=wanted.tell)
        if after == before:
            raise ValidationFailed(FieldError("main", "Nothing is different. Change something first."))
        reference = upload_key(services, by.form)
        change = RouteChange(reference, wanted.category, before, after, why.strip(), by.person.key, now)
        if school in school_setup.not_live(conn, local_date(now)):
            _carry_out(conn, change, by, now)
            return False
        check_second(conn, school, by)
        one = Upload(
            reference, school, ROUTE_CHANGE, wanted.category, "", _content(change), by.person.key, now
        )
        school_setup.add_upload(conn, one)
        _note(conn, "asked for a second yes to a route", change, by, now)
    return True


def decide_route(
    services: Services, reference: str, by: Actor, now: datetime, *, agreed: bool, why: str = ""
) -> None:
    """Agree to a change of a route, refuse it with a reason, or withdraw one's own."""
    school = by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        found = school_setup.find_upload(conn, school, ROUTE_CHANGE, reference)
        if found is None:
            raise ValidationFailed(GONE)
        change = _change(found)
        is_own = change.by == by.person.key
        if not is_own and by.person.key not in confirming(conn, school):
            raise ValidationFailed(FieldError("main", "Someone who leads on safeguarding decides this."))
        if agreed and is_own:
            raise ValidationFailed(FieldError("main", "Someone else must agree."))
        if not agreed and not is_own and not why.strip():
            raise ValidationFailed(FieldError("why", "Enter why not."))
        school_setup.forget_upload(conn, school, reference)
        if not agreed:
            _note(conn, "refused a change of a route", replace(change, why=why.strip()), by, now)
            return
        known = record_register.load_register(conn, school, to_change=True)
        assert known is not None
        if route_of(known, change.category) != change.before:
            says = "The route has changed since. Do not agree, and ask for the change again."
            raise ValidationFailed(FieldError("main", says))
        _note(conn, "gave the second yes to a route", change, by, now)
        _carry_out(conn, change, by, now)


def done_routes(services: Services, school: str, now: datetime) -> dict[str, RouteChange]:
    """Return the latest change of each route that counts and can still be undone, by its category."""
    with services.store.reading() as conn:
        changes = map(_change, school_setup.uploads(conn, school, ROUTE_DONE))
        return {one.category: one for one in changes if now < next_morning(one.at)}


def undo_route(services: Services, category: str, by: Actor, now: datetime) -> bool:
    """Ask for the route of before the latest change; return whether that waits for a second yes.

    ValidationFailed: it is too late, or the route changed since.
    """
    change = done_routes(services, by.school.key, now).get(category)
    if change is None:
        raise ValidationFailed(FieldError("main", "It is too late to undo this. Change the route instead."))
    from_there = replace(by, was=start_of_route(change.after))
    return ask_route(services, change.before, "Undone", from_there, now)


def _carry_out(conn: Connection, change: RouteChange, by: Actor, now: datetime) -> None:
    def put(known: Register) -> Register:
        others = tuple(one for one in known.routes if one.category != change.category)
        return replace(known, routes=(*others, change.after))

    school = by.school.key
    change_register_in(conn, school, put, now=now, actor=by.actor)
    name = sha256(f"{ROUTE_DONE}|{school}|{change.category}".encode()).hexdigest()[:32]
    school_setup.forget_upload(conn, school, name)
    kept = Upload(name, school, ROUTE_DONE, change.category, "", _content(change), change.by, now)
    school_setup.add_upload(conn, kept)
    _note(conn, "changed a route", change, by, now)


def _check(wanted: Route, before: Route) -> None:
    if wanted.category == ABOUT_HEAD:
        raise ValidationFailed(FieldError("main", "A concern about the head always goes to the chair."))
    if not wanted.to:
        raise ValidationFailed(FieldError("to-1", "Choose who takes it first."))
    if len(set(wanted.to)) < len(wanted.to):
        raise ValidationFailed(FieldError("to-2", "Choose each role once."))
    if not {*wanted.to, *wanted.tell} <= {*ROLES, *before.to, *before.tell}:
        raise ValidationFailed(FieldError("to-1", "Choose from the list."))


def _usual(roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ALIASES.get(role, role) for role in roles))


def _shown(route: Route) -> tuple[object, ...]:
    return route.to, route.tell


def _content(change: RouteChange) -> bytes:
    states = {"before": _stored(change.before), "after": _stored(change.after), "why": change.why}
    return json.dumps(states).encode()


def _stored(route: Route) -> dict[str, list[str]]:
    return {
        "to": list(route.to),
        "tell": list(route.tell),
        "clocks": list(route.clocks),
        "asks": list(route.asks),
    }


def _change(kept: Upload) -> RouteChange:
    said = json.loads(kept.content)
    return RouteChange(
        kept.key,
        kept.about,
        _restored(kept.about, said["before"]),
        _restored(kept.about, said["after"]),
        said["why"],
        kept.uploaded_by,
        kept.uploaded_at,
    )


def _restored(category: str, said: Mapping[str, list[str]]) -> Route:
    return Route(category, tuple(said["to"]), tuple(said["clocks"]), tuple(said["asks"]), tuple(said["tell"]))


def _note(conn: Connection, action: str, change: RouteChange, by: Actor, now: datetime) -> None:
    data = {"to": list(change.after.to), "tell": list(change.after.tell), "by": change.by, "why": change.why}
    subject = f"route:{by.school.key}/{change.category}"
    ledger.append(conn, at=now, actor=by.actor, action=action, subject=subject, data=data)
