"""List of people from a CSV file, read whole or refused with every wrong cell.

Two layers: parsers of cells (dates, working days, absences, lists of words as schools write them), each of
which raises ValueError(wrong, right) with two sentences for the author of the file; and the file itself
(encoding, separator, columns).
"""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bot.core.errors import BadInput, Problem
from bot.core.roles import MEANT, SPELLINGS, employs
from bot.ports import RosterEntry
from bot.rules.people import WEEKDAYS, Absence
from connectors.local.mime import ADDRESS

DATE = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d+"
DAYS = {
    word: number
    for number, words in enumerate(
        (
            "mon monday",
            "tue tues tuesday",
            "wed weds wednesday",
            "thu thur thurs thursday",
            "fri friday",
            "sat saturday",
            "sun sunday",
        )
    )
    for word in words.split()
}
MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
MAX_CELL_LENGTH = 200
# Control characters, and those that turn the direction of whatever is written after them.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
RIGHT_DATE = "Write it as 4/12/2026 or 2026-12-04."
RIGHT_DAYS = "Write Mon-Fri, or the days: Mon Tue Wed."
# Signs and words that may stand between two roles of one job title.
JOINED = re.compile(r"[&+()]|\band\b", re.IGNORECASE)
RIGHT_ABSENCE = "Write 4/1/2027 to 12/3/2027 and the reason, or from 4/1/2027; a semicolon between two."
ABSENCE = re.compile(
    rf"(?P<open>from )?(?P<first>{DATE})"
    rf"(?: ?(?:to|until|till|-|–) ?(?P<until>{DATE}))?"
    r"(?:[ :,]+(?P<reason>.+))?",
    re.IGNORECASE,
)


def readable(said: str) -> None:
    """Refuse a name or reference with invisible characters or of more than MAX_CELL_LENGTH characters."""
    unseen = UNSEEN.search(said)
    if unseen:
        wrong = f"character {unseen.start() + 1} of it is a mark that nobody sees (U+{ord(unseen[0]):04X})"
        raise ValueError(wrong, "Type it again by hand; it came along when it was copied.")
    if len(said) > MAX_CELL_LENGTH:
        raise ValueError(f"it has {len(said):,} characters", f"Write {MAX_CELL_LENGTH} at most.")


def day(said: str) -> date | None:
    """Read an ISO date or a British one; empty is None."""
    if not said:
        return None
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]+)?", said)
    british = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d+)(?: 0?0:00(?::00)?)?", said)
    named = re.fullmatch(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{2}|\d{4})", said)
    if iso:
        return _date(said, *map(int, iso.groups()))
    if named and (month := MONTHS.get(named[2][:3].casefold())):
        return _date(said, _year(named[3]), month, int(named[1]))
    if british is None:
        raise ValueError(f'"{said}" is not a date', RIGHT_DATE)
    if len(british[3]) not in {2, 4}:
        raise ValueError(f'"{said}" has no year in two or four figures', RIGHT_DATE)
    return _date(said, _year(british[3]), int(british[2]), int(british[1]))


def _year(figures: str) -> int:
    """Read a year: 26 is 2026, and 98 is 1998. No one here works, or leaves, from 2060 on."""
    year = int(figures)
    return year if len(figures) == 4 else year + (2000 if year < 60 else 1900)


def working_days(said: str) -> frozenset[int]:
    """Read "Mon Tue Wed", "Mon-Fri", "Monday, Thursday" or "MTW"; empty is Monday to Friday."""
    if not said:
        return WEEKDAYS
    days: set[int] = set()
    for piece in re.split(r"[\s,;/&+]+|\band\b", re.sub(r"\s*(?:-|–|\bto\b)\s*", "-", said)):
        days |= _days(piece, said)
    return frozenset(days)


def names(said: str) -> frozenset[str]:
    """Read "Class Teacher; DSL" as {"class-teacher", "dsl"}."""
    return frozenset(slug for slug in map(_slug, re.split(r"[;,|/]", said)) if slug)


def roles(said: str) -> frozenset[str]:
    """Read a cell of roles; "Deputy Head & DSL" is two, "Arts and Crafts Lead" one."""
    return frozenset(slug for part in re.split(r"[;,|/]", said) for slug in _roles_in(part) if slug)


def _roles_in(part: str) -> list[str]:
    pieces = [slug for slug in map(_slug, JOINED.split(part)) if slug]
    known = all(one in MEANT or one in SPELLINGS or employs(one) for one in pieces)
    return pieces if known else [_slug(part)]


def absences(said: str) -> tuple[Absence, ...]:
    """Read days away, one or several, each with an end or open ("from 4/1/2027")."""
    return tuple(_absence(one.strip()) for one in said.split(";") if one.strip())


