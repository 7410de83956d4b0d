"""How many duties of each school stood where when they were last counted, and whether that still holds.

Figures hold for a day, until something changes: `school_plan` counts the changes of each school, and figures
keep how many there were when the school was read. The table is worked out from the others by a job, and is in
no backup.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    Connection,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    func,
    not_,
    or_,
    select,
    update,
)

from bot.database.columns import Instant, tables
from bot.database.dialect import Json
from bot.database.queries import upsert
from bot.records.school_plan import school_plan
from bot.records.tables import school

# `by_area`: area -> state -> how many; `problems`: how many of what was noticed are problems.
# `counted_after`: how many changes of the school there had been when it was read.
school_figures = Table(
    "school_figures",
    tables,
    Column("setting", Text, primary_key=True),
    Column("counted_at", Instant, nullable=False),
    Column("by_area", Json, nullable=False),
    Column("problems", Integer, nullable=False),
    Column("counted_after", BigInteger, nullable=False, server_default="0"),
)


NEVER = -1


@dataclass(frozen=True, slots=True)
class SchoolFigures:
    """One school in numbers. `by_area`: area -> state -> how many; `problems`: of what was noticed.

    `after`: how many changes of the school there had been when it was read; NEVER: these figures hold for no
    time, because the changes of other schools count here too.
    """

    school: str
    counted_at: datetime
    by_area: Mapping[str, Mapping[str, int]]
    problems: int
    after: int = 0


def keep(conn: Connection, some: Iterable[SchoolFigures]) -> None:
    """Save the counted figures, replacing older ones."""
    rows = [
        {
            "setting": one.school,
            "counted_at": one.counted_at,
            "by_area": one.by_area,
            "problems": one.problems,
            "counted_after": one.after,
        }
        for one in sorted(some, key=lambda one: one.school)
    ]
    upsert(conn, school_figures, rows)


def find(conn: Connection, schools: Collection[str]) -> dict[str, SchoolFigures]:
    """Find what was last counted of these schools; one that never was is not among them."""
    rows = conn.execute(FIND, {"settings": list(schools)})
    return {row.setting: SchoolFigures(*row) for row in rows}


def outdated(conn: Connection, since: datetime) -> list[str]:
    """Return the schools never counted, not counted since an instant, or changed after."""
    return list(conn.scalars(OUTDATED, {"since": since}))


def still_hold(conn: Connection, since: datetime, now: datetime) -> None:
    """Record that figures counted since an instant, and not changed, are valid now too."""
    conn.execute(STILL_HOLD, {"since": since, "now": now})


_schools: BindParameter[Any] = bindparam("settings", expanding=True)
_since = bindparam("since", type_=school_figures.c.counted_at.type)
_now = bindparam("now", type_=school_figures.c.counted_at.type)
_changes = (
    select(school_plan.c.changes)
    .where(school_plan.c.setting == school_figures.c.setting)
    .correlate(school_figures)
    .scalar_subquery()
)
_holds = and_(
    school_figures.c.counted_at >= _since, func.coalesce(_changes, 0) == school_figures.c.counted_after
)
FIND = select(
    school_figures.c.setting, school_figures.c.counted_at, school_figures.c.by_area, school_figures.c.problems
).where(school_figures.c.setting.in_(_schools))
OUTDATED = (
    select(school.c.key)
    .select_from(school.join(school_figures, school_figures.c.setting == school.c.key, isouter=True))
    .where(or_(school_figures.c.setting.is_(None), not_(_holds)))
    .order_by(school.c.key)
)
# Whatever someone else has in hand at this moment keeps its older time: no one waits for anyone here.
_held = select(school_figures.c.setting).where(_holds).with_for_update(skip_locked=True)
STILL_HOLD = update(school_figures).where(school_figures.c.setting.in_(_held)).values(counted_at=_now)
