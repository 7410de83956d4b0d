"""A tracked list in a Google sheet, in which people may also write beside our columns.

Our columns bear developer metadata that moves with them; a row is known by its key. What people write in
other columns, and how they sort the rows, stays. Every cell is written as text to a named place, never
appended: repeating a write changes nothing. Nothing is ever deleted, only emptied. `plan` is pure and returns
the writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors.google.client import GoogleClient
from connectors.google.errors import RequestRefused
from connectors.local.tracked_list import plain

MARK = "handbell"
KEY, CELL = "key", "cell"
FIRST_ROWS, FIRST_COLUMNS = 1000, 26


@dataclass(frozen=True, slots=True)
class Grid:
    """`cells` row by row, short rows as they come; `marks`: our columns, with the marks' ids and sorts."""

    cells: Sequence[Sequence[Any]]
    marks: Mapping[int, tuple[tuple[int, str], ...]]
    protections: Mapping[int, tuple[int, ...]]
    rows: int
    columns: int

    @classmethod
    def empty(cls) -> Grid:
        """A sheet as Google makes it."""
        return cls((), {}, {}, FIRST_ROWS, FIRST_COLUMNS)

    def at(self, row: int, column: int) -> Any:
        """Return a cell as entered: text, number or formula; None if empty."""
        cells = self.cells[row] if row < len(self.cells) else ()
        return cells[column] if column < len(cells) else None

    @property
    def used_rows(self) -> int:
        return max(
            (n + 1 for n, row in enumerate(self.cells) if any(cell is not None for cell in row)), default=0
        )

    @property
    def used_columns(self) -> int:
        cells = (n + 1 for row in self.cells for n, cell in enumerate(row) if cell is not None)
        return max((*cells, *(column + 1 for column in self.marks)), default=0)


@dataclass(frozen=True, slots=True)
class EnteredText:
    """Something in a cell that is no text: a number, or a formula. Never equal to text of ours."""

    value: object


def read_grid(sheet: Mapping[str, Any]) -> Grid:
    """Read one sheet as Google gives it."""
    data = (sheet.get("data") or [{}])[0]
    cells = [[_cell(one) for one in row.get("values", ())] for row in data.get("rowData", ())]
    marks = {}
    for column, one in enumerate(data.get("columnMetadata", ())):
        ours = [
            (int(mark["metadataId"]), str(mark.get("metadataValue", CELL)))
            for mark in one.get("developerMetadata", ())
            if mark.get("metadataKey") == MARK
        ]
        if ours:
            marks[column] = tuple(ours)
    size = sheet["properties"].get("gridProperties", {})
    rows, columns = int(size.get("rowCount", FIRST_ROWS)), int(size.get("columnCount", FIRST_COLUMNS))
    return Grid(cells, marks, _protections(sheet), rows, columns)


def _cell(one: Mapping[str, Any]) -> Any:
    value = one.get("userEnteredValue") or {}
    if "stringValue" in value:
        return value["stringValue"] or None
    return EnteredText(next(iter(value.values()))) if value else None


def _protections(sheet: Mapping[str, Any]) -> dict[int, tuple[int, ...]]:
    """Group the protections of single whole columns by column."""
    found: dict[int, tuple[int, ...]] = {}
    for one in sheet.get("protectedRanges", ()):
        place = one.get("range", {})
        first = int(place.get("startColumnIndex", 0))
        if "startRowIndex" not in place and int(place.get("endColumnIndex", 0)) == first + 1:
            found[first] = (*found.get(first, ()), int(one["protectedRangeId"]))
    return found


Change = dict[str, Any]


def plan(sheet: int, grid: Grid, head: Sequence[str], table: Sequence[Sequence[str]]) -> list[Change]:
    """List the changes, in order; none where the sheet says it all already."""
    ours, new = _places(grid, len(head))
    left = [column for column in grid.marks if column not in ours]
    places = [*ours, *new]
    rows = {0: head} | _rows(grid, places[0], table)
    nothing = [""] * len(head)
    rows |= {row: nothing for row in range(1, grid.used_rows) if row not in rows}
    cells = {
        (row, column): cell for row, line in rows.items() for column, cell in zip(places, line, strict=True)
    }
    emptied = {(row, column): "" for column in left for row in range(grid.used_rows)}
    wanted = {place: cell for place, cell in (cells | emptied).items() if (grid.at(*place) or "") != cell}
    return [
        *_room(sheet, grid, rows=max(rows) + 1, columns=max(places) + 1),
        *(
            change
            for n, column in enumerate(new)
            for change in _mark(sheet, column, is_key=not ours and n == 0)
        ),
        *_writes(sheet, wanted),
        *(change for column in left for change in _unmark(grid, column)),
    ]


def _places(grid: Grid, many: int) -> tuple[list[int], list[int]]:
    """Find our columns: the key's first, then the others from left to right; and where new ones go."""
    key = next((c for c in sorted(grid.marks) if any(sort == KEY for _, sort in grid.marks[c])), None)
    if key is None:
        begin = grid.used_columns
        return [], list(range(begin, begin + many))
    ours = [key, *(column for column in sorted(grid.marks) if column != key)][:many]
    begin = grid.used_columns
    return ours, list(range(begin, begin + many - len(ours)))


def _rows(grid: Grid, key: int, table: Sequence[Sequence[str]]) -> dict[int, Sequence[str]]:
    """Return the table by row number: the row with the same key, else the first empty row, else the end."""
    standing: dict[Any, int] = {}
    for row in range(1, grid.used_rows):
        standing.setdefault(grid.at(row, key), row)
    free = _free(grid)
    return {standing[line[0]] if line[0] in standing and line[0] else next(free): line for line in table}


