"""A holder who is taken out of the register is remembered: their hand-over stays open until it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.actions.gather import school_day
from bot.domain.account_log import Entry, Sort
from bot.domain.accounts import Account
from bot.domain.called import called
from bot.domain.people import Person
from bot.domain.register import Register
from bot.store import accounts, people
from bot.store.engine import Connection

BY = "register"


def note_taken_out(
    conn: Connection, before: Register | None, after: Register, now: datetime, actor: str
) -> None:
    """Write into each account's log which of its holders a new register does not name any more."""
    known = people.roster(conn, after.setting.key)
    for account, key in _taken_out(before, after, known):
        sent = f"{after.setting.key} {account} {key} taken out {now.isoformat()}"
        entry = Entry(
            reference=accounts.reference_of(sent),
            setting=after.setting.key,
            account=account,
            sort=Sort.TAKEN_OUT,
            on=school_day(now),
            at=now,
            by=BY,
            by_name="The register",
            about=key,
        )
        accounts.add(conn, entry, BY, actor=actor)


def _taken_out(
    before: Register | None, after: Register, known: Mapping[str, Person]
) -> Iterator[tuple[str, str]]:
    """List account and person: whoever is named by key in one register and by e-mail in the other stays."""
    names = called(known.values())
    stays = {one.key: _keys(one, names) for one in after.accounts}
    for one in before.accounts if before else ():
        if one.ours:
            gone = _keys(one, names) - stays.get(one.key, set())
            yield from ((one.key, key) for key in sorted(gone))


def _keys(account: Account, names: Mapping[str, str]) -> set[str]:
    return {names[name.casefold()] for name in account.holders if name.casefold() in names}
