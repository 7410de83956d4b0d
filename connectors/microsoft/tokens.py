"""The token that calls to Graph bear: asked for off the loop, and kept until shortly before it runs out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from azure.core.credentials import AccessToken, TokenCredential

# Graph's tokens last an hour or more; one is renewed while it still has this long.
RENEWED_BEFORE_S = 300


class Tokens:
    """Looks to the SDK like a credential. Asks in another thread, so that nobody else waits for it."""

    def __init__(self, credential: TokenCredential, clock: Callable[[], float] = time.time) -> None:
        self._credential = credential
        self._clock = clock
        self._kept: AccessToken | None = None

    async def get_token(self, *scopes: str, claims: str | None = None, **asked: Any) -> AccessToken:
        """Give the token we have. `claims`: Graph wants another one, and says why."""
        kept = self._kept
        if kept is not None and claims is None and self._clock() < kept.expires_on - RENEWED_BEFORE_S:
            return kept
        self._kept = await asyncio.to_thread(self._credential.get_token, *scopes, claims=claims, **asked)
        return self._kept

    def forget(self) -> None:
        """Ask for the token again at the next call: Graph does not take this one."""
        self._kept = None
