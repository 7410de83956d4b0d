"""Downloads of the tables that pages show, as CSV and as xlsx; each is noted in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from starlette.responses import Response

from bot.core.table_export import write_csv, write_xlsx
from bot.identity.forms import actor_of
from bot.identity.member import Member
from bot.records import ledger
from bot.web.context import RequestContext

# The ending of an address that downloads a table: `/training/list.csv`.
Format = Literal["csv", "xlsx"]
MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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
