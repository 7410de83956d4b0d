"""Whether two names may be one person's: people marry, lists shorten, and a mailbox goes to a successor."""

from __future__ import annotations

from bot.domain.signing import name_words, same_name

# Words that many surnames begin with say nothing about who somebody is.
PARTICLES = frozenset({"bin", "da", "de", "del", "den", "der", "do", "dos", "ibn", "van", "von"})


def is_named(one: str, other: str) -> bool:
    """Say whether two names are one, whichever of them is the shorter."""
    return same_name(one, other) or same_name(other, one)


def in_full(name: str) -> tuple[str, ...]:
    """Give a name as it is compared where only the very same one counts: its words in any order."""
    return tuple(sorted(name_words(name)))


def is_told(name: str) -> bool:
    """Say whether it is a name: of whoever is outside, a directory knows the address alone."""
    return "@" not in name


def may_be(one: str, other: str) -> bool:
    """Say whether two names share a word, as those of somebody do who took another surname."""
    return not (set(name_words(one)) - PARTICLES).isdisjoint(set(name_words(other)) - PARTICLES)
