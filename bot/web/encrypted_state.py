"""What a page carries encrypted from one request to the next, so that nothing is stored on the server.

The answers given so far on a form of several screens, and the passphrase of an open inbox.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class EncryptedState:
    """Encrypts and decrypts with keys derived from the installation's secret."""

    secret: str

    def seal(self, answers: Mapping[str, object], now: datetime) -> str:
        """Encrypt answers; `answers["setting"]` is the school whose form it is."""
        return self._sealed("draft", json.dumps(answers, ensure_ascii=False).encode("utf-8", "replace"), now)

    def open(self, sealed: str, school: str, now: datetime) -> dict[str, Any] | None:
        """Decrypt answers; None if forged, of another school's form, or more than two days old."""
        found = self._opened("draft", sealed, now)
        if found is None:
            return None
        answers: dict[str, Any] = json.loads(found)
        return answers if answers.get("setting") == school else None

    def seal_passphrase(self, school: str, passphrase: str, now: datetime) -> str:
        return self._sealed(f"inbox {school}", passphrase.encode(), now)

    def open_passphrase(self, sealed: str, school: str, now: datetime) -> str | None:
        found = self._opened(f"inbox {school}", sealed, now)
        return found.decode() if found is not None else None

    def _sealed(self, purpose: str, data: bytes, now: datetime) -> str:
        return self._box(purpose).encrypt_at_time(data, int(now.timestamp())).decode("ascii")

    def _opened(self, purpose: str, sealed: str, now: datetime) -> bytes | None:
        try:
            return self._box(purpose).decrypt_at_time(
                sealed, int(LASTS.total_seconds()), int(now.timestamp())
            )
        except (InvalidToken, ValueError):
            return None

    def _box(self, purpose: str) -> Fernet:
        key = sha256(f"handbell.form.{purpose}.1\x1f{self.secret}".encode()).digest()
        return Fernet(urlsafe_b64encode(key))
