"""The governors' termly report (PDF): numbers by category, none under five, and the lessons to share.

Cases about anyone who reads it, and concerns about the head, are left out of every number.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from importlib.resources import files

import typst

from bot.cases.access import is_about_head
from bot.cases.content import CaseContent
from bot.cases.context import CaseContext, open_desk
from bot.cases.lessons import CHANGES, NOTHING, shared
from bot.cases.model import FEWEST, Case, CaseYear, CategoryCount, counts, of_year
from bot.core.dates import long_date
from bot.core.errors import BadInput, Problem
from bot.core.roles import CASE_COUNT_READERS
from bot.core.signatures import fingerprint
from bot.database.engine import Connection
from bot.records.weekly_anchor import weekly_anchor
from bot.rules.calendar import school_year
from bot.services import Services

PAPER = files("bot.cases").joinpath("templates", "governors.typ")
NOBODY = ""


def numbers(services: Services, school: str, now: datetime) -> tuple[CategoryCount, ...]:
    """Count the cases of this term by category, as the report does."""
    with services.store.reading() as conn:
        desk = _desk(services, conn, school, now)
        return _counted(desk, _first_of_term(desk))


def year(services: Services, school: str, now: datetime) -> CaseYear:
    """Count the cases of this school year by kind and by ending, as the report does those of a term."""
    with services.store.reading() as conn:
        desk = _desk(services, conn, school, now)
        term, began_on = _first_of_term(desk), _first_of_year(desk)
        # In the first term both are the same cases, and one number for both tells no difference.
        lately = _received(desk, term) if began_on < term else []
        return of_year(_received(desk, began_on), lately, NOBODY)


def report(services: Services, school: str, now: datetime, first_on: date | None = None) -> bytes:
    """Return a school's report from a day (None: the first of its term) until today, as a PDF."""
    with services.store.reading() as conn:
        given = _given(_desk(services, conn, school, now), first_on)
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


def _desk(services: Services, conn: Connection, school: str, now: datetime) -> CaseContext:
    desk = open_desk(services, conn, school, now)
    if desk is None:
        problem = Problem("report", None, "setting", f"{school} is not loaded", "Name one that is.")
        raise BadInput([problem])
    return desk


def _first_of_term(desk: CaseContext) -> date:
    term = desk.calendar.latest_whole_term(desk.today)
    return term.first_on if term is not None else desk.today


def _first_of_year(desk: CaseContext) -> date:
    """Find the day this school year began: of its first term while that lasts, 1 September later on."""
    first_on, this_year = _first_of_term(desk), school_year(desk.today)
    before = desk.calendar.latest_term(first_on - timedelta(days=1))
    is_first = before is None or school_year(before.first_on) < this_year
    return first_on if is_first else date(this_year, 9, 1)


def _received(desk: CaseContext, first_on: date) -> list[Case]:
    told = (file for file in desk.every() if _may_be_told(desk, file))
    return [file.case for file in told if desk.day_of(file.stored.received_at) >= first_on]


def _counted(desk: CaseContext, first_on: date) -> tuple[CategoryCount, ...]:
    return counts(_received(desk, first_on), NOBODY)


def _given(desk: CaseContext, first_on: date | None) -> dict[str, object]:
    if first_on is None:
        first_on = _first_of_term(desk)
    told = [file for file in desk.every() if _may_be_told(desk, file)]
    closed_at = ((file, file.stored.closed_at) for file in told)
    closed = [file for file, at in closed_at if at is not None and desk.day_of(at) >= first_on]
    return {
        "school": desk.school.name,
        "governors": desk.school.words.governors,
        "first": _said(first_on),
        "last": _said(desk.today),
        "fewest": str(FEWEST),
        "counts": [[_set(one.title), one.cases, one.still_open] for one in _counted(desk, first_on)],
        "lessons": [
            {"words": one.words, "change": "" if one.change == NOTHING else CHANGES[one.change]}
            for one in shared(closed)
        ],
    }


def _may_be_told(desk: CaseContext, file: CaseContent) -> bool:
    readers = {key for role in CASE_COUNT_READERS for key in desk.roll.holders(role)}
    return not is_about_head(file.case, desk.roll) and file.case.named.isdisjoint(readers)


def _set(title: str) -> str:
    """Write a title as it is printed: with the apostrophe of a printed page."""
    return title.replace("'", "’")


def _said(day: date) -> str:
    return long_date(day)
