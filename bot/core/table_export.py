"""Tables as files that people open in a spreadsheet, CSV and xlsx: no cell of them is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

# What starts a formula: at the beginning of a cell, and after whatever a spreadsheet of another locale takes
# for the end of one. Excel on a German or French PC splits `x;=1+1` although the file's separator is a comma.
FORMULA = re.compile(r"(^|[;\t\r\n])( *)(?=[=+\-@|%\t\r\n])")
ESCAPED = re.compile(r"(^|[;\t\r\n])'( *)(?=[=+\-@|%\t\r\n])")
# Excel's limit for one cell.
MAX_CELL_LENGTH = 32_767


def escape_formula(text: str) -> str:
    """Prefix an apostrophe to every formula in a cell, so that a spreadsheet shows it as text."""
    return FORMULA.sub(r"\1'\2", text)


def unescape_formula(text: str) -> str:
    """Return the cell that `escape_formula` was given."""
    return ESCAPED.sub(r"\1\2", text)


def write_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows, the headings first, as Excel reads them: UTF-8 with a byte order mark, formulas escaped."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([escape_formula(str(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", errors="replace")


def write_xlsx(rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows, the headings first, as one sheet. Every cell is text, so none is a formula."""
    from openpyxl import Workbook  # noqa: PLC0415 - no start waits for it

    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    for row in rows:
        sheet.append([_text_cell(sheet, str(cell)) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above
    from openpyxl.utils.exceptions import IllegalCharacterError  # noqa: PLC0415 - as above

    kept = text[:MAX_CELL_LENGTH]
    try:
        cell = WriteOnlyCell(sheet, kept)
    except IllegalCharacterError:
        cell = WriteOnlyCell(sheet, "".join(one for one in kept if one.isprintable() or one in "\n\t"))
    # openpyxl takes text that begins with "=" for a formula.
    cell.data_type = "s"
    return cell
