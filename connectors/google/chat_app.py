"""The school's Chat app: a notification beside the email, in the person's direct message with the app.

That exists where an administrator installed the app for people or where they opened it themselves: an app
cannot start one. Without it a person gets the email alone.
"""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors.google.client import GoogleClient
from connectors.google.errors import Busy, NotAllowed

# Seconds without notifications after Chat was busy or unavailable: emails do not wait for it.
REST = 60.0


class ChatApp:
    """One Chat app. The same key is shown once, however often it is told."""

    def __init__(self, client: GoogleClient) -> None:
        self._client = client
        self._silent_until = client.runtime.monotonic()

    def tell(self, *, account: str, words: str, key: str) -> None:
        """Show one line to a person. It is never repeated, whatever the answer: the email is on its way.

        GiveUp: not this person, who may have blocked the app or left; others are still notified.
        """
        if self._client.runtime.monotonic() < self._silent_until:
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
        self._silent_until = self._client.runtime.monotonic() + REST

    def _spaces(self) -> Any:
        return self._client.resource("chat", "v1", "spaces")