def _free(grid: Grid) -> Iterator[int]:
    """Yield empty rows: those between used ones, then those after the last."""
    for row in range(1, grid.used_rows):
        if all(cell is None for cell in grid.cells[row]):
            yield row
    row = max(grid.used_rows, 1)
    while True:
        yield row
        row += 1


def _room(sheet: int, grid: Grid, *, rows: int, columns: int) -> Iterator[Change]:
    for dimension, there, needed in (("ROWS", grid.rows, rows), ("COLUMNS", grid.columns, columns)):
        if needed > there:
            yield {"appendDimension": {"sheetId": sheet, "dimension": dimension, "length": needed - there}}


def _mark(sheet: int, column: int, *, is_key: bool) -> Iterator[Change]:
    """Mark a column as ours and protect it with a warning."""
    place = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
    yield {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataKey": MARK,
                "metadataValue": KEY if is_key else CELL,
                "visibility": "DOCUMENT",
                "location": {"dimensionRange": place},
            }
        }
    }
    area = {"sheetId": sheet, "startColumnIndex": column, "endColumnIndex": column + 1}
    protected = {"range": area, "description": "Handbell keeps this column.", "warningOnly": True}
    yield {"addProtectedRange": {"protectedRange": protected}}


def _unmark(grid: Grid, column: int) -> Iterator[Change]:
    for mark, _ in grid.marks[column]:
        lookup = {"developerMetadataLookup": {"metadataId": mark}}
        yield {"deleteDeveloperMetadata": {"dataFilter": lookup}}
    for one in grid.protections.get(column, ()):
        yield {"deleteProtectedRange": {"protectedRangeId": one}}


def _writes(sheet: int, wanted: Mapping[tuple[int, int], str]) -> Iterator[Change]:
    """Write runs of cells that lie side by side; as text, whatever they look like."""
    places = sorted(wanted)
    for _, run in groupby(enumerate(places), key=lambda one: (one[1][0], one[1][1] - one[0])):
        beside = [place for _, place in run]
        row, column = beside[0]
        yield {
            "updateCells": {
                "start": {"sheetId": sheet, "rowIndex": row, "columnIndex": column},
                "rows": [{"values": list(_values(row, (wanted[place] for place in beside)))}],
                "fields": "userEnteredValue,userEnteredFormat.textFormat.bold",
            }
        }


def _values(row: int, cells: Iterable[str]) -> Iterator[Change]:
    for cell in cells:
        bold = {"userEnteredFormat": {"textFormat": {"bold": row == 0}}}
        yield ({"userEnteredValue": {"stringValue": cell}} if cell else {}) | bold


# A number of our own choosing: a sheet keeps it when it is renamed, and a second one cannot have it.
SHEET = 1_212_303_945
TITLE = "Cases"
SHEETS = "sheets.properties(sheetId,title)"
CELLS = (
    "sheets(properties(sheetId,gridProperties(rowCount,columnCount)),protectedRanges(protectedRangeId,range),"
    "data(rowData.values.userEnteredValue,columnMetadata.developerMetadata))"
)


@dataclass(frozen=True, slots=True)
class GoogleSheet:
    """One sheet of one spreadsheet that is shared with us. Text as everywhere: shown, never worked out."""

    client: GoogleClient
    spreadsheet: str

    def replace(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Make our columns say this. Raises TryAgain or GiveUp."""
        head = [plain(cell) for cell in columns]
        table = [[plain(cell) for cell in row] for row in rows]
        titles = self._titles()
        changes = self._changes(titles, head, table)
        if not changes:
            return
        try:
            self._write(changes)
        except OutcomeUnknown as unclear:
            if self._changes(self._titles(), head, table):
                raise TryAgain(f"the list was not confirmed: {unclear}", 60.0) from unclear

    def check(self) -> None:
        """Read which sheets there are."""
        self._titles()

    def _changes(
        self, titles: dict[int, str], head: list[str], table: list[list[str]]
    ) -> list[dict[str, Any]]:
        if SHEET in titles:
            return plan(SHEET, self._grid(titles[SHEET]), head, table)
        taken = set(titles.values())
        title = next(name for name in (TITLE, *(f"{TITLE} {n}" for n in range(2, 999))) if name not in taken)
        properties = {"sheetId": SHEET, "title": title, "gridProperties": {"frozenRowCount": 1}}
        return [{"addSheet": {"properties": properties}}, *plan(SHEET, Grid.empty(), head, table)]

    def _titles(self) -> dict[int, str]:
        said = self.client.read(self._sheets().get(spreadsheetId=self.spreadsheet, fields=SHEETS))
        found = (one["properties"] for one in said.get("sheets", ()))
        return {int(one.get("sheetId", 0)): str(one["title"]) for one in found}

    def _grid(self, title: str) -> Grid:
        quoted = title.replace("'", "''")
        request = self._sheets().get(
            spreadsheetId=self.spreadsheet, ranges=[f"'{quoted}'"], includeGridData=True, fields=CELLS
        )
        said = self.client.read(request)
        ours = [one for one in said.get("sheets", ()) if one["properties"].get("sheetId") == SHEET]
        if not ours:
            raise TryAgain("the sheet was renamed while it was read", 60.0)
        return read_grid(ours[0])

    def _write(self, changes: list[dict[str, Any]]) -> None:
        """Write everything or nothing: Google applies no part of a batch that fails."""
        request = self._sheets().batchUpdate(spreadsheetId=self.spreadsheet, body={"requests": changes})
        try:
            self.client.write(request)
        except RequestRefused as refused:
            if refused.status == 400:
                raise TryAgain(f"the sheet changed while it was written: {refused}", 60.0) from refused
            raise GiveUp(str(refused)) from refused

    def _sheets(self) -> Any:
        return self.client.service("sheets", "v4").spreadsheets()
