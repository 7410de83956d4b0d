"""Policies, governing bodies and accounts changed on pages, one at a time, and undone until the next emails.

What an entry was before its latest change is kept beside it until the next morning's emails are planned. To
undo is a change of its own: both are in the ledger with who and when.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from bot.core.text import one_line
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.planning.service import next_morning
from bot.records import ledger, school_setup
from bot.records.school_setup import Upload
from bot.register.service import change_register_in
from bot.rules.accounts import Account
from bot.rules.meetings import Body
from bot.rules.policies import Policy
from bot.rules.register import Register
from bot.services import Services

PART_CHANGE = "register part"
POLICY, BODY, ACCOUNT = "policy", "body", "account"
# A part of the register -> the field that holds its entries, and how an entry is stored.
PARTS: Mapping[str, tuple[str, TypeAdapter[Any]]] = {
    POLICY: ("policies", TypeAdapter(Policy)),
    BODY: ("bodies", TypeAdapter(Body)),
    ACCOUNT: ("accounts", TypeAdapter(Account)),
}
TOO_LATE = "It is too late to undo this. The next emails go by it. Change it again instead."
CHANGED_SINCE = "It has changed since. Change it again instead."
Entry = Policy | Body | Account


@dataclass(frozen=True, slots=True)
class PartChange:
    """The latest change of one entry: what it was and became. None before: added; None after: taken out."""

    part: str
    key: str
    before: Entry | None
    after: Entry | None
    by: str
    at: datetime
    why: str = ""

    def can_be_undone(self, now: datetime) -> bool:
        """Return whether no email can have gone since."""
        return now < next_morning(self.at)


def put_part(conn: Connection, change: PartChange, by: Actor) -> None:
    """Replace an entry of the register, and keep that until the next emails.

    The caller has claimed the form and checked who may, and writes what else belongs to it.
    """
    school, adapter = by.school.key, PARTS[change.part][1]
    change_register_in(
        conn, school, partial(_with, change.part, change.key, change.after), now=change.at, actor=by.actor
    )
    states = {
        name: adapter.dump_python(entry, mode="json") if entry is not None else None
        for name, entry in (("before", change.before), ("after", change.after))
    }
    content = json.dumps(states | {"why": one_line(change.why)}).encode()
    name, about = _name(school, change.part, change.key), f"{change.part}/{change.key}"
    school_setup.forget_upload(conn, school, name)
    school_setup.add_upload(conn, Upload(name, school, PART_CHANGE, about, "", content, change.by, change.at))


def undoable_changes(services: Services, school: str, part: str, now: datetime) -> dict[str, PartChange]:
    """Return the latest change of each entry of a part that can still be undone, by the entry's key."""
    with services.store.reading() as conn:
        kept = school_setup.uploads(conn, school, PART_CHANGE)
    changes = [_change(one) for one in kept]
    return {one.key: one for one in changes if one.part == part and one.can_be_undone(now)}


def undo_part(
    services: Services,
    part: str,
    key: str,
    by: Actor,
    now: datetime,
    check: Callable[[Connection, Entry], None],
) -> None:
    """Make an entry what it was before its latest change.

    ValidationFailed: it is too late, or the entry changed since. `check` raises where the person may not
    change this entry.
    """
    school = by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        change = _find(conn, school, part, key)
        if change is None or not change.can_be_undone(now):
            raise ValidationFailed(FieldError("main", TOO_LATE))

        def back(known: Register) -> Register:
            stands = next((one for one in _entries(known, part) if one.key == key), None)
            if _plain(stands) != _plain(change.after):
                raise ValidationFailed(FieldError("main", CHANGED_SINCE))
            entry = change.after or change.before
            if entry is not None:
                check(conn, entry)
            return _with(part, key, change.before, known)

        change_register_in(conn, school, back, now=now, actor=by.actor)
        school_setup.forget_upload(conn, school, _name(school, part, key))
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="undid a change",
            subject=f"{part}:{school}/{key}",
            data={"of": change.at.isoformat(), "by": change.by},
        )


def _with(part: str, key: str, after: Entry | None, known: Register) -> Register:
    """Return the register with an entry put in its place, at the end or taken out."""
    there = _entries(known, part)
    if after is None:
        kept: tuple[Entry, ...] = tuple(one for one in there if one.key != key)
    elif any(one.key == key for one in there):
        kept = tuple(after if one.key == key else one for one in there)
    else:
        kept = (*there, after)
    changes: dict[str, Any] = {PARTS[part][0]: kept}
    return replace(known, **changes)


def _entries(known: Register, part: str) -> tuple[Entry, ...]:
    found: tuple[Entry, ...] = getattr(known, PARTS[part][0])
    return found


def _plain(one: Entry | None) -> Entry | None:
    """Return an entry without what is not changed on its form: the texts of a policy."""
    return replace(one, versions=()) if isinstance(one, Policy) else one


def _find(conn: Connection, school: str, part: str, key: str) -> PartChange | None:
    kept = school_setup.find_upload(conn, school, PART_CHANGE, _name(school, part, key))
    return _change(kept) if kept is not None else None


def _change(kept: Upload) -> PartChange:
    part, _, key = kept.about.partition("/")
    said = json.loads(kept.content)
    before, after = (
        PARTS[part][1].validate_python(said[name]) if said[name] is not None else None
        for name in ("before", "after")
    )
    return PartChange(part, key, before, after, kept.uploaded_by, kept.uploaded_at, said["why"])


def _name(school: str, part: str, key: str) -> str:
    return sha256(f"{PART_CHANGE}|{school}|{part}|{key}".encode()).hexdigest()[:32]
