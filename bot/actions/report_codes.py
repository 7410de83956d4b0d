"""Numbers to say on the telephone and passphrases to write down: Crockford's letters, no I, L, O or U."""

from __future__ import annotations

import hashlib
import hmac

from bot.store.evidence import ALPHABET

READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def case_number(chance: bytes) -> str:
    """Spell 40 bits as K7QF-2M8R."""
    return _grouped(chance[:5])


def passphrase_of(secret: str, form_key: str) -> str:
    """Derive a form's passphrase, 80 bits in four groups: the same form sent again shows the same one."""
    return _grouped(_keyed(secret, "passphrase", form_key)[:10])


def form_digest(secret: str, form_key: str) -> str:
    return _keyed(secret, "form", form_key).hex()


def inbox_digest(secret: str, setting: str, passphrase: str) -> str:
    """Digest a passphrase as it is kept; however somebody writes its letters, it is the same."""
    plain = passphrase.upper().translate(READ_AS)
    return _keyed(secret, "inbox", setting, "".join(sign for sign in plain if sign in ALPHABET)).hex()


def same_digest(one: str | None, other: str) -> bool:
    """Compare in constant time."""
    return one is not None and hmac.compare_digest(one, other)


def _keyed(secret: str, purpose: str, *parts: str) -> bytes:
    said = "\x1f".join((f"handbell.report.{purpose}.1", *parts))
    return hmac.digest(secret.encode(), said.encode("utf-8", "replace"), hashlib.sha256)


def _grouped(data: bytes) -> str:
    number, count = int.from_bytes(data, "big"), len(data) * 8 // 5
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))
    return "-".join(signs[at : at + 4] for at in range(0, count, 4))
