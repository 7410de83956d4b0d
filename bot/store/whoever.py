"""Reads somebody wherever they belong, by a key or an address: them and their settings, and nothing else.

As many statements for a name nobody bears as for one that somebody does: signing in takes no longer for
either, and no longer among thousands of schools than in one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import Connection, Text, bindparam, func, select, text

from bot.domain.people import Person
from bot.domain.snapshot import Snapshot
from bot.store import promises
from bot.store import snapshot as snapshots
from bot.store.people import find_named, looked_up, with_memberships
from bot.store.schema import HOLDERS_BEYOND_ASCII, role_holder

_names = bindparam("names", type_=Text(), expanding=True)
NAMING = select(role_holder.c.setting, role_holder.c.role, role_holder.c.person)
NAMING_BEYOND_ASCII = {name: NAMING.where(text(f"({words})")) for name, words in HOLDERS_BEYOND_ASCII.items()}
NAMING_THEM = NAMING.where(func.lower(role_holder.c.person).in_(_names))


def load_whoever(conn: Connection, names: Collection[str]) -> Snapshot:
    """Read whoever bears one of these keys or addresses, with the roles that registers give them."""
    wanted = {name.casefold() for name in names if name.strip()}
    found = find_named(conn, wanted, ())
    # Whoever bears a name of theirs too: a register that gives it a role may mean either.
    wanted |= {name for one in found.values() for name in _names_of(one)}
    found |= find_named(conn, wanted, found)
    people = snapshots.with_given_roles(with_memberships(conn, found), roles_naming(conn, wanted))
    places = {one.setting for person in people.values() for one in person.memberships}
    return Snapshot(promises.settings(conn, sorted(places)), {}, people)


def _names_of(one: Person) -> Iterator[str]:
    yield from (name.casefold() for name in (one.key, one.email) if name)
    yield from (was.email for was in one.formerly)


def roles_naming(conn: Connection, names: Collection[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Say where registers give one of these folded names a role: setting -> role -> names as they stand."""
    given: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    rows = looked_up(conn, NAMING_THEM, NAMING_BEYOND_ASCII, names)
    for setting, role, person in dict.fromkeys(map(tuple, rows)):
        if person.casefold() in names:
            given[setting][role] = (*given[setting].get(role, ()), person)
    return given
