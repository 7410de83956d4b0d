"""A tracked list in a Google sheet that people may also write in, beside our columns.

Our columns bear a mark that moves with them; a row is known by its key. What people write in other columns,
and how they sort the rows, stays. Every cell is written as text to a place that is named, never "appended":
the same write twice leaves the same sheet. Nothing is ever removed from it, only emptied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import GiveUp, TryAgain, Unclear
from connectors.google.answers import Refused
from connectors.google.client import GoogleClient
from connectors.google.sheet_grid import Grid, read_grid
from connectors.google.sheet_plan import plan
from connectors.local.tracked_list import plain

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
        except Unclear as unclear:
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
        except Refused as refused:
            if refused.status == 400:
                raise TryAgain(f"the sheet changed while it was written: {refused}", 60.0) from refused
            raise GiveUp(str(refused)) from refused

    def _sheets(self) -> Any:
        return self.client.service("sheets", "v4").spreadsheets()
