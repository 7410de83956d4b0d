"""A weekly check that nobody records: given to somebody else, or asked for at other times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core.validation import FieldError, ValidationFailed
from bot.identity.actor import Actor
from bot.planning.duties import planning_context
from bot.planning.snapshot import Snapshot
from bot.register.service import change_register
from bot.register.unrecorded_checks import Unrecorded, unrecorded
from bot.rules import audience
from bot.rules import cadence as rule_cadence
from bot.rules.obligations import Obligation
from bot.rules.register import Register
from bot.services import Services

# What a check may be asked for; "always" asks nobody on a day.
TIMES = (*(f"weekly in term on {day}" for day in rule_cadence.DAYS), "every month", "each term", "always")
AS_IT_IS = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A weekly check not recorded for weeks, as a page shows it. `address`: where its reader records it."""

    check: Unrecorded
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a weekly check shall be: a person by key, and one of `TIMES`; empty: as it is."""

    rule: str
    who: str = AS_IT_IS
    when: str = AS_IT_IS


def waiting_checks(snapshot: Snapshot, setting: str, reader: str, today: date) -> tuple[Waiting, ...]:
    """List what the pages of head and office offer to do, give away or change."""
    found = unrecorded(planning_context(snapshot, today), setting)
    return tuple(
        Waiting(
            one,
            snapshot.people[one.person].name,
            f"/me/duty/{one.obligation.key}/{one.cycle}" if one.person == reader else "",
        )
        for one in found
    )


def find_check(known: Register, key: str) -> Obligation | None:
    """Find a rule of a register that is asked for each week; None: there is none of that key."""
    weekly = (
        one
        for one in known.obligations
        if one.active and any(isinstance(when, rule_cadence.WeeklyInTerm) for when in one.cadence)
    )
    return next((one for one in weekly if one.key == key), None)


def change_check(services: Services, snapshot: Snapshot, wanted: Wanted, by: Actor, now: datetime) -> None:
    """Change who is asked for a weekly check, and when.

    Refused: somebody who is not at the school, or times that are none of `TIMES`.
    """
    who, when = wanted.who, wanted.when
    person = snapshot.people.get(who)
    if who != AS_IT_IS and (person is None or person.membership(by.setting.key) is None):
        raise ValidationFailed(FieldError("who", "Choose someone from the list."))
    if when not in (AS_IT_IS, *TIMES):
        raise ValidationFailed(FieldError("when", "Choose a time from the list."))

    def changed(rule: Obligation) -> Obligation:
        asked = audience.parse(f"person:{who}") if who else rule.audience
        return replace(rule, audience=asked, cadence=(rule_cadence.parse(when),) if when else rule.cadence)

    def change(known: Register) -> Register:
        if find_check(known, wanted.rule) is None:
            raise ValidationFailed(
                FieldError("when", "This is not a weekly check any more. Look at the list again.")
            )
        rules = tuple(changed(one) if one.key == wanted.rule else one for one in known.obligations)
        return replace(known, obligations=rules)

    change_register(services.store, by.setting.key, change, now=now, actor=by.actor, form=by.form)
