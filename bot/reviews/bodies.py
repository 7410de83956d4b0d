"""Governing bodies and committees, added, changed and retired on pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.form_start import check_start, start_of
from bot.core.text import one_line
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.planning.active_members import ActiveMembers
from bot.records import ledger
from bot.records import register as record_register
from bot.register.part_changes import BODY, PartChange, put_part
from bot.rule_pages.rule_fields import free_key
from bot.rules.meetings import CLEAR_DAYS, Body
from bot.rules.people import School
from bot.rules.register import Register
from bot.services import Services

MAX_NAME, MAX_CLEAR_DAYS = 120, 28
# Addresses beside those of bodies.
RESERVED = frozenset({"new", "undo"})


@dataclass(frozen=True, slots=True)
class BodyInput:
    """A body as typed. Empty `clerk` and `chair`: the holder of that role; no members: all governors."""

    name: str
    clerk: str = ""
    chair: str = ""
    members: tuple[str, ...] = ()
    clear_days: str = ""
    why: str = ""


def usual_clear_days(school: School) -> int:
    """Return the notice of a meeting that the law of the school's nation asks for; else seven days."""
    return CLEAR_DAYS.get(school.nation, CLEAR_DAYS["England"])


def start_of_body(body: Body) -> str:
    """Return the digest of what the form of a body shows."""
    return start_of(*_shown(body))


def who_hears(roll: ActiveMembers, body: Body) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return who is emailed about a body's meetings today: what for, and their keys."""
    clerk, chair = roll.clerk_of(body), roll.chair_of(body)
    members = tuple(roll.members_of(body)) if body.tell_members else ()
    return (
        ("Draft, agenda and papers", (clerk,) if clerk else ()),
        ("Papers, and a review that has no meeting in time", (chair,) if chair else ()),
        ("What comes to a meeting, before it", members),
    )


def body_of(typed: BodyInput, key: str, school: School, before: Body | None = None) -> Body:
    """Make the body that a form describes. ValidationFailed names what is wrong."""
    errors = tuple(_wrong(typed))
    if errors:
        raise ValidationFailed(*errors)
    known = before or Body(key, school.key, "")
    return replace(
        known,
        name=one_line(typed.name),
        clerk=typed.clerk or None,
        chair=typed.chair or None,
        members=frozenset(one for one in typed.members if one),
        clear_days=int(typed.clear_days) if typed.clear_days.strip() else usual_clear_days(school),
    )


def add_body(services: Services, typed: BodyInput, by: Actor, now: datetime) -> str:
    """Add a body and return its key. ValidationFailed: something is wrong, or one has that name."""

    def make(known: Register) -> tuple[None, Body]:
        taken = frozenset({*RESERVED, *(one.key for one in known.bodies)})
        body = body_of(typed, free_key(typed.name, taken), known.school)
        if any(one.name.casefold() == body.name.casefold() for one in known.bodies):
            raise ValidationFailed(FieldError("name", "A body has this name already."))
        return None, body

    return _put(services, make, "added a body", typed.why, by, now)


def change_body(services: Services, key: str, typed: BodyInput, by: Actor, now: datetime) -> None:
    """Change a body. ValidationFailed: something is wrong, or it changed after the page was opened."""

    def make(known: Register) -> tuple[Body, Body]:
        before = _find(known, key)
        check_start(by.was, *_shown(before))
        after = body_of(typed, key, known.school, before)
        if after == before:
            raise ValidationFailed(FieldError("main", "Nothing is different. Change something first."))
        return before, after

    _put(services, make, "changed a body", typed.why, by, now)


def retire_body(services: Services, key: str, why: str, by: Actor, now: datetime) -> None:
    """Remove a body from the list. ValidationFailed: no reason, or a policy or rule names it."""
    if not one_line(why):
        raise ValidationFailed(FieldError("why", "Enter why."))

    def make(known: Register) -> tuple[Body, None]:
        named = tuple(_named_by(known, key))
        if named:
            raise ValidationFailed(FieldError("main", f"It is still named by: {', '.join(named)}."))
        return _find(known, key), None

    _put(services, make, "retired a body", why, by, now)


def _put(
    services: Services,
    make: Callable[[Register], tuple[Body | None, Body | None]],
    action: str,
    why: str,
    by: Actor,
    now: datetime,
) -> str:
    school = by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        known = record_register.load_register(conn, school, to_change=True)
        assert known is not None
        before, after = make(known)
        one = after or before
        assert one is not None
        put_part(conn, PartChange(BODY, one.key, before, after, by.person.key, now, why), by)
        _note(conn, action, one, why, by, now)
    return one.key


def _find(known: Register, key: str) -> Body:
    found = next((one for one in known.bodies if one.key == key), None)
    if found is None:
        raise ValidationFailed(FieldError("main", "This body is not on the list any more."))
    return found


def _named_by(known: Register, key: str) -> Iterator[str]:
    yield from (one.title for one in known.policies if one.approver == key)
    for rule in known.obligations:
        if any(term.sort == "body" and term.name == key for term in rule.audience.any_of):
            yield rule.title


def _shown(body: Body) -> tuple[object, ...]:
    return body.name, body.clerk, body.chair, body.members, body.clear_days


def _wrong(typed: BodyInput) -> Iterator[FieldError]:
    name, days = one_line(typed.name), typed.clear_days.strip()
    if not name or len(name) > MAX_NAME:
        yield FieldError("name", f"Enter its name, in at most {MAX_NAME} characters.")
    if days and not (days.isdecimal() and int(days) <= MAX_CLEAR_DAYS):
        yield FieldError("clear_days", f"Enter days from 0 to {MAX_CLEAR_DAYS}, or leave this empty.")


def _note(conn: Connection, action: str, body: Body, why: str, by: Actor, now: datetime) -> None:
    subject, data = f"body:{body.school}/{body.key}", {"name": body.name, "why": one_line(why)}
    ledger.append(conn, at=now, actor=by.actor, action=action, subject=subject, data=data)
