"""The token that calls to Graph bear: asked for off the loop, and kept for a minute."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from azure.core.credentials import AccessToken, TokenCredential

# azure-identity gives a token that is good for five minutes at the least, and renews it by itself.
KEPT_S = 60


class Tokens:
    """Looks to the SDK like a credential. Asks in another thread, so that nobody else waits for it."""

    def __init__(self, credential: TokenCredential, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._credential = credential
        self._monotonic = monotonic
        self._kept: AccessToken | None = None
        self._until = 0.0

    async def get_token(self, *scopes: str, claims: str | None = None, **asked: Any) -> AccessToken:
        """Give the token we have. `claims`: Graph wants another one, and says why."""
        kept, now = self._kept, self._monotonic()
        if kept is not None and claims is None and now < self._until:
            return kept
        self._kept = await asyncio.to_thread(self._credential.get_token, *scopes, claims=claims, **asked)
        self._until = now + KEPT_S
        return self._kept

    def forget(self) -> None:
        """Ask for the token again at the next call: Graph does not take this one."""
        self._kept = None
