"""Who a report may be about: everybody it names, and whoever holds the roles it points to.

Until a person has read the report, everybody named in it is treated as involved: shutting out one too many
costs a day, letting in one too many cannot be undone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from bot.domain.people import Person
from bot.domain.roll import Roll

SHORTEST = 3


def involved(text: str, roles: Iterable[str], people: Mapping[str, Person], roll: Roll) -> frozenset[str]:
    """List the people here whose last name stands in a text, or who hold one of the roles."""
    words = frozenset(_words(text))
    by_name = {key for key in roll.here if _names(people[key]) & words}
    by_role = {key for role in roles for key in roll.holders(role)}
    return frozenset(by_name | by_role)


def _names(person: Person) -> frozenset[str]:
    """The parts of the last name: both of a double one. First names are too many people's."""
    last = person.name.rpartition(" ")[2]
    return frozenset(part for part in _words(last) if len(part) >= SHORTEST)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"[a-z]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
