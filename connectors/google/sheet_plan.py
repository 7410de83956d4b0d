"""Decides what to write so that our columns of a sheet say what they should; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from connectors.google.sheet_grid import CELL, KEY, MARK, Grid

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
    """Give each row its place: where its key stands already, else the first that is empty, else the end."""
    standing: dict[Any, int] = {}
    for row in range(1, grid.used_rows):
        standing.setdefault(grid.at(row, key), row)
    free = _free(grid)
    return {standing[line[0]] if line[0] in standing and line[0] else next(free): line for line in table}


def _free(grid: Grid) -> Iterator[int]:
    """Rows nobody uses: empty ones between, then those after the last."""
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
    """Mark a column as ours, and warn whoever types into it."""
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
