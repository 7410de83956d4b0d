"""Queries about one school, some, or all, built once so that SQLAlchemy caches their SQL; and upserts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    CursorResult,
    Row,
    Select,
    Table,
    TextClause,
    bindparam,
    insert,
    text,
)

from bot.database.dialect import Either, insert_into, one_of

# None means every school.
SchoolKeys = Collection[str] | None

THE_SCHOOLS: BindParameter[Any] = bindparam("the_schools", expanding=True)
THE_OBLIGATIONS: BindParameter[Any] = bindparam("the_obligations", expanding=True)


@dataclass(frozen=True, slots=True)
class SchoolQuery:
    """One query for every school, for some or one, and for some schools and obligations.

    `some` by database.
    """

    every: Select[Any]
    some: Either[Select[Any]]
    one: Select[Any]
    about: Select[Any]

    def rows(
        self, conn: Connection, wanted: SchoolKeys, about: Collection[str] | None = None
    ) -> Sequence[Row[Any]]:
        """Run the query for these schools, and these obligations if given."""
        # All in one fetch: row by row costs as much as making the record of it.
        return self._run(conn, wanted, about).all()

    def _run(self, conn: Connection, wanted: SchoolKeys, about: Collection[str] | None) -> CursorResult[Any]:
        if wanted is None:
            return conn.execute(self.every)
        if about is not None:
            return conn.execute(self.about, {"the_schools": list(wanted), "the_obligations": list(about)})
        if len(wanted) == 1:
            return conn.execute(self.one, {"the_school": next(iter(wanted))})
        return conn.execute(self.some.of(conn), {"the_schools": list(wanted)})


def school_query(
    query: Select[Any], column: ColumnElement[str], obligation: ColumnElement[str] | None = None
) -> SchoolQuery:
    """Build the forms of a query; `column` is the school key, `obligation` the obligation key."""
    among = query.where(column.in_(THE_SCHOOLS))
    about = among if obligation is None else among.where(obligation.in_(THE_OBLIGATIONS))
    some = one_of(column, THE_SCHOOLS.key).map(query.where)
    return SchoolQuery(query, some, query.where(column == bindparam("the_school")), about)


def upsert(
    conn: Connection, table: Table, rows: Sequence[dict[str, Any]], *, keep: Collection[str] = ()
) -> None:
    """Write the rows by primary key. Columns named in `keep` are written once and not changed afterwards."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert_into(conn, table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in {*keys, *keep}}
    conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def insert_once(table: Table, names: Collection[str], unique: str) -> TextClause:
    """Return the statement that inserts a row unless it exists, and returns its column `unique`.

    Any conflict counts: where one row is added twice at the same moment, PostgreSQL detects the second by
    whichever index it checks first, and naming one conflict target would raise for the others. Plain SQL for
    both databases: SQLAlchemy rebuilds an insert with a conflict clause each time, which takes longer than
    the database.
    """
    added = insert(table).compile(column_keys=list(names))
    once = text(f"{added} on conflict do nothing returning {unique}")
    return once.bindparams(*(bindparam(name, type_=table.c[name].type) for name in names))
