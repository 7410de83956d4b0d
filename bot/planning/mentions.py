"""Who a report may be about: everyone it names, and anyone who holds the roles it points to.

Until a person has read the report, everyone named in it is treated as involved: shutting out one too many
costs a day, letting in one too many cannot be undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from itertools import pairwise

from bot.core.roles import JOB_WORDS, JOBS, MEANT, NOT_STAFF, SPELLINGS
from bot.core.text import fold_text
from bot.planning.active_members import ActiveMembers
from bot.rules.people import STAND_INS, Person

SHORTEST = 3
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir", "madam"})
MISSPELT_LETTERS, MISSPELT_BY, MISSPELT_LIKENESS = 4, 2, 0.75
# Words of entries such as "Oak class" or "School office": alone they are no one's name.
PLACES = frozenset(
    "centre class club department group kitchen nursery office reception room school"
    " site team unit year".split()
)
_ROLES = (*MEANT, *SPELLINGS, *SPELLINGS.values(), *JOBS, *NOT_STAFF, *STAND_INS)
NO_NAMES = PLACES | JOB_WORDS | {word for role in _ROLES for word in role.split("-")} | {"staff", "support"}
_LEAD = r"(?:dsl|(?:designated )?safeguarding lead)\b"
ROLES = {
    "headteacher": re.compile(
        r"(?<!deputy )(?<!assistant )\bhead(?:\W?(?:teacher|master|mistress))?\b(?! of)", re.IGNORECASE
    ),
    "dsl": re.compile(rf"(?<!deputy )(?<!deputy designated )\b{_LEAD}", re.IGNORECASE),
    "deputy-dsl": re.compile(rf"\bdeputy {_LEAD}", re.IGNORECASE),
    "chair": re.compile(r"\bchair(?:man|woman|person)?\b", re.IGNORECASE),
}


def involved(
    text: str, roles: Iterable[str], people: Mapping[str, Person], roll: ActiveMembers, *, who: str = ""
) -> frozenset[str]:
    """List the people of the school whose last name stands in a text, or who hold one of the roles.

    Anyone who has left or is still to come counts too: on the day they are here they would open it.
    `who` answers whom it is about: there a first name is enough, a last name that is nearly right, or a role.
    """
    said, answered = _plain_words(f"{text} {who}"), _plain_words(who)
    known = (one for one in people.values() if one.membership(roll.school.key) is not None)
    by_name = {one.key for one in known if _is_named(one, said) or _is_meant(one, answered)}
    asked = (*roles, *_roles_in(who, roll.school.words.head))
    by_role = {key for role in asked for key in roll.holders(role)}
    return frozenset(by_name | by_role)


def _roles_in(who: str, head: str) -> set[str]:
    """List the roles an answer names in words, whatever the school calls its head."""
    found = {role for role, words in ROLES.items() if words.search(who)}
    return found | ({"headteacher"} if head.casefold() in who.casefold() else set())


def _is_named(person: Person, said: list[str]) -> bool:
    """Return True where a last or a full name is said; one of two letters only after a title or the first.

    An entry made of roles and places alone, such as "School office", is no person's name.
    """
    if NO_NAMES.issuperset(_plain_words(person.name)):
        return False
    first, last = _first(person), _last(person)
    if not {name for name in last if len(name) >= SHORTEST}.isdisjoint(said) or _is_in_full(person, said):
        return True
    before = TITLES | first
    return any(one in before and other in last for one, other in pairwise(said))


def _is_meant(person: Person, answer: list[str]) -> bool:
    """Return True where an answer to whom it is about may mean a person.

    An entry that is no name counts only where it is said in full.
    """
    if NO_NAMES.issuperset(_plain_words(person.name)):
        return _is_in_full(person, answer)
    said, first, last = frozenset(answer), _first(person), _last(person)
    return not said.isdisjoint(first | last) or any(_is_like(word, last) for word in said)


def _is_in_full(person: Person, said: list[str]) -> bool:
    name = _plain_words(person.name)
    return any(said[at : at + len(name)] == name for at in range(len(said) - len(name) + 1)) and bool(name)


def _is_like(word: str, names: Iterable[str]) -> bool:
    """Return whether a word is a near misspelling of a name."""
    return len(word) >= MISSPELT_LETTERS and any(
        SequenceMatcher(None, word, name).ratio() >= MISSPELT_LIKENESS
        for name in names
        if name[0] == word[0] and len(name) >= MISSPELT_LETTERS and abs(len(name) - len(word)) <= MISSPELT_BY
    )


def _first(person: Person) -> frozenset[str]:
    return frozenset(_plain_words(person.name.partition(" ")[0])) - PLACES


def _last(person: Person) -> frozenset[str]:
    """Return the last name: both parts of a double one, and the whole without its hyphen or apostrophe."""
    return frozenset(_plain_words(person.name.rpartition(" ")[2])) - PLACES


def _plain_words(text: str) -> list[str]:
    """List the words of a text in plain letters, and after the parts of a joined one the whole of it."""
    return [part for word in fold_text(text).split() for part in _parts(re.findall(r"[a-z]+", word))]


def _parts(parts: list[str]) -> list[str]:
    return parts if len(parts) <= 1 else [*parts, "".join(parts)]
