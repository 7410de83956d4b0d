"""What waits for a person, and the one rule that says what comes first. Pure functions.

First what runs out: a case's clock. Then what may do harm: a refusal, an account that should not post. Then
what is late, what is due within days and lacks a step, other work due, reading, people who wait for an
answer, and what is merely not known. Within each, the earliest date comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.core.text import count
from bot.rules.duties import State, Urgency, task_urgency

LATER = timedelta(days=7)
FIRST = 3


class Area(StrEnum):
    """Where a thing comes from."""

    TASK = "task"
    REQUEST = "request"
    QUESTION = "question"
    REFUSAL = "refusal"
    ACCOUNT = "account"
    STOPPED = "stopped account"
    POST = "post"
    CERTIFICATE = "certificate"
    CASE = "case"
    CHECK = "check"
    FINDING = "finding"
    UNREACHABLE = "unreachable"
    OVERDUE = "overdue"
    OUTSIDE = "outside"
    LOG = "log"


# What others may see of what waits, on a screen, a card or paper: one, several, a verb, the page with the
# list. A case, a refusal and a question have no row: only their reader sees that they are there.
SHARED: Mapping[Area, tuple[str, str, str, str]] = {
    Area.TASK: ("task of your own", "tasks of your own", "Open", "/me"),
    Area.OVERDUE: ("overdue task of staff", "overdue tasks of staff", "See list", "/school/stuck"),
    Area.STOPPED: ("account that must not post", "accounts that must not post", "See accounts", "/accounts"),
    Area.ACCOUNT: ("account needs attention", "accounts need attention", "See accounts", "/accounts"),
    Area.POST: ("post to check", "posts to check", "Check posts", "/accounts"),
    Area.REQUEST: ("request to decide", "requests to decide", "Decide", "/me/requests/desk"),
    Area.CERTIFICATE: ("certificate to check", "certificates to check", "Check", "/training/waiting"),
    Area.CHECK: ("check without a person", "checks without a person", "Change", "/office/rules"),
    Area.OUTSIDE: (
        "check by Handbell to put right",
        "checks by Handbell to put right",
        "See list",
        "/it/readings",
    ),
    Area.LOG: ("log entry to complete", "log entries to complete", "Open log", "/log"),
    Area.FINDING: ("thing to look at", "things to look at", "See list", "/school/findings"),
    Area.UNREACHABLE: ("person without email", "people without email", "See list", "/school/findings"),
}
# What the chip of a thing says; of a task, its state.
CALLED: Mapping[Area, str] = {
    Area.STOPPED: "do not post",
    Area.ACCOUNT: "needs attention",
    Area.REQUEST: "waiting",
    Area.QUESTION: "waiting",
    Area.REFUSAL: "waiting",
    Area.POST: "waiting",
    Area.CERTIFICATE: "to check",
    Area.FINDING: "to check",
    Area.OUTSIDE: "to put right",
    Area.LOG: "open",
    Area.UNREACHABLE: "no email",
}
HARM = frozenset({Area.REFUSAL, Area.STOPPED})
ANSWERS = frozenset({Area.REQUEST, Area.QUESTION, Area.CERTIFICATE, Area.POST, Area.ACCOUNT})


@dataclass(frozen=True, slots=True)
class TodayItem:
    """One thing that waits: what, a verb, and the page that deals with it.

    `clock_at`: when a case's clock ends. `since`: the day from which it waits. `is_reading`: a document is to
    be read or signed, so nothing is missing before its day.
    """

    area: Area
    title: str
    verb: str
    href: str
    detail: str = ""
    state: State = State.DUE
    due_on: date | None = None
    clock_at: datetime | None = None
    since: date | None = None
    is_reading: bool = False

    @property
    def called(self) -> str:
        """Return what the chip beside it says."""
        return CALLED.get(self.area, self.state.value)


@dataclass(frozen=True, slots=True)
class Today:
    """All that waits for one person: the first few, the rest of this week, and what is due later."""

    first: tuple[TodayItem, ...]
    rest: tuple[TodayItem, ...]
    later: tuple[TodayItem, ...]

    @property
    def count(self) -> int:
        """Return how many things wait now; what is due later is not counted."""
        return len(self.first) + len(self.rest)


def pressing(item: TodayItem, today: date) -> Urgency:
    """Return how pressing a thing is on a day."""
    if item.clock_at is not None:
        return Urgency.CLOCK
    if item.area in HARM:
        return Urgency.HARM
    if item.due_on is None and item.state is not State.OVERDUE and item.area in ANSWERS:
        return Urgency.ANSWER
    return task_urgency(item.state, item.due_on, today, is_reading=item.is_reading)


@dataclass(frozen=True, slots=True)
class AreaCount:
    """How many things of an area wait, in words without a name, with a verb and the page that lists them."""

    area: Area
    number: int
    says: str
    verb: str
    href: str


def counts_by_area(items: Iterable[TodayItem], today: date) -> tuple[AreaCount, ...]:
    """Count what waits for a screen that others look at, the area with the most pressing thing first."""
    counted = Counter(one.area for one in most_pressing(items, today) if one.area in SHARED)
    return tuple(_area_count(area, number) for area, number in counted.items())


def _area_count(area: Area, number: int) -> AreaCount:
    one, several, verb, href = SHARED[area]
    return AreaCount(area, number, count(number, one, several), verb, href)


def most_pressing(items: Iterable[TodayItem], today: date) -> tuple[TodayItem, ...]:
    """Sort what waits, the most pressing first."""

    def rank(item: TodayItem) -> tuple[int, str, str, str]:
        when = item.due_on or item.since or date.max
        clock = item.clock_at.isoformat() if item.clock_at else ""
        return pressing(item, today), clock, when.isoformat(), item.title

    return tuple(sorted(items, key=rank))


def todays(items: Iterable[TodayItem], today: date) -> Today:
    """Split what waits into now and later; later is due in more than a week and not pressing."""
    ranked = most_pressing(items, today)
    later = tuple(one for one in ranked if _is_later(one, today))
    now = [one for one in ranked if one not in later]
    return Today(tuple(now[:FIRST]), tuple(now[FIRST:]), later)


def waiting_now(items: Iterable[TodayItem], today: date) -> int:
    """Return how many things wait now. Of someone with tasks alone, every task that is asked counts."""
    every = tuple(items)
    tasks_alone = all(one.area is Area.TASK for one in every)
    return len(every) if tasks_alone else todays(every, today).count


def _is_later(item: TodayItem, today: date) -> bool:
    return (
        item.area is Area.TASK
        and item.state in {State.DUE, State.NO_RECORD}
        and item.due_on is not None
        and item.due_on > today + LATER
    )
