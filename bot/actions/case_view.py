"""What the pages show of cases, for one person who may open them; every opening is logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.case_clocks import Clock
from bot.domain.cases import Case, CaseState
from bot.domain.people import Setting


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as a page shows it. `how`: done, running, about to end or late."""

    action: str
    due_at: datetime
    how: str
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list. `clock`: the one that ends first of those running; None: none runs."""

    number: str
    category: str
    title: str
    state: CaseState
    received_on: date
    clock: ClockRow | None
    owner: str | None
    owner_role: str
    mine: bool
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of the timeline: who (a name, "the reporter" or "Handbell"), when, what, and their words."""

    at: datetime
    by: str
    what: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A state this case may go to next, and the sentences that say what it still lacks."""

    to: CaseState
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to pick on a form."""

    person: str
    name: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Whether an adult had acknowledged the version in force that day. `on` None: no record of it."""

    person: str
    name: str
    policy: str
    version: str
    on: date | None


@dataclass(frozen=True, slots=True)
class TaskRow:
    key: str
    what: str
    person: str
    name: str
    due_on: date
    done_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What was reported, in the reporter's words. All None: anonymous."""

    what: str
    where_when: str
    about: str
    reporter_name: str | None = None
    reporter_email: str | None = None
    reporter_person: str | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A whole case, opened. `posts`: words to and from the reporter; `seen`: who opened it, latest first."""

    case: Case
    setting: Setting
    title: str
    facts: Facts
    received_on: date
    owner: str | None
    owner_role: str
    named: tuple[Choice, ...]
    watchers: tuple[Choice, ...]
    timeline: tuple[Said, ...]
    clocks: tuple[ClockRow, ...]
    tasks: tuple[TaskRow, ...]
    moves: tuple[Move, ...]
    may_have_it: tuple[Choice, ...]
    may_be_named: tuple[Choice, ...]
    acknowledgements: tuple[Acknowledged, ...]
    references: tuple[str, ...]
    posts: tuple[tuple[datetime, bool, str], ...]
    seen: tuple[tuple[datetime, str], ...]
    held: str = ""
    telephone: str | None = None
    categories: tuple[tuple[str, str], ...] = ()
    policies: tuple[tuple[str, str], ...] = ()
