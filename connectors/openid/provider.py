"""One OpenID provider: where to send a browser, and who came back. Codes, PKCE, nonces, ID tokens.

What the provider publishes (its addresses and keys) is read when first needed and kept for a while.
Signatures are checked with joserfc, the part of the Authlib family that needs no HTTP client of its own
choosing.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from bot.core.errors import SignInRefused, TryAgain
from bot.ports import Challenge, Identity
from connectors import vendor_http

Claims = Mapping[str, Any]
# The one algorithm both providers sign with; never what a token's own header asks for.
ALGORITHMS = ["RS256"]
CLOCKS_DIFFER = timedelta(seconds=60)
OLDEST = timedelta(minutes=10)


class UnknownKey(SignInRefused):
    """The token names a key that is not among those we hold: the provider may have changed its keys."""


@dataclass(frozen=True, slots=True)
class ExpectedClaims:
    """What a token must say to be for this sign-in."""

    issuers: Collection[str]
    client_id: str
    nonce: str
    now: datetime


def read(token: str, keys: KeySet) -> Claims:
    """Verify a token's signature and return its claims, which are not checked yet."""
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except InvalidKeyIdError as error:
        raise UnknownKey("the token is signed with a key we do not know") from error
    except (JoseError, ValueError) as error:
        raise SignInRefused(f"the token is not signed as it must be ({type(error).__name__})") from error


def check(claims: Claims, expected: ExpectedClaims) -> None:
    """Refuse a token that is another's, another client's, another sign-in's, or too old."""
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("issuer", lambda: claims.get("iss") in expected.issuers),
        ("audience", lambda: _is_for(claims, expected.client_id)),
        ("nonce", lambda: _same(claims.get("nonce"), expected.nonce)),
        ("subject", lambda: is_text(claims.get("sub"))),
        ("time", lambda: _is_fresh(claims, expected.now)),
    )
    for name, holds in checks:
        if not holds():
            raise SignInRefused(f"the token's {name} is wrong")


def _is_for(claims: Claims, client_id: str) -> bool:
    """Return whether a token is for this client; one for several must name it as the authorised party."""
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


def is_text(said: object) -> bool:
    """Return whether a claim holds words."""
    return isinstance(said, str) and said != ""


def _instant(said: object) -> float | None:
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else None


KEPT_FOR = timedelta(hours=6)
PATIENCE_S = 10.0
PLACES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Registration:
    """How a school registered us. `who` holds the provider's own rules; `asks` is added to each request."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    who: Callable[[Claims], Identity]
    asks: Mapping[str, str] = field(default_factory=dict)
    also_called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderConfiguration:
    """What a provider says of itself, and when we read it."""

    places: Mapping[str, str]
    keys: KeySet
    read_at: datetime


class OpenIdProvider:
    """Signs people in at one issuer. No call is ever repeated: a code is good once."""

    def __init__(self, registration: Registration, *, answer_s: float = PATIENCE_S) -> None:
        """`answer_s`: how many seconds a whole answer may take."""
        self._us = registration
        self._answer_s = answer_s
        self._published: ProviderConfiguration | None = None

    @property
    def issuer(self) -> str:
        return self._us.issuer

    def address(self, challenge: Challenge, now: datetime) -> str:
        """Return the provider's sign-in page to redirect the browser to."""
        places = self._read(now).places
        digest = sha256(challenge.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._us.client_id,
            "redirect_uri": challenge.back_to,
            "scope": "openid email profile",
            "state": challenge.state,
            "nonce": challenge.nonce,
            "code_challenge": urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **self._us.asks,
        }
        return f"{places['authorization_endpoint']}?{urlencode(asked)}"

    def identify(self, challenge: Challenge, code: str, now: datetime) -> Identity:
        """Exchange a code for an ID token and return whom it names."""
        claims = self.claims(self._trade(challenge, code, now), now)
        issuers = (self._us.issuer, *self._us.also_called)
        check(claims, ExpectedClaims(issuers, self._us.client_id, challenge.nonce, now))
        return self._us.who(claims)

    def claims(self, token: str, now: datetime, *, again_after: timedelta = timedelta()) -> Claims:
        """Return the claims of a token that this provider signed; their content is not checked yet.

        `again_after`: how old our copy of the keys must be before an unknown key makes us fetch them again.
        """
        try:
            return read(token, self._read(now).keys)
        except UnknownKey:
            return read(token, self._read(now, again_after=again_after).keys)

    def _trade(self, challenge: Challenge, code: str, now: datetime) -> str:
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": challenge.back_to,
            "code_verifier": challenge.verifier,
            "client_id": self._us.client_id,
            "client_secret": self._us.client_secret,
        }
        answer = self._asked("POST", self._read(now).places["token_endpoint"], given)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignInRefused("the provider gave no ID token")
        return token

    def _read(self, now: datetime, *, again_after: timedelta | None = None) -> ProviderConfiguration:
        """Read what the provider publishes; `again_after`: its keys may have changed in so long."""
        known = self._published
        lasts = KEPT_FOR if again_after is None else again_after
        if known is None or not known.read_at <= now < known.read_at + lasts:
            known = self._published = self._publishes(now)
        return known

    def _publishes(self, now: datetime) -> ProviderConfiguration:
        said = self._asked("GET", f"{self._us.issuer}/.well-known/openid-configuration")
        if said.get("issuer") != self._us.issuer:
            raise SignInRefused("the provider calls itself by another name than the settings do")
        places = {name: str(said.get(name, "")) for name in PLACES}
        if not all(_may_be_asked(place, self._us.issuer) for place in places.values()):
            raise SignInRefused("an address of the provider is not safe to use")
        try:
            keys = KeySet.import_key_set({"keys": _signing(self._asked("GET", places["jwks_uri"]))})
        except (JoseError, ValueError, TypeError) as error:
            raise TryAgain(f"the provider's keys cannot be read ({type(error).__name__})") from error
        return ProviderConfiguration(places, keys, now)

    def _asked(self, method: str, place: str, data: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Send one request and follow no redirect.

        TryAgain: unavailable. SignInRefused: the provider refuses.
        """
        try:
            answer = vendor_http.request(method, place, within_s=self._answer_s, data=data)
        except httpx.HTTPError as error:
            raise TryAgain(f"the provider cannot be reached ({type(error).__name__})") from error
        try:
            said = answer.json()
        except ValueError:
            said = None
        if answer.status_code == 200 and isinstance(said, dict):
            return said
        if data is not None and 400 <= answer.status_code < 500 and answer.status_code != 429:
            why = said.get("error", "") if isinstance(said, dict) else ""
            raise SignInRefused(f"the provider refused the code: {answer.status_code} {str(why)[:60]!r}")
        raise TryAgain(f"the provider answered {answer.status_code}")


def _signing(said: Mapping[str, Any]) -> list[Any]:
    """List the RSA keys that sign; a provider may publish others, and we want none of them."""
    keys = said.get("keys")
    known = [one for one in keys if isinstance(one, dict)] if isinstance(keys, list) else []
    return [one for one in known if one.get("kty") == "RSA" and one.get("use", "sig") == "sig"]


def _may_be_asked(place: str, issuer: str) -> bool:
    """Return whether an address uses https, or is on this machine as is a test's issuer."""
    found = urlsplit(place)
    return found.scheme == "https" or (
        found.hostname in LOOPBACK and urlsplit(issuer).hostname in LOOPBACK and found.scheme == "http"
    )
