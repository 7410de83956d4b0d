"""Queries about one setting, some, or all: built once, so that SQLAlchemy finds their SQL in its cache."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Connection,
    CursorResult,
    Row,
    Select,
    Text,
    any_,
    bindparam,
)

# None stands for every setting.
Settings = Collection[str] | None

THE_SETTINGS: BindParameter[Any] = bindparam("the_settings", expanding=True)
THE_OBLIGATIONS: BindParameter[Any] = bindparam("the_obligations", expanding=True)


@dataclass(frozen=True, slots=True)
class BySetting:
    """One query in its forms: of every setting, some, or one; and of some settings about some obligations.

    `some` by database.
    """

    every: Select[Any]
    some: Mapping[str, Select[Any]]
    one: Select[Any]
    about: Select[Any]

    def rows(
        self, conn: Connection, wanted: Settings, about: Collection[str] | None = None
    ) -> Sequence[Row[Any]]:
        """Run it for the settings wanted, and the obligations where they are named."""
        # All at once: row by row a fetch costs as much as the record that is made of it.
        return self._run(conn, wanted, about).all()

    def _run(self, conn: Connection, wanted: Settings, about: Collection[str] | None) -> CursorResult[Any]:
        if wanted is None:
            return conn.execute(self.every)
        if about is not None:
            return conn.execute(self.about, {"the_settings": list(wanted), "the_obligations": list(about)})
        if len(wanted) == 1:
            return conn.execute(self.one, {"the_setting": next(iter(wanted))})
        return conn.execute(self.some[conn.dialect.name], {"the_settings": list(wanted)})


def by_setting(
    query: Select[Any], column: ColumnElement[str], obligation: ColumnElement[str] | None = None
) -> BySetting:
    """Build a query's forms; `column` names a row's setting, and `obligation` what it is about."""
    among = query.where(column.in_(THE_SETTINGS))
    about = among if obligation is None else among.where(obligation.in_(THE_OBLIGATIONS))
    some = {name: query.where(one) for name, one in one_of(column, THE_SETTINGS.key).items()}
    return BySetting(query, some, query.where(column == bindparam("the_setting")), about)


def one_of(column: ColumnElement[Any], names: str) -> dict[str, ColumnElement[bool]]:
    """Ask in each database's way whether a column is one of the values given under `names`, a list.

    PostgreSQL takes them as one array: the statement is the same for any number, and is prepared once.
    """
    expanded: BindParameter[Any] = bindparam(names, expanding=True)
    array: BindParameter[Any] = bindparam(names, type_=ARRAY(Text))
    return {"sqlite": column.in_(expanded), "postgresql": column == any_(array)}
