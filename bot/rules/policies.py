"""Policies and their dates: what the document states, when its review is due, where dates disagree."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_VALUE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|-(spring|summer|autumn))?")

# Terms in England and Wales: which months a term's name covers. A school's own term dates are finer,
# but a document that says "Spring 2024" says no more than this.
_TERMS = {"spring": (1, 4), "summer": (4, 7), "autumn": (9, 12)}


def _last_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exact as it was printed: "2024-09-25", "2024-09", "2024", "2024-autumn"."""

    text: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read a value string; ValueError when it is not one."""
        found = _VALUE.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a date such as 2024-09-25, 2024-09, 2024 or 2024-autumn")
        year, month, day, term = found.groups()
        if term:
            opens, closes = _TERMS[term]
            return cls(text, date(int(year), opens, 1), _last_of(int(year), closes))
        if month is None:
            return cls(text, date(int(year), 1, 1), date(int(year), 12, 31))
        if day is None:
            return cls(text, date(int(year), int(month), 1), _last_of(int(year), int(month)))
        exact = date(int(year), int(month), int(day))
        return cls(text, exact, exact)

    @property
    def exact(self) -> bool:
        """Whether the words named one day."""
        return self.first == self.last

    @property
    def words(self) -> str:
        """The date as people read it, no more exact than it was printed: "September 2024", "autumn 2024"."""
        parts = self.text.split("-")
        if self.exact:
            return f"{self.first.day} {self.first:%B %Y}"
        if len(parts) == 1:
            return self.text
        return f"{self.first:%B %Y}" if parts[1].isdigit() else f"{parts[1]} {parts[0]}"


def add_months(start: date, months: int) -> date:
    """The same day so many months on; the month's last day where that day does not exist.

    The end of a month stays the end of a month: a review in "February 2023" counts from the 28th,
    and a year later the month ends on the 29th.
    """
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    last = _last_of(year, month + 1)
    if start == _last_of(start.year, start.month):
        return last
    return date(year, month + 1, min(start.day, last.day))


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """When a review is due. `printed_on` and `computed_on` are both kept, the earlier is `due_on`.

    `printed` is what the document says, as exactly as it does.
    """

    due_on: date
    printed_on: date | None
    computed_on: date | None
    printed: PartialDate | None = None

    @property
    def disagree(self) -> bool:
        """Whether the printed date and the stated cadence give different days."""
        return (
            self.printed_on is not None
            and self.computed_on is not None
            and self.printed_on != self.computed_on
        )

    @property
    def contradicts(self) -> bool:
        """Whether no day that was printed is the one that the stated cadence gives."""
        if self.printed is None or self.computed_on is None:
            return False
        return not self.printed.first <= self.computed_on <= self.printed.last


def review_due(
    *, printed: PartialDate | None, acts: tuple[PartialDate, ...], cycle_months: int | None
) -> ReviewDue | None:
    """The earlier of the printed next review and the latest act plus the stated cadence.

    Acts are reviews and approvals. A month or a term means its last day. None when nothing is stated.
    """
    printed_on = printed.last if printed else None
    latest = max((act.last for act in acts), default=None)
    computed_on = add_months(latest, cycle_months) if latest and cycle_months else None
    stated = [day for day in (printed_on, computed_on) if day is not None]
    return ReviewDue(min(stated), printed_on, computed_on, printed) if stated else None


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a policy. A minor version asks no one to sign again.

    `issued_on` is when Handbell began to ask for it; None for a text found in force at the start.
    """

    number: str
    sha256: str
    issued_on: date | None = None
    minor: bool = False


def that_count(versions: tuple[Version, ...]) -> tuple[Version, ...]:
    """List, of versions oldest first, the newest that people have to sign and the minor ones since.

    Anyone who signed any of these has signed what counts. The first version always has to be signed.
    """
    newest = next((at for at in range(len(versions) - 1, 0, -1) if not versions[at].minor), 0)
    return versions[newest:]


@dataclass(frozen=True, slots=True)
class Policy:
    """A document the school has promised to keep, with every date it states. Versions are oldest first."""

    key: str
    school: str
    title: str
    owner: str | None = None
    approver: str | None = None
    written_on: PartialDate | None = None
    reviewed_on: PartialDate | None = None
    approved_on: PartialDate | None = None
    approved_by: str | None = None
    minute_reference: str | None = None
    effective_on: PartialDate | None = None
    next_review: PartialDate | None = None
    cycle_months: int | None = None
    cadence_text: str | None = None
    statutory: bool = False
    versions: tuple[Version, ...] = ()
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """Preparing a policy's review, handed to someone else with a date."""

    person: str
    by_on: date
    given_on: date
