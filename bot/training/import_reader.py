"""A file of completions or earlier signatures: encoding, separator, headings, lines, dates.

Who and what its lines mean: people by address or name; courses, policies and agreements by their names.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.core.errors import UnreadableDocument
from bot.core.validation import FieldError, ValidationFailed
from bot.planning.snapshot import Snapshot
from bot.rules.cadence import MONTHS
from bot.rules.evidence import OLDEST, Outcome
from bot.rules.names import index_by_name
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Person
from bot.rules.policies import Version
from bot.training.store import ProviderHeading

LARGEST = 1024 * 1024
WORKBOOK = b"PK\x03\x04"
NO_TABLE = (b"\xd0\xcf\x11\xe0", b"%PDF")
# Titles may stand above the headings of a workbook.
LOOKED_AT = 40
RIGHT_DATE = "Write it as 4/12/2026 or 2026-12-04, the day first."

TIME_OF_DAY = re.compile(
    r"[T ,]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(am|pm|Z|UTC|GMT|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)

# Our word for a column -> what providers print above it, without capitals, spaces and marks.
COLUMNS = {
    "name": "name fullname staffname learner learnername delegate delegatename participant user employee "
    "employeename firstname forename givenname",
    "surname": "surname lastname familyname",
    "email": "email emailaddress mail username workemail learneremail delegateemail useremail",
    "course": "course coursename coursetitle training trainingname module title certificate qualification "
    "policy policyname document agreement",
    "date": "date datecompleted completiondate completed completedon completedat finished finishedon "
    "datepassed passedon dateachieved awarded issued dateissued signed datesigned signedon read dateread "
    "readon",
    "version": "version policyversion versionsigned versionread",
}


@dataclass(frozen=True, slots=True)
class FileRow:
    """One line of a file under its headings. `number` is where it begins in the file."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file of completions: its headings, and every line that is not empty."""

    headings: tuple[str, ...]
    lines: tuple[FileRow, ...]

    @property
    def key(self) -> str:
        """Return a key of these headings: a provider's next file has the same."""
        return sha256(json.dumps([_plain(one) for one in self.headings]).encode()).hexdigest()

    def cell(self, line: FileRow, heading: str) -> str:
        """Return the cell under a heading; empty where the file has no such column."""
        if heading not in self.headings:
            return ""
        place = self.headings.index(heading)
        return line.cells[place] if place < len(line.cells) else ""


def read_table(content: bytes) -> Table:
    """Read a file; raise Refused where it is not a list at all, or a line of it is broken."""
    if len(content) > LARGEST:
        raise _refused("This file is larger than 1 MB. Save only the list of completions as CSV.")
    if content.startswith(NO_TABLE):
        raise _refused("This is not a spreadsheet Handbell can read. Save it as .xlsx or CSV.")
    lines = _rows(content)
    if len(lines) < 2:
        raise _refused(
            "There is no list in this file. The first line names the columns, the rest are people."
        )
    headings, *rest = lines
    _check_headings(headings.cells)
    width = len(headings.cells)
    for line in rest:
        if any(line.cells[width:]):
            wrong = f"Line {line.number} has {len(line.cells)} cells under {width} headings."
            raise _refused(f"{wrong} A cell with a separator in it needs quotation marks.")
    return Table(headings.cells, tuple(rest))


def _rows(content: bytes) -> list[FileRow]:
    """Read the rows of a file in a limited process, from the headings on."""
    from bot.reading.isolated import shared_reader  # noqa: PLC0415 - hundreds of wordings, for this alone

    is_workbook = content.startswith(WORKBOOK)
    with TemporaryDirectory() as folder, shared_reader() as reader:
        path = Path(folder) / f"list.{'xlsx' if is_workbook else 'csv'}"
        path.write_bytes(content)
        try:
            rows = [FileRow(number, tuple(cells)) for number, cells in reader.rows(path, strict=True)]
        except UnreadableDocument as error:
            raise _refused(f"{error}.") from error
    if not is_workbook:
        return rows
    names = {name for every in COLUMNS.values() for name in every.split()}

    def known(line: FileRow) -> int:
        return sum(_plain(cell) in names for cell in line.cells)

    first = max(range(len(rows[:LOOKED_AT])), key=lambda at: (known(rows[at]), -at), default=0)
    return rows[first:]


