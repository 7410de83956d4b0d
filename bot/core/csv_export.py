"""CSV files that people open in a spreadsheet: no cell of them is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

# What starts a formula: at the beginning of a cell, and after whatever a spreadsheet of another locale takes
# for the end of one. Excel on a German or French PC splits `x;=1+1` although the file's separator is a comma.
FORMULA = re.compile(r"(^|[;\t\r\n])( *)(?=[=+\-@|%\t\r\n])")
ESCAPED = re.compile(r"(^|[;\t\r\n])'( *)(?=[=+\-@|%\t\r\n])")


def escape_formula(text: str) -> str:
    """Put an apostrophe before every formula in a cell, so that a spreadsheet shows it as text."""
    return FORMULA.sub(r"\1'\2", text)


def unescape_formula(text: str) -> str:
    """Return the cell that `escape_formula` was given."""
    return ESCAPED.sub(r"\1\2", text)


def write_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows, the headings first, as Excel reads them: UTF-8 with a byte order mark, formulas escaped."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([escape_formula(str(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", errors="replace")
