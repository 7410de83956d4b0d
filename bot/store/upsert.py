"""Inserts rows, or brings those with the same key up to date, in either database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Table, TextClause, bindparam, insert, text
from sqlalchemy.dialects import postgresql, sqlite

INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def upsert(
    conn: Connection, table: Table, rows: Sequence[dict[str, Any]], *, keep: Collection[str] = ()
) -> None:
    """Write the rows by primary key. Columns named in `keep` are written once and not changed afterwards."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = INSERT[conn.dialect.name](table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in {*keys, *keep}}
    conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def insert_once(table: Table, names: Collection[str], unique: str) -> TextClause:
    """Write the statement that adds a row unless one like it is there, and gives back what is unique of it.

    Any conflict counts: where one row is added twice at the same moment, PostgreSQL finds the second out by
    whichever index it comes to first, and with a conflict named it would refuse it by the others.

    In words that both databases read: SQLAlchemy builds an insert that looks at conflicts anew each time,
    which takes longer than the database takes for it.
    """
    added = insert(table).compile(column_keys=list(names))
    once = text(f"{added} on conflict do nothing returning {unique}")
    return once.bindparams(*(bindparam(name, type_=table.c[name].type) for name in names))
