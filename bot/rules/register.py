"""The register as the rules know it: one school's promises, whole. The YAML file is read in bot/register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.rules.accounts import Account
from bot.rules.calendar import Term
from bot.rules.meetings import Body
from bot.rules.obligations import Obligation
from bot.rules.people import School
from bot.rules.policies import Policy


@dataclass(frozen=True, slots=True)
class Route:
    """Whom a report of this category goes to, in order; the first who is here and not involved takes it.

    `tell`: roles whose holders are told of each as well, and may read it.
    `clocks` are sentences of domain.case_clocks; `asks` adds questions of domain.case_questions.
    """

    category: str
    to: tuple[str, ...]
    clocks: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """One school's register. `roles` maps a role to the people who hold it, by key (email or reference)."""

    school: School
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    accounts: tuple[Account, ...] = ()
    bodies: tuple[Body, ...] = ()
    routes: tuple[Route, ...] = ()
    terms: tuple[Term, ...] = ()
    inset_on: frozenset[date] = frozenset()
    closed_on: frozenset[date] = frozenset()


def rule_since(rule: Obligation, before: Register | None, today: date) -> Obligation:
    """Note since when a rule is here: it stays so while the rule stays; None where it came with the register.

    What nothing asked before, or what from today on goes by other months, terms or weeks, is here from today.
    """
    if before is None or not before.obligations:
        return replace(rule, since=None)
    known = next((one for one in before.obligations if one.key == rule.key), None)
    if known is None or (rule.active and not known.active) or _goes_by_other_days(rule, known):
        return replace(rule, since=today)
    return replace(rule, since=known.since)


def _goes_by_other_days(rule: Obligation, known: Obligation) -> bool:
    return any(one.by_calendar for one in rule.cadence) and set(rule.cadence).isdisjoint(known.cadence)
