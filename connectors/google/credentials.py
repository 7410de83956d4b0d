"""Who we are to Google: one account, exactly the scopes the admin granted, its token of the moment."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

from google.auth import identity_pool, impersonated_credentials
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.oauth2 import service_account

from bot.core.errors import BadInput, Problem
from connectors.google.errors import Busy, NotTrusted
from connectors.google.transport import TokenTransport
from connectors.vendor_http import Calls

CLOUD = "https://www.googleapis.com/auth/cloud-platform"
# How Google says that a scope, or the person acted for, is not delegated to this client ID.
NOT_DELEGATED = ("unauthorized_client", "access_denied")
KEY_FILE_HINT = "Give a service account's key, or a file of workload identity federation (external_account)."


class Tokens:
    """Thread-safe cache of the access token; the first thread to find it expired fetches the next one."""

    def __init__(self, credentials: Credentials, timeout: float = 30.0) -> None:
        self._credentials = credentials
        self._timeout = timeout
        self._turn = threading.Lock()
        self._refused: str | None = None

    def current(self) -> str:
        with self._turn:
            if not self._credentials.valid or self._credentials.token == self._refused:
                self._refresh()
            return str(self._credentials.token)

    def refuse(self) -> None:
        """Google no longer takes the present token: the next call fetches another."""
        with self._turn:
            self._refused = self._credentials.token

    def _refresh(self) -> None:
        try:
            with closing(Calls()) as calls:
                self._credentials.refresh(TokenTransport(calls, self._timeout))  # type: ignore[no-untyped-call]
        except TransportError as error:
            raise Busy(f"Google could not be reached for a token ({error})") from error
        except RefreshError as error:
            if error.retryable:
                raise Busy(f"Google had no token for us just now ({error})") from error
            raise _not_trusted(error) from error
        except GoogleAuthError as error:
            raise _not_trusted(error) from error


def from_file(file: Path, *, scopes: Sequence[str], subject: str | None, act_as: str | None) -> Credentials:
    """Read a credentials file: a service account's key, or workload identity federation with no key at all.

    `subject` is the one mailbox acted for (domain-wide delegation). `act_as` names the service account that
    a federated identity acts through; a key file speaks for its own.
    """
    said = _read(file)
    if said.get("type") == "service_account":
        return _key(file, said, scopes, subject)
    if said.get("type") != "external_account":
        raise BadInput(
            [Problem(str(file), None, "type", f"{said.get('type')!r} is not known", KEY_FILE_HINT)]
        )
    source = identity_pool.Credentials.from_info(said, scopes=[CLOUD])  # type: ignore[no-untyped-call]
    return impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
        source_credentials=source, target_principal=act_as, target_scopes=list(scopes), subject=subject
    )


def _key(file: Path, said: dict[str, Any], scopes: Sequence[str], subject: str | None) -> Credentials:
    try:
        key = _whole_key(json.dumps(said))
    except ValueError as error:  # Google's own errors for a spoilt key are of this kind too
        raise BadInput(
            [Problem(str(file), None, None, f"is no whole key ({error})", KEY_FILE_HINT)]
        ) from None
    scoped: Credentials = key.with_scopes(list(scopes)).with_subject(subject)
    return scoped


@lru_cache(maxsize=4)
def _whole_key(said: str) -> Any:
    """Read a key once: proving that its number is a prime takes longer than a message does."""
    return service_account.Credentials.from_service_account_info(json.loads(said))  # type: ignore[no-untyped-call]


def _read(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(
            [Problem(str(file), None, None, f"cannot be read ({error.strerror})", KEY_FILE_HINT)]
        ) from None
    except ValueError:
        raise BadInput([Problem(str(file), None, None, "is no JSON", KEY_FILE_HINT)]) from None
    return said if isinstance(said, dict) else {}


def _not_trusted(error: GoogleAuthError) -> NotTrusted:
    says = (
        f"Google gave us no token ({error}). Check the service account, its client ID and its scopes under "
        "domain-wide delegation; nobody's address is at fault."
    )
    return NotTrusted(says, by_scope=any(word in str(error) for word in NOT_DELEGATED))