def guess(table: Table) -> dict[str, str]:
    """Guess which column is which from the headings."""
    found: dict[str, str] = {}
    for column, every in COLUMNS.items():
        names = every.split()
        near = [one for one in table.headings if _plain(one) in names]
        if near:
            found[column] = min(near, key=lambda one: names.index(_plain(one)))
    return found


def read_date(said: str) -> date:
    """Read 4/12/2026, 4 December 2026 or 2026-12-04, with or without a time; ValueError: what is wrong."""
    text = TIME_OF_DAY.sub("", said)
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    if iso:
        return _day(said, *map(int, iso.groups()))
    british = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", text)
    if british:
        day, month, year = map(int, british.groups())
        return _day(said, year + 2000 if year < 100 else year, month, day)
    named = re.fullmatch(r"(?:[A-Za-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})[ -](\d{4})", text)
    if named:
        return _day(said, int(named[3]), _month(named[2]), int(named[1]))
    raise ValueError(f"“{said}” is not a date. {RIGHT_DATE}")


def _month(word: str) -> int:
    """Number a month by its name or the beginning of it; 0 is no month."""
    return next((n for n, name in enumerate(MONTHS, 1) if name.casefold().startswith(word.casefold())), 0)


def _day(said: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{said}” is not a day that exists. {RIGHT_DATE}") from None


def _check_headings(headings: Sequence[str]) -> None:
    twice = [one for one in headings if one and headings.count(one) > 1]
    if twice:
        raise _refused(f"Two columns are both called “{twice[0]}”. Rename one of them.")


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading.casefold())


def _refused(says: str) -> ValidationFailed:
    return ValidationFailed(FieldError("file", says))


