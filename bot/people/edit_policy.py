"""How far the office's pages reach: not into another school, nor to who leads this one or has its cases.

An address is a way to sign in, and a role opens pages. Whoever could give themselves the head's address, or
the role of someone who looks after cases, would open everything that is not for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.clock import local_date
from bot.core.roles import LEADERSHIP, PROTECTED_ROLES, Permission, may
from bot.database.engine import Connection
from bot.identity.actor import Actor
from bot.people.import_identity import made_of
from bot.planning.store import load_people_named, load_snapshot, roles_naming
from bot.records import people as record_people
from bot.records import register as record_register
from bot.rules.people import ALIASES, Person

ASK = "Somebody of the leadership does this: the person leads the school, or looks after cases"
ELSEWHERE = "They belong to another school too, so whoever runs Handbell changes it for both"
NOT_THEIRS = "Use a reference without @, or the person’s own address"
TAKEN = "Another school uses this reference. Choose another"


@dataclass(frozen=True, slots=True)
class NotEditable:
    """One thing the office may not do: about whom (a key), what, and what would be right."""

    key: str
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known before anything changes: who is here, who is in its list, and who bears a wanted key.

    `named`: whom the register here names, by role; `named_elsewhere`: folded keys that another's names.
    """

    school: str
    here: Mapping[str, Person]
    listed: Mapping[str, Person]
    everywhere: Mapping[str, Person]
    named: Mapping[str, tuple[str, ...]]
    named_elsewhere: frozenset[str]
    today: date

    def roles(self, person: Person | None) -> frozenset[str]:
        """Return what someone is here, by the list of people and by the register."""
        if person is None:
            return frozenset()
        known = self.everywhere.get(person.key, person)
        called = {person.key.casefold(), _address(person), *(was.email for was in known.formerly)}
        member = person.membership(self.school)
        given = (role for role, some in self.named.items() if called & _folded(some))
        return frozenset(ALIASES.get(role, role) for role in (*(member.roles if member else ()), *given))

    def is_led(self) -> bool:
        """Return whether anyone of the leadership is here; where no one is, the office brings them in."""
        return any(LEADERSHIP & self.roles(one) and self.is_here(one) for one in self.here.values())

    def is_here(self, person: Person) -> bool:
        member = person.membership(self.school)
        return member is not None and member.here_on(self.today)

    def is_elsewhere(self, person: Person) -> bool:
        others = (one for one in person.memberships if one.school != self.school)
        return any(one.leaves_on is None or one.leaves_on >= self.today for one in others)


def why_not_editable(
    conn: Connection, by: Actor, wanted: Mapping[str, Person], now: datetime, *, whole: bool = False
) -> tuple[NotEditable, ...]:
    """List what goes too far in making people so, by key. `whole`: anyone who is missing would leave."""
    today = local_date(now)
    school = by.school.key
    naming = roles_naming(conn, {key.casefold() for key in wanted})
    elsewhere = (some for key, by_role in naming.items() if key != school for some in by_role.values())
    known = _Known(
        school=school,
        here=load_snapshot(conn, today, (school,)).people,
        listed=record_people.roster(conn, school),
        everywhere=load_people_named(conn, wanted).people,
        named=record_register.roles(conn, (school,)).get(school, {}),
        named_elsewhere=frozenset(name for some in elsewhere for name in _folded(some)),
        today=today,
    )
    found = [*_identities(known, wanted)]
    held = known.roles(known.here.get(by.person.key))
    if not may(held, Permission.EDIT_PROTECTED_PEOPLE) and known.is_led():
        found += _beyond(known, wanted)
        found += _missing(known, wanted) if whole else ()
    return tuple(found)


def _identities(known: _Known, wanted: Mapping[str, Person]) -> Iterator[NotEditable]:
    """Find who would get the address of someone, or be taken for someone, of another school."""
    for key, person in wanted.items():
        old = known.everywhere.get(key)
        if old is not None and _address(old) != _address(person) and known.is_elsewhere(old):
            yield NotEditable(key, f"{person.name} has another address here", ELSEWHERE)
        elif old is None and "@" in key and made_of(key).casefold() != _address(person):
            yield NotEditable(key, f"“{key}” is not the address of {person.name}", NOT_THEIRS)
        elif old is None and "@" not in key and key.casefold() in known.named_elsewhere:
            yield NotEditable(key, f"“{key}” is taken", TAKEN)


def _beyond(known: _Known, wanted: Mapping[str, Person]) -> Iterator[NotEditable]:
    """Find who would come to lead or to have cases, and whose way to sign in or last day would change."""
    for key, person in wanted.items():
        old = known.here.get(key)
        gained = (known.roles(person) & PROTECTED_ROLES) - known.roles(old)
        if gained:
            yield NotEditable(key, f"{person.name} would be {' and '.join(sorted(gained))}", ASK)
        elif (
            old is not None
            and known.roles(old) & PROTECTED_ROLES
            and _says(known, old) != _says(known, person)
        ):
            yield NotEditable(key, f"{person.name} would have another address, role or last day", ASK)


def _missing(known: _Known, wanted: Mapping[str, Person]) -> Iterator[NotEditable]:
    """Find who leads or has cases, and would leave because they are not in a list."""
    for key, one in known.listed.items():
        if key not in wanted and known.roles(one) & PROTECTED_ROLES and known.is_here(one):
            yield NotEditable(key, f"{one.name} is not in the list and would leave", ASK)


def _says(known: _Known, person: Person) -> tuple[str, frozenset[str], date | None]:
    member = person.membership(known.school)
    return _address(person), known.roles(person) & PROTECTED_ROLES, member.leaves_on if member else None


def _address(person: Person) -> str:
    return (person.email or "").casefold()


def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)
