"""Long lists leaf by leaf: as much as a phone can take, and the way to what is before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

One = TypeVar("One")
# So many stand on one page: a phone scrolls through them in a moment.
LEAF = 20


@dataclass(frozen=True, slots=True)
class Leaf(Generic[One]):
    """Some of a list: the `first` to the `last` of `total`, counted from 1.

    `before`, `after`: the numbers of the leaves beside it; 0: there is none.
    """

    items: tuple[One, ...]
    number: int
    first: int
    last: int
    total: int
    before: int
    after: int

    @property
    def whole(self) -> bool:
        """Say whether this is all of the list."""
        return len(self.items) == self.total


def leaf(every: Sequence[One], number: int, length: int = LEAF) -> Leaf[One]:
    """Open a list at a leaf of so many; a number that is not there, at the nearest one that is."""
    last_leaf = max(1, -(-len(every) // length))
    at = min(max(number, 1), last_leaf)
    items = tuple(every[(at - 1) * length : at * length])
    first = (at - 1) * length + 1 if items else 0
    after = at + 1 if at < last_leaf else 0
    return Leaf(items, at, first, (at - 1) * length + len(items), len(every), at - 1, after)
