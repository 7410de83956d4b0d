"""What we ask of the outside, in our words. Connectors keep these promises; nothing here does any work.

A mailer raises `TryAgain` (certainly not taken, retry later), `GiveUp` (refused for good, tell a person; its
kind `AddressRefused` where the address is at fault and not the message) or `Unclear` (may have been taken:
look it up before sending again). Any other exception is a defect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.people import Absence


@dataclass(frozen=True, slots=True)
class Address:
    """Who a message is from or to. `name` may be empty."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file sent along: an .ics for a meeting, a receipt."""

    filename: str
    media: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """Rendered words on their way to one person. `id` is derived: a second copy bears the same."""

    id: str
    sender: Address
    to: Address
    subject: str
    text: str
    html: str
    reply_to: Address | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the vendor answered when it took the message: its own reference, for the file."""

    reference: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """Mail that came back for good: the address, our own message's id where the notice tells it, and why."""

    address: str
    message_id: str | None
    says: str


class Mailer(Protocol):
    """Hands messages over. One session for many messages; `close` ends it; both may be called again.

    `repeats_are_marked`: a second copy bears the same Message-ID, so an unclear message that cannot be
    looked up may be sent again. Where it is False such a message is shown to a person instead.
    """

    @property
    def repeats_are_marked(self) -> bool: ...

    def send(self, message: Message) -> Receipt:
        """Hand one message over, or raise TryAgain, GiveUp or Unclear."""
        ...

    def look_up(self, message_id: str) -> bool | None:
        """Say whether an unclear message was taken: True, False, or None when this vendor cannot tell."""
        ...

    def check(self) -> None:
        """Say whether messages would be taken, sending none: return, or raise TryAgain with the reason."""
        ...

    def close(self) -> None:
        """End the session; the next `send` opens a new one."""
        ...


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person in one setting as the roster's owner states it. `line` is for error messages."""

    key: str
    name: str
    email: str | None
    roles: frozenset[str]
    groups: frozenset[str]
    starts_on: date | None
    leaves_on: date | None
    working_days: frozenset[int]
    manager: str | None
    absences: tuple[Absence, ...] = ()
    line: int | None = None


class Directory(Protocol):
    """Where a setting keeps its list of people."""

    def roster(self) -> Iterable[RosterEntry]:
        """List everybody once; raise BadInput with every bad row, or TryAgain."""
        ...


class TrackedList(Protocol):
    """A list of one setting that people read elsewhere: a workbook, a SharePoint list, a Google sheet.

    Handbell owns it whole. It is plain text: a cell that looks like a formula is shown, never worked out.
    """

    def replace(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Make these the list's columns and rows, whatever stood there; again changes nothing.

        The first column is the key of a row. Nobody ever reads half a list. Raises TryAgain (in use, out of
        reach: what stood there still stands) or GiveUp (this can never work: tell a person).
        """
        ...


@dataclass(frozen=True, slots=True)
class Challenge:
    """What one sign-in at a provider is bound to: made by us, remembered by one browser, used once."""

    state: str
    nonce: str
    verifier: str
    back_to: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider vouches for. `subject` is the directory's own reference; `email` is theirs there."""

    subject: str
    email: str | None


class IdentityProvider(Protocol):
    """Signs people in with the account their school gave them (OpenID Connect, code flow with PKCE)."""

    @property
    def issuer(self) -> str: ...

    def address(self, challenge: Challenge, now: datetime) -> str:
        """Give the provider's page to send the browser to; raise TryAgain when it cannot be asked."""
        ...

    def identify(self, challenge: Challenge, code: str, now: datetime) -> Identity:
        """Trade the code for who they are. Raises SignInRefused (with what was wrong) or TryAgain."""
        ...
