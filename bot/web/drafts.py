"""A report being written: carried from screen to screen in the page, encrypted, and kept nowhere else."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

LASTS = timedelta(days=2)
ANSWERS = {
    "category": ("category",),
    "what": ("what", "personal_data"),
    "where": ("where_when",),
    "about": ("about", "about_roles"),
    "you": ("told", "name", "email"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was answered until now. `key` is this form's own; `told`: "named" or "anonymous".

    `person`: whose personal link led here; sent with the report only if they choose to be known.
    """

    setting: str
    key: str
    begun_at: str
    category: str = ""
    what: str = ""
    personal_data: str = ""
    where_when: str = ""
    about: str = ""
    about_roles: tuple[str, ...] = ()
    told: str = ""
    name: str = ""
    email: str = ""
    person: str = ""
    checked: bool = False

    def without(self, step: str) -> Draft:
        """Take away what one screen asks: the page shows it in its own fields."""
        asked = ANSWERS.get(step, ())
        empty: dict[str, Any] = {one.name: one.default for one in fields(self) if one.name in asked}
        return replace(self, **empty)

    def form_key(self) -> str:
        """Name what is sent: the same words sent twice are one report, changed words are another."""
        return f"{self.key}.{sha256(_dumped(replace(self, checked=False))).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Drafts:
    """Seals drafts, and the passphrase of an open inbox, with the installation's secret."""

    secret: str

    def seal(self, draft: Draft, now: datetime) -> str:
        return self._sealed("draft", _dumped(draft), now)

    def open(self, sealed: str, setting: str, now: datetime) -> Draft | None:
        """Open a draft; None when it is forged, another setting's, or older than two days."""
        found = self._opened("draft", sealed, now)
        if found is None:
            return None
        said = json.loads(found)
        draft = Draft(**{**said, "about_roles": tuple(said["about_roles"])})
        return draft if draft.setting == setting else None

    def seal_passphrase(self, setting: str, passphrase: str, now: datetime) -> str:
        return self._sealed(f"inbox {setting}", passphrase.encode(), now)

    def open_passphrase(self, sealed: str, setting: str, now: datetime) -> str | None:
        found = self._opened(f"inbox {setting}", sealed, now)
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


def _dumped(draft: Draft) -> bytes:
    return json.dumps(asdict(draft), ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
