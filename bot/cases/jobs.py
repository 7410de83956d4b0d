"""The daily case job, and the export of the case list that the office reads outside Handbell.

The job moves on the cases of leavers and sends reminders. The export leaves out a case about anyone who can
open the list and a concern about the head; a case about anyone else shows its number and category alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.cases import store as case_store
from bot.cases.access import is_about_head, may_open
from bot.cases.content import CaseContent
from bot.cases.context import CaseContext, open_desk
from bot.cases.emails import (
    ABOUT_TO_END,
    above_since,
    is_live,
    on_its_way,
    remind_of_disposal,
    tell,
    tell_owner,
    to_do,
)
from bot.cases.model import CaseState, is_open
from bot.cases.view import row_of
from bot.core.clock import local_date
from bot.core.encryption import WrongKey
from bot.database.job_runs import each
from bot.identity.case_roles import settle_all
from bot.rules.people import ALIASES
from bot.services import CaseListExport, Services

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CaseJobResult:
    """What came of a morning's look."""

    still_open: int = 0
    moved: int = 0
    reminded: int = 0


def run_daily_case_job(services: Services, now: datetime) -> CaseJobResult:
    """Reassign cases of leavers and remind owners of waiting ones; once a day.

    Each school by itself: an error in one does not stop the others.
    """
    with services.store.reading() as conn:
        theirs = case_store.schools_with_open(conn, CaseState.CLOSED.value)
    done = each(dict.fromkeys(theirs), lambda school, _: _look_after(services, school, now)).values()
    return CaseJobResult(
        sum(one.still_open for one in done),
        sum(one.moved for one in done),
        sum(one.reminded for one in done),
    )


def look_after_school(services: Services, school: str, now: datetime) -> None:
    """Run the daily case job for one school; nothing without a key."""
    if services.case_keys is not None:
        _look_after(services, school, now)


def _look_after(services: Services, school: str, now: datetime) -> CaseJobResult:
    with services.store.reading() as conn:
        desk = open_desk(services, conn, school, now)
        if desk is None:
            return CaseJobResult()
        numbers = [row.number for row in case_store.still_open(conn, school, CaseState.CLOSED.value)]
    done = [_look_after_one(services, desk, number) for number in numbers]
    return CaseJobResult(len(numbers), sum(moved for moved, _ in done), sum(told for _, told in done))


def _look_after_one(services: Services, desk: CaseContext, number: str) -> tuple[bool, bool]:
    """Run the job for one case; return whether it was reassigned and whether its owner was reminded.

    In a transaction of its own, so that it never holds a lock while it waits for another case.
    """
    with services.store.writing() as conn:
        desk = replace(desk, conn=conn)
        locked = _opened(desk, number)
        if locked is None or not is_open(locked.case):
            return False, False
        file, has_moved = above_since(desk, locked)
        if not has_moved:
            file, has_moved = on_its_way(desk, file)
        reminded = not has_moved and _reminded(desk, file)
        _remind_of_tasks(desk, file)
    return has_moved, reminded


def _opened(desk: CaseContext, number: str) -> CaseContent | None:
    """Open a case to look after it; one that no key opens holds up no other."""
    try:
        return desk.find(number, to_change=True)
    except WrongKey:
        log.warning("a case is not looked after: no key opens it")
        return None


def _reminded(desk: CaseContext, file: CaseContent) -> bool:
    """Remind the owner, once a day, while the case is unread or a clock is about to end."""
    owner = file.case.assignee
    if owner is None or not may_open(file.case, owner, desk.roll):
        return False
    unread = file.case.state is CaseState.RECEIVED and file.stored.received_at < desk.now - timedelta(
        hours=12
    )
    ending = any(clock.done_at is None and clock.left(desk.now) <= ABOUT_TO_END for clock in file.clocks)
    in_school = desk.calendar.is_staff_day(desk.today)
    if not (ending or (unread and (in_school or is_live(file, desk.now)))):
        return False
    tell_owner(desk, file, f"remind {local_date(desk.now).isoformat()}")
    return True


def _remind_of_tasks(desk: CaseContext, file: CaseContent) -> None:
    """Remind of tasks once a week from the day they are due; from then on also the owner."""
    if not desk.calendar.is_staff_day(desk.today):
        return
    for task in (one for one in to_do(file) if one.due_on <= desk.today):
        week = (desk.today - task.due_on).days // 7
        occasion = f"remind task {task.key} {week}"
        owner = file.case.assignee
        for person in {task.person, *([owner] if owner and week else ())}:
            if may_open(file.case, person, desk.roll):
                tell(desk, file, person, occasion)


# What is done for cases each morning; where one fails, the other is done all the same.
CASES: Mapping[str, Callable[[Services, datetime], object]] = MappingProxyType(
    {"who opens cases": settle_all, "open cases": run_daily_case_job, "cases to sign off": remind_of_disposal}
)


def look_after_cases(services: Services, now: datetime) -> str:
    """Run the case jobs. The result has no numbers: a reader of job results may be in a case."""
    each(CASES, lambda _, look: look(services, now))
    return "looked after"


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


def mirror_case_list(services: Services, now: datetime) -> str:
    """Update every external list. The result has no numbers: a reader of job results may be in a case."""
    if not services.tracked or services.case_keys is None:
        return "no list of cases is kept"
    each(services.tracked, lambda school, tracked: _mirror(services, school, tracked, now))
    return "kept up to date"


def _mirror(services: Services, school: str, tracked: CaseListExport, now: datetime) -> None:
    columns = [COLUMNS[name] for name in tracked.columns]
    tracked.list.replace(columns, rows_for(services, school, tracked, now))


def rows_for(
    services: Services, school: str, tracked: CaseListExport, now: datetime
) -> list[tuple[str, ...]]:
    """Return the rows of a school's list, oldest case first."""
    with services.store.reading() as conn:
        desk = open_desk(services, conn, school, now)
        if desk is None:
            return []
        readers = _holding(desk, tracked.readers)
        told = [file for file in desk.every() if _may_be_told(desk, file, readers)]
        return [_row(desk, file, tracked.columns) for file in told]


def is_left_out(services: Services, desk: CaseContext, file: CaseContent) -> bool:
    """Return whether the school has a list and this case is not in it."""
    tracked = services.tracked.get(desk.school.key)
    return tracked is not None and not _may_be_told(desk, file, _holding(desk, tracked.readers))


def _holding(desk: CaseContext, roles: Iterable[str]) -> frozenset[str]:
    """Return the holders of these roles by any of their names."""
    asked = frozenset(ALIASES.get(role, role) for role in roles)
    return frozenset(key for key, one in desk.roll.here.items() if not asked.isdisjoint(one.usual_roles))


def _may_be_told(desk: CaseContext, file: CaseContent, readers: frozenset[str]) -> bool:
    case = file.case
    return not is_about_head(file.case, desk.roll) and case.named.isdisjoint(readers)


def _row(desk: CaseContext, file: CaseContent, columns: Iterable[str]) -> tuple[str, ...]:
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
