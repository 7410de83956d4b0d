"""SMTP conversation, command by command, and what a server's refusal means.

A failure means something else in each phase. A refusal is either about the sender (permission, limits, our
address) or about the recipient's address; an address wrongly held to be at fault gets no more email. Codes
are those of RFC 3463.
"""

from __future__ import annotations

import io
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal

from bot.core.errors import AddressRefused, GiveUp, HandbellError, OutcomeUnknown, TryAgain

# Gmail's limit of a day (5.4.5): support.google.com/a/answer/3726730
# A sender that Exchange stopped or that reached a limit (5.1.90, 5.7.232, 5.7.233, 5.7.705), an address that
# it does not take (5.1.7, 5.1.8) or not from us (5.2.252):
# learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online
SENDER = re.compile(r"5\.(1\.(7|8|90)|2\.252|4\.5|7\.(23[23]|50[1-3]|7[05]\d))(?!\d)")
# Class 7 is about permission: it names a recipient, and says that we may not write there.
PERMISSION = re.compile(r"5\.7\.\d{1,3}(?!\d)")
RELAY = re.compile("relay", re.IGNORECASE)
# What a server said, its code and class first, as a notice quotes it.
SPOKEN = re.compile(r"(?:\d{3}[ -])?(?=5\.\d+\.\d+)")


def stops_every_letter(words: str) -> bool:
    """Return whether a reply that begins with its status code is about the sender, not the recipient."""
    return SENDER.match(words) is not None


def is_about_permission(words: str) -> bool:
    """Return whether a reply to a recipient is about our permission there and not about the address."""
    return bool(stops_every_letter(words) or PERMISSION.search(words) or RELAY.search(words))


def is_told_by_notice(status: str, diagnosis: str) -> bool:
    """Return whether a notice of failed delivery is about the sender, by its status or quoted reply."""
    begins = SPOKEN.match(diagnosis)
    said = diagnosis[begins.end() :] if begins else ""
    return any(SENDER.match(one) or PERMISSION.match(one) for one in (status, said))


# Codes that speak of our rights at the server, not of the address: sign-in needed or refused, commands out of
# order (RFC 4954).
OUR_MATTER = frozenset({502, 503, 530, 534, 535, 538})
# Classes 1 and 2 speak of address and mailbox; some servers only look them up after the content.
ABOUT_ADDRESS = re.compile(r"5\.[12]\.\d{1,3}\b")


class Phase(StrEnum):
    """How far the conversation had come, as the office reads it."""

    GREETING = "the mail server did not let us in"
    SIGN_IN = "the mail server refused our sign-in"
    SENDER = "the mail server refused our sending address"
    RECIPIENT = "the mail server refused the address"
    CONTENT = "the mail server refused the message"


def refusal(phase: Phase, code: int, said: bytes) -> HandbellError:
    """Choose the error for a reply that is not the one hoped for."""
    words = _readable(said)
    reason = f"{phase}: {code} {words}".strip()
    if 400 <= code < 500:
        return TryAgain(reason)
    if not 500 <= code < 600:
        unknown = f"the mail server answered in a way we do not know: {code} {words}".strip()
        return OutcomeUnknown(unknown) if phase is Phase.CONTENT else TryAgain(unknown)
    if _is_final(phase, code, words):
        return AddressRefused(reason) if _is_address(phase, words) else GiveUp(reason)
    return TryAgain(f"{reason}. Check the mail settings; nobody's address is at fault.")


def _is_final(phase: Phase, code: int, words: str) -> bool:
    if code in OUR_MATTER or stops_every_letter(words):
        return False
    if phase is Phase.RECIPIENT:
        return not is_about_permission(words)
    return phase is Phase.CONTENT


def _is_address(phase: Phase, words: str) -> bool:
    return phase is Phase.RECIPIENT or ABOUT_ADDRESS.match(words) is not None


def _readable(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split())[:300]


Security = Literal["starttls", "tls", "none"]
# A command, in which phase of the conversation it is said, and the replies hoped for.
Command = tuple[Phase, str, tuple[int, ...]]

# 251: "user not local, will forward".
TAKEN = (250, 251, 252)

ANOTHER = f"{Phase.SENDER}: it waits for another message"
MISFIT = f"{Phase.CONTENT}: the connection ended before it, or its replies do not fit our commands"

# smtplib raises SMTPException; sockets and TLS raise OSError.
BROKEN = (OSError, smtplib.SMTPException)


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """One mailbox at one mail server. `tls` None: the system's own list of authorities.

    `timeout`: seconds to connect, and for each whole reply; `final_timeout` is for the reply after the final
    dot, where hasty servers' clients make second copies.
    """

    host: str
    port: int = 587
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    per_minute: int = 60
    timeout: float = 30.0
    final_timeout: float = 120.0
    messages_per_connection: int = 100
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """Sender and recipient of a message as the server gets them."""

    sender: str
    recipient: str


