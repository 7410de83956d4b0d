"""Whose each line of a list of people is, and what an import changes, in words for the person who imports.

What a person signed belongs to their key, so a line must not take it over with an address or a name alone.
A reference identifies a person. Without one the address does, if the name may be theirs; and a name does
where one person leaves the list and one with exactly the same name joins it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import TypeVar

from bot.core.dates import long_date
from bot.core.errors import BadInput, Problem
from bot.database.engine import Connection
from bot.ports import RosterEntry
from bot.records import people as record_people
from bot.rules.names import in_full, is_named, is_told, may_be
from bot.rules.people import Absence, Membership, Person

WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CALLED = {"start": "first day", "leave": "last day"}


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One person who joins, leaves or changes, with what changes in words."""

    key: str
    name: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} ({self.key})" + (f": {'; '.join(self.details)}" if self.details else "")


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What an import changes. `kept`: whose address or roles stay as they are here."""

    joiners: tuple[PersonChange, ...] = ()
    leavers: tuple[PersonChange, ...] = ()
    changes: tuple[PersonChange, ...] = ()
    kept: tuple[PersonChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.joiners or self.leavers or self.changes)

    def lines(self) -> tuple[str, ...]:
        """List everyone it touches, one a line."""
        changed = (("join", self.joiners), ("leave", self.leavers), ("change", self.changes))
        sorts = (*changed, ("keep", self.kept))
        return tuple(f"{sort}  {moved}" for sort, moves in sorts for moved in moves)

    def summary(self) -> str:
        """Return it as one sentence."""
        counts = f"{len(self.joiners)} join, {len(self.leavers)} leave, {len(self.changes)} change"
        return f"{counts}." if self else "Nothing to change: the list agrees."


def membership_of(person: Person, school: str) -> Membership | None:
    """Find what someone is in one school."""
    return next((one for one in person.memberships if one.school == school), None)


def details(school: str, old: Person, new: Person) -> tuple[str, ...]:
    """Return what differs between someone as stored and as listed, in words."""
    return tuple(_in_words(*fact) for fact in _facts(school, old, new) if fact[1] != fact[2])


def _in_words(name: str, was: object, now: object) -> str:
    if name == "absences":
        return name
    before, after = (_days(one) if name == "working days" else _value_in_words(one) for one in (was, now))
    called = CALLED.get(name, name)
    if not before:
        return f"{called}: {after}"
    return f"{called} from {before} to {after}" if after else f"{called} taken out: {before}"


def changed_facts(school: str, old: Person, new: Person) -> tuple[str, ...]:
    """Return what differs, without what it was or is."""
    return tuple(name for name, was, now in _facts(school, old, new) if was != now)


def _facts(school: str, old: Person, new: Person) -> tuple[tuple[str, object, object], ...]:
    before, after = membership_of(old, school), membership_of(new, school)
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


def _value_in_words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, date):
        return long_date(value)
    return "" if value is None else str(value)


def _days(value: object) -> str:
    assert isinstance(value, list)
    return ", ".join(WEEK[day] for day in value)


T = TypeVar("T", RosterEntry, Person)
FILE = "list of people"
# No address and no reference of the office's has this sign, so a key that we make is no one else's.
NUMBERED = "~"


@dataclass(frozen=True, slots=True)
class Identities:
    """Each entry's person by the entry's key; whose address passes to someone else; everyone looked at."""

    keys: Mapping[str, str]
    freed: frozenset[str]
    known: Mapping[str, Person]


def identify(
    conn: Connection, school: str, entries: Sequence[RosterEntry], today: date, *, whole: bool = True
) -> Identities:
    """Find each entry's person. `whole`: people missing leave. BadInput: all doubtful lines."""
    members = record_people.roster(conn, school)
    names = {name.casefold() for one in entries for name in (one.key, one.email) if name}
    known = record_people.with_memberships(conn, members | record_people.find_named(conn, names, members))
    looking = _Matches(school, today, members.keys(), known, whole)
    looking.by_reference(entries)
    looking.by_address(entries)
    if whole:
        looking.by_name(entries)
    looking.by_address_and_part_of_a_name(entries)
    for entry in tuple(looking.left(entries)):
        looking.add(entry, lambda key: bool(record_people.find_named(conn, [key], ())))
    if looking.problems:
        raise BadInput(sorted(looking.problems, key=lambda one: one.line or 0))
    return Identities(looking.found, frozenset(looking.freed(entries)), known)


