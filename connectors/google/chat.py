"""A space in Google Chat, by its incoming webhook: one card a time, never sent twice.

The address is a secret: whoever has it can write there. Nobody can look by it whether a card arrived.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.errors import GiveUp, TryAgain, Unclear
from connectors import whole_call
from connectors.google.chat_card import chat_message

HOST = "chat.googleapis.com"
# Chat takes 32,000 bytes with one message.
LARGEST = 31_000
NEVER_TAKEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
REMOVED = frozenset({400, 401, 403, 404, 410})
ANSWER_S = 30.0


class ChatSpace:
    """One space. `host` stands for Google in tests."""

    def __init__(self, address: str, *, root: str | None = None, answer_s: float = ANSWER_S) -> None:
        self._address = address
        self._root = root
        self._answer_s = answer_s

    def post(self, card: Mapping[str, object]) -> None:
        """Send one card; raise TryAgain (certainly not taken), GiveUp or Unclear."""
        said = json.dumps(card, sort_keys=True, ensure_ascii=False)
        message = chat_message(card, card_id=sha256(said.encode()).hexdigest()[:16])
        body = json.dumps(message, ensure_ascii=False).encode()
        if len(body) > LARGEST:
            raise GiveUp("The card is larger than Google Chat takes.")
        status = self._sent(body)
        if status == 429:
            raise TryAgain("Google Chat asks us to go slower.", 60.0)
        if status in REMOVED:
            raise GiveUp(
                f"Google Chat answered {status}: the webhook was removed, or webhooks are not allowed."
            )
        if not 200 <= status < 300:
            raise Unclear(f"Google Chat answered {status}; the card may be there.")

    def check(self) -> None:
        """Look at the address alone: any call would post a card."""
        found = urlsplit(self._address)
        given = parse_qs(found.query)
        shaped = found.path.startswith("/v1/spaces/") and found.path.endswith("/messages")
        if (
            found.scheme != "https"
            or found.hostname != HOST
            or not shaped
            or not {"key", "token"} <= given.keys()
        ):
            raise GiveUp("HANDBELL_GOOGLE_CHAT is not the address of a Chat webhook.")

    def _sent(self, body: bytes) -> int:
        address = (
            self._address if self._root is None else self._address.replace(f"https://{HOST}", self._root)
        )
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        try:
            answer = whole_call.request(
                "POST", address, within_s=self._answer_s, content=body, headers=headers
            )
        except NEVER_TAKEN as error:
            raise TryAgain(f"Google Chat cannot be reached ({type(error).__name__}).") from error
        except httpx.HTTPError as error:
            raise Unclear(f"Google Chat gave no answer ({type(error).__name__}).") from error
        return answer.status_code
