"""What the list of people answers of a new register's questions, so that a school is not asked twice.

It is proposed where nobody has answered, and counts once a person uses the register.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.actions.office_answers import Asked
from bot.domain.folding import folded
from bot.domain.people import ALIASES, Person

# More people of one role than this are looked for by whoever answers.
MOST = 3
FOUND = "Found: "


def filled_in(asked: Iterable[Asked], people: Sequence[Person], setting: str) -> Iterator[Asked]:
    """Give each question, with the names the list of people has for a role that nobody has answered."""
    for one in asked:
        names = _holders(one, people, setting) if one.section == "roles" and not one.answer else ()
        yield replace(one, answer=", ".join(names), from_list=True) if names else one


def _holders(one: Asked, people: Sequence[Person], setting: str) -> tuple[str, ...]:
    """Name who has a role in the list; else who the documents say has it, if it is one of the list."""
    role = ALIASES.get(one.field, one.field)
    called = [person for person in people if _can_be_named(person, people)]
    having = [person.name for person in called if role in _roles(person, setting)]
    if not having:
        printed = {folded(words.removeprefix(FOUND).rpartition(" (")[0]) for words in one.cited}
        having = [person.name for person in called if folded(person.name) in printed]
    return tuple(sorted(having)) if len(having) <= MOST else ()


def _can_be_named(person: Person, people: Sequence[Person]) -> bool:
    """Say whether a name leads to one address, as an answer has to."""
    return bool(person.email) and sum(folded(one.name) == folded(person.name) for one in people) == 1


def _roles(person: Person, setting: str) -> frozenset[str]:
    membership = person.membership(setting)
    return membership.usual_roles if membership and membership.leaves_on is None else frozenset()
