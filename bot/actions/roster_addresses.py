"""Which address somebody of several schools keeps when their lists do not say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.actions.roster_changes import Moved
from bot.actions.roster_identity import has_left
from bot.domain.people import Person
from bot.store import people
from bot.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Agreed:
    """People with the address they are to have; by key what this list says against it, and that in words."""

    people: dict[str, Person]
    against: dict[str, str | None]
    kept: tuple[Moved, ...]


def agree(
    conn: Connection, setting: str, wanted: Mapping[str, Person], known: Mapping[str, Person], today: date
) -> Agreed:
    """Let an address stay that another school's list says, and any that this list merely leaves out.

    What a list said before it was noted counts as the address that is used.
    """
    shared = {key: tuple(_elsewhere(setting, known.get(key), today)) for key in wanted}
    said = people.listed_addresses(conn, [key for key, places in shared.items() if places])
    agreed, against, kept = dict(wanted), dict[str, str | None](), list[Moved]()
    for key, places in shared.items():
        one, used = wanted[key], known[key].email if places else None
        if used is None or _folded(one.email) == used.casefold():
            continue
        if one.email and not any(_folded(said.get((at, key), used)) == used.casefold() for at in places):
            continue
        agreed[key] = replace(one, email=used)
        against[key] = one.email
        if one.email:
            words = f"e-mail stays {used}, as another school’s list says; this one says {one.email}"
            kept.append(Moved(key, one.name, (words,)))
    return Agreed(agreed, against, tuple(kept))


def _elsewhere(setting: str, one: Person | None, today: date) -> Iterator[str]:
    for held in one.memberships if one is not None else ():
        if held.setting != setting and not has_left(held, today):
            yield held.setting


def _folded(email: str | None) -> str:
    return (email or "").casefold()