def made_of(key: str) -> str:
    """Return the address that a key was made of; any other key is given as it is."""
    return key.partition(NUMBERED)[0]


@dataclass(slots=True)
class _Matches:
    """Who was found so far, rule by rule, the surest first. `found`: an entry's key -> its person's key."""

    school: str
    today: date
    members: Collection[str]
    known: Mapping[str, Person]
    whole: bool
    found: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def by_reference(self, entries: Sequence[RosterEntry]) -> None:
        for entry in entries:
            if _has_reference(entry) and entry.key in self.members:
                self.found[entry.key] = entry.key

    def by_address(self, entries: Sequence[RosterEntry]) -> None:
        """Find the person with this address, else one of this name who had it or was first known by it."""
        for near in (self._bearing, self._named_by):
            for entry in tuple(self.left(entries)):
                self._claim(entry, (one for one in near(entry) if is_named(one.name, entry.name)))
        for entry in tuple(self.left(entries)):
            self._claim(entry, (one for one in self._bearing(entry) if self._is_untold(entry, one)))

    def by_name(self, entries: Sequence[RosterEntry]) -> None:
        """Keep anyone who is missing where one line has their very name, and no reference says otherwise."""
        waiting = tuple(self.left(entries))
        missing = _by_name(one for one in self._free() if self._is_here(one))
        for name, joining in _by_name(waiting).items():
            homes = [one for one in missing.get(name, ()) if not _tells_apart(joining, one)]
            if len(joining) == len(homes) == 1 and not _renamed(homes[0], waiting, missing.keys()):
                self.found[joining[0].key] = homes[0].key
            elif homes:
                self.problems += [
                    _in_doubt(entry, homes[0]) for entry in joining if not _has_reference(entry)
                ]

    def by_address_and_part_of_a_name(self, entries: Sequence[RosterEntry]) -> None:
        """Find the person who has the address, is still there, and may have taken another surname."""
        for entry in tuple(self.left(entries)):
            near = (one for one in self._bearing(entry) if self._is_still(entry, one))
            self._claim(entry, (one for one in near if may_be(one.name, entry.name)))

    def add(self, entry: RosterEntry, is_taken: Callable[[str], bool]) -> None:
        """Make someone new of an entry, where no one who is still there has its address or its key."""
        for one in self._bearing(entry):
            if one.key not in self.found.values() and self._is_elsewhere(one):
                self.problems.append(_of_another_school(entry))
                return
            if one.key not in self.found.values() and self._is_here(one) and not self._may_follow(entry):
                self.problems.append(_of_somebody(entry, one))
                return
        holder = self.known.get(entry.key)
        if not _has_reference(entry):
            self.found[entry.key] = self._new_key(entry.key, is_taken)
        elif holder is None or (is_named(holder.name, entry.name) and holder.key not in self.found.values()):
            self.found[entry.key] = entry.key
        else:
            self.problems.append(_taken(entry))

    def left(self, entries: Sequence[RosterEntry]) -> Iterator[RosterEntry]:
        """List the entries whose person is not found yet, and that are not in doubt."""
        doubted = {one.line for one in self.problems if one.line is not None}
        return (one for one in entries if one.key not in self.found and one.line not in doubted)

    def freed(self, entries: Sequence[RosterEntry]) -> Iterator[str]:
        """Return people who left or leave while another person has their address."""
        given = {one.email.casefold() for one in entries if one.email}
        for one in self._free():
            stays = self._is_elsewhere(one) or (self._is_here(one) and not self.whole)
            if one.email and one.email.casefold() in given and not stays:
                yield one.key

    def _claim(self, entry: RosterEntry, near: Iterable[Person]) -> None:
        found = next((one for one in near if one.key not in self.found.values()), None)
        if found is not None:
            self.found[entry.key] = found.key

    def _free(self) -> Iterator[Person]:
        taken = set(self.found.values())
        return (one for key, one in sorted(self.known.items()) if key not in taken)

    def _bearing(self, entry: RosterEntry) -> list[Person]:
        """List who has the address: those who are still there first, and of them those of this school."""
        email = (entry.email or "").casefold()
        some = (one for one in self.known.values() if email and (one.email or "").casefold() == email)
        return sorted(some, key=lambda one: (not self._is_here(one), not self._is_elsewhere(one), one.key))

    def _named_by(self, entry: RosterEntry) -> list[Person]:
        """List who was first known by the address, or had it before."""
        email = (entry.email or "").casefold()
        some = (
            one
            for one in self.known.values()
            if email in {one.key.casefold(), *(was.email for was in one.formerly)}
        )
        return sorted(some, key=lambda one: (not self._is_here(one), one.key))

    def _is_still(self, entry: RosterEntry, one: Person) -> bool:
        """Return whether someone is still there, and under no other reference in this list."""
        return not _tells_apart([entry], one) if self._is_here(one) else self._is_elsewhere(one)

    def _is_untold(self, entry: RosterEntry, one: Person) -> bool:
        """Return whether someone is still there, and a directory knows no name of them but the address."""
        untold = not (is_told(one.name) and is_told(entry.name))
        return untold and (self._is_here(one) or self._is_elsewhere(one))

    def _may_follow(self, entry: RosterEntry) -> bool:
        """Return whether a line may take the address of someone who is missing from the list."""
        return self.whole and _has_reference(entry)

    def _new_key(self, address: str, is_taken: Callable[[str], bool]) -> str:
        numbered = (f"{address}{NUMBERED}{number}" for number in count(2))
        known = {key.casefold() for key in self.known}
        if address.casefold() not in known:
            return address
        return next(key for key in numbered if not is_taken(key))

    def _is_here(self, one: Person) -> bool:
        return one.key in self.members and any(
            held.school == self.school and not has_left(held, self.today) for held in one.memberships
        )

    def _is_elsewhere(self, one: Person) -> bool:
        return any(held.school != self.school and not has_left(held, self.today) for held in one.memberships)


