"""Files of a library that could not be fetched: kept in mind, asked for again, and told where it lasts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import LibraryFile
from bot.store import outside
from bot.store.engine import Connection
from bot.store.outside import Note

SORT = "library waits"
# So long a file is asked for at every look; what lasts longer is told, and asked for once a day.
PASSES_WITHIN = timedelta(days=1)
ONCE_A_DAY = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class NotFetched:
    """One file that could not be fetched: since when, and what the vendor said last."""

    setting: str
    file: LibraryFile
    since: datetime
    says: str
    refused: bool

    def lasts(self, now: datetime) -> bool:
        """Say whether it is passed over: refused, or not to be had for a day."""
        return self.refused or now - self.since >= PASSES_WITHIN


def note(
    conn: Connection, setting: str, file: LibraryFile, error: Exception, *, refused: bool, now: datetime
) -> NotFetched:
    """Note one file; the same text of it has been waiting since it was first noted."""
    before = outside.known(conn, setting, SORT).get(file.key)
    since = now
    if before is not None:
        earlier = _read(setting, file.key, before)
        since = earlier.since if earlier.file.revision == file.revision else now
    found = NotFetched(setting, file, since, str(error), refused)
    said = {
        "name": file.name,
        "revision": file.revision,
        "size": file.size,
        "since": since.isoformat(),
        "says": found.says,
        "refused": refused,
    }
    outside.note(conn, setting, SORT, file.key, value=json.dumps(said), now=now)
    return found


def known(conn: Connection, setting: str) -> frozenset[str]:
    """Name the files that wait, by key."""
    return frozenset(outside.known(conn, setting, SORT))


def forget(conn: Connection, setting: str, key: str) -> None:
    outside.forget(conn, setting, SORT, key)


def due(conn: Connection, setting: str, now: datetime) -> tuple[LibraryFile, ...]:
    """List the files to ask for again now, whether or not they are news."""
    notes = outside.notes(conn, SORT, settings=(setting,))
    return tuple(one.file for one, at in map(_of, notes) if not one.lasts(now) or now - at >= ONCE_A_DAY)


def passed_over(conn: Connection, now: datetime) -> list[NotFetched]:
    """List what is passed over in every library."""
    notes = outside.notes(conn, SORT)
    return [one for one, _ in map(_of, notes) if one.lasts(now)]


def _of(note: Note) -> tuple[NotFetched, datetime]:
    return _read(note.setting, note.key, note.value), note.noted_at


def _read(setting: str, key: str, value: str) -> NotFetched:
    said = json.loads(value)
    file = LibraryFile(key, said["name"], said["revision"], said["size"])
    return NotFetched(setting, file, datetime.fromisoformat(said["since"]), said["says"], said["refused"])
