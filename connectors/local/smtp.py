"""A mailer for any mail server: one mailbox, its pace, one kept connection, opened again when stale."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

from bot.errors import GiveUp, TryAgain, Unclear
from bot.ports import Message, Receipt
from connectors.local import mime, mime_cast
from connectors.local.smtp_session import Broken, SmtpSession, SmtpSettings

__all__ = ["SmtpMailer", "SmtpSettings"]


class SmtpMailer:
    """One pace and one connection, whichever thread sends: they take turns."""

    def __init__(
        self,
        settings: SmtpSettings,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._turn = threading.Lock()
        self._session: SmtpSession | None = None
        self._free_at = monotonic()

    @property
    def repeats_are_marked(self) -> bool:
        return True

    def send(self, message: Message) -> Receipt:
        content = mime_cast.as_bytes(message, self._clock())
        sender, recipient = mime.sent_from(message), mime.on_the_wire(message.to)
        with self._turn:
            self._keep_pace()
            return Receipt(self._send(sender, recipient, content))

    def look_up(self, message_id: str) -> bool | None:  # noqa: ARG002 - the port names it
        """SMTP has no such question; a second copy bears the same Message-ID."""
        return None

    def check(self) -> None:
        """Open a connection of its own, sign in, hear one answer and leave."""
        session = SmtpSession(self._settings, hello_as=_own_domain(self._settings))
        try:
            session.ping()
        finally:
            session.quit()

    def close(self) -> None:
        with self._turn:
            self._leave()

    def _send(self, sender: str, recipient: str, content: bytes) -> str:
        try:
            session = self._begin(sender, recipient)
            said = session.hand_over(content)
        except (Broken, Unclear):
            self._drop()
            raise
        except (TryAgain, GiveUp):
            self._forget()
            raise
        if session.handed_over >= self._settings.messages_per_connection:
            self._leave()
        return said

    def _begin(self, sender: str, recipient: str) -> SmtpSession:
        """Use the kept connection; where the server has hung up meanwhile, open another."""
        if self._session is not None:
            try:
                self._session.begin(sender, recipient)
            except Broken:
                self._drop()
            else:
                return self._session
        self._session = SmtpSession(self._settings, hello_as=sender.rpartition("@")[2])
        self._session.begin(sender, recipient)
        return self._session

    def _keep_pace(self) -> None:
        now = self._monotonic()
        if now < self._free_at:
            self._sleep(self._free_at - now)
        self._free_at = max(now, self._free_at) + 60 / self._settings.per_minute

    def _forget(self) -> None:
        if self._session is not None:
            try:
                self._session.forget()
            except TryAgain:
                self._drop()

    def _leave(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.quit()

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


def _own_domain(settings: SmtpSettings) -> str:
    """Name ourselves by the mailbox's domain; where its sign-in name has none, as RFC 5321 4.1.4 allows."""
    return (settings.username or "").partition("@")[2] or "[127.0.0.1]"
