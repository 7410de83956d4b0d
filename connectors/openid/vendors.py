"""Microsoft Entra: one tenant, the school's own. Its rules on who a token names.

Google Workspace: the school's own domains. Its rules on who a token names.
"""

from __future__ import annotations

from bot.core.errors import SignInRefused
from bot.ports import Identity
from connectors.openid.provider import Claims, OpenIdProvider, Registration

HOST = "https://login.microsoftonline.com"


def entra(
    *, tenant: str, client_id: str, client_secret: str, host: str = HOST, issuer: str | None = None
) -> OpenIdProvider:
    """Return the sign-in of one Entra tenant, at `host` for one in a national cloud.

    `issuer` replaces Microsoft in tests.
    """

    def who(claims: Claims) -> Identity:
        """Return the account: `email` is what its owner typed there, so only the sign-in name counts."""
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


ISSUER = "https://accounts.google.com"
ALSO_CALLED = "accounts.google.com"


def google(
    *, domains: tuple[str, ...], client_id: str, client_secret: str, issuer: str | None = None
) -> OpenIdProvider:
    """Return the Google sign-in of these domains. `issuer` replaces Google in tests."""
    ours = {domain.casefold() for domain in domains}

    def who(claims: Claims) -> Identity:
        """Return the account. A private account may bear any address, so `hd` decides."""
        domain, email = claims.get("hd"), claims.get("email")
        if not isinstance(domain, str) or domain.casefold() not in ours:
            raise SignInRefused("the account does not belong to the school's domain")
        if claims.get("email_verified") is not True or not isinstance(email, str):
            raise SignInRefused("the account's address is not verified")
        return Identity(str(claims["sub"]), email)

    # `hd` here only helps people to choose the right account; the token's own is what counts.
    asks = {"prompt": "select_account", "hd": domains[0] if len(domains) == 1 else "*"}
    also = () if issuer else (ALSO_CALLED,)
    return OpenIdProvider(Registration(issuer or ISSUER, client_id, client_secret, who, asks, also))
