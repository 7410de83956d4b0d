"""Groups of people that rules ask: who is in each, changed for a whole group at once."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core.clock import local_date
from bot.core.form_start import check_start, start_of
from bot.core.text import one_line
from bot.core.validation import FieldError, ValidationFailed
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.people.person_form import FROM_DIRECTORY
from bot.people.service import has_directory
from bot.planning.active_members import active_members
from bot.planning.snapshot import Snapshot
from bot.records import ledger
from bot.records import people as record_people
from bot.rules.obligations import Obligation
from bot.rules.people import Person
from bot.services import Services

MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a school: its people who are here, by name, and the rules that ask it."""

    key: str
    people: tuple[Person, ...]
    rules: tuple[Obligation, ...]

    @property
    def name(self) -> str:
        return self.key.replace("-", " ").capitalize()


def groups_of(snapshot: Snapshot, school: str, today: date) -> tuple[Group, ...]:
    """List by name the groups that have a member here or that a rule names."""
    roll = active_members(snapshot, today)[school]
    asked: dict[str, list[Obligation]] = {}
    for rule in snapshot.obligations:
        if rule.school == school and rule.active:
            for term in (*rule.audience.any_of, *rule.audience.but_not):
                if term.sort == "group":
                    asked.setdefault(term.name, []).append(rule)
    return tuple(
        Group(
            key,
            tuple(
                sorted((snapshot.people[one] for one in roll.by_group.get(key, ())), key=lambda one: one.name)
            ),
            tuple(asked.get(key, ())),
        )
        for key in sorted({*roll.by_group, *asked})
    )


def group_key(name: str) -> str:
    """Return the key of a group that was named: "Year 4" is year-4."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


def start_of_group(members: Collection[str]) -> str:
    """Return the digest of what the form of a group shows."""
    return start_of(frozenset(members))


def change_group(
    services: Services, name: str, members: Collection[str], why: str, by: Actor, now: datetime
) -> str:
    """Make these people the group, and return its key; a group of nobody is gone.

    ValidationFailed: people come from a directory, the name is none, or the group changed since.
    """
    school, key = by.school.key, group_key(name)
    if has_directory(services, school):
        raise ValidationFailed(FieldError("members", FROM_DIRECTORY))
    if not key or len(key) > MAX_NAME:
        raise ValidationFailed(FieldError("name", f"Enter a name, in at most {MAX_NAME} characters."))
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        here = {
            person.key: (person, member)
            for person in record_people.roster(conn, school).values()
            if (member := person.membership(school)) is not None and member.here_on(local_date(now))
        }
        before = frozenset(one for one, (_, member) in here.items() if key in member.groups)
        check_start(by.was, before)
        if not frozenset(members) <= here.keys():
            raise ValidationFailed(FieldError("members", "Choose from the people who are here."))
        moved = before ^ frozenset(members)
        if not moved:
            raise ValidationFailed(FieldError("members", "Nothing is different. Change something first."))
        changed = []
        for one in sorted(moved):
            person, member = here[one]
            groups = member.groups ^ {key}
            others = tuple(
                replace(held, groups=groups) if held.school == school else held for held in person.memberships
            )
            changed.append(replace(person, memberships=others))
        record_people.save_people(conn, changed, now)
        data = {
            "added": sorted(frozenset(members) - before),
            "removed": sorted(before - frozenset(members)),
            "why": one_line(why),
        }
        subject = f"group:{school}/{key}"
        ledger.append(conn, at=now, actor=by.actor, action="changed a group", subject=subject, data=data)
    return key
