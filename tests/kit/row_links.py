"""What can be put together from a copy of a database without a key: rows that lead from one word to another.

Every table is found by reflection, so that one that is added is looked at too. Rows belong together where
they share an identifier of at least twelve characters, or an instant to the microsecond.
"""

import json
import re
from datetime import datetime

from sqlalchemy import MetaData, select

INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{6}")
PARTS = re.compile(r"[^\s\"',;:|/(){}\[\]]+")
SHORTEST_ID = 12


def every_row(store):
    """List every row of every table of a database: (table, its values as text)."""
    found = MetaData()
    with store.reading() as conn:
        found.reflect(conn)
        return [
            (name, [text_of(value) for value in row])
            for name, table in sorted(found.tables.items())
            for row in conn.execute(select(table))
        ]


def text_of(value):
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value if isinstance(value, str) else json.dumps(value, default=str)


def leading_to(rows, start, words, passing_over=()):
    """Return the rows that name one of `words` and belong together with a row that names `start`.

    `passing_over`: identifiers that say nothing, such as the school's. The words themselves join no rows.
    """
    silent = {one.casefold() for one in (*words, *passing_over)}
    named = [says(values, (start, start.replace("-", ""))) for _, values in rows]
    ids = [identifiers(values) - silent for _, values in rows]
    times = [set(INSTANT.findall(" ".join(values).replace("T", " "))) for _, values in rows]
    about = closed({at for at, is_named in enumerate(named) if is_named}, ids)
    about = closed({*about, *joined(about, times)}, ids)
    return [rows[at] for at in sorted(about) if says(rows[at][1], words)]


def says(values, words):
    whole = "|".join(rf"(?<![\w-]){re.escape(one)}(?![\w-])" for one in words)
    return re.search(whole, "\n".join(values), re.IGNORECASE) is not None


def identifiers(values):
    every = {one.casefold() for value in values for one in PARTS.findall(value)}
    return {one for one in every if len(one) >= SHORTEST_ID and not one.startswith("20")}


def joined(about, marks):
    known = set().union(*(marks[at] for at in about)) if about else set()
    return {at for at, some in enumerate(marks) if some & known}


def closed(about, ids):
    """Add every row that shares an identifier with one of these, until none is left."""
    grown = about | joined(about, ids)
    return about if grown == about else closed(grown, ids)
