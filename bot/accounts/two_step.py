"""Two-step sign-in of those who run official accounts, where the directory tells.

Read every morning; each change is entered in the ledger, as evidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.clock import local_date
from bot.database import sync_state
from bot.database.engine import Connection
from bot.database.job_runs import each
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.ports import TwoStepReport
from bot.records import ledger
from bot.services import Services

TWO_STEP = "two-step"


@dataclass(frozen=True, slots=True)
class TwoStepReading:
    """Whether someone has a second step at sign-in to their school account, and when that was read."""

    is_on: bool
    read_at: datetime


def check_two_step(services: Services, now: datetime) -> str:
    """Ask each school's directory about the holders of its accounts, and no one else."""
    found = each(services.two_step, lambda school, report: _check(services, school, report, now))
    missing = sum(not is_on for some in found.values() for is_on in some.values())
    read = sum(len(some) for some in found.values())
    return f"{read} holders looked up, {missing} without" if services.two_step else "no directory tells of it"


def _check(services: Services, school: str, report: TwoStepReport, now: datetime) -> Mapping[str, bool]:
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, local_date(now), (school,))
    holders = holders_here(snapshot, school, now)
    # Never inside a transaction: the vendor may take its time.
    told = report.two_step(holders)
    with services.store.writing() as conn:
        before = readings_in(conn, school)
        for key in before.keys() - told.keys():
            sync_state.forget(conn, school, TWO_STEP, key)
        for key, is_on in told.items():
            value = json.dumps({"is_on": is_on, "read_at": now.isoformat()})
            sync_state.note(conn, school, TWO_STEP, key, value=value, now=now)
            if key not in before or before[key].is_on != is_on:
                ledger.append(
                    conn,
                    at=now,
                    actor="directory",
                    action="read two-step sign-in",
                    subject=f"person:{school}/{key}",
                    data={"on": is_on},
                )
    return told


def holders_here(snapshot: Snapshot, school: str, now: datetime) -> dict[str, str | None]:
    """Return the addresses of those who run one of the school's own accounts and have not left, by key."""
    keys = {key for one in snapshot.accounts if one.school == school and one.ours for key in one.holders}
    found: dict[str, str | None] = {}
    for key in sorted(keys):
        person = snapshot.people.get(key)
        member = person.membership(school) if person is not None else None
        if person is not None and member is not None and member.here_on(local_date(now)):
            found[key] = person.email
    return found


def readings(services: Services, school: str) -> dict[str, TwoStepReading]:
    """Return what was read last of each holder of a school, by their key."""
    with services.store.reading() as conn:
        return readings_in(conn, school)


def readings_in(conn: Connection, school: str) -> dict[str, TwoStepReading]:
    """Return it in a transaction that is open."""
    return {
        key: TwoStepReading(said["is_on"], datetime.fromisoformat(said["read_at"]))
        for key, value in sync_state.known(conn, school, TWO_STEP).items()
        for said in (json.loads(value),)
    }
