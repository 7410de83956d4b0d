"""Queries about one setting, some, or all: built once, so that SQLAlchemy finds their SQL in its cache."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Select, bindparam

# None stands for every setting.
Settings = Collection[str] | None


@dataclass(frozen=True, slots=True)
class BySetting:
    """One query in its three forms."""

    every: Select[Any]
    some: Select[Any]
    one: Select[Any]

    def rows(self, conn: Connection, wanted: Settings) -> CursorResult[Any]:
        """Run it for the settings wanted."""
        if wanted is None:
            return conn.execute(self.every)
        if len(wanted) == 1:
            return conn.execute(self.one, {"the_setting": next(iter(wanted))})
        return conn.execute(self.some, {"the_settings": list(wanted)})


def by_setting(query: Select[Any], column: ColumnElement[str]) -> BySetting:
    """Build a query's three forms; `column` names a row's setting."""
    return BySetting(
        query,
        query.where(column.in_(bindparam("the_settings", expanding=True))),
        query.where(column == bindparam("the_setting")),
    )
