"""Noting that something happened which rules wait for: in the transaction of what caused it, and once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from bot.actions.gather import school_day
from bot.domain import called as whom
from bot.domain.accounts import Account
from bot.domain.evidence import Event
from bot.domain.happenings import (
    ASKED,
    CONSENT_TAKEN_BACK,
    HOLDER_ADDED,
    HOLDER_LEFT,
    IN_THE_LOG,
    PERMISSION,
    Happening,
    called,
    in_full,
    waiting,
)
from bot.domain.log_book import Written
from bot.domain.obligations import Obligation
from bot.domain.people import Person
from bot.domain.register import Register
from bot.domain.requests import Request
from bot.domain.roll import rolls
from bot.domain.snapshot import Snapshot
from bot.store import events, ledger, people, promises
from bot.store.engine import Connection, Store


@dataclass(frozen=True, slots=True)
class Cause:
    """What set an event going, and when. `key` names it for good; the rest as an event has it."""

    key: str
    setting: str
    on: date
    person: str | None = None
    subject: str | None = None


def note(conn: Connection, happening: Happening, cause: Cause, *, now: datetime, actor: str) -> bool:
    """Write an event down where a rule waits for it; False: none does, or it is known already."""
    name = called(happening, waiting(promises.obligations(conn, [cause.setting])))
    if name is None:
        return False
    key = f"{name}-{cause.on}" if happening.daily else cause.key
    one = Event(key, cause.setting, name, cause.on, cause.person, cause.subject)
    return write(conn, one, now=now, actor=actor)


def write(conn: Connection, one: Event, *, now: datetime, actor: str) -> bool:
    """Write an event and its ledger entry, never in words; False: it is known already."""
    if not events.add(conn, one, now):
        return False
    data = {"name": one.name, "on": one.on.isoformat(), "note": short(one.note) if one.note else ""}
    subject = f"event:{one.setting}/{one.key}"
    ledger.append(conn, at=now, actor=actor, action="something happened", subject=subject, data=data)
    return True


def take_back(conn: Connection, setting: str, key: str, *, now: datetime, actor: str) -> bool:
    """Forget an event: nobody is asked for it any more. False: there is none."""
    if not events.take_back(conn, setting, key):
        return False
    subject = f"event:{setting}/{key}"
    ledger.append(conn, at=now, actor=actor, action="event taken back", subject=subject, data={})
    return True


def note_in_log(conn: Connection, line: Written, now: datetime) -> None:
    """Note what an entry of the log, or a step of one, sets going."""
    happening = IN_THE_LOG.get((line.kind, line.step))
    if happening is None or (line.kind == "consent" and line.said.get("answer") != CONSENT_TAKEN_BACK):
        return
    on = school_day(line.happened_at if not line.step else now)
    cause = Cause(log_key(line.reference), line.setting, on)
    note(conn, happening, cause, now=now, actor=f"person:{line.by}")


def log_key(reference: str) -> str:
    """Name the event of one line of the log."""
    return f"log-{reference}"


def note_request(conn: Connection, snapshot: Snapshot, request: Request, now: datetime) -> None:
    """Note that something was asked or told; not where only whoever asked it would hear of it."""
    happening = ASKED.get(request.kind, PERMISSION)
    rules = [one for one in snapshot.obligations if one.setting == request.setting]
    roll = rolls(snapshot, school_day(now))[request.setting]
    names = waiting(rules)
    name = called(happening, names)
    heard = {one.person for rule in names.get(name or "", ()) for one in roll.asked(rule.audience)}
    if heard - {request.person}:
        cause = Cause(request_key(request), request.setting, school_day(now))
        note(conn, happening, cause, now=now, actor=f"person:{request.person}")


def request_key(request: Request) -> str:
    """Name the event of one request."""
    return f"request-{request.reference}"


def note_holders(
    conn: Connection, before: Register | None, after: Register, now: datetime, actor: str
) -> None:
    """Note who runs an account now, and who does not any more, once the new register is saved."""
    if before is None:
        return
    setting, today = after.setting.key, school_day(now)
    known = people.roster(conn, setting)
    was = {one.key: _keys(one, known) for one in before.accounts if one.ours}
    for account in after.accounts if before.accounts != after.accounts else ():
        held, holds = was.get(account.key, set()), _keys(account, known)
        for key in sorted(holds - held) if account.ours else ():
            cause = Cause(f"added-{short(account.key, key)}-{today}", setting, today, key, account.key)
            note(conn, HOLDER_ADDED, cause, now=now, actor=actor)
        for key in sorted(held - holds):
            cause = Cause(f"left-{short(account.key, key)}-{today}", setting, today, subject=account.key)
            note(conn, HOLDER_LEFT, cause, now=now, actor=actor)


def _keys(account: Account, known: Mapping[str, Person]) -> set[str]:
    """Name the holders by their keys; whom nobody knows here, as the register does."""
    meant = whom.called(known.values())
    return {meant.get(name.casefold(), name) for name in account.holders}


def short(*words: str) -> str:
    """Give a short name made of words that may stand in no address and no ledger."""
    return sha256("|".join(words).encode("utf-8", "replace")).hexdigest()[:16]


def waits(store: Store) -> list[tuple[str, str]]:
    """List what rules wait for, in any setting: each event with when it rings."""
    with store.reading() as conn:
        return waits_of(promises.obligations(conn, None))


def waits_of(rules: Iterable[Obligation]) -> list[tuple[str, str]]:
    """List the events that these rules wait for, each with when it rings, as each setting's register says."""
    by_setting: dict[str, list[Obligation]] = {}
    for one in rules:
        by_setting.setdefault(one.setting, []).append(one)
    found: dict[tuple[str, str], None] = {}
    for some in by_setting.values():
        names = waiting(some)
        found |= {(name, in_full(name, names)): None for name in names}
    return sorted(found)
