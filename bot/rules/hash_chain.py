"""How a ledger entry and a record of evidence are hashed. Final: packs and stamps made years ago hold it.

An entry has a digest, SHA-256 over its canonical JSON, and a hash, SHA-256 over the hash before it and that
digest: the chain can be shown whole without showing what every entry says. The keys of the hashed JSON stay
as they are, whatever a column or an attribute comes to be called.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bot.core.codes import ALPHABET

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
