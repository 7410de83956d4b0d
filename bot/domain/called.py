"""Whom a register means by a name: somebody's key, their address, or an address they had before."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.people import Person


def called(people: Iterable[Person]) -> dict[str, str]:
    """Map folded names to the keys of these people.

    An address means whoever has it now, even where it is the key of somebody who had it before. One that
    nobody has now means whoever had it last: a register goes on naming people when their addresses change.
    """
    everybody = sorted(people, key=lambda one: one.key)
    before = sorted((was.until_at, was.email, one.key) for one in everybody for was in one.formerly)
    names = {email: key for _, email, key in before}
    names |= {one.key.casefold(): one.key for one in everybody}
    return names | {one.email.casefold(): one.key for one in everybody if one.email}
