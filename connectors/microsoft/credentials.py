"""How Handbell proves itself to a school's tenant: a certificate, the machine's own identity, or a secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from azure.core.credentials import TokenCredential
from azure.identity import CertificateCredential, ClientSecretCredential, WorkloadIdentityCredential

from connectors.microsoft.clouds import Cloud


@dataclass(frozen=True, slots=True)
class Registration:
    """The school's app registration, and one proof of it; without certificate or secret, the machine's."""

    tenant_id: str
    client_id: str
    certificate: Path | None = None
    secret: str | None = field(default=None, repr=False)
    token_file: Path | None = None


def credential(us: Registration, cloud: Cloud) -> TokenCredential:
    """Choose the proof: the certificate before the machine's identity, a secret last. Asks nobody yet."""
    if us.certificate is not None:
        return CertificateCredential(
            us.tenant_id, us.client_id, str(us.certificate), authority=cloud.authority
        )
    if us.secret is None or us.token_file is not None:
        return WorkloadIdentityCredential(
            tenant_id=us.tenant_id,
            client_id=us.client_id,
            token_file_path=None if us.token_file is None else str(us.token_file),
            authority=cloud.authority,
        )
    return ClientSecretCredential(us.tenant_id, us.client_id, us.secret, authority=cloud.authority)
