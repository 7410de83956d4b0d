"""Microsoft Entra: one tenant, the school's own. Its rules on who a token names."""

from __future__ import annotations

from bot.errors import SignInRefused
from bot.ports import Identity
from connectors.openid.provider import OpenIdProvider, Registration
from connectors.openid.tokens import Claims

HOST = "https://login.microsoftonline.com"


def entra(
    *, tenant: str, client_id: str, client_secret: str, host: str = HOST, issuer: str | None = None
) -> OpenIdProvider:
    """Sign people of one tenant in, at `host` where it is in a national cloud.

    `issuer` stands in for Microsoft in tests.
    """

    def who(claims: Claims) -> Identity:
        """Name the account: `email` is what its owner typed there, so only the sign-in name counts."""
        name, reference = claims.get("preferred_username"), claims.get("oid")
        if claims.get("tid") != tenant:
            raise SignInRefused("the account belongs to another tenant")
        if not isinstance(reference, str) or not reference:
            raise SignInRefused("the token does not say which account it is for")
        return Identity(reference, name if isinstance(name, str) and "@" in name else None)

    # On a shared computer the last one's account must not be taken without a question.
    asks = {"prompt": "select_account"}
    return OpenIdProvider(
        Registration(issuer or f"{host}/{tenant}/v2.0", client_id, client_secret, who, asks)
    )
