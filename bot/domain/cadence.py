"""Cadences: when an obligation falls due, in words a school office can write and read.

    on joining within 10 school days
    every 12 months                          counted from the last completion; what was answered shortly
                                             before its day keeps that day
    each September                           opens on the first staff day of the month, due on its last, and
                                             late after its last day; each August, when nobody is in: in the
                                             week of school before
    on every new version within 10 school days      minor versions ask nobody
    each term                                due on its last school day, opens four weeks of school before it
    before each meeting of governing-body    due on its papers day; the body by its key
    weekly in term on Friday                 due that day, or the last school day of that week before it,
                                             or else the next one after it
    on event trip-returned within 1 working day
    on event lost-child within 1 working day live   told at once, on whatever day: see SAFEGUARDING
    always                                   a standing rule: nothing falls due of itself

Spans are in days (calendar), school days, working days or hours (clock hours).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
FORMS = (
    "on joining within 10 school days, every 12 months, each September, "
    "on every new version within 10 school days, each term, before each meeting of BODY, "
    "weekly in term on Friday, on event NAME within 1 working day, always"
)

# Events after which a deadline in working days runs through the school's holidays (Keeping children safe in
# education 2026, part four; Working together 2026: the LADO hears within one working day).
SAFEGUARDING = frozenset({"allegation", "suspected-offence", "breach-reported"})

Unit = Literal["hours", "days", "working days", "school days"]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time on one of the clocks."""

    count: int
    unit: Unit = "school days"

    def __str__(self) -> str:
        unit = self.unit.removesuffix("s") if self.count == 1 else self.unit
        return f"{self.count} {unit}"


@dataclass(frozen=True, slots=True)
class OnJoining:
    within: Span = Span(10)

    def __str__(self) -> str:
        return f"on joining within {self.within}"


@dataclass(frozen=True, slots=True)
class EveryMonths:
    months: int

    def __str__(self) -> str:
        return f"every {self.months} months" if self.months > 1 else "every month"


@dataclass(frozen=True, slots=True)
class EachMonth:
    """Once a year, in the month numbered 1 to 12."""

    month: int

    def __str__(self) -> str:
        return f"each {MONTHS[self.month - 1]}"


@dataclass(frozen=True, slots=True)
class OnNewVersion:
    within: Span = Span(10)

    def __str__(self) -> str:
        return f"on every new version within {self.within}"


@dataclass(frozen=True, slots=True)
class EachTerm:
    def __str__(self) -> str:
        return "each term"


@dataclass(frozen=True, slots=True)
class BeforeMeeting:
    """`body`: the key of the body that meets."""

    body: str

    def __str__(self) -> str:
        return f"before each meeting of {self.body}"


@dataclass(frozen=True, slots=True)
class WeeklyInTerm:
    """Weekday 0 is Monday."""

    weekday: int = 4

    def __str__(self) -> str:
        return f"weekly in term on {DAYS[self.weekday]}"


@dataclass(frozen=True, slots=True)
class OnEvent:
    """`live`: the rule says that its clock waits for no school day; `is_live` adds those that never do."""

    event: str
    within: Span = Span(10)
    live: bool = False

    def __str__(self) -> str:
        return f"on event {self.event} within {self.within}{' live' if self.live else ''}"

    @property
    def is_live(self) -> bool:
        """Clock hours run always; working days only where a child may be at risk, or the rule says so."""
        urgent = self.within.unit == "working days" and self.event in SAFEGUARDING
        return self.live or urgent or self.within.unit == "hours"


@dataclass(frozen=True, slots=True)
class Always:
    def __str__(self) -> str:
        return "always"


Cadence = (
    OnJoining
    | EveryMonths
    | EachMonth
    | OnNewVersion
    | EachTerm
    | BeforeMeeting
    | WeeklyInTerm
    | OnEvent
    | Always
)


SPAN = r"(?: within (?P<count>[1-9]\d{0,3}) (?P<unit>hour|day|working day|school day)s?)?"
MONTH = "|".join(MONTHS)


def parse(words: str) -> Cadence:
    """Read one cadence; or raise ValueError naming the words that are wrong and the forms that are right."""
    said = " ".join(words.split())
    for form, build in READERS:
        found = form.fullmatch(said)
        if found is not None:
            return build(found.groupdict())
    message = f'"{words}" is not a time Handbell knows; use one of: {FORMS}'
    raise ValueError(message)


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _span(found: dict[str, str]) -> Span:
    if not found["count"]:
        return Span(10)
    return Span(int(found["count"]), cast("Unit", f"{found['unit'].lower()}s"))


def _weekday(found: dict[str, str]) -> int:
    return DAYS.index(found["day"].capitalize()) if found["day"] else 4


READERS: tuple[tuple[re.Pattern[str], Callable[[dict[str, str]], Cadence]], ...] = (
    (_form("on joining" + SPAN), lambda found: OnJoining(_span(found))),
    (_form("every month"), lambda _: EveryMonths(1)),
    (_form(r"every (?P<months>[1-9]\d{0,2}) months"), lambda found: EveryMonths(int(found["months"]))),
    (_form("each term"), lambda _: EachTerm()),
    (
        _form(r"before each meeting of (?P<body>[a-z0-9][a-z0-9-]*)"),
        lambda found: BeforeMeeting(found["body"]),
    ),
    (
        _form(f"each (?P<month>{MONTH})"),
        lambda found: EachMonth(MONTHS.index(found["month"].capitalize()) + 1),
    ),
    (_form("on every new version" + SPAN), lambda found: OnNewVersion(_span(found))),
    (
        _form(f"weekly in term(?: on (?P<day>{'|'.join(DAYS)}))?"),
        lambda found: WeeklyInTerm(_weekday(found)),
    ),
    (
        _form(r"on event (?P<event>[a-z0-9][a-z0-9-]*)" + SPAN + "(?P<live> live)?"),
        lambda found: OnEvent(found["event"], _span(found), live=bool(found["live"])),
    ),
    (_form("always"), lambda _: Always()),
)
