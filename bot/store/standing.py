"""Whether the pages can be served from a database: it answers, its schema fits, its disk has room.

A schema newer than this program's was put there by a newer Handbell that is being rolled out; whoever runs
already goes on until it is replaced, as long as nothing was taken away that it needs.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, ExceptionContext, event, func, select

from bot.errors import StoreAway
from bot.store.engine import Store, is_sqlite
from bot.store.migrate import Schema, compare

# SQLite needs room for its write-ahead log, and a page that cannot be written is an answer lost.
LEAST_ROOM = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Standing:
    """How a database stands now."""

    answers: bool
    schema: Schema | Literal["unknown"]
    room: bool

    @property
    def ready(self) -> bool:
        return self.answers and self.schema in {"right", "newer"} and self.room


def standing(store: Store, *folders: Path | None, least_room: int = LEAST_ROOM) -> Standing:
    """Ask the database, and the disk under it and under `folders`."""
    room = all(free >= least_room for free in free_under(store, *folders).values())
    try:
        return Standing(answers=True, schema=compare(store), room=room)
    except StoreAway:
        return Standing(answers=False, schema="unknown", room=room)


def free_under(store: Store, *folders: Path | None) -> dict[Path, int]:
    """Say how many bytes are free under an SQLite file and under each of `folders`."""
    return {folder: _free(folder) for folder in (_folder(store), *folders) if folder is not None}


def clock_of(conn: Connection) -> datetime | None:
    """Say what the database's own clock says now, in UTC; None: SQLite has the clock of this machine."""
    if is_sqlite(conn):
        return None
    said: datetime | None = conn.scalar(select(func.clock_timestamp()))
    return said.astimezone(UTC) if said is not None else None


def watch_errors(store: Store, note: Callable[[str], None]) -> None:
    """Call `note` with the kind of every error the database gives: "OperationalError"."""

    def failed(context: ExceptionContext) -> None:
        note(type(context.original_exception).__name__)

    event.listen(store.engine, "handle_error", failed)


def _folder(store: Store) -> Path | None:
    """Name the folder of an SQLite file; a server's disk is the server's own matter."""
    path = store.engine.url.database
    if not is_sqlite(store.engine) or path in {None, "", ":memory:"}:
        return None
    return Path(str(path)).parent


def _free(folder: Path) -> int:
    """Say how many bytes are free for this user where a folder is, or will be."""
    there = next(one for one in _upwards(folder.absolute()) if one.exists())
    return shutil.disk_usage(there).free


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents
