"""Teams: a notice in somebody's activity feed, and the weekly card in a channel through a workflow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlsplit

import httpx
from kiota_abstractions.method import Method

from bot.errors import GiveUp, TryAgain, Unclear
from connectors.microsoft import answers, sdk
from connectors.microsoft.client import Graph
from connectors.microsoft.pace import Pace

NUDGE = "show a notice in Teams"
PREVIEW = 150
NOBODY = "00000000-0000-0000-0000-000000000000"
NOT_ALLOWED = {401, 403}
# Teams takes about 28 KB with one card.
LARGEST = 27_000
NEVER_TAKEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
ANSWER_S = 30


class ActivityFeed:
    """Notices in people's activity feed. The Teams app must be installed for them; a letter goes anyway."""

    def __init__(self, graph: Graph, page: str, *, pace: Pace | None = None) -> None:
        self._graph = graph
        self._page = page
        self._pace = pace or Pace(per_minute=120, at_once=2)

    def tell(self, *, account: str, words: str, key: str) -> None:
        """Show one notice, once. Whatever comes of it, nothing is sent again: the letter is on its way."""
        said = {
            "topic": {"source": "text", "value": "Handbell", "webUrl": self._page},
            "activityType": "systemDefault",
            "previewText": {"content": words[:PREVIEW]},
            "templateParameters": [{"name": "systemDefaultText", "value": words[:PREVIEW]}],
            # The same number replaces the notice that stands there.
            "chainId": _number(key),
        }
        where = self._graph.builders.users.by_user_id(account).teamwork.send_activity_notification
        try:
            answer = self._graph.write(sdk.send(Method.POST, where, said), self._pace, units=1)
        except Unclear as error:
            raise TryAgain(str(error)) from error
        answers.taken(answer, NUDGE)

    def check(self) -> None:
        """Show a notice to nobody: whoever may show one is told that there is no such person."""
        where = self._graph.builders.users.by_user_id(NOBODY).teamwork.send_activity_notification
        said = {"topic": {"source": "text", "value": "Handbell", "webUrl": self._page}}
        try:
            answer = self._graph.write(sdk.send(Method.POST, where, said), self._pace)
        except Unclear as error:
            raise TryAgain(str(error)) from error
        if answer.status in NOT_ALLOWED:
            raise answers.refused(answer, NUDGE)


class ChannelWorkflow:
    """A workflow of the school's that posts what it is sent into a channel. Its address is a secret.

    It answers before it posts, so nobody can know whether a card arrived; it is sent once.
    """

    def __init__(self, address: str) -> None:
        self._address = address

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
            raise Unclear(f"The channel's workflow answered {status}; the card may be there.")

    def check(self) -> None:
        """Look at the address alone: any call would post a card."""
        found = urlsplit(self._address)
        if found.scheme != "https" or not found.hostname:
            raise GiveUp("The address of the channel's workflow is not an https address.")

    def _sent(self, body: bytes) -> int:
        headers = {"Content-Type": "application/json"}
        try:
            with httpx.Client(timeout=ANSWER_S, follow_redirects=False) as client:
                return client.post(self._address, content=body, headers=headers).status_code
        except NEVER_TAKEN as error:
            raise TryAgain(f"The channel's workflow cannot be reached ({type(error).__name__}).") from error
        except httpx.HTTPError as error:
            raise Unclear(f"The channel's workflow gave no answer ({type(error).__name__}).") from error


def _number(key: str) -> int:
    """Make a positive number of 48 bits: every JSON reader keeps it whole."""
    return int.from_bytes(sha256(key.encode()).digest()[:6], "big") + 1
