"""Occurring: the occurrences of one obligation for one person asked, and which of them counts now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from bot.domain.cycles import Asking, Cycle, Facts, cycles
from bot.domain.evidence import Evidence
from bot.domain.evidence_index import Acts, settled_by
from bot.domain.ladder import Round

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
                one = cycle.about(account) if account else cycle
                groups.setdefault(one.key if one.single else one.subject, []).append(one)
        return list(groups.values())

    return of


def which_counts(some: list[Cycle], acts: Acts, on: date) -> tuple[Cycle, Evidence | None]:
    """Choose the undischarged cycle due first; or, all being done, the one done with what did it."""
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
            return _with_rounds(some_owed, on), None
    if done:
        return max(done, key=lambda pair: pair[0].opens_on)
    return (asked or owed)[0], None


def _with_rounds(owed: list[Cycle], on: date) -> Cycle:
    """Give the cycle due first; the newest of the others that has opened is a round in which it is asked."""
    first = min(owed, key=lambda cycle: cycle.due_on or FAR)
    if len(owed) == 1:
        return first
    rounds = [Round(one.opens_on, one.due_on) for one in owed if one is not first and one.due_on]
    rounds += [one.again for one in owed if one.again is not None]
    newer = (one for one in rounds if first.opens_on < one.opens_on <= on)
    return replace(first, again=max(newer, default=None))
