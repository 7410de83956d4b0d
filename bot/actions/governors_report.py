"""The governors' termly report: numbers by category, nothing under five, and the lessons marked to share.

Cases about anybody who reads it, or a concern about whoever leads the setting, are in none of its numbers.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from importlib.resources import files

import typst

from bot.actions.case_desk import Desk, open_desk
from bot.actions.case_lessons import CHANGES, NOTHING, shared
from bot.actions.case_sheet import CaseFile
from bot.actions.weekly_anchor import weekly_anchor
from bot.domain.calendar import school_year
from bot.domain.case_access import is_about_head
from bot.domain.case_counts import FEWEST, Count, Year, counts, of_year
from bot.domain.cases import Case
from bot.domain.days import plain
from bot.errors import BadInput, Problem
from bot.services import Services
from bot.signatures import fingerprint
from bot.store.engine import Connection

PAPER = files("bot.actions").joinpath("governors.typ")
# Whoever may open the pages the numbers stand on.
READERS = (
    "governor",
    "chair",
    "vice-chair",
    "parent-governor",
    "staff-governor",
    "safeguarding-governor",
    "online-safety-governor",
    "lead-governor",
    "committee",
    "committee-lead",
    "trustee",
    "clerk",
    "headteacher",
    "deputy-head",
    "deputy-manager",
    "assistant-head",
    "senior-leader",
    "dsl",
    "deputy-dsl",
    "dpo",
)
NOBODY = ""


def numbers(services: Services, setting: str, now: datetime) -> tuple[Count, ...]:
    """Count the cases of this term by category, as the report does."""
    with services.store.reading() as conn:
        desk = _desk(services, conn, setting, now)
        return _counted(desk, _first_of_term(desk))


def year(services: Services, setting: str, now: datetime) -> Year:
    """Count the cases of this school year by kind and by ending, as the report does those of a term."""
    with services.store.reading() as conn:
        desk = _desk(services, conn, setting, now)
        term, began_on = _first_of_term(desk), _first_of_year(desk)
        # In the first term both are the same cases, and one number for both tells no difference.
        lately = _received(desk, term) if began_on < term else []
        return of_year(_received(desk, began_on), lately, NOBODY)


def report(services: Services, setting: str, now: datetime, first_on: date | None = None) -> bytes:
    """Set the report of a setting from a day (None: the first of its term) until today, as a PDF."""
    with services.store.reading() as conn:
        given = _given(_desk(services, conn, setting, now), first_on)
        anchor = weekly_anchor(conn, now)
    key = services.signing_key
    given["key"] = fingerprint(key.public) if key is not None else ""
    given["anchor"] = {"code": anchor.code, "until": _said(anchor.until)} if anchor is not None else None
    return typst.compile(
        PAPER.read_bytes(),
        format="pdf",
        sys_inputs={"given": json.dumps(given)},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=0,
    )


def _desk(services: Services, conn: Connection, setting: str, now: datetime) -> Desk:
    desk = open_desk(services, conn, setting, now)
    if desk is None:
        problem = Problem("report", None, "setting", f"{setting} is not loaded", "Name one that is.")
        raise BadInput([problem])
    return desk


def _first_of_term(desk: Desk) -> date:
    term = desk.calendar.latest_whole_term(desk.today)
    return term.first_on if term is not None else desk.today


def _first_of_year(desk: Desk) -> date:
    """Find the day this school year began: of its first term while that lasts, 1 September later on."""
    first_on, this_year = _first_of_term(desk), school_year(desk.today)
    before = desk.calendar.latest_term(first_on - timedelta(days=1))
    is_first = before is None or school_year(before.first_on) < this_year
    return first_on if is_first else date(this_year, 9, 1)


def _received(desk: Desk, first_on: date) -> list[Case]:
    told = (file for file in desk.every() if _may_be_told(desk, file))
    return [file.case for file in told if _day(desk, file.stored.received_at) >= first_on]


def _counted(desk: Desk, first_on: date) -> tuple[Count, ...]:
    return counts(_received(desk, first_on), NOBODY)


def _given(desk: Desk, first_on: date | None) -> dict[str, object]:
    if first_on is None:
        first_on = _first_of_term(desk)
    told = [file for file in desk.every() if _may_be_told(desk, file)]
    closed_at = ((file, file.stored.closed_at) for file in told)
    closed = [file for file, at in closed_at if at is not None and _day(desk, at) >= first_on]
    return {
        "school": desk.setting.name,
        "governors": desk.setting.words.governors,
        "first": _said(first_on),
        "last": _said(desk.today),
        "fewest": str(FEWEST),
        "counts": [[_set(one.title), one.cases, one.still_open] for one in _counted(desk, first_on)],
        "lessons": [
            {"words": one.words, "change": "" if one.change == NOTHING else CHANGES[one.change]}
            for one in shared(closed)
        ],
    }


def _may_be_told(desk: Desk, file: CaseFile) -> bool:
    readers = {key for role in READERS for key in desk.roll.holders(role)}
    return not is_about_head(file.case, desk.roll) and file.case.named.isdisjoint(readers)


def _day(desk: Desk, at: datetime) -> date:
    return at.astimezone(desk.zone).date()


def _set(title: str) -> str:
    """Write a title as it is printed: with the apostrophe of a printed page."""
    return title.replace("'", "’")


def _said(day: date) -> str:
    return plain(day)
