"""What a school lets each reader at its trust see: nothing, figures, or figures and names."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.core.clock import local_date
from bot.core.roles import TRUST, TRUST_NAMES, TRUST_NOTHING
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Store
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.planning.snapshot import Snapshot
from bot.records import ledger
from bot.records import people as record_people
from bot.rules.people import Person


class TrustLevel(StrEnum):
    """How much of a school a reader at its trust sees."""

    NOTHING = "nothing"
    FIGURES = "figures"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class TrustReader:
    """A person at the trust and what a school lets them see."""

    person: Person
    level: TrustLevel


def level_of(roles: AbstractSet[str]) -> TrustLevel:
    """Return what a school lets a person with these roles see as a reader at its trust."""
    if TRUST_NOTHING in roles or TRUST.isdisjoint(roles):
        return TrustLevel.NOTHING
    return TrustLevel.NAMES if TRUST_NAMES in roles else TrustLevel.FIGURES


def trust_readers(snapshot: Snapshot, school: str, on: date) -> tuple[TrustReader, ...]:
    """List the readers at the trust whom a school names today, by name, those who see nothing among them."""
    found = []
    for person in snapshot.people.values():
        here = person.membership(school)
        if here is not None and here.here_on(on) and here.usual_roles & {*TRUST, TRUST_NOTHING}:
            found.append(TrustReader(person, level_of(here.usual_roles)))
    return tuple(sorted(found, key=lambda one: one.person.name.casefold()))


def set_trust_level(store: Store, key: str, level: str, by: Actor, now: datetime) -> None:
    """Change what a reader at the trust sees of a school, from now on.

    Raises ValidationFailed, and AlreadySubmitted.
    """
    school, today = by.school.key, local_date(now)
    with store.writing() as conn:
        claim_submission(conn, by.form, now)
        person = record_people.roster(conn, school).get(key)
        here = person.membership(school) if person else None
        reads = here is not None and here.here_on(today) and here.usual_roles & {*TRUST, TRUST_NOTHING}
        if person is None or here is None or not reads:
            raise ValidationFailed(FieldError("person", "Choose someone from the trust."))
        if level not in set(TrustLevel):
            raise ValidationFailed(FieldError("level", "Choose what they can see."))
        was = level_of(here.usual_roles)
        if was == level:
            return
        given = {TrustLevel.NOTHING: {TRUST_NOTHING}, TrustLevel.NAMES: {TRUST_NAMES}}
        roles = (here.roles - {TRUST_NAMES, TRUST_NOTHING}) | given.get(TrustLevel(level), set())
        # Someone whose only role at the trust was the one with names keeps the figures.
        if level == TrustLevel.FIGURES and TRUST.isdisjoint(roles):
            roles |= {"trust"}
        changed = replace(person, memberships=(replace(here, roles=frozenset(roles)),))
        record_people.save_people(conn, [changed], now)
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="changed what the trust sees",
            subject=f"person:{school}/{key}",
            data={"from": was.value, "to": level},
        )
