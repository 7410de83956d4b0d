"""What a reading found: plain records, each value with the words and the line it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["info", "warning", "problem"]
State = Literal["overdue", "due soon", "due", "no record", "draft"]


# The code of the one finding that tells what a document does not say of itself.
NOT_STATED = "not-stated"


@dataclass(frozen=True, slots=True)
class Text:
    """A document as numbered lines. Line 1 is `lines[0]`; blank lines are kept."""

    file: str
    media: str
    lines: tuple[str, ...]
    sha256_bytes: str
    sha256_text: str
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class DateFact:
    """A date as printed. `value` is as exact as the words: "2024-09-25", "2024-09", "2024", "2024-autumn"."""

    value: str
    quote: str
    line: int
    basis: str


@dataclass(frozen=True, slots=True)
class Header:
    """Who and when, as the document states it. What it does not say is None or empty."""

    school: str | None = None
    title: str | None = None
    last_reviewed: DateFact | None = None
    approved_on: DateFact | None = None
    next_review: DateFact | None = None
    written_on: DateFact | None = None
    effective_on: DateFact | None = None
    review_cycle_months: int | None = None
    review_cycle_quote: str | None = None
    review_cycle_line: int | None = None
    approver: str | None = None
    owner: str | None = None
    dsl: tuple[str, ...] = ()
    deputy_dsl: tuple[str, ...] = ()
    headteacher: str | None = None
    lead_governors: tuple[str, ...] = ()
    version: str | None = None
    official_channels: tuple[str, ...] = ()
    linked_policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One obligation, as its sentence says it: who must do what by when, and how it can be proved.

    `who`, `what` and `when` are the document's words; `who` and `when` are None where it does not say.
    `audience` is `who` as the register writes it, None where no one in particular is named. `cadence` is `when`
    normalised (`bot.reading.duties.timing`): ("always",) where nothing is printed, empty where what is printed has no
    number ("immediately"). `stated`: who is printed, and when is printed or the rule stands always.
    `kind` is a hint for icons and templates, and None where it is not sure. `quote` is the whole sentence with the
    words that open its list, on lines `line` to `last_line`.
    """

    who: str | None
    what: str
    when: str | None
    audience: str | None
    cadence: tuple[str, ...]
    proof: str | None
    kind: str | None
    stated: bool
    quote: str
    line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at: a contradiction, a gap, a superseded reference."""

    code: str
    level: Level
    says: str
    quote: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """Where the document stands on a date: when its review is due, and why."""

    state: State
    due_on: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one document."""

    text: Text
    header: Header
    clauses: tuple[Clause, ...]
    findings: tuple[Finding, ...]
    standing: ReviewStatus
