"""Google Workspace: the school's own domains. Its rules on who a token names."""

from __future__ import annotations

from bot.errors import SignInRefused
from bot.ports import Identity
from connectors.openid.provider import OpenIdProvider, Registration
from connectors.openid.tokens import Claims

ISSUER = "https://accounts.google.com"
ALSO_CALLED = "accounts.google.com"


def google(
    *, domains: tuple[str, ...], client_id: str, client_secret: str, issuer: str | None = None
) -> OpenIdProvider:
    """Sign people of these domains in. `issuer` stands in for Google in tests."""
    ours = {domain.casefold() for domain in domains}

    def who(claims: Claims) -> Identity:
        """Name the account. A private account may bear any address, so `hd` decides."""
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
