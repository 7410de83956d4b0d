"""Who runs an official account, changed on a page: the register in the store says so from then on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.actions.configure import change_register
from bot.actions.gather import school_day
from bot.actions.office_questions import Doer
from bot.actions.sign import Refusal, Refused
from bot.domain.accounts import Account
from bot.domain.called import called
from bot.domain.people import Person
from bot.domain.register import Register
from bot.domain.snapshot import Snapshot
from bot.services import Services

MOST = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who may run an account, whether they do, and whether they are here today."""

    person: Person
    holds: bool
    here: bool


def find_account(snapshot: Snapshot, setting: str, key: str) -> Account | None:
    """Find an account of a setting's own; one that is only watched has no holders."""
    found = (one for one in snapshot.accounts if (one.setting, one.key) == (setting, key) and one.ours)
    return next(found, None)


def choices(snapshot: Snapshot, account: Account, now: datetime) -> tuple[Choice, ...]:
    """List whoever is here, and whoever still holds it; those who hold it first, by name."""
    today = school_day(now)
    found = [
        Choice(one, one.key in account.holders, member.here_on(today))
        for one in snapshot.people.values()
        if (member := one.membership(account.setting))
    ]
    shown = [one for one in found if one.here or one.holds]
    return tuple(sorted(shown, key=lambda one: (not one.holds, one.person.name)))


def change_holders(
    services: Services, snapshot: Snapshot, account: Account, wanted: Collection[str], by: Doer, now: datetime
) -> None:
    """Let these people, by key, run an account. A hand-over that has begun goes on without its leaver."""
    known = {one.person.key: one.person for one in choices(snapshot, account, now)}
    if not set(wanted) <= known.keys():
        raise Refused(Refusal("holders", "Choose people who are here."))
    if not wanted:
        raise Refused(Refusal("holders", "Choose who runs it, two people at best."))
    if len(wanted) > MOST:
        raise Refused(Refusal("holders", f"Choose at most {MOST} people."))

    def change(register: Register) -> Register:
        changed = tuple(
            replace(one, holders=_named(one, known, wanted)) if one.key == account.key else one
            for one in register.accounts
        )
        return replace(register, accounts=changed)

    change_register(services.store, account.setting, change, now=now, actor=by.actor)


def _named(account: Account, known: Mapping[str, Person], wanted: Collection[str]) -> frozenset[str]:
    """Name the holders as the register does: by address, or by key; whom nobody knows here stays in it."""
    names = called(known.values())
    said = {name: names.get(name.casefold()) for name in account.holders}
    kept = {name for name, key in said.items() if key is None or key in wanted}
    new = {known[key].email or key for key in wanted if key not in said.values()}
    return frozenset(kept | new)
