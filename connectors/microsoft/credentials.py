"""How Handbell signs in to a school's tenant: a certificate, the machine's own identity, or a secret.

Tokens are fetched off the event loop and kept for a minute. A refusal is explained in plain words.
"""

from __future__ import annotations

import asyncio
import re
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from azure.core.credentials import TokenCredential
from azure.core.exceptions import ServiceResponseError
from azure.identity import (
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)
from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator

from connectors.microsoft.clouds import Cloud


@dataclass(frozen=True, slots=True)
class Registration:
    """The school's app registration, and one proof of it.

    `identity`: the client id of a managed identity of the machine's, which the registration trusts (Azure
    Container Apps, App Service, virtual machines); `token_file`: where the machine's token is kept in a file.
    """

    tenant_id: str
    client_id: str
    certificate: Path | None = None
    secret: str | None = field(default=None, repr=False)
    token_file: Path | None = None
    identity: str | None = None


def credential(us: Registration, cloud: Cloud) -> TokenCredential:
    """Return the credential: the certificate before the managed identity, a secret last.

    Makes no call yet.
    """
    if us.certificate is not None:
        return CertificateCredential(
            us.tenant_id, us.client_id, str(us.certificate), authority=cloud.authority
        )
    if us.identity is not None:
        vouches = assertion(us.identity, cloud)
        return ClientAssertionCredential(us.tenant_id, us.client_id, vouches, authority=cloud.authority)
    if us.secret is None or us.token_file is not None:
        return WorkloadIdentityCredential(
            tenant_id=us.tenant_id,
            client_id=us.client_id,
            token_file_path=None if us.token_file is None else str(us.token_file),
            authority=cloud.authority,
        )
    return ClientSecretCredential(us.tenant_id, us.client_id, us.secret, authority=cloud.authority)


def assertion(identity: str, cloud: Cloud) -> Callable[[], str]:
    """Return a client assertion by a managed identity: its own token, fetched again when it expires."""
    machine = ManagedIdentityCredential(client_id=identity)
    return lambda: machine.get_token(f"{cloud.exchange}/.default").token


CODES = {
    "AADSTS90002": "There is no such tenant.",
    "AADSTS700016": "The tenant does not know the application id.",
    "AADSTS7000215": "The client secret is wrong; its value is wanted, not its id.",
    "AADSTS7000222": "The client secret has run out.",
    "AADSTS700027": "The certificate is not the one in the app registration, or has run out.",
    "AADSTS700211": "The app registration trusts no machine of this kind: add a federated credential.",
    "AADSTS70021": "The app registration's federated credential names another machine.",
    "AADSTS7000112": "The application is switched off in the tenant.",
    "AADSTS53003": "A rule of conditional access keeps the application out.",
}


def explain_code(said: str) -> str:
    """Return what the error code in an answer means; an unknown code is quoted without the rest."""
    found = re.search(r"AADSTS\d+", said)
    if found is None:
        return ""
    return CODES.get(found[0], f"Its code is {found[0]}.")


# azure-identity gives a token that is good for five minutes at the least, and renews it by itself.
KEPT_S = 60
NOTHING_ASKED: Mapping[str, Any] = {}


class Tokens(AccessTokenProvider):
    """Token provider of the SDK for one host only.

    Fetches in another thread, so that the event loop never blocks.
    """

    def __init__(
        self,
        credential: TokenCredential,
        host: str,
        within_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credential = credential
        self._within_s = within_s
        self._scope = f"https://{host}/.default"
        self._hosts = AllowedHostsValidator([host])
        self._monotonic = monotonic
        self._kept = ""
        self._until = 0.0

    async def get_authorization_token(
        self, uri: str, additional_authentication_context: Mapping[str, Any] = NOTHING_ASKED
    ) -> str:
        """Return the cached token. `claims` in the context: Graph asks for a new one and gives the reason."""
        if not self._hosts.is_url_host_valid(uri):
            return ""
        encoded, now = additional_authentication_context.get("claims"), self._monotonic()
        if self._kept and encoded is None and now < self._until:
            return self._kept
        claims = None if encoded is None else b64decode(encoded).decode()
        self._kept, self._until = await self.fetch(claims), now + KEPT_S
        return self._kept

    async def fetch(self, claims: str | None = None) -> str:
        """Fetch a token. Raises AzureError. azure-identity limits each wait, this limits all."""
        asked = partial(self._credential.get_token, self._scope, claims=claims, enable_cae=True)
        try:
            async with asyncio.timeout(self._within_s):
                return (await asyncio.to_thread(asked)).token
        except TimeoutError as error:
            raise ServiceResponseError(f"no token within {self._within_s:g} s") from error

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        """Return the hosts that may be given a token."""
        return self._hosts

    def forget(self) -> None:
        """Drop the cached token: Graph did not accept it."""
        self._kept = ""
