"""What stands in a sheet: the cells as they were typed, and which columns bear our mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
        """Give a cell as it was typed: text, a number, a formula; None where nothing stands."""
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
class Typed:
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
    return Typed(next(iter(value.values()))) if value else None


def _protections(sheet: Mapping[str, Any]) -> dict[int, tuple[int, ...]]:
    """Group the protections of single whole columns by column."""
    found: dict[int, tuple[int, ...]] = {}
    for one in sheet.get("protectedRanges", ()):
        place = one.get("range", {})
        first = int(place.get("startColumnIndex", 0))
        if "startRowIndex" not in place and int(place.get("endColumnIndex", 0)) == first + 1:
            found[first] = (*found.get(first, ()), int(one["protectedRangeId"]))
    return found
