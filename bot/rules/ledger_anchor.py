"""A short code that stands for the ledger up to one entry: noted outside, it shows a chain made again.

`1234-K7QF-2M8R-0ABC-9XYZ`: the entry's number and the first 80 bits of its hash. 80 bits: to find another
history that ends at the same number with the same code takes 2**80 hashes (a thousand fast machines: ten
thousand years), and a person still types it from paper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.codes import grouped, signs_of

HASH_BYTES = 10
SIGNS = 16
TYPED = re.compile(r"\s*(\d+)\W+(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A code that was noted outside: the number of an entry, and the signs of its hash without groups."""

    seq: int
    signs: str

    def is_of(self, own_hash: str) -> bool:
        """Compare with the hash of the entry of that number, in hex."""
        return signs_of(_signs(own_hash)) == self.signs


def anchor_code(seq: int, own_hash: str) -> str:
    """Return the code of an entry by its number and its hash, in hex."""
    return f"{seq}-{_signs(own_hash)}"


def read_anchor(typed: str) -> Anchor:
    """Read a code however it is typed. ValueError: it is none."""
    found = TYPED.fullmatch(typed)
    signs = signs_of(found[2]) if found else ""
    if found is None or len(signs) != SIGNS:
        raise ValueError(f'"{typed}" is no code of the ledger; one looks like 1234-K7QF-2M8R-0ABC-9XYZ')
    return Anchor(int(found[1]), signs)


def _signs(own_hash: str) -> str:
    return grouped(bytes.fromhex(own_hash)[:HASH_BYTES])
