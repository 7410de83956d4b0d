"""Wording of the log: how long an entry has been open, and the rows of its CSV export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.core.clock import local_date
from bot.core.dates import local_instant
from bot.core.text import count, join_words
from bot.logbook.model import LogEntry, LogField, LogLine
from bot.logbook.service import SHOWN, remarks_of

COLUMNS = ("Reference", "What", "When", "Details", "Still open", "Afterwards", "Written by", "Written down")
READ = "What they read and agreed to"


def open_for(entry: LogEntry, now: datetime) -> str:
    """Return how long something has been open: "since 08:50 today", "for 2 days"."""
    days = (local_date(now) - local_date(entry.first.happened_at)).days
    if not days:
        return f"since {local_instant(entry.first.happened_at).rpartition(' at ')[2]} today"
    return f"for {count(days, 'day')}"


def missing(entry: LogEntry) -> str:
    """Return what is still to come: "Not back and pictures not deleted"."""
    said = join_words([one.open_words for one in entry.missing])
    return said[:1].upper() + said[1:]


def heading(entry: LogEntry) -> str:
    """Return the heading of an entry in a list: its first field."""
    return entry.first.said.get(entry.kind.blanks[0].key, "") or entry.kind.title


def facts(entry: LogEntry) -> list[tuple[str, str]]:
    """List what an entry says, in the order it was asked."""
    return _facts(entry.kind.blanks, entry.first)


def afterwards(entry: LogEntry) -> list[tuple[str, LogLine, list[tuple[str, str]]]]:
    """List what was written later: its title, the line, what it says."""
    later = {one.key: (one.title, one.blanks) for one in entry.kind.later}
    later |= remarks_of(entry.kind)
    found = []
    for line in entry.after:
        title, blanks = later[line.step]
        found.append((title, line, _facts(blanks, line)))
    return found


def lines(found: Iterable[LogEntry]) -> Iterator[tuple[str, ...]]:
    """Yield each entry as a row of a CSV file."""
    for entry in found:
        after = [
            f"{title}, {local_instant(line.recorded_at)}, {line.by_name}: {_labelled(said)}"
            for title, line, said in afterwards(entry)
        ]
        yield (
            entry.first.reference,
            entry.kind.title,
            local_instant(entry.first.happened_at),
            _labelled(facts(entry)),
            missing(entry),
            "\n".join(after),
            entry.first.by_name,
            local_instant(entry.first.recorded_at),
        )


def _facts(blanks: Iterable[LogField], line: LogLine) -> list[tuple[str, str]]:
    said = [(one.label, line.said[one.key]) for one in blanks if line.said.get(one.key)]
    return [*said, (READ, line.said[SHOWN])] if line.said.get(SHOWN) else said


def _labelled(said: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{label} {text}" for label, text in said)
