"""Who is emailed before a body's meetings: the school's choice for each body, and each member's own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from bot.actions.configure import change_register
from bot.actions.office_questions import Doer
from bot.domain.meetings import Body
from bot.domain.register import Register
from bot.domain.roll import rolls
from bot.domain.snapshot import Snapshot
from bot.services import Services
from bot.store import ledger, reviews
from bot.store.engine import Store


def bodies_telling(snapshot: Snapshot, setting: str, person: str, today: date) -> tuple[Body, ...]:
    """List the bodies that email somebody as one of their members; who chairs is always told."""
    roll = rolls(snapshot, today)[setting]
    return tuple(
        body
        for body in roll.bodies.values()
        if body.tell_members and person in roll.members_of(body) and person != roll.chair_of(body)
    )


def change_own_emails(store: Store, setting: str, person: str, *, wanted: bool, now: datetime) -> None:
    """Keep whether a member wants emails about meetings; the ledger says that they chose so."""
    with store.writing() as conn:
        reviews.choose_meeting_emails(conn, setting, person, wanted=wanted, now=now)
        ledger.append(
            conn,
            at=now,
            actor=f"person:{person}",
            action="chose emails about meetings",
            subject=f"setting:{setting}",
            data={"wanted": wanted},
        )


def change_told_bodies(services: Services, told: Collection[str], by: Doer, now: datetime) -> None:
    """Email every member of these bodies, by key; of the school's others, clerk and chair alone."""

    def change(known: Register) -> Register:
        return replace(
            known, bodies=tuple(replace(one, tell_members=one.key in told) for one in known.bodies)
        )

    change_register(services.store, by.setting.key, change, now=now, actor=by.actor, form=by.form)