class Replies(io.RawIOBase):
    """What a server says on a socket; `until`, on the clock that never goes back, a whole reply is there."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._sock = sock
        self.until: float | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int | None:
        """Wait for as long as is left; with no end set, as the socket is told to. None: nothing is there."""
        if self.until is not None:
            left = self.until - time.monotonic()
            if left <= 0:
                raise TimeoutError("no whole reply in time")
            self._sock.settimeout(left)
        try:
            return self._sock.recv_into(into)
        except BlockingIOError:
            return None


class Smtp(smtplib.SMTP):
    """Limits each reply as a whole: smtplib limits each wait, and a byte now and then would never end."""

    def getreply(self) -> tuple[int, bytes]:
        if self.sock is None:
            return super().getreply()
        if self.file is None:
            self._replies = Replies(self.sock)
            self.file = io.BufferedReader(self._replies)
        timeout = self.sock.gettimeout()
        self._replies.until = None if timeout is None else time.monotonic() + timeout
        try:
            return super().getreply()
        finally:
            self._replies.until = None
            if self.sock is not None:
                self.sock.settimeout(timeout)


class SmtpOverTls(Smtp, smtplib.SMTP_SSL):
    """The same from the first byte within TLS."""


class Broken(TryAgain):
    """The connection ended before the final dot: the message was certainly not taken."""


class SmtpSession:
    """An open, signed-in connection. After `Broken` or `Unclear` only `close` is left."""

    def __init__(self, settings: SmtpSettings, hello_as: str) -> None:
        self._settings = settings
        self._lined_up: Envelope | None = None
        self.handed_over = 0
        try:
            self._smtp = _connected(settings, hello_as)
        except BROKEN as error:
            raise _broken(Phase.GREETING, error) from error
        # The end of a message must not wait for the server's receipt of what went before it.
        if self._smtp.sock is not None:
            self._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._greet()
        except BROKEN as error:
            self.close()
            raise _broken(Phase.GREETING, error) from error
        except TryAgain:
            self.close()
            raise

    def begin(self, envelope: Envelope) -> None:
        """Send MAIL FROM and RCPT TO; the server then waits for the content."""
        lined_up, self._lined_up = self._lined_up, None
        if lined_up is not None and lined_up != envelope:
            self.close()
            raise Broken(ANOTHER)
        if lined_up is not None:
            self._hear(_commands(envelope), ahead=True)
        elif self._pipelines:
            try:
                self._smtp.send(_at_once(envelope))
            except BROKEN as error:
                raise _broken(Phase.SENDER, error) from error
            self._hear(_commands(envelope))
        else:
            for phase, command, hoped in _commands(envelope):
                self._command(phase, command, hoped)
            if self._has_more_to_say():
                self.close()
                raise Broken(MISFIT)

    @property
    def is_lined_up(self) -> bool:
        """Return whether the next recipient was announced with the end of the last message."""
        return self._lined_up is not None

    @property
    def _pipelines(self) -> bool:
        return self._smtp.has_extn("pipelining")

    def _hear(self, commands: Sequence[Command], *, ahead: bool = False) -> None:
        """Read the replies to commands sent together, in order (RFC 2920); the first refusal counts.

        With `ahead` (the next recipient was announced early) only a refusal of the recipient counts: any
        other may be caused by announcing, and the recipient is tried again on another connection.
        """
        replies = []
        try:
            for phase, _, hoped in commands:
                code, said = self._smtp.getreply()
                replies.append((phase, code, said, code in hoped))
        except BROKEN as error:
            raise _broken(commands[len(replies)][0], error) from error
        more = self._has_more_to_say()
        refused = next((one for one in replies if not one[3]), None)
        if refused is None and not more:
            return
        if more or not 400 <= replies[-1][1] < 600:
            # The server may wait for content that has no recipient: without a final dot there is none.
            self._smtp.close()
        if refused is None:
            raise Broken(MISFIT)
        phase, code, said, _ = refused
        why = refusal(phase, code, said)
        in_vain = code == 421 or isinstance(why, OutcomeUnknown) or (ahead and phase is not Phase.RECIPIENT)
        raise Broken(str(why)) if in_vain else why

    def _has_more_to_say(self) -> bool:
        """Return whether the server hung up or sent too much, which would shift all later replies."""
        sock, replies = self._smtp.sock, self._smtp.file
        if sock is None or replies is None:
            return True
        sock.settimeout(0)
        try:
            # None: nothing has come yet. Within TLS the socket says so itself; no bytes at all are the end.
            return replies.read(1) is not None
        except ssl.SSLWantReadError:
            return False
        except OSError:
            return True
        finally:
            sock.settimeout(self._settings.timeout)

    def hand_over(
        self,
        content: bytes,
        following: Envelope | None = None,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> str:
        """Send the content and return the server's reply to it.

        The final dot goes last in the same write: if sending fails, it has not gone and nothing was accepted;
        once all has gone, the server may have accepted the message. `following` is announced with it if the
        server pipelines, and `begin` reads the reply. `meanwhile` is called while the server works.
        """
        ahead = following if self._pipelines else None
        try:
            self._put(stuffed(content) + b".\r\n", ahead)
        except BROKEN as error:
            raise _broken(Phase.CONTENT, error) from error
        meanwhile()
        try:
            code, said = self._answer()
        except BROKEN as error:
            unclear = (
                f"the connection ended before the mail server said whether it took the message ({error})"
            )
            raise OutcomeUnknown(unclear) from error
        if not 200 <= code < 300:
            raise refusal(Phase.CONTENT, code, said)
        self.handed_over += 1
        return said.decode("utf-8", "replace")

    def _put(self, content: bytes, ahead: Envelope | None) -> None:
        """Send a content, and name who follows: in one piece, where the system says how much of it went."""
        sock = self._smtp.sock
        if sock is None or ahead is None:
            self._smtp.send(content)
            return
        self._lined_up = ahead
        whole = content + _at_once(ahead)
        gone = 0 if isinstance(sock, ssl.SSLSocket) else sock.send(whole)
        if gone < len(content):
            sock.sendall(content[gone:])
            gone = len(content)
        # The content is gone: where the rest fails, its answer may still be there.
        if gone < len(whole):
            with suppress(OSError):
                sock.sendall(whole[gone:])

    def forget(self) -> None:
        """Reset a half-announced message and keep the connection.

        Raise Broken if the next one was announced already.
        """
        if self.is_lined_up:
            # It waits for a content, and would take our words for one.
            self.close()
            message = f"{Phase.CONTENT}: the next one was named already"
            raise Broken(message)
        self._command(Phase.SENDER, "RSET")

    def ping(self) -> None:
        """Send NOOP on the connection that was let in, to see whether the server answers."""
        self._command(Phase.GREETING, "NOOP")

    def quit(self) -> None:
        """End the conversation with QUIT if the server still listens."""
        if self.is_lined_up:
            self.close()
            return
        try:
            self._smtp.quit()
        except BROKEN:
            self.close()

    def close(self) -> None:
        self._smtp.close()

    def _greet(self) -> None:
        self._hello()
        if self._settings.security == "starttls":
            self._smtp.starttls(context=_context(self._settings))
            self._hello()
        if self._settings.username is not None:
            self._sign_in(self._settings.username, self._settings.password or "")

    def _hello(self) -> None:
        code, said = self._smtp.ehlo()
        if not 200 <= code < 300:
            raise refusal(Phase.GREETING, code, said)

    def _sign_in(self, username: str, password: str) -> None:
        try:
            self._smtp.login(username, password)
        except smtplib.SMTPResponseException as error:
            raise refusal(Phase.SIGN_IN, error.smtp_code, _as_bytes(error.smtp_error)) from error
        except BROKEN as error:
            raise _broken(Phase.SIGN_IN, error) from error

    def _command(self, phase: Phase, command: str, hoped: tuple[int, ...] = TAKEN) -> None:
        try:
            code, said = self._smtp.docmd(command)
        except BROKEN as error:
            raise _broken(phase, error) from error
        if code == 421:
            raise Broken(str(refusal(phase, code, said)))
        if code not in hoped:
            raise refusal(phase, code, said)

    def _answer(self) -> tuple[int, bytes]:
        """Wait for the reply to the final dot, which may take a server its time."""
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(self._settings.final_timeout)
        reply = self._smtp.getreply()
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(self._settings.timeout)
        return reply


def stuffed(content: bytes) -> bytes:
    """Double the dots that begin lines (RFC 5321 4.5.2) and end the last line."""
    whole = content if content.endswith(b"\r\n") else content + b"\r\n"
    begins = whole.startswith(b".") or b"\n." in whole
    return re.sub(rb"(?m)^\.", b"..", whole) if begins else whole


@lru_cache(maxsize=4)
def _commands(envelope: Envelope) -> tuple[Command, ...]:
    return (
        (Phase.SENDER, f"MAIL FROM:<{envelope.sender}>", TAKEN),
        (Phase.RECIPIENT, f"RCPT TO:<{envelope.recipient}>", TAKEN),
        (Phase.CONTENT, "DATA", (354,)),
    )


def _at_once(envelope: Envelope) -> bytes:
    return "".join(f"{command}\r\n" for _, command, _ in _commands(envelope)).encode("ascii")


def _connected(settings: SmtpSettings, hello_as: str) -> smtplib.SMTP:
    """Connect and read the greeting. smtplib needs the host here: certificates are checked against it."""
    if settings.security == "tls":
        return SmtpOverTls(
            settings.host,
            settings.port,
            local_hostname=hello_as,
            timeout=settings.timeout,
            context=_context(settings),
        )
    return Smtp(settings.host, settings.port, local_hostname=hello_as, timeout=settings.timeout)


def _context(settings: SmtpSettings) -> ssl.SSLContext:
    return settings.tls or ssl.create_default_context()


def _broken(phase: Phase, error: Exception) -> Broken:
    if isinstance(error, smtplib.SMTPResponseException):
        return Broken(str(refusal(phase, error.smtp_code, _as_bytes(error.smtp_error))))
    return Broken(f"{phase}: {error or type(error).__name__}")


def _as_bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said
