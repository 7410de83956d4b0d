"""Downloads of the tables that pages show, as CSV and as xlsx; each is noted in the ledger."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from starlette.responses import Response

from bot.core.csv_export import write_csv
from bot.identity.forms import actor_of
from bot.identity.member import Member
from bot.records import ledger
from bot.web.context import RequestContext

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

# The ending of an address that downloads a table: `/training/list.csv`.
Format = Literal["csv", "xlsx"]
MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Excel's limit for one cell.
MAX_CELL_LENGTH = 32_767


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table to download. `name` is the file's; `filters`: what it was filtered by, for the ledger.

    A table of cases notes no filters, as a search may hold a name.
    """

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]
    filters: Mapping[str, object] = field(default_factory=dict)


def download(visit: RequestContext, member: Member, ending: Format, table: TableFile) -> Response:
    """Return a table as a file to save, and note in the ledger who took it and how it was filtered."""
    cells = [table.columns, *table.rows]
    content = write_csv(cells) if ending == "csv" else write_xlsx(cells)
    noted = {name: str(value) for name, value in table.filters.items() if value}
    with visit.services.store.writing() as conn:
        ledger.append(
            conn,
            at=visit.now,
            actor=actor_of(member).actor,
            action="downloaded a table",
            subject=f"table:{member.school.key}/{table.name}",
            data={"format": ending, "filters": noted},
        )
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.{ending}"'}
    return Response(content, media_type=MEDIA[ending], headers=headers)


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
