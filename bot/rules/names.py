"""Whom a register means by a name: someone's key, their address, or an address they had before.

Whether two names may be one person's: people marry, lists shorten, and a mailbox goes to a successor.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.rules.people import Person


def index_by_name(people: Iterable[Person]) -> dict[str, str]:
    """Map folded names to the keys of these people.

    An address means anyone who has it now, even where it is the key of someone who had it before. One that
    no one has now means anyone who had it last: a register goes on naming people when their addresses change.
    """
    everybody = sorted(people, key=lambda one: one.key)
    before = sorted((was.until_at, was.email, one.key) for one in everybody for was in one.formerly)
    names = {email: key for _, email, key in before}
    names |= {one.key.casefold(): one.key for one in everybody}
    return names | {one.email.casefold(): one.key for one in everybody if one.email}


TITLES = frozenset(
    {"mr", "mrs", "miss", "ms", "mx", "dr", "prof", "professor", "rev", "revd", "sir", "dame", "lady"}
)


def same_name(typed: str, known: str) -> bool:
    """Return whether a typed name is the known one: capitals, spaces, accents, titles and middle names aside.

    A roster that holds an initial ("P Shah") is content with any first name that begins with it.
    """
    said, kept = name_words(typed), name_words(known)
    if not said or not kept:
        return False
    if len(kept) == 1 or len(said) == 1:
        return said == kept
    return _agree(said[0], kept[0]) and said[-1] == kept[-1] and _within(said[1:-1], kept[1:-1])


def name_words(name: str) -> list[str]:
    """List the words of a name, first name first, folded, without titles; a title alone stays."""
    last, comma, first = name.partition(",")
    whole = f"{first} {last}" if comma else name
    bare = "".join(c for c in unicodedata.normalize("NFKD", whole.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"\w+", re.sub(r"['’`.]", "", bare))
    untitled = [word for word in words if word not in TITLES]
    return untitled or words


def _agree(typed: str, known: str) -> bool:
    return typed == known or (len(known) == 1 and typed.startswith(known))


def _within(some: list[str], every: list[str]) -> bool:
    rest = iter(every)
    return all(any(_agree(word, other) for other in rest) for word in some)


# Words that many surnames begin with say nothing about who someone is.
PARTICLES = frozenset({"bin", "da", "de", "del", "den", "der", "do", "dos", "ibn", "van", "von"})


def is_named(one: str, other: str) -> bool:
    """Return whether two names are one, whichever of them is the shorter."""
    return same_name(one, other) or same_name(other, one)


def in_full(name: str) -> tuple[str, ...]:
    """Return a name as it is compared where only the very same one counts: its words in any order."""
    return tuple(sorted(name_words(name)))


def is_told(name: str) -> bool:
    """Return whether it is a name: of the person who is outside, a directory knows the address alone."""
    return "@" not in name


def may_be(one: str, other: str) -> bool:
    """Return whether two names share a word, as those of someone do who took another surname."""
    return not (set(name_words(one)) - PARTICLES).isdisjoint(set(name_words(other)) - PARTICLES)
