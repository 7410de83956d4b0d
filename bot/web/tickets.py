"""What one browser carries while somebody is on their way in: signed, in a cookie, for ten minutes."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

LASTS = timedelta(minutes=10)
SECONDS = int(LASTS.total_seconds())


@dataclass(frozen=True, slots=True)
class Journey:
    """A sign-in at a provider that has begun: what was sent along, and where to go afterwards."""

    provider: str
    state: str
    nonce: str
    verifier: str
    to: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody a provider vouched for, who has yet to say where they want to go."""

    person: str
    how: str
    to: str


def seal(secret: str, carried: Journey | Choice, now: datetime) -> str:
    return _signer(secret, type(carried)).dumps([*astuple(carried), now.isoformat()])


def open_journey(secret: str, sealed: str, now: datetime) -> Journey | None:
    """Open a journey; None: forged, or begun more than ten minutes ago."""
    said = _opened(secret, Journey, sealed, now)
    return Journey(*said) if said else None


def open_choice(secret: str, sealed: str, now: datetime) -> Choice | None:
    """Open a choice; None: forged, or older than ten minutes."""
    said = _opened(secret, Choice, sealed, now)
    return Choice(*said) if said else None


def _opened(secret: str, kind: type, sealed: str, now: datetime) -> list[str]:
    try:
        *said, made_at = _signer(secret, kind).loads(sealed)
    except BadData:
        return []
    return said if now - datetime.fromisoformat(made_at) <= LASTS else []


def _signer(secret: str, kind: type) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"handbell.{kind.__name__}.1")
