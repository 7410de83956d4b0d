"""The weekly card in a Teams channel, through a workflow of the school's; needs no library of Microsoft's."""

from __future__ import annotations

import json
from collections.abc import Mapping

import httpx

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors import vendor_http

# Teams takes about 28 KB with one card.
LARGEST = 27_000
NEVER_TAKEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
ANSWER_S = 30


class ChannelWorkflow:
    """A Power Automate workflow of the school that posts to a channel. Its address is a secret.

    It answers before it posts, so that delivery cannot be confirmed; a card is sent once.
    """

    def __init__(self, address: str, *, answer_s: float = ANSWER_S) -> None:
        self._address = address
        self._answer_s = answer_s

    def post(self, card: Mapping[str, object]) -> None:
        """Send one card; raise TryAgain (certainly not taken), GiveUp or Unclear."""
        body = json.dumps(
            {
                "type": "message",
                "attachments": [
                    {"contentType": "application/vnd.microsoft.card.adaptive", "content": dict(card)}
                ],
            },
            ensure_ascii=False,
        ).encode()
        if len(body) > LARGEST:
            raise GiveUp("The card is larger than Teams takes.")
        status = self._sent(body)
        if status == 429:
            raise TryAgain("The channel's workflow is busy.", 60)
        if status in {400, 401, 403, 404, 410}:
            raise GiveUp(f"The channel's workflow answered {status}: it was removed, or changed hands.")
        if not 200 <= status < 300:
            raise OutcomeUnknown(f"The channel's workflow answered {status}; the card may be there.")

    def _sent(self, body: bytes) -> int:
        headers = {"Content-Type": "application/json"}
        try:
            answer = vendor_http.request(
                "POST", self._address, within_s=self._answer_s, content=body, headers=headers
            )
        except NEVER_TAKEN as error:
            raise TryAgain(f"The channel's workflow cannot be reached ({type(error).__name__}).") from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown(
                f"The channel's workflow gave no answer ({type(error).__name__})."
            ) from error
        return answer.status_code
