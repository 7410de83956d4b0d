"""Numbers to say on the telephone and passphrases to write down: Crockford's letters, no I, L, O or U."""

from __future__ import annotations

import hashlib
import hmac

from bot.domain.codes import grouped, signs_of


def case_number(chance: bytes) -> str:
    """Spell 40 bits as K7QF-2M8R."""
    return grouped(chance[:5])


def passphrase_of(secret: str, form_key: str) -> str:
    """Derive a form's passphrase, 80 bits in four groups: the same form sent again shows the same one."""
    return grouped(_keyed(secret, "passphrase", form_key)[:10])


def form_digest(secret: str, form_key: str) -> str:
    return _keyed(secret, "form", form_key).hex()


def inbox_digest(setting: str, passphrase: str) -> str:
    """Digest a passphrase as it is kept; however somebody writes its letters, it is the same.

    Without the installation's secret, so that it outlives a restore: nobody guesses 80 bits.
    """
    return _keyed("", "inbox", setting, signs_of(passphrase)).hex()


def keyed_inbox_digest(secret: str, setting: str, passphrase: str) -> str:
    """Digest a passphrase as earlier versions kept it."""
    return _keyed(secret, "inbox", setting, signs_of(passphrase)).hex()


def same_digest(one: str | None, other: str) -> bool:
    """Compare in constant time."""
    return one is not None and hmac.compare_digest(one, other)


def _keyed(secret: str, purpose: str, *parts: str) -> bytes:
    said = "\x1f".join((f"handbell.report.{purpose}.1", *parts))
    return hmac.digest(secret.encode(), said.encode("utf-8", "replace"), hashlib.sha256)
