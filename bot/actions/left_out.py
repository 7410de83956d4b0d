"""Members of a directory's groups that are nobody Handbell can write to: counted by role, noted and told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.ports import Directory, LeavesOut
from bot.store import outside
from bot.store.engine import Connection

SORT = "left out"


def left_out_by(directory: Directory) -> Mapping[str, int]:
    """Count whom the last reading left out, by role; empty for a list that has nobody of the kind."""
    return directory.left_out if isinstance(directory, LeavesOut) else {}


def in_words(left_out: Mapping[str, int]) -> str:
    """Say it in one sentence; empty where nobody is left out."""
    said = ", ".join(f"{number} for {role}" for role, number in sorted(left_out.items()) if number)
    return f"Left out, as they have no account there: {said}." if said else ""


def note_left_out(conn: Connection, setting: str, left_out: Mapping[str, int], now: datetime) -> None:
    """Note the numbers in the place of those of before."""
    for role in outside.known(conn, setting, SORT).keys() - left_out.keys():
        outside.forget(conn, setting, SORT, role)
    for role, number in left_out.items():
        outside.note(conn, setting, SORT, role, value=str(number), now=now)


def noted(conn: Connection) -> list[tuple[str, str, int]]:
    """List setting, role and number, where anybody is left out."""
    return [(one.setting, one.key, int(one.value)) for one in outside.notes(conn, SORT) if int(one.value)]
