"""A mailer for any mail server: one mailbox, its pace, one kept connection, opened again when stale."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from bot.ports import Email, NextMessage, SendReceipt, nothing
from connectors.local import mime
from connectors.local.smtp_session import Broken, Envelope, SmtpSession, SmtpSettings

# At such a pace a minute or a faster one, the next reader is named with the end of a message.
LINED_UP_FROM = 600
# So many in a row named ahead in vain: this server does not bear it, and is asked in the usual way.
OFTEN_ENOUGH = 2
# This message, the next, and the one after it.
READY = 3
STOOD_STILL = "this process stood still for longer than it had the message"


@dataclass(frozen=True, slots=True)
class _PreparedMessage:
    """A message with its bytes and its envelope."""

    message: Email
    envelope: Envelope
    content: bytes


class SmtpMailer:
    """SMTP mailer with one connection and one rate limit, shared by all threads under a lock."""

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
        self._ready: deque[_PreparedMessage] = deque(maxlen=READY)
        self._in_vain = 0
        self._free_at = monotonic()

    @property
    def repeats_are_marked(self) -> bool:
        return True

    def send(
        self, message: Email, then: NextMessage = nothing, *, before: datetime | None = None
    ) -> SendReceipt:
        with self._turn:
            ready = self._made_ready(message)
            following = self._lined_up(then, 1)
            self._keep_pace()
            # The next recipient is announced with the end of this message; the one after it is prepared in
            # that time.
            return SendReceipt(self._send(ready, following, lambda: self._lined_up(then, 2), before))

    def _made_ready(self, message: Email) -> _PreparedMessage:
        """Write a message's bytes, or give those written while one before it was taken."""
        for one in self._ready:
            if one.message is message:
                return one
        ready = _PreparedMessage(message, _envelope(message), mime.as_bytes(message, self._clock()))
        self._ready.append(ready)
        return ready

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
            self._ready.clear()
            self._in_vain = 0
            self._leave()

    def _send(
        self,
        ready: _PreparedMessage,
        following: Envelope | None,
        meanwhile: Callable[[], object],
        before: datetime | None,
    ) -> str:
        try:
            session = self._begin(ready.envelope)
            self._check_time(before)
            last = session.handed_over + 1 >= self._settings.messages_per_connection
            said = session.hand_over(ready.content, None if last else following, meanwhile)
        except (Broken, OutcomeUnknown):
            self._drop()
            raise
        except (TryAgain, GiveUp):
            self._forget()
            raise
        except BaseException:
            # The server's state is unknown; a QUIT could be taken for content.
            self._drop()
            raise
        if last:
            self._leave()
        return said

    def _check_time(self, before: datetime | None) -> None:
        """Raise once another worker may have the message: this process may have stood still."""
        if before is not None and self._clock() >= before:
            raise Broken(STOOD_STILL)

    def _begin(self, envelope: Envelope) -> SmtpSession:
        """Begin on the kept connection, or on a new one if the server has closed it."""
        if self._session is not None:
            ahead = self._session.is_lined_up
            try:
                self._session.begin(envelope)
            except Broken:
                self._in_vain += ahead
                self._drop()
            else:
                self._in_vain = 0 if ahead else self._in_vain
                return self._session
        self._session = SmtpSession(self._settings, hello_as=envelope.sender.rpartition("@")[2])
        self._session.begin(envelope)
        return self._session

    def _lined_up(self, then: NextMessage, later: int) -> Envelope | None:
        """Prepare the next envelope for pipelining.

        None at a low rate limit, where the server would wait too long.
        """
        if self._settings.per_minute < LINED_UP_FROM or self._in_vain >= OFTEN_ENOUGH:
            return None
        message = then(later)
        try:
            return self._made_ready(message).envelope if message is not None else None
        except Exception:  # noqa: BLE001 - whatever it is, it is raised again in its own turn
            return None

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


def _envelope(message: Email) -> Envelope:
    return Envelope(mime.sent_from(message), mime.on_the_wire(message.to))


def _own_domain(settings: SmtpSettings) -> str:
    """Return the EHLO name: the mailbox's domain, else what RFC 5321 4.1.4 allows."""
    return (settings.username or "").partition("@")[2] or "[127.0.0.1]"