def _absence(said: str) -> Absence:
    found = ABSENCE.fullmatch(said)
    if found is None:
        raise ValueError(f'"{said}" is not an absence', RIGHT_ABSENCE)
    first_on, until = day(found["first"]), day(found["until"] or "")
    if first_on is None or (until is not None and until < first_on):
        raise ValueError(f'"{said}" ends before it begins', RIGHT_ABSENCE)
    if until is None and not found["open"]:
        until = first_on
    return Absence(first_on, until, found["reason"] or "away")


def _slug(words: str) -> str:
    return re.sub(r"[\W_]+", "-", words.casefold().replace("'", "")).strip("-")


def _date(said: str, year: int, month: int, day_of_month: int) -> date:
    try:
        found = date(year, month, day_of_month)
    except ValueError:
        raise ValueError(f'"{said}" is not a day that exists', f"{RIGHT_DATE} The day comes first.") from None
    if not 1940 <= year <= 2100:
        raise ValueError(f'"{said}" is not a likely year', RIGHT_DATE)
    return found


def _days(piece: str, said: str) -> set[int]:
    if not piece:
        return set()
    first, dash, last = piece.partition("-")
    if dash:
        begin, end = _named(first), _named(last)
        if begin is not None and end is not None and begin <= end:
            return set(range(begin, end + 1))
        raise ValueError(f'"{said}" is not a list of days', RIGHT_DAYS)
    one = _named(piece)
    return {one} if one is not None else _letters(piece, said)


def _named(word: str) -> int | None:
    return DAYS.get(word.casefold().rstrip("."))


def _letters(piece: str, said: str) -> set[int]:
    """Read "MTW", "MTWThF" or "MTWTF". A lone T beside no W may be Tuesday or Thursday: refused."""
    marks = re.findall(r"Th|Tu|Sa|Su|M|T|W|F", piece)
    if "".join(marks) != piece:
        raise ValueError(f'"{said}" is not a list of days', RIGHT_DAYS)
    fixed = {"M": 0, "Tu": 1, "W": 2, "Th": 3, "F": 4, "Sa": 5, "Su": 6}
    bare = [place for place, mark in enumerate(marks) if mark == "T"]
    if len(bare) == 2:
        return {fixed[mark] for mark in marks if mark != "T"} | {1, 3}
    days = {fixed[mark] for mark in marks if mark != "T"}
    return days | {_tuesday_or_thursday(marks, place, said) for place in bare}


def _tuesday_or_thursday(marks: list[str], place: int, said: str) -> int:
    if "W" in marks[place:] or "Th" in marks:
        return 1
    if "W" in marks[:place] or "Tu" in marks:
        return 3
    raise ValueError(f'"{said}" may mean Tuesday or Thursday', "Write Tu or Th.")


log = logging.getLogger(__name__)

LARGEST = 10_000_000
SEPARATORS = (",", ";", "\t")
# Excel's own first line, "sep=;", names the separator and is not a row of the table.
NAMED_SEPARATOR = re.compile(r"sep=([,;\t|])[ ,;\t]*(?=[\r\n]|$)", re.IGNORECASE)
SAMPLE = 4_000

# Our word for a column -> what other programs print above it, without capitals, spaces and marks.
HEADINGS = {
    "name": "name fullname staffname displayname person employee employeename",
    "first name": "firstname forename givenname preferredfirstname preferredforename",
    "surname": "surname lastname familyname preferredsurname",
    "email": "email emailaddress mail workemail workemailaddress schoolemail userprincipalname",
    "roles": "roles role jobrole jobroles jobtitle job post position",
    "groups": "groups group team teams department departments phase yeargroup",
    "start": "start starts startdate starton startson startedon joined joiningdate datestarted",
    "leave": "leave leaves leavedate leaveson leavingdate dateofleaving enddate end leaver",
    "working days": "workingdays daysworked days workdays workingpattern",
    "manager": "manager linemanager managedby reportsto manageremail linemanageremail",
    "reference": "reference ref staffreference staffid staffcode id key employeeid payrollnumber",
    "absences": "absences absence away absent",
}
COLUMNS = {printed: column for column, every in HEADINGS.items() for printed in every.split()}


@dataclass(frozen=True, slots=True)
class Row:
    """One person's line number and cells, by our names of the columns."""

    line: int
    cells: dict[str, str]

    def cell(self, column: str) -> str:
        return self.cells.get(column, "")


