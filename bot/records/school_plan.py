"""When each school has to be planned again: at its next change, or on the day that its last plan named.

Every function that writes what a plan is made from calls `mark_changed` in its transaction, which counts the
school's changes up by one. A plan locks the row of each of its schools, reads how many changes there were,
and stores that number with the day on which it wants to be made again, seven days on at most. So a school is
due when its number has moved on, when its day has come, or when another version of the program planned it.
No clock is compared with another: what is written while a plan is made waits for the lock, and counts after.

The table is worked out from the others and is in no backup.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    Connection,
    Date,
    Table,
    Text,
    bindparam,
    or_,
    select,
    update,
)

from bot.database.columns import tables
from bot.database.dialect import insert_either
from bot.records.tables import school

school_plan = Table(
    "school_plan",
    tables,
    Column("setting", Text, primary_key=True),
    Column("changes", BigInteger, nullable=False),
    # Of the last plan: how many changes it had seen, its day, the program's version, and its next day.
    Column("planned_changes", BigInteger),
    Column("planned_on", Date),
    Column("planning_version", Text),
    Column("plan_again_on", Date),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan leaves of a school. `changes`: as `lock` gave it; `again_on`: the plan's next day."""

    changes: int
    on: date
    again_on: date
    version: str


def mark_changed(conn: Connection, schools: Collection[str]) -> None:
    """Have these schools planned again, because what their plans are made from was changed.

    Call it after the rows are written and before their ledger entry; before rows of `sent_step`, which a plan
    writes too. One order everywhere, so that no two transactions wait for each other.
    """
    if schools:
        conn.execute(MARK.of(conn), [{"setting": key, "changes": 1} for key in sorted(set(schools))])


def due(conn: Connection, schools: Collection[str] | None, today: date, version: str) -> list[str]:
    """List those of these schools (None: all) that have to be planned today."""
    given: dict[str, object] = {"today": today, "version": version}
    if schools is None:
        return list(conn.scalars(DUE, given))
    return list(conn.scalars(DUE_THEM, given | {"schools": list(schools)}))


def lock(conn: Connection, schools: Collection[str]) -> dict[str, int]:
    """Lock these schools against planning and changes until the transaction ends.

    Return their change counts.
    """
    conn.execute(ENSURE.of(conn), [{"setting": key, "changes": 0} for key in sorted(schools)])
    return {row.setting: row.changes for row in conn.execute(LOCK, {"schools": list(schools)})}


def store_planned(conn: Connection, plans: Mapping[str, Planned]) -> None:
    """Store what plans left, by school."""
    rows = [
        {"key": key, "seen": one.changes, "on": one.on, "again": one.again_on, "by": one.version}
        for key, one in sorted(plans.items())
    ]
    conn.execute(STORE, rows)


def changed(conn: Connection, schools: Collection[str]) -> set[str]:
    """Find those of these schools that were changed since they were planned, or never were planned."""
    return set(conn.scalars(CHANGED, {"schools": list(schools)}))


def changes(conn: Connection, schools: Collection[str]) -> dict[str, int]:
    """Count the changes of these schools so far."""
    found = {row.setting: row.changes for row in conn.execute(CHANGES, {"schools": list(schools)})}
    return {key: found.get(key, 0) for key in schools}


# Built once: SQLAlchemy then finds each one's SQL in its cache without walking it again.
_plan = school_plan.c
_schools: BindParameter[Any] = bindparam("schools", expanding=True)
_today = bindparam("today", type_=_plan.planned_on.type)
_not_seen = or_(_plan.planned_changes.is_(None), _plan.planned_changes != _plan.changes)
DUE = (
    select(school.c.key)
    .join(school_plan, _plan.setting == school.c.key, isouter=True)
    .where(
        or_(
            _not_seen,
            _plan.planning_version != bindparam("version"),
            _plan.plan_again_on <= _today,
            # The clock was set back.
            _plan.planned_on > _today,
        )
    )
    .order_by(school.c.key)
)
DUE_THEM = DUE.where(school.c.key.in_(_schools))
LOCK = (
    select(_plan.setting, _plan.changes)
    .where(_plan.setting.in_(_schools))
    .order_by(_plan.setting)
    .with_for_update()
)
STORE = (
    update(school_plan)
    .where(_plan.setting == bindparam("key"))
    .values(
        planned_changes=bindparam("seen"),
        planned_on=bindparam("on"),
        plan_again_on=bindparam("again"),
        planning_version=bindparam("by"),
    )
)
CHANGED = select(_plan.setting).where(_plan.setting.in_(_schools), _not_seen)
CHANGES = select(_plan.setting, _plan.changes).where(_plan.setting.in_(_schools))


MARK = insert_either(school_plan).map(
    lambda add: add.on_conflict_do_update(index_elements=[_plan.setting], set_={"changes": _plan.changes + 1})
)
ENSURE = insert_either(school_plan).map(
    lambda add: add.on_conflict_do_nothing(index_elements=[_plan.setting])
)
