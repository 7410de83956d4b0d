"""What talks to the world, in one frozen bundle. `bootstrap` makes it; actions and pages receive it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_bytes
from types import MappingProxyType

from cryptography.x509 import Certificate

from bot.core.encryption import CaseKeys
from bot.core.links import Links
from bot.core.signatures import SigningKey
from bot.database.engine import Store
from bot.ports import (
    Address,
    ChannelPoster,
    ChatNotifier,
    Directory,
    EventCalendar,
    ExternalTable,
    FormInbox,
    IdentityProvider,
    Library,
    Mailer,
    PublicWeb,
    ReturnedMail,
    RosterEntry,
    TabTokens,
    TimestampAuthority,
    TwoStepReport,
    Watchdog,
)


@dataclass(frozen=True, slots=True)
class CaseListExport:
    """A list of cases kept up to date outside: who reads it (roles), and which columns may leave."""

    list: ExternalTable
    readers: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timestamps:
    """A time-stamping authority, and the certificates it is trusted by; none: its stamps are not proved."""

    authority: TimestampAuthority
    roots: tuple[Certificate, ...] = ()


class NoWatchdog:
    """No one outside watches the jobs."""

    def began(self, job: str, run: str) -> None:
        """Do nothing."""

    def well(self, job: str, run: str) -> None:
        """Do nothing."""

    def failed(self, job: str, run: str, why: str) -> None:
        """Do nothing."""


def never() -> bool:
    """Return False: this process is never asked to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One way out: what hands messages over, and whom they are from."""

    mailer: Mailer
    sender: Address


@dataclass(frozen=True, slots=True)
class Services:
    """`clock` gives aware UTC instants. `sent_folder`: the demo alone shows what is in there to anyone.

    `rosters` maps a school to the directory its people are read from every morning. Without `case_keys` no
    report is taken here. `tracked` maps a school to its list of cases.
    `identity` names the providers people may sign in with: "entra", "google".
    `certificates`: the folder of what people send in about their training; None: no files are taken.
    `read_people` reads a list of people that was sent: its name and its bytes; BadInput when it is wrong.
    `chance` gives as many random bytes as it is asked for.
    By school: `mailboxes`, where one's messages leave another way than by `mailer`; `intakes`, forms outside
    that people report by; `calendars`, which meetings are organised from; `libraries`, folders of policies;
    `boards`, channels for the weekly card, which `draw_card` draws; `two_step`, who has a second step at
    sign-in. By vendor ("microsoft", "google"):
    `returned`, where mail that came back is found; `nudges`, which tell people in Teams or Chat beside the
    letter. `tab` checks who has the tab open in Teams. Without `metrics_token` no one reads /metrics.
    `watchdog` hears how each job goes. `stopping`: this process was asked to stop; long work ends soon.
    `signing_key` signs evidence packs; None: this machine has none. `timestamps`: who stamps the ledger.
    `web` reads what the school's website shows; None: no address is read.
    `form`: the digest of the form that asks for what is done, so that it is done once
    (`bot.database.submissions`).
    `was`: what that form starts from, so that it undoes nothing newer (`bot.core.form_start`).
    """

    store: Store
    mailer: Mailer
    clock: Callable[[], datetime]
    links: Links
    base_url: str
    sender: Address
    sent_folder: Path | None = None
    rosters: Mapping[str, Directory] = field(default_factory=lambda: MappingProxyType({}))
    case_keys: CaseKeys | None = None
    chance: Callable[[int], bytes] = token_bytes
    tracked: Mapping[str, CaseListExport] = field(default_factory=lambda: MappingProxyType({}))
    identity: Mapping[str, IdentityProvider] = field(default_factory=lambda: MappingProxyType({}))
    certificates: Path | None = None
    read_people: Callable[[str, bytes], Sequence[RosterEntry]] | None = None
    mailboxes: Mapping[str, Mailbox] = field(default_factory=lambda: MappingProxyType({}))
    returned: Mapping[str, ReturnedMail] = field(default_factory=lambda: MappingProxyType({}))
    intakes: Mapping[str, FormInbox] = field(default_factory=lambda: MappingProxyType({}))
    calendars: Mapping[str, EventCalendar] = field(default_factory=lambda: MappingProxyType({}))
    libraries: Mapping[str, Library] = field(default_factory=lambda: MappingProxyType({}))
    boards: Mapping[str, ChannelPoster] = field(default_factory=lambda: MappingProxyType({}))
    draw_card: Callable[[Services, str, datetime], Mapping[str, object]] | None = None
    nudges: Mapping[str, ChatNotifier] = field(default_factory=lambda: MappingProxyType({}))
    tab: TabTokens | None = None
    metrics_token: str | None = None
    watchdog: Watchdog = field(default_factory=NoWatchdog)
    signing_key: SigningKey | None = None
    timestamps: Timestamps | None = None
    web: PublicWeb | None = None
    two_step: Mapping[str, TwoStepReport] = field(default_factory=lambda: MappingProxyType({}))
    stopping: Callable[[], bool] = never
    form: str | None = None
    was: str = ""

    def mailbox_of(self, school: str) -> Mailbox:
        """Return which way a school's messages leave."""
        return self.mailboxes.get(school) or Mailbox(self.mailer, self.sender)

    def close_mailers(self) -> None:
        """End every session; the next message opens its own."""
        self.mailer.close()
        for mailbox in self.mailboxes.values():
            mailbox.mailer.close()