def read_rows(path: Path) -> list[Row]:
    """Read every line that is not empty; raise BadInput where the file is not a table of people at all."""
    text = _text(path)
    lines = _numbered(path.name, text)
    if NAMED_SEPARATOR.match(text):
        next(lines)
    line, headings = next(lines, (1, []))
    return list(_rows(path.name, lines, _columns(path.name, headings, line)))


def refused(file: str, wrong: str, right: str, line: int | None = None) -> BadInput:
    """Refuse the whole file for one reason."""
    return BadInput([Problem(file, line, None, wrong, right)])


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise refused(path.name, "this is too large to be a list of people", "Save only the list as CSV.")
        content = path.read_bytes()
    except OSError as error:
        wrong = f"the file cannot be read ({error.strerror})"
        raise refused(str(path), wrong, "Name a file that exists.") from error
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refused(path.name, "this is an Excel workbook", "In Excel: Save As, CSV UTF-8.")
    return _decoded(path.name, content).lstrip("\r\n")


def _decoded(file: str, content: bytes) -> str:
    """UTF-8 (with or without its mark), Excel's UTF-16, or the Windows-1252 that Excel saves as CSV."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    start = content[:SAMPLE]
    # Every other byte of western words in UTF-16 is zero; in any other encoding hardly one is.
    if 3 * max(start[::2].count(0), start[1::2].count(0)) > len(start):
        wrong = "this is UTF-16 (Unicode text) without the mark at its beginning that says so"
        raise refused(file, wrong, "In Excel: Save As, CSV UTF-8. In Notepad: Save As, Encoding: UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _separator(text: str) -> str:
    """Return the separator that the file names, or the one with most known columns in the first line."""
    named = NAMED_SEPARATOR.match(text)
    if named:
        return named[1]
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]

    def known(separator: str) -> int:
        return sum(_plain(cell) in COLUMNS for cell in next(csv.reader([first], delimiter=separator), []))

    return max(SEPARATORS, key=known)


def _columns(file: str, headings: list[str], line: int) -> list[str | None]:
    problems: list[Problem] = []
    columns: list[str | None] = []
    for heading in headings:
        column = COLUMNS.get(_plain(heading))
        columns.append(column)
        if column is None:
            problems += _misspelt(file, heading, line)
        elif columns.count(column) > 1:
            wrong = f'two columns are both the {column}, the second is "{heading}"'
            problems.append(Problem(file, line, heading, wrong, "Keep one of them."))
    problems += _missing(file, columns, line)
    if problems:
        raise BadInput(problems)
    return columns


def _missing(file: str, columns: list[str | None], line: int) -> Iterator[Problem]:
    if not columns:
        right = "The first line names the columns: name, email, roles."
        yield Problem(file, line, None, "the file is empty", right)
        return
    if "name" not in columns and not {"first name", "surname"} <= set(columns):
        yield Problem(file, line, "name", "no column has people's names", 'Head one of them "Name".')
    if "email" not in columns and "reference" not in columns:
        right = 'Head one of them "Email" or "Reference".'
        yield Problem(file, line, "email", "no column says who is who (e-mail address or reference)", right)


def _misspelt(file: str, heading: str, line: int) -> Iterator[Problem]:
    """A column we do not know is left alone, unless it looks like one we know and would miss."""
    near = get_close_matches(_plain(heading), COLUMNS, n=1, cutoff=0.85)
    if near:
        right = f'Write "{COLUMNS[near[0]].capitalize()}", or rename the column if it is something else.'
        yield Problem(file, line, heading, f'"{heading}" is not a column we know', right)
    elif heading.strip():
        log.info('column "%s" of %s is not used', heading, file)


def _rows(file: str, lines: Iterator[tuple[int, list[str]]], columns: list[str | None]) -> Iterator[Row]:
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(columns) :]):
            wrong = f"{len(cells)} cells under {len(columns)} headings"
            raise refused(file, wrong, "A cell with a separator in it needs quotation marks.", line)
        yield Row(line, {c: _tidy(v) for c, v in zip(columns, cells, strict=False) if c is not None})


def _numbered(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of its first line: a quoted cell may contain line ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise refused(file, f"the line is broken ({error})", "Check its quotation marks.", line) from error


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading.casefold())


def _tidy(cell: str) -> str:
    return " ".join(cell.replace("\u00a0", " ").split())


T = TypeVar("T")
UNUSUAL = re.compile(r"[^\w .-]")
LONGEST_NAME = 80
WHO = ("name", "first name", "surname", "reference", "email")


@dataclass(frozen=True, slots=True)
class CsvRoster:
    """A CSV file that the office maintains.

    The key of a person is their reference, or else their email address.
    """

    path: Path

    def roster(self) -> list[RosterEntry]:
        """Return all people.

        Raise BadInput with every wrong cell: its line, its column and what would be right.
        """
        rows = read_rows(self.path)
        if not rows:
            raise refused(self.path.name, "nobody is listed", "Write one person a line under the headings.")
        sheet = _Sheet(self.path.name)
        entries = [sheet.entry(row) for row in rows]
        sheet.find_doubles(rows)
        entries = sheet.with_managers(rows, entries)
        if sheet.problems:
            raise BadInput(sorted(sheet.problems, key=lambda one: one.line or 0))
        return entries


def read_people(filename: str, content: bytes) -> list[RosterEntry]:
    """Return all people of an uploaded file, with the checks of CsvRoster."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / (UNUSUAL.sub("_", filename)[-LONGEST_NAME:].strip(". ") or "people.csv")
        path.write_bytes(content)
        return CsvRoster(path).roster()


