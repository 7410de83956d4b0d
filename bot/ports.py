"""What we ask of the outside, in our words. Connectors keep these promises; nothing here does any work.

A mailer raises `TryAgain` (certainly not taken, retry later), `GiveUp` (refused for good, tell a person; its
kind `AddressRefused` where the address is at fault and not the message) or `Unclear` (may have been taken:
look it up before sending again). Any other exception is a defect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar, runtime_checkable

from bot.rules.people import Absence

T = TypeVar("T")


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
class TemplateParts:
    """The text and HTML that many messages share, cut where each recipient's own words go."""

    text: tuple[str, ...]
    html: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonalParts:
    """A template and one recipient's own words, one fewer than its pieces; no line ends in them."""

    template: TemplateParts
    text: tuple[str, ...]
    html: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Email:
    """Rendered words on their way to one person. `id` is derived: a second copy bears the same.

    `own`: the same words as a shared template and the parts that are this recipient's alone.
    """

    id: str
    sender: Address
    to: Address
    subject: str
    text: str
    html: str
    reply_to: Address | None = None
    attachments: tuple[Attachment, ...] = ()
    own: PersonalParts | None = None


@dataclass(frozen=True, slots=True)
class SendReceipt:
    """What the vendor answered when it took the message: its own reference, for the file."""

    reference: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """Mail that came back for good: the address, our own message's id where the notice tells it, and why.

    `of_sending`: our own sending was refused, by a limit or a block; the address is not at fault.
    """

    address: str
    message_id: str | None
    says: str
    of_sending: bool = False


# Says what probably goes so many messages later (1: next) from the same mailbox; it never fails.
NextMessage = Callable[[int], Email | None]


def nothing(_later: int) -> None:
    """Nothing follows."""


class Mailer(Protocol):
    """Hands messages over. One session for many messages; `close` ends it; both may be called again.

    `repeats_are_marked`: a second copy bears the same Message-ID, so an unclear message that cannot be
    looked up may be sent again. Where it is False such a message is shown to a person instead.
    """

    @property
    def repeats_are_marked(self) -> bool: ...

    def send(
        self, message: Email, then: NextMessage = nothing, *, before: datetime | None = None
    ) -> SendReceipt:
        """Send one message, or raise TryAgain, GiveUp or Unclear.

        `then` may be asked meanwhile, to get ready; what follows goes in its own turn. From `before` on the
        message may be another worker's, so a mailer that cannot be asked afterwards raises TryAgain instead.
        """
        ...

    def look_up(self, message_id: str) -> bool | None:
        """Return whether an unclear message was taken: True, False, or None when this vendor cannot tell."""
        ...

    def check(self) -> None:
        """Check that messages would be accepted, without sending one. Raises TryAgain."""
        ...

    def close(self) -> None:
        """End the session; the next `send` opens a new one."""
        ...


@dataclass(frozen=True, slots=True)
class ChangesSince(Generic[T]):
    """What came since a cursor, and the cursor to go on from.

    A vendor repeats itself, and begins again from the start when a cursor ran out: anyone who takes the items
    must not mind having had them before.
    """

    items: tuple[T, ...]
    cursor: str


class ReturnedMail(Protocol):
    """Where mail that came back is found: the inbox of the address we send from."""

    def bounces(self, cursor: str | None) -> ChangesSince[Bounce]:
        """Read what came back since a cursor (None: what is there now); raise TryAgain."""
        ...


class SendStage(StrEnum):
    """How far one message has come at a vendor who takes a draft first."""

    DRAFTED = "drafted"
    SENDING = "sending"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class SendAttempt:
    """One message at a vendor: its draft, the mailbox's history before the draft, and what came of it.

    `draft_id` is empty until the draft was made for certain, `history_id` where a vendor keeps no history.
    """

    message_id: str
    draft_id: str
    history_id: str
    stage: SendStage
    at: datetime
    reference: str = ""


class SendJournal(Protocol):
    """Remembers what was begun with a vendor who cannot be asked by our own key.

    Kept for longer than any message may stay unclear; what was written is there after a crash.
    """

    def find(self, message_id: str) -> SendAttempt | None: ...

    def write(self, entry: SendAttempt) -> None:
        """Replace the attempt stored for the message."""
        ...

    def forget(self, message_id: str) -> None: ...

    def begun_since(self, at: datetime) -> list[datetime]:
        """When messages were sent, or perhaps sent, from a mailbox with a history; oldest first."""
        ...

    def sent_as(self, reference: str) -> str | None:
        """Return the id of our message that the vendor sent under its reference."""
        ...


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person in one school as the roster's owner states it. `line` is for error messages."""

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
    """Where a school keeps its list of people."""

    def roster(self) -> Iterable[RosterEntry]:
        """List everyone once; raise BadInput with every bad row, or TryAgain."""
        ...


