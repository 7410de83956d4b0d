"""The key that signs evidence packs (Ed25519), its fingerprint, and the check of a signature."""

from __future__ import annotations

import hashlib
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.core.codes import grouped
from bot.core.errors import BadInput, Problem

SETTING = "HANDBELL_SIGNING_KEY"
SEED_BYTES = 32
# 120 bits: a second key with the same fingerprint would take 2**120 tries.
FINGERPRINT_BYTES = 15


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An installation's key. `seed` is 32 bytes, and their holder can sign in the school's name."""

    seed: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes, as packs carry it."""
        return self._private().public_key().public_bytes_raw()

    def sign(self, content: bytes) -> bytes:
        """Sign content: 64 bytes, the same for the same content."""
        return self._private().sign(content)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def new_signing_key() -> str:
    """Return a new key as its setting holds it: 43 characters."""
    return urlsafe_b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode("ascii").rstrip("=")


def read_signing_key(words: str) -> SigningKey:
    """Read a key as `new_signing_key` writes it. BadInput: it is none."""
    try:
        seed = b64decode(f"{words.strip()}=", altchars=b"-_", validate=True)
    except ValueError:
        seed = b""
    if len(seed) != SEED_BYTES:
        right = "handbell evidence make-key prints one."
        raise BadInput([Problem("settings", None, SETTING, "holds something that is no key", right)])
    return SigningKey(seed)


def fingerprint(public: bytes) -> str:
    """Return the SHA-256 of a public key, cut to 120 bits: six groups of four characters."""
    return grouped(hashlib.sha256(public).digest()[:FINGERPRINT_BYTES])


def is_signed(public: bytes, signature: bytes, content: bytes) -> bool:
    """Check a signature. ValueError: `public` is no key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except InvalidSignature:
        return False
    return True
