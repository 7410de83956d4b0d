"""What an import of people changes, in words for the person who imports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.days import plain
from bot.domain.people import Absence, Membership, Person

WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CALLED = {"start": "first day", "leave": "last day"}


@dataclass(frozen=True, slots=True)
class Moved:
    """One person who joins, leaves or changes, with what changes in words."""

    key: str
    name: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} ({self.key})" + (f": {'; '.join(self.details)}" if self.details else "")


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What an import changes. `kept`: whose address stays, for now or because another list says it."""

    joiners: tuple[Moved, ...] = ()
    leavers: tuple[Moved, ...] = ()
    changes: tuple[Moved, ...] = ()
    kept: tuple[Moved, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.joiners or self.leavers or self.changes)

    def lines(self) -> tuple[str, ...]:
        """List everybody it touches, one a line."""
        changed = (("join", self.joiners), ("leave", self.leavers), ("change", self.changes))
        sorts = (*changed, ("keep", self.kept))
        return tuple(f"{sort}  {moved}" for sort, moves in sorts for moved in moves)

    def summary(self) -> str:
        """Say it in one sentence."""
        counts = f"{len(self.joiners)} join, {len(self.leavers)} leave, {len(self.changes)} change"
        return f"{counts}." if self else "Nothing to change: the list agrees."


def membership_of(person: Person, setting: str) -> Membership | None:
    """Find what somebody is in one setting."""
    return next((one for one in person.memberships if one.setting == setting), None)


def details(setting: str, old: Person, new: Person) -> tuple[str, ...]:
    """Say what differs between somebody as stored and as listed, in words."""
    return tuple(_in_words(*fact) for fact in _facts(setting, old, new) if fact[1] != fact[2])


def _in_words(name: str, was: object, now: object) -> str:
    if name == "absences":
        return name
    before, after = (_days(one) if name == "working days" else _said(one) for one in (was, now))
    called = CALLED.get(name, name)
    if not before:
        return f"{called}: {after}"
    return f"{called} from {before} to {after}" if after else f"{called} taken out: {before}"


def changed_facts(setting: str, old: Person, new: Person) -> tuple[str, ...]:
    """Name what differs, without what it was or is."""
    return tuple(name for name, was, now in _facts(setting, old, new) if was != now)


def _facts(setting: str, old: Person, new: Person) -> tuple[tuple[str, object, object], ...]:
    before, after = membership_of(old, setting), membership_of(new, setting)
    assert before is not None
    assert after is not None
    return (
        ("name", old.name, new.name),
        ("e-mail", old.email, new.email),
        ("roles", sorted(before.roles), sorted(after.roles)),
        ("groups", sorted(before.groups), sorted(after.groups)),
        ("start", before.starts_on, after.starts_on),
        ("leave", before.leaves_on, after.leaves_on),
        ("working days", sorted(before.working_days), sorted(after.working_days)),
        ("absences", _listed(before), _listed(after)),
        ("manager", before.manager, after.manager),
    )


def _listed(membership: Membership) -> tuple[Absence, ...]:
    """List the absences that a list of people states; those noted on a page are not its to change."""
    return tuple(one for one in membership.absences if not one.noted_here)


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, date):
        return plain(value)
    return "" if value is None else str(value)


def _days(value: object) -> str:
    assert isinstance(value, list)
    return ", ".join(WEEK[day] for day in value)
