"""Verification of the token that Teams, Outlook or Microsoft 365 gives a tab: our tenant, our application.

The person is identified by `tid` and `oid`. An address or a sign-in name in the token is never trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.errors import SignInRefused
from bot.ports import Identity, TabAccount
from connectors.openid.provider import CLOCKS_DIFFER, Claims, OpenIdProvider, Registration, is_text
from connectors.openid.vendors import HOST

SCOPE = "access_as_user"
# The programs that open the tab and ask for a token of ours, by client id. The app registration has to trust
# each of them (its pre-authorised applications). Source: MicrosoftDocs/msteams-docs, tables of client ids in
# extend-m365-teams-personal-tab and in the validation guidelines for agents.
CLIENTS = {
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264": "Teams on computers and phones",
    "5e3ce6c0-2b1f-4285-8d4b-75ee78787346": "Teams in a browser",
    "4765445b-32c6-49b0-83e6-1d93765276ca": "Microsoft 365 in a browser",
    "0ec893e0-5785-4de6-99da-4ed124e5296c": "Microsoft 365 on computers",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c": "Microsoft 365 on phones, Outlook on computers",
    "bc59ab01-8403-45c6-8796-ac3ef710b3e3": "Outlook in a browser",
    "27922004-5251-4030-b22d-91ecd9a37ea4": "Outlook on phones",
}
# A token may come from anyone: one signed with a key of their own does not make us ask Microsoft each time.
KEYS_LAST = timedelta(seconds=30)


class TeamsTokens:
    """Verifier of tokens of one tenant for one application. `issuer` replaces Microsoft in tests.

    `host`: the sign-in host, for a tenant in a national cloud.
    """

    def __init__(self, *, tenant: str, client_id: str, host: str = HOST, issuer: str | None = None) -> None:
        self._tenant, self._client_id = tenant.lower(), client_id.lower()
        self._issuer = issuer or f"{host}/{self._tenant}/v2.0"
        self._provider = OpenIdProvider(Registration(self._issuer, client_id, "", _nobody))

    @property
    def issuer(self) -> str:
        return self._issuer

    def account(self, token: str, now: datetime) -> TabAccount:
        """Return the tenant and the object id of a token. Raises SignInRefused, or TryAgain."""
        claims = self._provider.claims(token, now, again_after=KEYS_LAST)
        at, slack = now.timestamp(), CLOCKS_DIFFER.total_seconds()
        checks: tuple[tuple[str, Callable[[], bool]], ...] = (
            ("issuer", lambda: claims.get("iss") == self._issuer),
            ("audience", lambda: claims.get("aud") == self._client_id),
            ("tenant", lambda: claims.get("tid") == self._tenant),
            ("scope", lambda: SCOPE in str(claims.get("scp", "")).split()),
            ("program", lambda: claims.get("azp") in CLIENTS),
            ("end", lambda: _number(claims, "exp") > at - slack),
            ("beginning", lambda: 0 <= _number(claims, "nbf") <= at + slack),
            ("account", lambda: is_text(claims.get("oid"))),
        )
        for name, holds in checks:
            if not holds():
                raise SignInRefused(f"the tab's token has a wrong {name}")
        return TabAccount(self._tenant, str(claims["oid"]))


def _number(claims: Claims, name: str) -> float:
    said = claims.get(name)
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else -1


def _nobody(_claims: Claims) -> Identity:
    """Refuse: a tab does not sign in by a code."""
    raise SignInRefused("a tab does not sign in by a code")
