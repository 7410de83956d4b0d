"""Brings Procrastinate's own tables up in a PostgreSQL schema of their own: once, under a lock, versioned.

They belong to the installed Procrastinate and not to our data: no backup holds them, and a queue that is lost
is filled again by the next slot. So they are not among our migrations. What Procrastinate marks "pre" is
applied by the first worker of a new version; "post", which an older worker could not bear, only when no other
worker lives.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
from procrastinate.schema import SchemaManager

SCHEMA = "handbell_queue"
STEPS = Path(SchemaManager.get_migrations_path())
# Any number will do, as long as nothing else locks with it.
LOCK = 7_230_003
APPLIED = "create table if not exists handbell_applied (migration text primary key)"
OTHERS_LIVE = (
    "select exists (select from procrastinate_workers where last_heartbeat > now() - interval '1 minute')"
)


def options() -> str:
    """Say what a connection asks of PostgreSQL to find these tables and no others."""
    return f"-c search_path={SCHEMA}"


def bring_up(address: str, steps: Path = STEPS) -> list[str]:
    """Create or upgrade the queue's tables; name what was applied. A step that fails changes nothing."""
    with psycopg.connect(address, options=options(), autocommit=True) as conn:
        # Held until the connection ends: each step is a transaction of its own.
        conn.execute("select pg_advisory_lock(%s)", (LOCK,))
        conn.execute(f"create schema if not exists {SCHEMA}")
        conn.execute(APPLIED)
        row = conn.execute("select max(migration) from handbell_applied").fetchone()
        applied = row[0] if row is not None else None
        every = sorted(steps.glob("*.sql"))
        if applied is None:
            _apply(conn, every[-1].name, SchemaManager.get_schema())
            return [every[-1].name]
        done = []
        for step in _allowed(conn, [one for one in every if one.name > applied]):
            _apply(conn, step.name, step.read_text(encoding="utf-8"))
            done.append(step.name)
        return done


def _allowed(conn: psycopg.Connection[tuple[str]], steps: list[Path]) -> Iterator[Path]:
    """Give the steps in their order, up to the first that has to wait until older workers are gone."""
    for step in steps:
        if "_pre_" not in step.name and _one(conn, OTHERS_LIVE):
            return
        yield step


def _one(conn: psycopg.Connection[tuple[str]], query: LiteralString) -> bool:
    row = conn.execute(query).fetchone()
    return bool(row and row[0])


def _apply(conn: psycopg.Connection[tuple[str]], name: str, statements: str) -> None:
    """Run one of Procrastinate's own files, as it was installed, and note that."""
    with conn.transaction():
        conn.execute(statements.encode())
        conn.execute("insert into handbell_applied values (%s)", (name,))
