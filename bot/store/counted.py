"""How many duties of each school stood where when they were last counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bot.store.counted_schema import counted
from bot.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Counted:
    """One school in numbers. `by_area`: area -> state -> how many; `problems`: of what was noticed."""

    setting: str
    counted_at: datetime
    by_area: Mapping[str, Mapping[str, int]]
    problems: int


def keep(conn: Connection, some: Iterable[Counted]) -> None:
    """Write down what was counted, in place of what was before."""
    rows = [
        {
            "setting": one.setting,
            "counted_at": one.counted_at,
            "by_area": one.by_area,
            "problems": one.problems,
        }
        for one in some
    ]
    upsert(conn, counted, rows)


def find(conn: Connection, settings: Collection[str]) -> dict[str, Counted]:
    """Find what was last counted of these settings; one that never was is not among them."""
    rows = conn.execute(FIND, {"settings": list(settings)})
    return {row.setting: Counted(*row) for row in rows}


FIND = select(counted.c.setting, counted.c.counted_at, counted.c.by_area, counted.c.problems).where(
    counted.c.setting.in_(bindparam("settings", expanding=True))
)
