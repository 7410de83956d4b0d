"""The morning round of the cases: a leaver's case moves on, and what waits is asked for again."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.actions.case_desk import Desk, open_desk
from bot.actions.case_notices import ABOUT_TO_END, above_since, is_live, on_its_way, tell, tell_owner, to_do
from bot.actions.case_sheet import CaseFile
from bot.actions.each_school import each
from bot.actions.gather import school_day
from bot.domain.case_access import may_open
from bot.domain.cases import CaseState, is_open
from bot.sealing import WrongKey
from bot.services import Services
from bot.store import cases

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LookedAfter:
    """What came of a morning's look."""

    still_open: int = 0
    moved: int = 0
    reminded: int = 0


def look_after(services: Services, now: datetime) -> LookedAfter:
    """Run once a day: cases of leavers move on, and whoever has one that waits is reminded.

    Each setting by itself: a fault in one keeps no other's clocks waiting.
    """
    with services.store.reading() as conn:
        theirs = cases.settings_with_open(conn, CaseState.CLOSED.value)
    done = each(dict.fromkeys(theirs), lambda setting, _: _look_after(services, setting, now)).values()
    return LookedAfter(
        sum(one.still_open for one in done),
        sum(one.moved for one in done),
        sum(one.reminded for one in done),
    )


def look_after_school(services: Services, setting: str, now: datetime) -> None:
    """Let the open cases of one school go on by their route, as each morning; none where no key is set."""
    if services.case_keys is not None:
        _look_after(services, setting, now)


def _look_after(services: Services, setting: str, now: datetime) -> LookedAfter:
    with services.store.reading() as conn:
        desk = open_desk(services, conn, setting, now)
        if desk is None:
            return LookedAfter()
        numbers = [row.number for row in cases.still_open(conn, setting, CaseState.CLOSED.value)]
    done = [_look_after_one(services, desk, number) for number in numbers]
    return LookedAfter(len(numbers), sum(moved for moved, _ in done), sum(told for _, told in done))


def _look_after_one(services: Services, desk: Desk, number: str) -> tuple[bool, bool]:
    """Look after one case, and say whether it moved on and whether its owner was reminded.

    In a transaction of its own: whoever holds one case and the chain waits for no other case.
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


def _opened(desk: Desk, number: str) -> CaseFile | None:
    """Open a case to look after it; one that no key opens holds up no other."""
    try:
        return desk.find(number, to_change=True)
    except WrongKey:
        log.warning("a case is not looked after: no key opens it")
        return None


def _reminded(desk: Desk, file: CaseFile) -> bool:
    """Remind the owner while nobody has read the case, or when a clock is about to end; once a day."""
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
    tell_owner(desk, file, f"remind {school_day(desk.now).isoformat()}")
    return True


def _remind_of_tasks(desk: Desk, file: CaseFile) -> None:
    """Remind of tasks once a week from the day they are due; from then on also whoever has the case."""
    if not desk.calendar.is_staff_day(desk.today):
        return
    for task in (one for one in to_do(file) if one.due_on <= desk.today):
        week = (desk.today - task.due_on).days // 7
        occasion = f"remind task {task.key} {week}"
        owner = file.case.assignee
        for person in {task.person, *([owner] if owner and week else ())}:
            if may_open(file.case, person, desk.roll):
                tell(desk, file, person, occasion)
