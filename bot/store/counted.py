"""How many duties of each school stood where when they were last counted, and whether that still holds.

Figures hold for a day, until something changes. Triggers note each change in `touched`, and planning, which
takes those notes away, adds them to `changes`; so both together never grow less, and tell one state from
another. SQLite notes the first change alone, so there a school with a note may have changed since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Integer, and_, bindparam, func, not_, or_, select, update

from bot.store.counted_schema import counted
from bot.store.engine import is_sqlite
from bot.store.quiet_schema import touched
from bot.store.schema import setting
from bot.store.upsert import upsert

NEVER = -1


@dataclass(frozen=True, slots=True)
class Counted:
    """One school in numbers. `by_area`: area -> state -> how many; `problems`: of what was noticed.

    `after`: how many changes had been noted when the school was read; NEVER: these figures hold for no time.
    """

    setting: str
    counted_at: datetime
    by_area: Mapping[str, Mapping[str, int]]
    problems: int
    after: int = 0


def keep(conn: Connection, some: Iterable[Counted]) -> None:
    """Write down what was counted, in place of what was before."""
    rows = [
        {
            "setting": one.setting,
            "counted_at": one.counted_at,
            "by_area": one.by_area,
            "problems": one.problems,
            "changes": 0,
            "counted_after": one.after,
        }
        for one in sorted(some, key=lambda one: one.setting)
    ]
    upsert(conn, counted, rows, keep=("changes",))


def changes(conn: Connection, settings: Collection[str]) -> dict[str, int]:
    """Say how many changes of these settings were noted so far; NEVER of one without figures.

    What planning notes meanwhile of such a one has nowhere to go, so it is counted once more.
    """
    return {row[0]: row[1] for row in conn.execute(CHANGES, {"settings": list(settings)})}


def find(conn: Connection, settings: Collection[str]) -> dict[str, Counted]:
    """Find what was last counted of these settings; one that never was is not among them."""
    rows = conn.execute(FIND, {"settings": list(settings)})
    return {row.setting: Counted(*row) for row in rows}


def outdated(conn: Connection, since: datetime) -> list[str]:
    """List the settings never counted, not counted since an instant, or changed after they were."""
    return list(conn.scalars(OUTDATED[conn.dialect.name], {"since": since}))


def still_hold(conn: Connection, since: datetime, now: datetime) -> None:
    """Note that the figures counted since an instant, and not changed, are those of now too."""
    conn.execute(STILL_HOLD[conn.dialect.name], {"since": since, "now": now})


def planned(conn: Connection, notes: Mapping[str, int]) -> None:
    """Keep in mind how many notes of changes planning took away, by setting."""
    # Where a note may stand for many changes, one may have come after the school was counted.
    more = 1 if is_sqlite(conn) else 0
    if notes:
        conn.execute(PLANNED, [{"key": key, "many": many + more} for key, many in sorted(notes.items())])


_settings: BindParameter[Any] = bindparam("settings", expanding=True)
_since = bindparam("since", type_=counted.c.counted_at.type)
_now = bindparam("now", type_=counted.c.counted_at.type)
_notes = (
    select(func.count()).where(touched.c.setting == counted.c.setting).correlate(counted).scalar_subquery()
)
_unchanged = counted.c.changes + _notes == counted.c.counted_after
_holds = {
    "sqlite": and_(counted.c.counted_at >= _since, _unchanged, _notes == 0),
    "postgresql": and_(counted.c.counted_at >= _since, _unchanged),
}
FIND = select(counted.c.setting, counted.c.counted_at, counted.c.by_area, counted.c.problems).where(
    counted.c.setting.in_(_settings)
)
_known = setting.join(counted, counted.c.setting == setting.c.key, isouter=True)
CHANGES = (
    select(setting.c.key, func.coalesce(counted.c.changes + _notes, NEVER))
    .select_from(_known)
    .where(setting.c.key.in_(_settings))
)
OUTDATED = {
    name: select(setting.c.key)
    .select_from(_known)
    .where(or_(counted.c.setting.is_(None), not_(holds)))
    .order_by(setting.c.key)
    for name, holds in _holds.items()
}
# Whatever somebody else has in hand at this moment keeps its older time: nobody waits for anybody here.
_held = {
    name: select(counted.c.setting).where(holds).with_for_update(skip_locked=True)
    for name, holds in _holds.items()
}
STILL_HOLD = {
    name: update(counted).where(counted.c.setting.in_(held)).values(counted_at=_now)
    for name, held in _held.items()
}
PLANNED = (
    update(counted)
    .where(counted.c.setting == bindparam("key"))
    .values(changes=counted.c.changes + bindparam("many", type_=Integer))
)
