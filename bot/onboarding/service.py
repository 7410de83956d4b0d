"""A school's first run: how far it is, the first week, and going live."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.forecast.preview import Preview
from bot.forecast.simulate import simulate
from bot.identity.actor import Actor
from bot.identity.case_roles import confirm_first_head
from bot.planning.snapshot import Snapshot
from bot.records import ledger, school_setup
from bot.records import people as record_people
from bot.records import register as record_register
from bot.register.service import apply_register
from bot.rules.case_rules import USUAL_ROUTES
from bot.rules.people import Membership, Person, School
from bot.rules.register import Register, Route
from bot.services import Services

WEEK = timedelta(days=7)
FARTHEST = timedelta(days=183)
LIVE = "This school is live: its policies are changed under Policies, its hours and terms under Settings."


@dataclass(frozen=True, slots=True)
class SetupProgress:
    """How far a school is. `policies`: those started; `in_setup`: those that are not.

    `setting_up` False: it was never begun here, or is live.
    """

    setting_up: bool
    live_on: date | None
    policies: int
    rules: int
    people: int
    in_setup: int
    has_terms: bool

    @property
    def ready(self) -> bool:
        return bool(self.rules) and self.people > 1


@dataclass(frozen=True, slots=True)
class FirstWeekDay:
    """One day of the first week: how many are written to, and about what how often."""

    on: date
    people: int
    about: tuple[tuple[str, int], ...]


def begin_school(store: Store, school: School, head: Person, now: datetime, actor: str) -> None:
    """Begin a school with nothing but its name and its head: the rest is done on its pages."""
    routes = tuple(Route(category, to, clocks) for category, to, clocks in USUAL_ROUTES)
    apply_register(store, Register(school, routes=routes), documents={}, now=now, actor=actor)
    with store.writing() as conn:
        record_people.save_people(conn, [head], now)
        school_setup.begin_first_run(conn, school.key, now)
        confirm_first_head(conn, school.key, head.key, now)


def first_head(school: str, name: str, email: str) -> Person:
    """Make the person who begins: the head, who may open everything."""
    return Person(
        email.casefold(), name, email.casefold(), (Membership(school, frozenset({"staff", "headteacher"})),)
    )


def where_it_stands(services: Services, snapshot: Snapshot, school: str, now: datetime) -> SetupProgress:
    """Return which steps are done."""
    today = local_date(now)
    with services.store.reading() as conn:
        begun, live_on = school_setup.live_since(conn, school)
        held = school_setup.policies_in_setup(conn, (school,))
    members = (one.membership(school) for one in snapshot.people.values())
    return SetupProgress(
        setting_up=begun and (live_on is None or live_on > today),
        live_on=live_on,
        policies=sum(key[0] == school and key not in held for key in snapshot.policies),
        rules=sum(one.school == school and one.active for one in snapshot.obligations),
        people=sum(one is not None and one.here_on(today) for one in members),
        in_setup=len(held),
        has_terms=bool(snapshot.calendars[school].terms),
    )


def first_week(store: Store, snapshot: Snapshot, school: str, first: date) -> tuple[FirstWeekDay, ...]:
    """Return what would go out in a week that begins on `first`, if no one did anything."""
    with store.reading() as conn:
        days = simulate(snapshot, first, first + WEEK - timedelta(days=1), conn=conn)
        return tuple(_morning(day, school) for day in days)


def _morning(day: Preview, school: str) -> FirstWeekDay:
    mine = [one for one in day.notices if one.school == school]
    letters = [one for one in day.letters if one.school == school]
    about = Counter(item.duty.obligation.title for one in mine for item in one.items)
    about.update(one.says for one in letters)
    people = {one.person for one in mine} | {one.person for one in letters}
    return FirstWeekDay(day.on, len(people), tuple(about.most_common()))


def go_live(services: Services, start: SetupProgress, on: date | None, by: Actor, now: datetime) -> None:
    """Set the day from which messages go out."""
    today = local_date(now)
    if not start.setting_up:
        raise ValidationFailed(FieldError("main", LIVE))
    if not start.ready:
        raise ValidationFailed(FieldError("main", "First start one policy and add your people."))
    if on is None or not today <= on <= today + FARTHEST:
        raise ValidationFailed(
            FieldError("live_on", "Give the first day, from today up to half a year from now.")
        )
    with services.store.writing() as conn:
        school_setup.go_live(conn, by.school.key, on)
        _begin_records(conn, by.school.key, on, now)
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="went live",
            subject=f"setting:{by.school.key}",
            data={"live_on": on.isoformat()},
        )


def _begin_records(conn: Connection, school: str, on: date, now: datetime) -> None:
    """Set the start of a school's records to the day it goes live: no one was asked anything before it."""
    register = record_register.load_register(conn, school, to_change=True)
    assert register is not None
    live = replace(register, school=replace(register.school, since=on))
    record_register.save_register(conn, live, now)