@runtime_checkable
class ReportsSkipped(Protocol):
    """A directory whose groups may hold contacts: `left_out` of the last reading, by role, where any were."""

    @property
    def left_out(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class AccountState:
    """What a directory says of one person's account, whether or not they are still in a list of people.

    `roles`: of the named groups they are still in. Without an account there is none to switch off.
    """

    exists: bool
    enabled: bool
    roles: frozenset[str] = frozenset()


@runtime_checkable
class TellsAccounts(Protocol):
    """A directory that can be asked about single accounts, also of people who have left its groups."""

    def accounts(self, people: Mapping[str, str | None]) -> Mapping[str, AccountState]:
        """Return the state of each account: a person's key -> their last email address; raise TryAgain.

        Someone whose key the directory does not know is looked for by the address.
        """
        ...


class TwoStepReport(Protocol):
    """Which accounts of a directory have a second step at sign-in."""

    def two_step(self, people: Mapping[str, str | None]) -> Mapping[str, bool]:
        """Return whether a second step is set up, for those whom the directory tells of; raise TryAgain."""
        ...


class ExternalTable(Protocol):
    """A list of one school that people read elsewhere: a workbook, a SharePoint list, a Google sheet.

    Handbell owns it whole. It is plain text: a cell that looks like a formula is shown, never worked out.
    """

    def replace(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Make these the list's columns and rows, whatever stood there; again changes nothing.

        The first column is the key of a row. No one ever reads half a list. Raises TryAgain (in use, out of
        reach: what stood there still stands) or GiveUp (this can never work: tell a person).
        """
        ...


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """One form that someone filled in elsewhere. `key` is the vendor's own name for it and stays.

    `cells` by the names of the fields in rules.report_fields that are asked outside.
    """

    key: str
    cells: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class FormInbox(Protocol):
    """A form outside Handbell through which people report: a list's, or a form of its own."""

    def filled(self, cursor: str | None) -> ChangesSince[SubmittedForm]:
        """Read what was filled in since a cursor (None: everything there is); raise TryAgain."""
        ...

    def taken(self, key: str) -> None:
        """Delete what became a case, where the vendor lets us: its words belong in the case alone."""
        ...


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a calendar, ours by `key`. `starts_at` None: the whole day `on`, which stays free.

    Guests are invited by the calendar's owner, and do not see one another.
    """

    key: str
    title: str
    on: date
    note: str = ""
    guests: tuple[Address, ...] = ()
    starts_at: datetime | None = None
    lasts: timedelta = timedelta(hours=2)
    timezone: str = "Europe/London"


class EventCalendar(Protocol):
    """A calendar that Handbell organises from. Doing the same again makes no second entry."""

    def keep(self, event: Event) -> None:
        """Make this entry, or bring the one with its key up to date; raise TryAgain or GiveUp."""
        ...

    def cancel(self, key: str) -> None:
        """Cancel our entry with this key and notify its guests; nothing where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """One file of a library as it stands. `key` stays when it is renamed, `revision` changes with its bytes.

    An empty revision is unknown: the bytes say whether they changed. `size` in bytes. `gone`: it was taken
    away.
    """

    key: str
    name: str
    revision: str = ""
    size: int = 0
    gone: bool = False


class Library(Protocol):
    """A folder of policies that a school keeps elsewhere."""

    def changes(self, cursor: str | None) -> ChangesSince[LibraryFile]:
        """List the files that are new or changed since a cursor (None: all of them); raise TryAgain."""
        ...

    def content(self, file: LibraryFile) -> bytes:
        """Fetch a file's bytes as they stand now; raise TryAgain, NotThere, or GiveUp: it cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class WebCopy:
    """What stands at a public address: the bytes, what they are, and what tells later whether they changed.

    `address`: where redirects led to. `unchanged`: it is as `etag` or `modified` of before named it, and the
    content was not sent.
    """

    address: str
    media: str = ""
    content: bytes = b""
    etag: str = ""
    modified: str = ""
    unchanged: bool = False


class PublicWeb(Protocol):
    """Reads what anyone may read on the internet, and nothing on this machine's own network."""

    def fetch(self, address: str, *, etag: str = "", modified: str = "") -> WebCopy:
        """Fetch an address as far as its website lets programs read it.

        Raises VendorNotFound (nothing is there), TryAgain, or GiveUp: it cannot be had, and why.
        """
        ...


class ChannelPoster(Protocol):
    """A channel that many read, and that takes one card at a time."""

    def post(self, card: Mapping[str, object]) -> None:
        """Show a card, once; raise TryAgain, GiveUp, or Unclear (it may be there: never post it again)."""
        ...


class ChatNotifier(Protocol):
    """Tells one person in a program they have open that a letter waits. A letter always goes as well."""

    def tell(self, *, account: str, words: str, key: str) -> None:
        """Notify the holder of a directory's account. `key`: the same one replaces. TryAgain or GiveUp."""
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
        """Return the provider's page to send the browser to; raise TryAgain when it cannot be asked."""
        ...

    def identify(self, challenge: Challenge, code: str, now: datetime) -> Identity:
        """Trade the code for who they are. Raises SignInRefused (with what was wrong) or TryAgain."""
        ...


@dataclass(frozen=True, slots=True)
class TabAccount:
    """Who has a tab open: the directory's own reference of its tenant and of the account in it."""

    tenant: str
    account: str


class TabTokens(Protocol):
    """Checks what a program the school works in says about who has it open."""

    def account(self, token: str, now: datetime) -> TabAccount:
        """Return the account a token names. Raises SignInRefused or TryAgain."""
        ...


class Watchdog(Protocol):
    """Someone outside who raises the alarm when we fall silent. None of these raises, or waits for long.

    `run` is one run's own id, a UUID; `why` names jobs and never people.
    """

    def began(self, job: str, run: str) -> None: ...

    def well(self, job: str, run: str) -> None: ...

    def failed(self, job: str, run: str, why: str) -> None: ...


class TimestampAuthority(Protocol):
    """A time-stamping authority (RFC 3161). `name` is where it is reached, as stamps note it."""

    @property
    def name(self) -> str: ...

    def answer(self, request: bytes) -> bytes:
        """Send a TimeStampReq (DER) and return the TimeStampResp; raise TryAgain or GiveUp."""
        ...
