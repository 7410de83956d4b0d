"""Weekly checks that no one recorded for weeks, as the pages of head and office list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.planning.duties import planning_context
from bot.planning.snapshot import Snapshot
from bot.register.unrecorded_checks import Unrecorded, unrecorded


@dataclass(frozen=True, slots=True)
class WaitingCheck:
    """A weekly check not recorded for weeks, as a page shows it. `address`: where its reader records it."""

    check: Unrecorded
    name: str
    address: str


def waiting_checks(snapshot: Snapshot, school: str, reader: str, today: date) -> tuple[WaitingCheck, ...]:
    """List what the pages of head and office offer to do, give away or change."""
    found = unrecorded(planning_context(snapshot, today), school)
    return tuple(
        WaitingCheck(
            one,
            snapshot.people[one.person].name,
            f"/me/duty/{one.obligation.key}/{one.cycle}" if one.person == reader else "",
        )
        for one in found
    )
