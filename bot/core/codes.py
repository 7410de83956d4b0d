"""Codes that people read out, type or write down: case numbers and passphrases, and the digests of them.

They are in Crockford's base 32 (no I, L, O or U), in groups of four. Typed codes are normalised first.
"""

from __future__ import annotations

import hashlib
import hmac

# No I, L, O or U, so that a code read out on the telephone is typed right.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def grouped(data: bytes) -> str:
    """Encode bytes, five bits a sign: 5 bytes as K7QF-2M8R. Top bits that fill no sign are left out."""
    number, count = int.from_bytes(data, "big"), len(data) * 8 // 5
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))
    return "-".join(signs[at : at + 4] for at in range(0, count, 4))


def signs_of(typed: str) -> str:
    """Normalise a typed code: drop separators and case, and map look-alike characters."""
    return "".join(sign for sign in typed.upper().translate(READ_AS) if sign in ALPHABET)


def case_number(chance: bytes) -> str:
    """Encode 40 bits as K7QF-2M8R."""
    return grouped(chance[:5])


def passphrase_of(secret: str, form_key: str) -> str:
    """Derive a form's passphrase, 80 bits in four groups: the same form sent again shows the same one."""
    return grouped(_keyed(secret, "passphrase", form_key)[:10])


def form_digest(secret: str, form_key: str) -> str:
    return _keyed(secret, "form", form_key).hex()


def inbox_digest(school: str, passphrase: str) -> str:
    """Return the digest under which a passphrase is stored; spelling variants give the same.

    Without the installation's secret, so that it survives a restore: 80 bits cannot be guessed.
    """
    return _keyed("", "inbox", school, signs_of(passphrase)).hex()


def keyed_inbox_digest(secret: str, school: str, passphrase: str) -> str:
    """Digest a passphrase as earlier versions kept it."""
    return _keyed(secret, "inbox", school, signs_of(passphrase)).hex()


def same_digest(one: str | None, other: str) -> bool:
    """Compare in constant time."""
    return one is not None and hmac.compare_digest(one, other)


def _keyed(secret: str, purpose: str, *parts: str) -> bytes:
    said = "\x1f".join((f"handbell.report.{purpose}.1", *parts))
    return hmac.digest(secret.encode(), said.encode("utf-8", "replace"), hashlib.sha256)
