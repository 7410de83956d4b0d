"""Seals on forms: a post must come from a page we showed for this very link, and for the text it showed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Seal:
    """What the hidden field of a form holds, once checked: what was on the page, and since when."""

    shown: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Seals:
    """Makes and checks seals with the installation's secret."""

    secret: str

    def make(self, token: str, shown: str, now: datetime) -> str:
        """Seal a form on the page of `token` that shows the text whose digest is `shown`."""
        return self._signer().dumps([_digest(token), shown, now.isoformat(timespec="seconds")])

    def check(self, sealed: str, token: str, now: datetime) -> Seal | None:
        """Open a seal; None when it is forged, another link's, or older than two days."""
        try:
            digest, shown, made_at = self._signer().loads(sealed)
        except BadData:
            return None
        at = datetime.fromisoformat(made_at)
        return Seal(shown, at) if digest == _digest(token) and now - at <= LASTS else None

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt="handbell.form.1")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()[:32]
