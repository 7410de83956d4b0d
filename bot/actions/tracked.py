"""The list of cases that a setting's office reads outside Handbell: which rows, and which columns of each.

A case about anybody who can open the list is not in it, nor is a concern about whoever leads the setting. A
case about somebody else shows its number and category and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.actions.case_desk import Desk, open_desk
from bot.actions.case_sheet import CaseFile
from bot.actions.case_view import row_of
from bot.actions.each_school import each
from bot.domain.case_access import is_about_head
from bot.domain.people import ALIASES
from bot.services import Services, Tracked

COLUMNS = {
    "number": "Number",
    "category": "Category",
    "state": "State",
    "received": "Received",
    "due": "Next due",
    "clock": "Clock",
    "closed": "Closed",
    "owner": "Looked after by",
}
ABOUT_SOMEBODY = frozenset({"number", "category"})
NOBODY = ""


def mirror(services: Services, now: datetime) -> str:
    """Bring every list up to date, and say no number: who reads how the jobs went may be in a case."""
    if not services.tracked or services.case_keys is None:
        return "no list of cases is kept"
    each(services.tracked, lambda setting, tracked: _mirror(services, setting, tracked, now))
    return "kept up to date"


def _mirror(services: Services, setting: str, tracked: Tracked, now: datetime) -> None:
    columns = [COLUMNS[name] for name in tracked.columns]
    tracked.list.replace(columns, rows_for(services, setting, tracked, now))


def rows_for(services: Services, setting: str, tracked: Tracked, now: datetime) -> list[tuple[str, ...]]:
    """Make the rows of a setting's list, oldest case first."""
    with services.store.reading() as conn:
        desk = open_desk(services, conn, setting, now)
        if desk is None:
            return []
        readers = _holding(desk, tracked.readers)
        told = [file for file in desk.every() if _may_be_told(desk, file, readers)]
        return [_row(desk, file, tracked.columns) for file in told]


def is_left_out(services: Services, desk: Desk, file: CaseFile) -> bool:
    """Say whether a list is kept for the setting and has no row of this case."""
    tracked = services.tracked.get(desk.setting.key)
    return tracked is not None and not _may_be_told(desk, file, _holding(desk, tracked.readers))


def _holding(desk: Desk, roles: Iterable[str]) -> frozenset[str]:
    """Name everybody here who holds one of these roles by any of its names."""
    asked = frozenset(ALIASES.get(role, role) for role in roles)
    return frozenset(key for key, one in desk.roll.here.items() if not asked.isdisjoint(one.usual_roles))


def _may_be_told(desk: Desk, file: CaseFile, readers: frozenset[str]) -> bool:
    case = file.case
    return not is_about_head(file.case, desk.roll) and case.named.isdisjoint(readers)


def _row(desk: Desk, file: CaseFile, columns: Iterable[str]) -> tuple[str, ...]:
    row = row_of(desk, file, NOBODY)
    clock = row.clock
    cells = {
        "number": row.number,
        "category": row.title,
        "state": row.state.value,
        "received": row.received_on.isoformat(),
        "due": clock.due_at.astimezone(desk.zone).strftime("%Y-%m-%d %H:%M") if clock else "",
        "clock": clock.how if clock else "",
        "closed": row.closed_on.isoformat() if row.closed_on else "",
        "owner": row.owner_role,
    }
    shown = ABOUT_SOMEBODY if file.case.named else frozenset(cells)
    return tuple(cells[name] if name in shown else "" for name in columns)
