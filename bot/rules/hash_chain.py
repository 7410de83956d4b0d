"""How a ledger entry and a record of evidence are hashed. Final: packs and stamps made years ago hold it.

An entry has a digest, SHA-256 over its canonical JSON, and a hash, SHA-256 over the hash before it and that
digest: the chain can be shown whole without showing what every entry says. The keys of the hashed JSON stay
as they are, whatever a column or an attribute comes to be called.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.codes import ALPHABET, grouped, signs_of

# The hash before the first entry.
FIRST = "0" * 64


def canonical(value: object) -> str:
    """Write JSON with sorted keys, no spaces and no escapes beyond JSON's own. ValueError: NaN, infinity."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def digest_of(value: Mapping[str, Any]) -> str:
    """Compute SHA-256 over the canonical JSON of an entry (with its `seq`) or of a record."""
    return hashlib.sha256(canonical(dict(value)).encode()).hexdigest()


def link(prev_hash: str, digest: str) -> str:
    """Compute the hash of an entry from the hash before it and its digest."""
    return hashlib.sha256(f"{prev_hash}:{digest}".encode()).hexdigest()


def receipt_for(idempotency_key: str) -> str:
    """Derive a receipt people can read out: HB- and three groups of four letters and digits."""
    number = int.from_bytes(hashlib.sha256(idempotency_key.encode()).digest()[:8], "big")
    signs = "".join(ALPHABET[number >> shift & 31] for shift in range(0, 60, 5))
    return f"HB-{signs[:4]}-{signs[4:8]}-{signs[8:]}"


# The first 80 bits of a hash: to find another history that ends at the same number with the same code takes
# 2**80 hashes (a thousand fast machines: ten thousand years), and a person still types it from paper.
HASH_BYTES = 10
SIGNS = 16
TYPED = re.compile(r"\s*(\d+)\W+(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A short code that stands for the ledger up to one entry: noted outside, it shows a chain made again.

    `1234-K7QF-2M8R-0ABC-9XYZ`: the entry's number, and the signs of its hash.
    """

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
