"""Sheets as far as one list goes: cells as typed, marks on columns, and batches that are all or nothing."""

import copy
import itertools
from dataclasses import dataclass, field

OFF_GRID = (400, "INVALID_ARGUMENT", "Attempting to write column or row beyond the grid")


@dataclass
class Sheet:
    """One sheet. `cells` by (row, column): what was typed, in Google's own words."""

    title: str
    rows: int = 1000
    columns: int = 26
    cells: dict = field(default_factory=dict)
    marks: dict = field(default_factory=dict)
    protections: dict = field(default_factory=dict)

    def said(self):
        """What somebody reads who opens it: rows of words, empty rows and columns left out."""
        used = sorted({column for _, column in self.cells})
        rows = sorted({row for row, _ in self.cells})
        return [tuple(self.text(row, column) for column in used) for row in rows]

    def text(self, row, column):
        value = self.cells.get((row, column), {})
        return str(next(iter(value.values()), ""))

    def insert_column(self, at):
        """As a person does: what stands right of it moves, and so do the marks."""
        self.cells = {(row, c + (c >= at)): value for (row, c), value in self.cells.items()}
        for place in (self.marks, self.protections):
            place.update({key: (c + (c >= at), *rest) for key, (c, *rest) in place.items()})
        self.columns += 1

    def sort_by(self, column, *, reverse=False):
        """As a person does, with the head left where it is."""
        rows = sorted({row for row, _ in self.cells if row})
        lines = [{c: value for (row, c), value in self.cells.items() if row == one} for one in rows]
        lines.sort(key=lambda line: str(next(iter(line.get(column, {}).values()), "")), reverse=reverse)
        self.cells = {place: value for place, value in self.cells.items() if not place[0]}
        self.cells |= {(row, c): v for row, line in zip(rows, lines, strict=True) for c, v in line.items()}


@dataclass
class Sheets:
    """One spreadsheet that is shared with `editors`. `written`: how many batches took effect."""

    description: object
    refusal: type
    editors: set = field(default_factory=set)
    sheets: dict = field(default_factory=lambda: {0: Sheet("Sheet1")})
    written: int = 0
    ids: object = field(default_factory=lambda: itertools.count(1))

    def do(self, method, subject, given, body):
        if given["spreadsheetId"] != "book" or subject not in self.editors:
            raise self.refusal(403, "PERMISSION_DENIED", "The caller does not have permission")
        if method == "sheets.spreadsheets.get":
            return self._get(given)
        before = copy.deepcopy(self.sheets)
        try:
            for request in body["requests"]:
                ((name, said),) = request.items()
                getattr(self, f"_{name}")(said)
        except BaseException:
            self.sheets = before
            raise
        self.written += 1
        return {"spreadsheetId": "book", "replies": [{} for _ in body["requests"]]}

    def _get(self, given):
        grid = given.get("includeGridData") == "true"
        wanted = given.get("ranges", "").strip("'").replace("''", "'")
        return {"sheets": [self._said(key, one, grid=grid) for key, one in self.sheets.items()
                           if wanted in {"", one.title}]}  # fmt: skip

    def _said(self, key, sheet, *, grid):
        size = {"rowCount": sheet.rows, "columnCount": sheet.columns}
        properties = {"sheetId": key, "title": sheet.title, "gridProperties": size}
        return {"properties": properties} | (self._grid(key, sheet) if grid else {})

    def _grid(self, key, sheet):
        rows = max((row + 1 for row, _ in sheet.cells), default=0)
        columns = max((column + 1 for _, column in sheet.cells), default=0)
        data = [{"values": [_cell(sheet, row, column) for column in range(columns)]} for row in range(rows)]
        about = [{"developerMetadata": [{"metadataId": id_, "metadataKey": mark, "metadataValue": value}
                                        for id_, (place, mark, value) in sheet.marks.items()
                                        if place == column]} for column in range(sheet.columns)]  # fmt: skip
        ranges = [
            {"protectedRangeId": id_,
             "range": {"sheetId": key, "startColumnIndex": column, "endColumnIndex": column + 1}}
            for id_, (column, _) in sheet.protections.items()
        ]  # fmt: skip
        return {"data": [{"rowData": data, "columnMetadata": about}], "protectedRanges": ranges}

    def _addSheet(self, said):  # noqa: N802 - Google's own names
        properties = said["properties"]
        key = properties["sheetId"]
        if key in self.sheets or properties["title"] in {one.title for one in self.sheets.values()}:
            raise self.refusal(400, "INVALID_ARGUMENT", "A sheet with that id or name already exists.")
        self.sheets[key] = Sheet(properties["title"])

    def _appendDimension(self, said):  # noqa: N802
        name = said["dimension"].lower()
        sheet = self.sheets[said["sheetId"]]
        setattr(sheet, name, getattr(sheet, name) + said["length"])

    def _createDeveloperMetadata(self, said):  # noqa: N802
        mark = said["developerMetadata"]
        place = mark["location"]["dimensionRange"]
        entry = (place["startIndex"], mark["metadataKey"], mark["metadataValue"])
        self.sheets[place["sheetId"]].marks[next(self.ids)] = entry

    def _deleteDeveloperMetadata(self, said):  # noqa: N802
        wanted = said["dataFilter"]["developerMetadataLookup"]["metadataId"]
        if not any(sheet.marks.pop(wanted, None) for sheet in self.sheets.values()):
            raise self.refusal(400, "INVALID_ARGUMENT", "No such metadata")

    def _addProtectedRange(self, said):  # noqa: N802
        area = said["protectedRange"]["range"]
        entry = (area["startColumnIndex"], said["protectedRange"]["warningOnly"])
        self.sheets[area["sheetId"]].protections[next(self.ids)] = entry

    def _deleteProtectedRange(self, said):  # noqa: N802
        if not any(one.protections.pop(said["protectedRangeId"], None) for one in self.sheets.values()):
            raise self.refusal(400, "INVALID_ARGUMENT", "No such protection")

    def _updateCells(self, said):  # noqa: N802
        start = said["start"]
        sheet = self.sheets[start["sheetId"]]
        for row, line in enumerate(said["rows"], start["rowIndex"]):
            for column, cell in enumerate(line["values"], start["columnIndex"]):
                if row >= sheet.rows or column >= sheet.columns:
                    raise self.refusal(*OFF_GRID)
                sheet.cells.pop((row, column), None)
                if "userEnteredValue" in cell:
                    sheet.cells[row, column] = cell["userEnteredValue"]


def _cell(sheet, row, column):
    value = sheet.cells.get((row, column))
    return {} if value is None else {"userEnteredValue": value}
