"""Occurring: the occurrences of one obligation for one person asked, and which of them counts now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from bot.domain.cycles import Asking, Cycle, Facts, cycles, due_in_school
from bot.domain.evidence import Evidence
from bot.domain.evidence_index import Acts, settled_by

FAR = date.max
# The cycles of one obligation for one person: those of which only the most pressing counts, together.
Occurrences = Callable[[Asking, str | None], list[list[Cycle]]]


def occurrences_of(facts: Facts) -> Occurrences:
    """Work out the cycles of an obligation once for all who started and last did it on the same days."""

    @cache
    def of(asking: Asking, account: str | None) -> list[list[Cycle]]:
        groups: dict[str | None, list[Cycle]] = {}
        known = facts
        if account and facts.events:
            theirs = tuple(one for one in facts.events if one.subject in (None, account))
            known = replace(facts, events=theirs)
        for cadence in facts.obligation.cadence:
            for cycle in cycles(cadence, known, asking):
                one = due_in_school(known.days, cycle)
                one = one.about(account) if account else one
                groups.setdefault(one.key if one.single else one.subject, []).append(one)
        return list(groups.values())

    return of


def which_counts(
    some: list[Cycle], acts: Acts, on: date, is_over: Callable[[Cycle], bool] | None = None
) -> tuple[Cycle, Evidence | None]:
    """Choose the undischarged cycle due first; or, all being done, the one done with what did it.

    `is_over` says of one that was missed whether it makes room for those that open after it.
    """
    done: list[tuple[Cycle, Evidence]] = []
    owed: list[Cycle] = []
    for cycle in some:
        act = settled_by(acts, cycle)
        if act is None:
            owed.append(cycle)
        else:
            done.append((cycle, act))
    # What has not opened yet, or is not asked of them, hides nothing that is.
    asked = [cycle for cycle in owed if not cycle.spared]
    opened = [cycle for cycle in asked if cycle.opens_on <= on]
    for some_owed in (opened, asked):
        if any(cycle.due_on for cycle in some_owed):
            return _due_first(some_owed, asked, is_over or _never), None
    if done:
        return max(done, key=lambda pair: pair[0].opens_on)
    return (asked or owed)[0], None


def _never(_cycle: Cycle) -> bool:
    return False


def _due_first(opened: list[Cycle], asked: list[Cycle], is_over: Callable[[Cycle], bool]) -> Cycle:
    """Give the cycle due first that is not over yet; of those, the last one whatever it is.

    Of a term that is over, the next may be still to open.
    """
    left = opened
    while True:
        first = min(left, key=lambda cycle: cycle.due_on or FAR)
        newer = [
            one
            for one in (asked if first.until else left)
            if one.opens_on > first.opens_on and (one.until or one in left)
        ]
        if not newer or not is_over(first):
            return _with_rounds(first, left)
        left = newer


def _with_rounds(first: Cycle, owed: list[Cycle]) -> Cycle:
    """Give a cycle the newest round of all that are owed: once its ladder has ended, that asks again."""
    if len(owed) == 1:
        return first
    rounds = (one.again for one in owed if one.again is not None)
    return replace(first, again=max((one for one in rounds if first.opens_on < one.opens_on), default=None))
