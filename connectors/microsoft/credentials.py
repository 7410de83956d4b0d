"""How Handbell proves itself to a school's tenant: a certificate, the machine's own identity, or a secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from azure.core.credentials import TokenCredential
from azure.identity import (
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

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
    """Choose the proof: the certificate before the machine's identity, a secret last. Asks nobody yet."""
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
    """Let a managed identity vouch for the app: its own token is the proof, fetched anew when it runs out."""
    machine = ManagedIdentityCredential(client_id=identity)
    return lambda: machine.get_token(f"{cloud.exchange}/.default").token
