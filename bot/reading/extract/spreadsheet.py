"""The cells of a spreadsheet: Excel (.xlsx) or any kind of CSV, as text, each row with its number in the file.

It runs in the limited process of `bot.reading.isolated`. Raises UnreadableDocument, saying what would be right.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path

from bot.core.errors import UnreadableDocument

Rows = list[tuple[int, list[str]]]
MOST_ROWS = 5_000
MOST_COLUMNS = 200
# What reads a cell outside this process may take a time that grows with the square of its length. No name,
# address, date or course is as long.
LONGEST_CELL = 400
SEPARATORS = (",", ";", "\t", "|")
# Excel's own first line, "sep=;", names the separator and is not a row of the table.
NAMED_SEPARATOR = re.compile(r"sep=([,;\t|])[ ,;\t]*$", re.IGNORECASE)
LOOKED_AT = 60
HEAD = 4_000


def read_rows(path: Path, *, strict: bool = False) -> Rows:
    """Return the rows that are not empty, of the first sheet that has any.

    `strict`: a CSV with a broken quotation mark is refused, and not read as well as it can be.
    """
    content = path.read_bytes()
    if content.startswith(b"PK\x03\x04"):
        return _checked(path.name, _of_workbook(path))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableDocument(
            f"{path.name} is an old Excel file. In Excel, save it as .xlsx and send that"
        )
    return _checked(path.name, _of_text(path.name, content, strict=strict))


def _checked(name: str, rows: Iterable[tuple[int, list[str]]]) -> Rows:
    found: Rows = []
    for number, cells in rows:
        tidy = [_tidy(cell)[:LONGEST_CELL] for cell in cells]
        while tidy and not tidy[-1]:
            tidy.pop()
        if not tidy:
            continue
        if len(found) == MOST_ROWS or len(tidy) > MOST_COLUMNS:
            said = f"{MOST_ROWS:,} rows or {MOST_COLUMNS} columns"
            raise UnreadableDocument(f"{name} has more than {said}. Send only the list")
        found.append((number, tidy))
    return found


def _of_workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, for this alone

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        for sheet in book.worksheets:
            # What a sheet says of its own size may be wrong: read what is there.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
            found = False
            for number, cells in enumerate(rows, start=1):
                found = found or any(cell is not None for cell in cells)
                yield number, [_text(cell) for cell in cells]
            if found:
                return
    except (MemoryError, UnreadableDocument):
        raise
    except Exception as error:
        # The parser raises whatever it meets in a damaged file.
        wrong = f"{path.name} cannot be opened. Open it in Excel, save it again, and send that"
        raise UnreadableDocument(wrong) from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _of_text(name: str, content: bytes, *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    lines = _decoded(content)
    first, _, rest = lines.partition("\n")
    named = NAMED_SEPARATOR.match(first.strip("\r"))
    text, before = (rest, 1) if named else (lines, 0)
    separator = named[1] if named else _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    number = 1
    try:
        for cells in reader:
            yield number + before, cells
            number = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableDocument(f"{name} is broken in row {number + before} ({error})") from error


def _decoded(content: bytes) -> str:
    """Decode UTF-8, UTF-16 with or without its mark, or the Windows-1252 that Excel saves as CSV."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    start = content[:HEAD]
    for encoding, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        # Every other byte of western words in UTF-16 is zero; in any other encoding hardly one is.
        if 3 * zeros.count(0) > len(start):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _separator(text: str) -> str:
    """Return the separator that parts most rows into one number of cells; a title in front has none."""
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip()]

    def even(separator: str) -> int:
        try:
            numbers = Counter(
                len(cells) for cells in csv.reader(lines, delimiter=separator) if len(cells) > 1
            )
        except csv.Error:  # a cell longer than the parser takes: not this one
            return 0
        return max((cells * times for cells, times in numbers.items()), default=0)

    return max(SEPARATORS, key=even)


def _tidy(cell: str) -> str:
    return " ".join(cell.replace("\u00a0", " ").split())