class _Sheet:
    """One reading of one file, gathering every problem on the way."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[Problem] = []

    def entry(self, row: Row) -> RosterEntry:
        for column in WHO:
            self._read(row, column, readable, None)
        starts_on = self._read(row, "start", day, None)
        leaves_on = self._read(row, "leave", day, None)
        if starts_on and leaves_on and leaves_on < starts_on:
            self._wrong(row, "leave", "this day is before the start date", "Check both dates.")
        return RosterEntry(
            key=self._key(row),
            name=self._name(row),
            email=self._email(row),
            roles=roles(row.cell("roles")),
            groups=names(row.cell("groups")),
            starts_on=starts_on,
            leaves_on=leaves_on,
            working_days=self._read(row, "working days", working_days, frozenset()),
            manager=None,
            absences=self._read(row, "absences", absences, ()),
            line=row.line,
        )

    def find_doubles(self, rows: list[Row]) -> None:
        """One person is one line; two lines with one address would send one person's duties to another."""
        for column, called in (("reference", "reference"), ("email", "e-mail address")):
            first_seen: dict[str, int] = {}
            for row in rows:
                said = row.cell(column).casefold()
                if said and first_seen.setdefault(said, row.line) != row.line:
                    wrong = f"line {first_seen[said]} has the same {called}"
                    right = "Keep one line for each person; leave the address empty for whoever has none."
                    self._wrong(row, column, wrong, right)

    def with_managers(self, rows: list[Row], entries: list[RosterEntry]) -> list[RosterEntry]:
        """Resolve the manager's address, reference or full name to that person's key."""
        known = _everybody(entries)
        return [replace(e, manager=self._manager(r, e, known)) for r, e in zip(rows, entries, strict=True)]

    def _manager(self, row: Row, entry: RosterEntry, known: dict[str, set[str]]) -> str | None:
        said = row.cell("manager")
        if not said:
            return None
        keys = known.get(said.casefold(), set())
        if len(keys) == 1 and keys != {entry.key}:
            return next(iter(keys))
        wrong = {0: f'"{said}" is nobody in this file', 1: "nobody is their own manager"}.get(
            len(keys), f'"{said}" may be one of {len(keys)} people'
        )
        self._wrong(row, "manager", wrong, "Write the e-mail address or reference of a person in this file.")
        return None

    def _key(self, row: Row) -> str:
        key = row.cell("reference") or row.cell("email").casefold()
        if not key:
            right = "Give an e-mail address, or a reference for whoever has none."
            self._wrong(row, "email", "this line says nobody in particular", right)
        return key

    def _name(self, row: Row) -> str:
        name = row.cell("name") or f"{row.cell('first name')} {row.cell('surname')}".strip()
        if not name:
            self._wrong(row, "name", "this line has no name", "Write the person's name.")
        return name

    def _email(self, row: Row) -> str | None:
        email = row.cell("email")
        if email and not ADDRESS.fullmatch(email) and UNSEEN.search(email) is None:
            right = "Write one address such as jo.bell@school.example, or leave it empty."
            self._wrong(row, "email", f'"{email}" is not an e-mail address', right)
        return email.casefold() or None

    def _read(self, row: Row, column: str, read: Callable[[str], T], otherwise: T) -> T:
        try:
            return read(row.cell(column))
        except ValueError as error:
            wrong, right = error.args
            self._wrong(row, column, wrong, right)
            return otherwise

    def _wrong(self, row: Row, column: str, wrong: str, right: str) -> None:
        self.problems.append(Problem(self._file, row.line, column, wrong, right))


def _everybody(entries: list[RosterEntry]) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for entry in entries:
        for said in {entry.key, entry.email or entry.key, entry.name}:
            known.setdefault(said.casefold(), set()).add(entry.key)
    return known