LEAVE_OUT = "-"
EARLIER = frozenset({Kind.ACKNOWLEDGE, Kind.SIGN})
EVERY_LINE = ""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A line that says who did what, when. `by_name`: not by their address; `known`: recorded before.

    `version`: of the policy, where the line names one; without, it counts for no version in particular.
    """

    line: int
    person: Person
    course: Obligation
    on: date
    by_name: bool
    known: bool
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be imported, and why."""

    line: FileRow
    says: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do. `unknown`: courses we cannot place. `left_out`: lines of those not asked here."""

    good: tuple[ImportRow, ...]
    bad: tuple[RejectedRow, ...]
    unknown: tuple[str, ...]
    left_out: int

    @property
    def new(self) -> tuple[ImportRow, ...]:
        return tuple(one for one in self.good if not one.known)


def courses_of(snapshot: Snapshot, school: str) -> tuple[Obligation, ...]:
    """Return what a list may have records of: courses, then policies to read and agreements to sign.

    An agreement for an account is left out: a list does not say for which account it was signed.
    """
    every = [one for one in snapshot.obligations if one.school == school and one.active]
    papers = (one for one in every if one.kind in EARLIER and not _of_accounts(one))
    return (*(one for one in every if one.kind is Kind.TRAIN), *papers)


def _of_accounts(one: Obligation) -> bool:
    return any(term.sort == "holder" for term in one.audience.any_of)


def match(snapshot: Snapshot, school: str, table: Table, heading: ProviderHeading, on: date) -> Preview:
    """Match every row of a file to people and courses. Changes nothing."""
    matching = _Matching(snapshot, school, table, heading, on)
    good: list[ImportRow] = []
    bad: list[RejectedRow] = []
    unknown: dict[str, None] = {}
    for line in table.lines:
        printed = matching.printed_course(line)
        if matching.is_left_out(printed):
            continue
        if printed and matching.course(printed) is None:
            unknown.setdefault(printed)
        try:
            good.append(matching.read(line))
        except ValueError as error:
            bad.append(RejectedRow(line, str(error)))
    left_out = len(table.lines) - len(good) - len(bad)
    return Preview(tuple(good), tuple(bad), tuple(unknown), left_out)


class _Matching:
    """Looks people and courses up by what a provider calls them."""

    def __init__(
        self, snapshot: Snapshot, school: str, table: Table, heading: ProviderHeading, on: date
    ) -> None:
        self._table, self._heading, self._today = table, heading, on
        here = [
            person
            for person in snapshot.people.values()
            if (member := person.membership(school)) and member.here_on(on)
        ]
        self._people = snapshot.people
        self._called = index_by_name(here)
        self._by_name = {squashed(person.name): person for person in here}
        self._names = Counter(squashed(person.name) for person in here)
        self._courses = {one.key: one for one in courses_of(snapshot, school)}
        self._policies = snapshot.policies
        titles = {
            squashed(policy.title): one
            for one in reversed(self._courses.values())
            if (policy := snapshot.policies.get((school, one.policy or ""))) is not None
        }
        self._by_title = titles | {squashed(one.title): one for one in self._courses.values()}
        self._known = {
            (act.person, act.obligation, act.on)
            for act in snapshot.evidence
            if act.school == school and act.outcome is Outcome.DONE
        }

    def printed_course(self, line: FileRow) -> str:
        """Return the provider's name for the course of a row; empty where the file is about one course."""
        return self._cell(line, "course")

    def is_left_out(self, printed: str) -> bool:
        return self._heading.courses.get(squashed(printed)) == LEAVE_OUT

    def course(self, printed: str) -> Obligation | None:
        """Find our course by a provider's name for it: said before, or the same as ours."""
        said = self._heading.courses.get(squashed(printed), "")
        return self._courses.get(said) or self._by_title.get(squashed(printed))

    def read(self, line: FileRow) -> ImportRow:
        """Match one line; ValueError says what is not right with it."""
        person, by_name = self._person(line)
        course = self.course(self.printed_course(line))
        if course is None:
            name = self.printed_course(line)
            raise ValueError(f"We do not know the course “{name}”." if name else "No course is named.")
        on = self._date(line)
        act = (person.key, course.key, on)
        known = act in self._known
        self._known.add(act)
        return ImportRow(line.number, person, course, on, by_name, known, self._version(line, course))

    def _version(self, line: FileRow, rule: Obligation) -> Version | None:
        """Find the version that a line names; None: it names none."""
        said = self._cell(line, "version")
        policy = self._policies.get((rule.school, rule.policy or ""))
        if not said or policy is None or rule.kind not in EARLIER:
            return None
        number = re.sub(r"^(?:version|v)\.?\s*", "", said, flags=re.IGNORECASE)
        found = next((one for one in reversed(policy.versions) if one.number in {said, number}), None)
        if found is None:
            raise ValueError(f"{policy.title} has no version “{said}” here.")
        return found

    def _person(self, line: FileRow) -> tuple[Person, bool]:
        email = self._cell(line, "email")
        name = " ".join(filter(None, (self._cell(line, "name"), self._cell(line, "surname"))))
        found = self._called.get(email.casefold()) if email else None
        if found is not None:
            return self._people[found], False
        if self._names[squashed(name)] > 1:
            raise ValueError(f"Two people here are called {name}; the e-mail address has to say which.")
        named = self._by_name.get(squashed(name)) if name else None
        if named is None:
            raise ValueError(f"Nobody here is known as {name or email or 'this'}.")
        return named, True

    def _date(self, line: FileRow) -> date:
        said = self._cell(line, "date")
        if not said:
            raise ValueError("There is no day on which it was finished.")
        on = read_date(said)
        if on > self._today:
            raise ValueError(f"“{said}” is still to come.")
        if self._today - on > OLDEST:
            raise ValueError(f"“{said}” is more than ten years ago.")
        return on

    def _cell(self, line: FileRow, column: str) -> str:
        return self._table.cell(line, self._heading.columns.get(column, ""))


def squashed(said: str) -> str:
    return " ".join(said.casefold().split())