def has_left(membership: Membership | None, today: date) -> bool:
    """Return whether someone does not belong to a school any more, or never did."""
    return membership is None or (membership.leaves_on is not None and membership.leaves_on < today)


def _has_reference(entry: RosterEntry) -> bool:
    return entry.email is None or entry.key.casefold() != entry.email.casefold()


def _tells_apart(joining: Collection[RosterEntry], one: Person) -> bool:
    """Return whether a reference on each side says that these are not one person."""
    return "@" not in one.key and all(_has_reference(entry) for entry in joining)


def _by_name(some: Iterable[T]) -> dict[tuple[str, ...], list[T]]:
    found: dict[tuple[str, ...], list[T]] = defaultdict(list)
    for one in some:
        found[in_full(one.name)].append(one)
    return found


def _renamed(one: Person, waiting: Collection[RosterEntry], missing: Collection[tuple[str, ...]]) -> bool:
    """Return whether another line has the address of someone, and may be them under a new name."""
    return any(
        entry.email
        and entry.email.casefold() == (one.email or "").casefold()
        and in_full(entry.name) not in missing
        and may_be(entry.name, one.name)
        for entry in waiting
    )


def _of_somebody(entry: RosterEntry, one: Person) -> Problem:
    wrong = f"this address was {one.name}’s, and “{entry.name}” is another name"
    right = (
        "Give a reference if this is somebody else. If it is the same person, change a part of the name now, "
        "and the rest in a later list."
    )
    return Problem(FILE, entry.line, "email", wrong, right)


def _of_another_school(entry: RosterEntry) -> Problem:
    wrong = f"“{entry.email}” is the address of somebody of another name in another school"
    return Problem(FILE, entry.line, "email", wrong, "Give this person’s own address, or none.")


def _in_doubt(entry: RosterEntry, one: Person) -> Problem:
    wrong = f"this may be {one.name} under another address ({one.key}), or somebody else of that name"
    right = "Give a reference if this is somebody new; else keep the old address in this list, on one line."
    return Problem(FILE, entry.line, "name", wrong, right)


def _taken(entry: RosterEntry) -> Problem:
    wrong = f'"{entry.key}" is the reference of somebody in another school'
    right = "Give this person a reference nobody else has, or their e-mail address."
    return Problem(FILE, entry.line, "reference", wrong, right)
