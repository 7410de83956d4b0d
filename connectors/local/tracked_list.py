"""A tracked list in a file people open: .xlsx or .csv, always whole, never a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from bot.core.errors import GiveUp, TryAgain
from bot.core.table_export import escape_formula, unescape_formula, write_csv
from connectors.local.whole_file import write_whole

Table = list[list[str]]
Format = tuple[Callable[[Table], bytes], Callable[[Path], Table | None]]
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_CELL_LENGTH = 32_000
SHEET = "Cases"


@dataclass(frozen=True, slots=True)
class TrackedFile:
    """Written beside and renamed. A file that says the same already is left alone."""

    path: Path

    def replace(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        as_bytes, read = self._format()
        table = [[plain(cell) for cell in row] for row in (columns, *rows)]
        try:
            if self.path.is_file() and read(self.path) == table:
                return
            if any(beside.exists() for beside in self._locks()):
                raise TryAgain(f"somebody has {self.path.name} open")
            _replace(self.path, as_bytes(table))
        except OSError as error:
            raise TryAgain(f"{self.path} cannot be written ({error.strerror})") from error

    def _format(self) -> Format:
        found = FORMATS.get(self.path.suffix.lower())
        if found is None:
            raise GiveUp(f"a list can be kept as .xlsx or .csv, not as {self.path.name}")
        return found

    def _locks(self) -> tuple[Path, ...]:
        """Return the lock files that Excel and LibreOffice leave beside an open file."""
        name = self.path.name
        return self.path.with_name(f"~${name}"), self.path.with_name(f".~lock.{name}#")


def plain(cell: str) -> str:
    """Return text on one line that any spreadsheet can hold."""
    return " ".join(UNPRINTABLE.sub("", cell).split())[:MAX_CELL_LENGTH]


def _as_workbook(table: Table) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for number, row in enumerate(table):
        sheet.append([_text(sheet, cell, head=number == 0) for cell in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _text(sheet: WriteOnlyWorksheet, value: str, *, head: bool) -> Cell:
    """Return a text cell: `=1+1` stays text, also after a person edits the cell."""
    cell: Cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    cell.quotePrefix = escape_formula(value) != value
    if head:
        cell.font = Font(bold=True)
    return cell


def _read_workbook(path: Path) -> Table | None:
    """Read the workbook's cells. None if it is not a workbook that can be read, which is then replaced."""
    try:
        book = load_workbook(path, read_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError):
        return None
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    finally:
        book.close()


def _read_csv(path: Path) -> Table | None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error):
        return None
    return [[unescape_formula(cell) for cell in row] for row in rows]


FORMATS: dict[str, Format] = {".xlsx": (_as_workbook, _read_workbook), ".csv": (write_csv, _read_csv)}


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # What a process that was killed has left: it says which cases there are.
    for left in path.parent.glob(f".{escape(path.name)}.*.part"):
        left.unlink(missing_ok=True)
    write_whole(path, content)
