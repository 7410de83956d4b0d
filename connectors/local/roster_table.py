"""A list of people as a computer saved it: which encoding, which separator, which column is which."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from bot.errors import BadInput, Problem

log = logging.getLogger(__name__)

LARGEST = 10_000_000
SEPARATORS = (",", ";", "\t")
# Excel's own first line: "sep=;" says what stands between the cells, and is not one of the table's.
NAMED_SEPARATOR = re.compile(r"sep=([,;\t|])[ ,;\t]*(?=[\r\n]|$)", re.IGNORECASE)
SAMPLE = 4_000

# Our word for a column -> what other programs print above it, without capitals, spaces and marks.
HEADINGS = {
    "name": "name fullname staffname displayname person employee employeename",
    "first name": "firstname forename givenname preferredfirstname preferredforename",
    "surname": "surname lastname familyname preferredsurname",
    "email": "email emailaddress mail workemail workemailaddress schoolemail userprincipalname",
    "roles": "roles role jobrole jobroles jobtitle job post position title",
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
    """One person's line: where it stands, and its cells by our words for the columns."""

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
    """Take the one that the file names, or that makes the most known columns of the first line."""
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
    """Give each row with the line it begins on: a quoted cell may hold line ends."""
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
