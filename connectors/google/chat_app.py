"""The school's Chat app: a notice beside the letter, in the direct message that somebody has with the app.

There is one where an administrator installed the app for people, or where they opened it themselves: an app
cannot begin one. Whoever has none gets the letter alone.
"""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors.google.client import GoogleClient
from connectors.google.errors import Busy, NotAllowed

# After Chat was busy or away nobody is told for so long: letters do not wait for it.
REST = 60.0


class ChatApp:
    """One Chat app. The same key is shown once, however often it is told."""

    def __init__(self, client: GoogleClient) -> None:
        self._client = client
        self._silent_until = client.rim.monotonic()

    def tell(self, *, account: str, words: str, key: str) -> None:
        """Show somebody one line. Whatever comes of it, nothing is sent again: the letter is on its way.

        GiveUp: not this person, who may have blocked the app or left; others are told all the same.
        """
        if self._client.rim.monotonic() < self._silent_until:
            raise TryAgain("Google Chat is given a rest.")
        try:
            self._show(account, words, key)
        except OutcomeUnknown as unclear:
            self._rest()
            raise TryAgain(str(unclear)) from unclear
        except Busy:
            self._rest()
            raise
        except NotAllowed as error:
            if error.switched_off:
                raise
            raise GiveUp(f"Google Chat does not let us tell this person: {error}") from error

    def check(self) -> None:
        """List one space of the app's: the API has to be on, and the app to be there."""
        self._client.read(self._spaces().list(pageSize=1))

    def _show(self, account: str, words: str, key: str) -> None:
        space = self._client.ask(self._spaces().findDirectMessage(name=f"users/{account}"))
        messages = self._client.resource("chat", "v1", "spaces", "messages")
        once = str(uuid5(NAMESPACE_URL, f"handbell:{key}"))
        request = messages.create(parent=space["name"], body={"text": words}, requestId=once)
        self._client.write(request)

    def _rest(self) -> None:
        self._silent_until = self._client.rim.monotonic() + REST

    def _spaces(self) -> Any:
        return self._client.resource("chat", "v1", "spaces")
