"""Asks an RFC 3161 time-stamping authority over HTTP (RFC 3161, section 3.4)."""

from __future__ import annotations

import httpx

from bot.core.errors import GiveUp, TryAgain
from connectors import vendor_http

ANSWERS_WITHIN_S = 20
# A stamp with its certificates is a few kilobytes.
LARGEST = 100_000


class HttpTimestampAuthority:
    """An authority at an address. It keeps nothing of ours but a hash, so it may be asked again."""

    def __init__(self, address: str, *, answers_within_s: float = ANSWERS_WITHIN_S) -> None:
        self._address = address
        self._within_s = answers_within_s

    @property
    def name(self) -> str:
        """The address, as stamps note it."""
        return self._address

    def answer(self, request: bytes) -> bytes:
        """Send a TimeStampReq and return the TimeStampResp; raise TryAgain or GiveUp."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            reply = vendor_http.request(
                "POST", self._address, within_s=self._within_s, content=request, headers=headers
            )
        except httpx.HTTPError as error:
            raise TryAgain(f"The time-stamping authority gave no answer ({type(error).__name__}).") from error
        if reply.status_code == 429 or reply.status_code >= 500:
            raise TryAgain(f"The time-stamping authority answered {reply.status_code}.")
        if reply.status_code != 200 or len(reply.content) > LARGEST:
            raise GiveUp(f"The time-stamping authority answered {reply.status_code}, and no stamp.")
        return reply.content
