"""Until when a school stays quiet: the first later day on which its plan, from the same facts, may differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.plan import Plan, plan
from bot.domain.snapshot import Snapshot
from bot.domain.watch import Watch


def plan_until(snapshot: Snapshot, today: date) -> tuple[Plan, date]:
    """Plan a day, and name the next day on which to plan unless something is written down before it.

    Today itself: plan whenever asked. So it is where somebody is told something, which is written down too;
    and where a register names people of other schools, whose changes are noted there and not here.
    """
    watch = Watch(today)
    decided = replace(plan(snapshot, watch.day), on=today)
    if decided.notices or snapshot.names_others:
        return decided, today
    # The bank holidays in a snapshot are those of some years around its own.
    return decided, min(watch.until, date(today.year + 1, 1, 1))
