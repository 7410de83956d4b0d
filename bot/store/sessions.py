"""Sessions in the store: begun, found, put off, ended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.session_schema import session


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One sign-in. `digest`: SHA-256 of the browser's token, hexadecimal; `how`: by what means.

    `only_case`: the number of the one case it opens; None: whatever its person may open.
    `ends_by_at`: the latest it can be put off to; None: any time.
    """

    digest: str
    setting: str
    person: str
    how: str
    began_at: datetime
    ends_at: datetime
    only_case: str | None = None
    ends_by_at: datetime | None = None


FIELDS = tuple(one.name for one in fields(StoredSession))
# How long it can still be read when somebody was last signed in.
KEPT_FOR = timedelta(days=30)


def begin(conn: Connection, one: StoredSession) -> None:
    """Write a session down, and forget those of this person that ran out long ago."""
    long_ago = session.c.ends_at < one.began_at - KEPT_FOR
    conn.execute(delete(session).where(session.c.person == one.person, long_ago))
    conn.execute(insert(session).values({name: getattr(one, name) for name in FIELDS}))


def find(conn: Connection, digest: str, now: datetime) -> StoredSession | None:
    """Find a session that is neither ended nor run out."""
    query = select(session).where(
        session.c.digest == digest, session.c.ended_at.is_(None), session.c.ends_at > now
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else StoredSession(**{name: getattr(row, name) for name in FIELDS})


def put_off(conn: Connection, digest: str, ends_at: datetime) -> None:
    """Let a session that goes on end later."""
    conn.execute(update(session).where(session.c.digest == digest).values(ends_at=ends_at))


def end(conn: Connection, digest: str, now: datetime) -> None:
    conn.execute(
        update(session).where(session.c.digest == digest, session.c.ended_at.is_(None)).values(ended_at=now)
    )


def end_all(conn: Connection, person: str, now: datetime, *, how: str | None = None) -> None:
    """End every session of a person; `how`: only those that began by this means."""
    mine = [session.c.person == person, session.c.ended_at.is_(None)]
    if how is not None:
        mine.append(session.c.how == how)
    conn.execute(update(session).where(*mine).values(ended_at=now))


def end_of_people(conn: Connection, people: Collection[str], now: datetime) -> None:
    """End every session of these people."""
    theirs = (session.c.person.in_(people), session.c.ended_at.is_(None))
    conn.execute(update(session).where(*theirs).values(ended_at=now))


def end_of_kind(conn: Connection, setting: str, how: str, now: datetime) -> None:
    """End every session of a setting that began by this means."""
    mine = (session.c.setting == setting, session.c.how == how, session.c.ended_at.is_(None))
    conn.execute(update(session).where(*mine).values(ended_at=now))
