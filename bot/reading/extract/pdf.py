"""A page set in two columns like a newspaper: the left column is read to its end before the right one.

A PDF to lines as they look on the page: what stands side by side is one line, cells split by a tab.
"""

from __future__ import annotations

import ctypes
import io
import itertools
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
from pypdf.errors import PyPdfError

from bot.core.errors import UnreadableDocument

_LEAST_ROWS = 10  # lines side by side; fewer are a table or a pair of signatures
_LETTERS = 30  # of a line, in the middle: cells of a table are mostly shorter
_WIDE = 0.75  # of the column
_RUNNING = 0.3  # of the lines go on with a small letter
_EVEN = 0.55  # a column has at least so many lines as the other, for each of its
_GAP = 1.35  # of the usual distance between lines
_ROWS_OF_A_TABLE = 0.6
# A file that prints one column whole and then goes up to print the next: no cell of a table is so long.
_UP = 8  # lines
_LINES_OF_TEXT = 5


@dataclass(slots=True)
class Run:
    """Letters printed one after another on one base line."""

    base: float
    left: float
    right: float
    height: float
    letters: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.letters).strip()


Row = list[Run]


def in_reading_order(rows: list[Row]) -> list[list[Row]]:
    """The page's lines in the order they are read: all in one list, or a list for each part of a column."""
    edge = _right_column(rows)
    if edge is None:
        return [rows]
    parts: list[list[Row]] = []
    left: list[Row] = []
    right: list[Row] = []
    for row in rows:
        before = [run for run in row if run.right <= edge]
        behind = [run for run in row if run.left >= edge - run.height / 2]
        if len(before) + len(behind) < len(row):
            parts += [left, right, [row]]  # a line across both ends what stands above it
            left, right = [], []
            continue
        left += [before] if before else []
        right += [behind] if behind else []
    return [part for part in (*parts, left, right) if part]


def printed_columns(runs: list[Run]) -> list[list[Run]]:
    """Split the runs, in printed order, where the file ends one column and begins another."""
    parts: list[list[Run]] = []
    done = 0
    for place in range(_UP, len(runs) - _UP + 1):
        above, run = runs[place - 1], runs[place]
        if place < done + _UP or run.base - above.base < _UP * run.height or run.left <= above.left:
            continue
        # What stands above the right column, as a title, may reach over it.
        start = next(
            (
                at
                for at in range(place, done, -1)
                if runs[at - 1].right > run.left or _is_above(runs[at - 1], run)
            ),
            done,
        )
        edge = max((before.right for before in runs[start:place]), default=run.left)
        end = next((at for at in range(place, len(runs)) if runs[at].left < edge), len(runs))
        if _is_printed_column(runs[start:place]) and _is_printed_column(runs[place:end]):
            parts += [runs[done:start], runs[start:place], runs[place:end]]
            done = end
    return [part for part in (*parts, runs[done:]) if part]


def _is_above(run: Run, other: Run) -> bool:
    return run.base > other.base + other.height / 2


def _is_printed_column(column: list[Run]) -> bool:
    return len(column) >= _UP and sum(len(run.text) >= _LETTERS for run in column) >= _LINES_OF_TEXT


def _right_column(rows: list[Row]) -> float | None:
    """Where the right column begins, if the page is set in two columns of running text."""
    pairs = [row for row in rows if len(row) > 1]
    if len(pairs) < _LEAST_ROWS:
        return None
    edge = Counter(round(row[1].left) for row in pairs).most_common(1)[0][0]
    sided = [row for row in pairs if abs(row[1].left - edge) < row[1].height]
    if len(sided) < _LEAST_ROWS or any(len(row) > 2 for row in sided):
        return None
    top, foot = sided[0][0].base, sided[-1][0].base
    within = [run for row in rows for run in row if foot <= run.base <= top]
    left = [run for run in within if run.right <= edge]
    right = [run for run in within if run.left >= edge - run.height / 2]
    even = min(len(left), len(right)) >= _EVEN * max(len(left), len(right))
    return float(edge) if even and _is_text(left) and _is_text(right) and _apart(left, right) else None


def _is_text(column: Sequence[Run]) -> bool:
    lengths = sorted(len(run.text) for run in column)
    widest = max(run.right - run.left for run in column)
    wide = sum(run.right - run.left >= _WIDE * widest for run in column)
    running = sum(run.text[:1].islower() for run in column)
    return (
        lengths[len(lengths) // 2] >= _LETTERS
        and 2 * wide >= len(column)
        and running >= _RUNNING * len(column)
    )


def _apart(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Paragraphs end in one column wherever they do in the other: rows of a table end together."""
    ends, others = _paragraphs(left), _paragraphs(right)
    together = sum(any(abs(one - other) < 2 for other in others) for one in ends)
    return together < _ROWS_OF_A_TABLE * max(len(ends), 1)


def _paragraphs(column: Sequence[Run]) -> list[float]:
    """The base lines below a gap."""
    steps = [(upper.base - lower.base, lower.base) for upper, lower in itertools.pairwise(column)]
    usual = sorted(step for step, _ in steps)[len(steps) // 2] if steps else 0
    return [base for step, base in steps if step > _GAP * usual]


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
    runs = [run for run in _runs(text) if run.text]
    text.close()
    page.close()
    parts = (part for printed in printed_columns(runs) for part in in_reading_order(_rows(printed)))
    for number, part in enumerate(parts):
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
    for run in sorted(runs, key=lambda run: -run.base):
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
