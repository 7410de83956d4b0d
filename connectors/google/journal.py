"""Remembers what was begun with Gmail for each message, so that a crash leaves nothing to guess.

Gmail takes no key with which a message could be recognised, and gives its own Message-ID to what it sends;
the draft's id, written down before it is sent, is what an unclear answer is looked up by.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Stage(StrEnum):
    """How far one message has come."""

    DRAFTED = "drafted"
    SENDING = "sending"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message: its draft, Gmail's history before the draft was made, and what came of it."""

    message_id: str
    draft_id: str
    history_id: str
    stage: Stage
    at: datetime
    reference: str = ""


class Journal(Protocol):
    """Kept for longer than any message may stay unclear; what was written is there after a crash."""

    def find(self, message_id: str) -> Entry | None: ...

    def write(self, entry: Entry) -> None:
        """Put this in place of what stood there for the message."""
        ...

    def forget(self, message_id: str) -> None: ...

    def begun_since(self, at: datetime) -> list[datetime]:
        """When messages were sent, or perhaps sent, since then; oldest first."""
        ...


# Long after any message is settled, and before the file grows: at most 1,500 messages a day.
KEPT = timedelta(days=60)
INDEX = "CREATE INDEX IF NOT EXISTS gmail_at ON gmail (at)"
SCHEMA = """CREATE TABLE IF NOT EXISTS gmail (
  message_id TEXT PRIMARY KEY, draft_id TEXT NOT NULL, history_id TEXT NOT NULL,
  stage TEXT NOT NULL, at TEXT NOT NULL, reference TEXT NOT NULL)"""


@dataclass(frozen=True, slots=True)
class FileJournal:
    """A journal in one file, for one machine; any number of threads and processes."""

    file: Path

    def find(self, message_id: str) -> Entry | None:
        with self._open() as conn:
            row = conn.execute("SELECT * FROM gmail WHERE message_id = ?", (message_id,)).fetchone()
        if row is None:
            return None
        _, draft_id, history_id, stage, at, reference = row
        return Entry(message_id, draft_id, history_id, Stage(stage), datetime.fromisoformat(at), reference)

    def write(self, entry: Entry) -> None:
        row = (entry.message_id, entry.draft_id, entry.history_id, entry.stage.value, _words(entry.at),
               entry.reference)  # fmt: skip
        with self._open() as conn:
            conn.execute("DELETE FROM gmail WHERE at < ?", (_words(entry.at - KEPT),))
            conn.execute("INSERT OR REPLACE INTO gmail VALUES (?, ?, ?, ?, ?, ?)", row)

    def forget(self, message_id: str) -> None:
        """Drop the entry of a message that Gmail refused."""
        with self._open() as conn:
            conn.execute("DELETE FROM gmail WHERE message_id = ?", (message_id,))

    def begun_since(self, at: datetime) -> list[datetime]:
        with self._open() as conn:
            rows = conn.execute(
                "SELECT at FROM gmail WHERE stage <> ? AND at > ? ORDER BY at",
                (Stage.DRAFTED.value, _words(at)),
            ).fetchall()
        return [datetime.fromisoformat(row[0]) for row in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file, timeout=30)) as conn, conn:
            conn.execute(SCHEMA)
            conn.execute(INDEX)
            yield conn


def _words(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
