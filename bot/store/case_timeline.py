"""What hangs on a case: its timeline, the messages with its reporter, who opened it, its tasks and clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.case_clocks import Clock
from bot.store.case_schema import case_clock, case_entry, case_post, case_seen, case_task
from bot.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class StoredEntry:
    at: datetime
    sealed: bytes


@dataclass(frozen=True, slots=True)
class StoredPost:
    at: datetime
    from_us: bool
    sealed: bytes


@dataclass(frozen=True, slots=True)
class StoredTask:
    key: str
    due_on: date
    done_on: date | None
    sealed: bytes


def add_entry(conn: Connection, number: str, at: datetime, sealed: bytes) -> int:
    """Add to a case's timeline and give the entry's own number."""
    values = {"number": number, "at": at, "sealed": sealed}
    added: int = conn.execute(insert(case_entry).returning(case_entry.c.id), values).scalar_one()
    return added


def entries(conn: Connection, number: str) -> list[StoredEntry]:
    query = select(case_entry).where(case_entry.c.number == number).order_by(case_entry.c.id)
    return [StoredEntry(row.at, row.sealed) for row in conn.execute(query)]


def add_post(conn: Connection, number: str, at: datetime, sealed: bytes, *, from_us: bool) -> int:
    values = {"number": number, "at": at, "sealed": sealed, "from_us": from_us}
    added: int = conn.execute(insert(case_post).returning(case_post.c.id), values).scalar_one()
    return added


def posts(conn: Connection, number: str) -> list[StoredPost]:
    query = select(case_post).where(case_post.c.number == number).order_by(case_post.c.id)
    return [StoredPost(row.at, row.from_us, row.sealed) for row in conn.execute(query)]


def add_seen(conn: Connection, number: str, at: datetime, person: str) -> None:
    conn.execute(insert(case_seen), {"number": number, "at": at, "person": person})


def seen(conn: Connection, number: str) -> list[tuple[datetime, str]]:
    """List who opened a case and when, latest first."""
    query = select(case_seen).where(case_seen.c.number == number).order_by(case_seen.c.id.desc())
    return [(row.at, row.person) for row in conn.execute(query)]


def save_task(conn: Connection, number: str, one: StoredTask) -> None:
    row = {
        "key": one.key,
        "number": number,
        "due_on": one.due_on,
        "done_on": one.done_on,
        "sealed": one.sealed,
    }
    upsert(conn, case_task, [row])


def drop_task(conn: Connection, number: str, key: str, on: date) -> None:
    """Take a task off the list; its row stays."""
    mine = (case_task.c.number == number, case_task.c.key == key)
    conn.execute(update(case_task).where(*mine).values(dropped_on=on))


def tasks(conn: Connection, numbers: Collection[str]) -> dict[str, list[StoredTask]]:
    """List the tasks of cases that were not dropped, the first due first."""
    query = select(case_task).where(case_task.c.number.in_(numbers), case_task.c.dropped_on.is_(None))
    found: dict[str, list[StoredTask]] = defaultdict(list)
    for row in conn.execute(query.order_by(case_task.c.due_on, case_task.c.key)):
        found[row.number].append(StoredTask(row.key, row.due_on, row.done_on, row.sealed))
    return found


def save_clocks(conn: Connection, number: str, clocks: Iterable[Clock]) -> None:
    """Make a case's clocks these and no others."""
    rows: list[dict[str, Any]] = [
        {
            "number": number,
            "action": one.action,
            "started_at": one.started_at,
            "due_at": one.due_at,
            "done_at": one.done_at,
        }
        for one in clocks
    ]
    kept = [row["action"] for row in rows]
    conn.execute(delete(case_clock).where(case_clock.c.number == number, case_clock.c.action.not_in(kept)))
    upsert(conn, case_clock, rows)


def clocks(conn: Connection, numbers: Collection[str]) -> dict[str, list[Clock]]:
    """List the clocks of cases, the first to end first."""
    query = select(case_clock).where(case_clock.c.number.in_(numbers))
    found: dict[str, list[Clock]] = defaultdict(list)
    for row in conn.execute(query.order_by(case_clock.c.due_at, case_clock.c.action)):
        found[row.number].append(Clock(row.action, row.started_at, row.due_at, row.done_at))
    return found
