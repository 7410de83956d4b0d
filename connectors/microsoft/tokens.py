"""The token that calls to Graph bear: asked for off the loop, and kept for a minute."""

from __future__ import annotations

import asyncio
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from azure.core.credentials import TokenCredential
from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator

# azure-identity gives a token that is good for five minutes at the least, and renews it by itself.
KEPT_S = 60
NOTHING_ASKED: Mapping[str, Any] = {}


class Tokens(AccessTokenProvider):
    """Gives the SDK a token for one host, and for no other. Asks in another thread, so that nobody waits."""

    def __init__(
        self, credential: TokenCredential, host: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._credential = credential
        self._scope = f"https://{host}/.default"
        self._hosts = AllowedHostsValidator([host])
        self._monotonic = monotonic
        self._kept = ""
        self._until = 0.0

    async def get_authorization_token(
        self, uri: str, additional_authentication_context: Mapping[str, Any] = NOTHING_ASKED
    ) -> str:
        """Give the token we have. The context's `claims`: Graph wants another one, and says why."""
        if not self._hosts.is_url_host_valid(uri):
            return ""
        encoded, now = additional_authentication_context.get("claims"), self._monotonic()
        if self._kept and encoded is None and now < self._until:
            return self._kept
        claims = None if encoded is None else b64decode(encoded).decode()
        token = await asyncio.to_thread(
            self._credential.get_token, self._scope, claims=claims, enable_cae=True
        )
        self._kept, self._until = token.token, now + KEPT_S
        return self._kept

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        """Name the hosts that may be given a token."""
        return self._hosts

    def forget(self) -> None:
        """Ask for the token again at the next call: Graph does not take this one."""
        self._kept = ""
