"""Who is emailed before a body's meetings: the school's choice for each body, and each member's own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from bot.core.form_start import unless_older
from bot.database.engine import Store
from bot.identity.actor import Actor
from bot.planning.active_members import active_members
from bot.planning.snapshot import Snapshot
from bot.records import ledger, review_delegations
from bot.register.service import change_register
from bot.rules.meetings import Body
from bot.rules.register import Register
from bot.services import Services


def bodies_telling(snapshot: Snapshot, school: str, person: str, today: date) -> tuple[Body, ...]:
    """List the bodies that email someone as one of their members; who chairs is always told."""
    roll = active_members(snapshot, today)[school]
    return tuple(
        body
        for body in roll.bodies.values()
        if body.tell_members and person in roll.members_of(body) and person != roll.chair_of(body)
    )


def change_own_emails(store: Store, school: str, person: str, *, wanted: bool, now: datetime) -> None:
    """Keep whether a member wants emails about meetings; the ledger says that they chose so."""
    with store.writing() as conn:
        review_delegations.choose_meeting_emails(conn, school, person, wanted=wanted, now=now)
        ledger.append(
            conn,
            at=now,
            actor=f"person:{person}",
            action="chose emails about meetings",
            subject=f"setting:{school}",
            data={"wanted": wanted},
        )


def told_bodies(register: Register) -> frozenset[str]:
    """Return the bodies, by key, of which every member is emailed."""
    return frozenset(one.key for one in register.bodies if one.tell_members)


def change_told_bodies(services: Services, told: Collection[str], by: Actor, now: datetime) -> None:
    """Email every member of these bodies, by key; of the school's others, clerk and chair alone.

    `by.was`: `start_of` the `told_bodies` that the form showed.
    """

    def change(known: Register) -> Register:
        return replace(
            known, bodies=tuple(replace(one, tell_members=one.key in told) for one in known.bodies)
        )

    guarded = unless_older(by.was, told_bodies, change)
    change_register(services.store, by.school.key, guarded, now=now, actor=by.actor, form=by.form)
