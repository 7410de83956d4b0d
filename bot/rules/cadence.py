"""Cadences: when an obligation falls due, in words a school office can write and read.

    on joining within 10 school days
    every 12 months                          counted from the last completion; what was answered shortly
                                             before its day keeps that day
    each September                           opens on the first staff day of the month, due on its last, and
                                             late after its last day; each August, when no one is in: in the
                                             week of school before
    on every new version within 10 school days      minor versions ask no one
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
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, cast

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
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


CADENCES: dict[str, type[Cadence]] = {}  # by the name they are stored under, in the order they are offered
SPAN = r"(?: within (?P<count>[1-9]\d{0,3}) (?P<unit>hour|day|working day|school day)s?)?"


@dataclass(frozen=True, slots=True)
class Cadence:
    """What every cadence is. A subclass is registered as it is defined; one that lacks a word is a TypeError.

    `stored`: its name in databases, which never changes. `form`: a pattern of all its words in the register,
    read without regard to case. `example`: such words, shown to who wrote others. `by_calendar`: its
    days are those of months, terms, weeks or meetings, not of a person or an event. `str` writes the words.
    How it recurs is registered with `bot.planning.occurrences`, which asks for every one of them.
    """

    stored: ClassVar[str]
    form: ClassVar[str]
    example: ClassVar[str]
    by_calendar: ClassVar[bool]

    def __init_subclass__(cls) -> None:
        for name in ("stored", "form", "example", "by_calendar", "__str__"):
            if name not in cls.__dict__:
                message = f"the cadence {cls.__name__} has no {name}"
                raise TypeError(message)
        # A dataclass with slots is made twice, the second time to stay.
        if CADENCES.setdefault(cls.stored, cls).__qualname__ != cls.__qualname__:
            message = f"two cadences are stored as {cls.stored!r}"
            raise TypeError(message)
        CADENCES[cls.stored] = cls

    @classmethod
    def from_words(cls, _found: Mapping[str, str]) -> Cadence:
        """Build it of the named groups of its form."""
        return cls()

    @property
    def in_words(self) -> str:
        """When it falls due, for a page."""
        return str(self)

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.stored, **asdict(self)}


@dataclass(frozen=True, slots=True)
class OnJoining(Cadence):
    stored = "on joining"
    form = "on joining" + SPAN
    example = "on joining within 10 school days"
    by_calendar = False

    within: Span = Span(10)

    @classmethod
    def from_words(cls, found: Mapping[str, str]) -> OnJoining:
        return cls(_span(found))

    def __str__(self) -> str:
        return f"on joining within {self.within}"


@dataclass(frozen=True, slots=True)
class EveryMonths(Cadence):
    stored = "every months"
    form = r"every (?:month|(?P<months>[1-9]\d{0,2}) months)"
    example = "every 12 months"
    by_calendar = False

    months: int

    @classmethod
    def from_words(cls, found: Mapping[str, str]) -> EveryMonths:
        return cls(int(found["months"] or 1))

    def __str__(self) -> str:
        return f"every {self.months} months" if self.months > 1 else "every month"


@dataclass(frozen=True, slots=True)
class EachMonth(Cadence):
    """Once a year, in the month numbered 1 to 12."""

    stored = "each month"
    form = f"each (?P<month>{'|'.join(MONTHS)})"
    example = "each September"
    by_calendar = True

    month: int

    @classmethod
    def from_words(cls, found: Mapping[str, str]) -> EachMonth:
        return cls(MONTHS.index(found["month"].capitalize()) + 1)

    def __str__(self) -> str:
        return f"each {MONTHS[self.month - 1]}"


@dataclass(frozen=True, slots=True)
class OnNewVersion(Cadence):
    stored = "on new version"
    form = "on every new version" + SPAN
    example = "on every new version within 10 school days"
    by_calendar = False

    within: Span = Span(10)

    @classmethod
    def from_words(cls, found: Mapping[str, str]) -> OnNewVersion:
        return cls(_span(found))

    def __str__(self) -> str:
        return f"on every new version within {self.within}"


@dataclass(frozen=True, slots=True)
class EachTerm(Cadence):
    stored = "each term"
    form = "each term"
    example = "each term"
    by_calendar = True

    def __str__(self) -> str:
        return "each term"


@dataclass(frozen=True, slots=True)
class BeforeMeeting(Cadence):
    """`body`: the key of the body that meets."""

    stored = "before meeting"
    form = r"before each meeting of (?P<body>[a-z0-9][a-z0-9-]*)"
    example = "before each meeting of BODY"
    by_calendar = True

    body: str

    @classmethod
    def from_words(cls, found: Mapping[str, str]) -> BeforeMeeting:
        return cls(found["body"])

    def __str__(self) -> str:
        return f"before each meeting of {self.body}"

    @property
    def in_words(self) -> str:
        return "before each meeting"


@dataclass(frozen=True, slots=True)
class WeeklyInTerm(Cadence):
    """Weekday 0 is Monday."""

    stored = "weekly in term"
    form = f"weekly in term(?: on (?P<day>{'|'.join(DAYS)}))?"
    example = "weekly in term on Friday"
    by_calendar = True

    weekday: int = 4

    @classmethod
    def from_words(cls, found: Mapping[str, str]) -> WeeklyInTerm:
        return cls(DAYS.index(found["day"].capitalize()) if found["day"] else 4)

    def __str__(self) -> str:
        return f"weekly in term on {DAYS[self.weekday]}"


@dataclass(frozen=True, slots=True)
class OnEvent(Cadence):
    """`live`: the rule says that its clock waits for no school day; `is_live` adds those that never do."""

    stored = "on event"
    form = r"on event (?P<event>[a-z0-9][a-z0-9-]*)" + SPAN + "(?P<live> live)?"
    example = "on event NAME within 1 working day"
    by_calendar = False

    event: str
    within: Span = Span(10)
    live: bool = False

    @classmethod
    def from_words(cls, found: Mapping[str, str]) -> OnEvent:
        return cls(found["event"], _span(found), live=bool(found["live"]))

    def __str__(self) -> str:
        return f"on event {self.event} within {self.within}{' live' if self.live else ''}"

    @property
    def in_words(self) -> str:
        return f"within {self.within} of “{self.event.replace('-', ' ')}”"

    @property
    def is_live(self) -> bool:
        """Clock hours run always; working days only where a child may be at risk, or the rule says so."""
        urgent = self.within.unit == "working days" and self.event in SAFEGUARDING
        return self.live or urgent or self.within.unit == "hours"


@dataclass(frozen=True, slots=True)
class Always(Cadence):
    stored = "always"
    form = "always"
    example = "always"
    by_calendar = False

    def __str__(self) -> str:
        return "always"


def parse(words: str) -> Cadence:
    """Read one cadence; or raise ValueError naming the words that are wrong and the forms that are right."""
    said = " ".join(words.split())
    for kind in CADENCES.values():
        found = re.fullmatch(kind.form, said, re.IGNORECASE)
        if found is not None:
            return kind.from_words(found.groupdict())
    forms = ", ".join(kind.example for kind in CADENCES.values())
    message = f'"{words}" is not a time Handbell knows; use one of: {forms}'
    raise ValueError(message)


def from_json(stored: Mapping[str, Any]) -> Cadence:
    """Read one cadence as `Cadence.to_json` wrote it. Raises KeyError for one that is not registered."""
    fields = {name: value for name, value in stored.items() if name != "rule"}
    if "within" in fields:
        fields["within"] = Span(**fields["within"])
    return CADENCES[stored["rule"]](**fields)


def _span(found: Mapping[str, str]) -> Span:
    if not found["count"]:
        return Span(10)
    return Span(int(found["count"]), cast("Unit", f"{found['unit'].lower()}s"))
