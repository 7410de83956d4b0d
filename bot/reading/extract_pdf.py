"""A PDF to lines as they look on the page: what stands side by side is one line, cells split by a tab."""

from __future__ import annotations

import ctypes
import io
import itertools
import logging
from collections.abc import Iterator
from typing import Any

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
from pypdf.errors import PyPdfError

from bot.errors import UnreadableDocument
from bot.reading.pdf_columns import Row, Run, in_reading_order

# It is asked about files that are locked or broken, and would say so once more on stderr in its own words.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

MOST_PAGES = 600

_LINE_END = frozenset({10, 13})
_HYPHEN_AT_LINE_END = 2
_SAME_LINE = 0.45  # of the letters' height: a raised "rd" stays on its line
_CELL_GAP = 1.3  # of the letters' height: wider than any space, also in justified text
_WORD_GAP = 0.12
_PARAGRAPH_GAP = 1.75


def pdf_lines(name: str, content: bytes) -> tuple[list[str], int]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(_refusal(name, content)) from error
    try:
        pages = len(document)
        if pages > MOST_PAGES:
            raise UnreadableDocument(
                f"{name} has {pages} pages; that is no policy. Give each policy a file of its own"
            )
        lines: list[str] = []
        for number in range(pages):
            lines += [*_page(document[number]), ""]
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(
            f"{name} is broken: one of its pages cannot be opened. Ask for another copy"
        ) from error
    finally:
        document.close()
    return lines, pages


def _refusal(name: str, content: bytes) -> str:
    try:
        locked = pypdf.PdfReader(io.BytesIO(content)).is_encrypted
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError):
        locked = False
    if locked:
        return f"{name} is protected by a password. Save it without one"
    return f"{name} is broken and cannot be opened as a PDF. Download it again, or ask for another copy"


def _page(page: Any) -> Iterator[str]:
    text = page.get_textpage()
    rows = _rows(list(_runs(text)))
    text.close()
    page.close()
    for number, part in enumerate(in_reading_order(rows)):
        if number:
            yield ""
        yield from _lines(part)


def _lines(rows: list[Row]) -> Iterator[str]:
    last: float | None = None
    columns: list[float] = []
    for row in rows:
        height = max(run.height for run in row)
        if last is not None and last - row[0].base > _PARAGRAPH_GAP * height:
            columns = []
            yield ""
        last = row[0].base
        column = _column(row[0], columns)
        if column is None or len(row) > 1:
            columns = [run.left for run in row] if len(row) > 1 else []
        yield "\t" * (column or 0) + _line(row)


def _column(run: Run, columns: list[float]) -> int | None:
    """Which column of the table row above the words stand under; the rest of a wrapped cell does."""
    places = [place for place, left in enumerate(columns) if abs(run.left - left) < run.height]
    return places[0] if places else None


def _runs(text: Any) -> Iterator[Run]:
    box = pdfium.FS_RECTF()
    x, base = ctypes.c_double(), ctypes.c_double()
    run: Run | None = None
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in _LINE_END:
            if run:
                yield run
            run = None
            continue
        letter = "-" if code == _HYPHEN_AT_LINE_END else chr(code)
        if letter.isspace():
            if run:
                run.letters.append(" ")
            continue
        pdfium.FPDFText_GetLooseCharBox(text, index, box)
        pdfium.FPDFText_GetCharOrigin(text, index, x, base)
        height = box.top - box.bottom
        if run and _continues(run, base.value, box.left):
            run.right = box.right
            run.letters.append(letter)
            continue
        if run:
            yield run
        run = Run(base.value, box.left, box.right, height or 1.0, [letter])
    if run:
        yield run


def _continues(run: Run, base: float, left: float) -> bool:
    level = abs(base - run.base) < _SAME_LINE * run.height
    return level and -run.height < left - run.right < _CELL_GAP * run.height


def _rows(runs: list[Run]) -> list[Row]:
    """Runs gathered into printed lines, from the top of the page down, each from left to right."""
    rows: list[Row] = []
    for run in sorted((run for run in runs if run.text), key=lambda run: -run.base):
        if rows and rows[-1][0].base - run.base < _SAME_LINE * min(rows[-1][0].height, run.height):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def _line(row: Row) -> str:
    parts = [row[0].text]
    for before, run in itertools.pairwise(row):
        gap = (run.left - before.right) / before.height
        parts.append("\t" if gap > _CELL_GAP else " " if gap > _WORD_GAP else "")
        parts.append(run.text)
    return "".join(parts)
