"""Judges an ID token: is it this provider's, for us, for this very sign-in, and not old.

Signatures are joserfc's; of the Authlib family it is the part that needs no HTTP client of its own choosing.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from bot.errors import SignInRefused

Claims = Mapping[str, Any]
# The one algorithm both providers sign with; never what a token's own header asks for.
ALGORITHMS = ["RS256"]
CLOCKS_DIFFER = timedelta(seconds=60)
OLDEST = timedelta(minutes=10)


class UnknownKey(SignInRefused):
    """The token names a key that is not among those we hold: the provider may have changed its keys."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say to be for this sign-in."""

    issuers: Collection[str]
    client_id: str
    nonce: str
    now: datetime


def read(token: str, keys: KeySet) -> Claims:
    """Check who signed a token and give what it says, which nobody has judged yet."""
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except InvalidKeyIdError as error:
        raise UnknownKey("the token is signed with a key we do not know") from error
    except (JoseError, ValueError) as error:
        raise SignInRefused(f"the token is not signed as it must be ({type(error).__name__})") from error


def check(claims: Claims, expected: Expected) -> None:
    """Refuse a token that is another's, another client's, another sign-in's, or too old."""
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("issuer", lambda: claims.get("iss") in expected.issuers),
        ("audience", lambda: _is_for(claims, expected.client_id)),
        ("nonce", lambda: _same(claims.get("nonce"), expected.nonce)),
        ("subject", lambda: _is_text(claims.get("sub"))),
        ("time", lambda: _is_fresh(claims, expected.now)),
    )
    for name, holds in checks:
        if not holds():
            raise SignInRefused(f"the token's {name} is wrong")


def _is_for(claims: Claims, client_id: str) -> bool:
    """Say whether a token is for us; one for several must name us as the party that asked."""
    audience, party = claims.get("aud"), claims.get("azp")
    if party is not None and party != client_id:
        return False
    if isinstance(audience, list):
        return client_id in audience and (len(audience) == 1 or party == client_id)
    return bool(audience == client_id)


def _is_fresh(claims: Claims, now: datetime) -> bool:
    at, slack = now.timestamp(), CLOCKS_DIFFER.total_seconds()
    ends, made = _instant(claims.get("exp")), _instant(claims.get("iat"))
    begins = _instant(claims.get("nbf", 0))
    if ends is None or made is None or begins is None:
        return False
    return ends > at - slack and begins <= at + slack and at - OLDEST.total_seconds() <= made <= at + slack


def _same(said: object, wanted: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode(), wanted.encode())


def _is_text(said: object) -> bool:
    return isinstance(said, str) and said != ""


def _instant(said: object) -> float | None:
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else None
