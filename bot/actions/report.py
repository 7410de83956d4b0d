"""Taking a report: guarded, routed, sealed and told to whoever acts, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.report_guard import Guarded
from bot.errors import HandbellError
from bot.services import Services

Chance = Callable[[int], bytes]


class GuardedText(HandbellError):
    """A text that must not be kept here; nothing was written. `why` says which."""

    def __init__(self, why: Guarded) -> None:
        self.why = why
        super().__init__(f"This sounds like {why.value}. Nothing was kept: speak to the DSL at once.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody wrote. Neither `person` nor a reporter's name or address: anonymous.

    `category`: one of domain.cases, or of the setting's own routes. `about_roles`: roles picked on the form.
    `form_key`: made for each form from chance, so that the same form sent twice is one case.
    """

    setting: str
    category: str
    what: str
    where_when: str
    about: str
    form_key: str
    about_roles: tuple[str, ...] = ()
    personal_data: bool = False
    person: str | None = None
    reporter_name: str | None = None
    reporter_email: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What the reporter is told. `goes_to`: a role in the setting's words; empty: `telephone` says whom."""

    number: str
    passphrase: str
    goes_to: str
    next_step_on: date
    telephone: str | None


@dataclass(frozen=True, slots=True)
class InboxPost:
    """One message between the reporter and whoever looks after the case."""

    at: datetime
    from_us: bool
    words: str


@dataclass(frozen=True, slots=True)
class InboxView:
    """What a passphrase opens: `state` in plain words, and the messages, oldest first."""

    number: str
    state: str
    posts: tuple[InboxPost, ...]


def receive(services: Services, report: Report, now: datetime, chance: Chance) -> Received: ...


def inbox(services: Services, setting: str, passphrase: str, now: datetime) -> InboxView | None: ...


def write_back(services: Services, setting: str, passphrase: str, words: str, now: datetime) -> bool: ...
