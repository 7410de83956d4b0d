"""Sessions and the tables of signing in: single-use links, kiosk devices and PINs.

Only digests of secrets are stored. A session of a case link opens one case and nothing else: whose it is, and
which case, are encrypted with the browser's own token, and `ends_by_at` is the latest end to which it can be
extended. `access_end` ends what is kept without a name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    update,
)

from bot.database.columns import Instant, columns_of, from_row, tables, to_row
from bot.database.queries import insert_once, upsert

session = Table(
    "session",
    tables,
    Column("digest", Text, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("person", Text, ForeignKey("person.key")),
    Column("how", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("sealed", Text),
    Column("ends_by_at", Instant),
    CheckConstraint("(person is null) = (sealed is not null)", name="one_reader"),
    Index(None, "person"),
)

# Until when a person's sessions and links are over, of those too that do not name them.
access_end = Table(
    "access_end",
    tables,
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One sign-in. `digest`: SHA-256 of the browser's token, hexadecimal; `how`: by what means.

    `person` None: `sealed` names them, and the one case it opens, to the browser's token alone.
    `ends_by_at`: the latest it can be put off to; None: any time.
    """

    digest: str
    school: str
    person: str | None
    how: str
    began_at: datetime
    ends_at: datetime
    sealed: str | None = None
    ends_by_at: datetime | None = None


# How long a session that has run out is kept.
KEPT_FOR = timedelta(days=30)


def begin(conn: Connection, one: StoredSession) -> None:
    """Write a session down, and forget those of this person, and of nobody named, that ran out long ago."""
    long_ago = session.c.ends_at < one.began_at - KEPT_FOR
    theirs = or_(session.c.person == one.person, session.c.person.is_(None))
    conn.execute(delete(session).where(theirs, long_ago))
    conn.execute(insert(session).values(to_row(one)))


def find(conn: Connection, digest: str, now: datetime) -> StoredSession | None:
    """Find a session that is neither ended nor run out."""
    query = select(session).where(
        session.c.digest == digest, session.c.ended_at.is_(None), session.c.ends_at > now
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else from_row(StoredSession, row)


def put_off(conn: Connection, digest: str, ends_at: datetime) -> None:
    """Extend an active session."""
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


def end_access(conn: Connection, people: Collection[str], now: datetime) -> None:
    """End every session of these people, and every link that was mailed to them, used or not."""
    theirs = (session.c.person.in_(people), session.c.ended_at.is_(None))
    conn.execute(update(session).where(*theirs).values(ended_at=now))
    conn.execute(delete(sign_in_link).where(sign_in_link.c.person.in_(people)))
    upsert(conn, access_end, [{"person": one, "at": now} for one in people])


def is_over(conn: Connection, person: str, began_at: datetime) -> bool:
    """Return whether what a person began then was ended since: by a changed address, or by signing out."""
    at: datetime | None = conn.scalar(select(access_end.c.at).where(access_end.c.person == person))
    return at is not None and began_at <= at


def end_of_kind(conn: Connection, school: str, how: str, now: datetime) -> None:
    """End every session of a school that began by this means."""
    mine = (session.c.setting == school, session.c.how == how, session.c.ended_at.is_(None))
    conn.execute(update(session).where(*mine).values(ended_at=now))


# Only the digest of a link's secret is stored. `person` is empty where no one has the entered address,
# so that asking for a link takes the same time for a known and for an unknown address. It is empty too for
# the link in an email about a case: the digest is keyed with reader and case. `goes_to`: the requested page,
# encrypted with the link's secret.
sign_in_link = Table(
    "sign_in_link",
    tables,
    Column("digest", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("setting", Text, ForeignKey("school.key")),
    Column("person", Text, ForeignKey("person.key")),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("goes_to", Text),
    CheckConstraint("purpose in ('email link', 'first link')", name="purpose"),
    Index(None, "ends_at"),
)

kiosk = Table(
    "kiosk",
    tables,
    Column("digest", Text, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("name", Text, nullable=False),
    Column("started_by", Text, ForeignKey("person.key"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("stopped_at", Instant),
    Index(None, "setting"),
)

# `hash` is argon2id's; `wrong` counts wrong tries, the latest at `wrong_at`; right ones change neither.
kiosk_pin = Table(
    "kiosk_pin",
    tables,
    Column("setting", Text, ForeignKey("school.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("chosen_at", Instant, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("wrong_at", Instant),
)

# How long a link that has run out is still called so, and not unknown.
LINKS_KEPT_FOR = timedelta(days=7)
Purpose = Literal["email link", "first link"]


@dataclass(frozen=True, slots=True)
class SignInLink:
    """One link. `setting` None: any of the person's; `person` None: no one, and it opens nothing.

    `goes_to`: the path of the page that the person requested before signing in, encrypted.
    """

    digest: str
    purpose: Purpose
    school: str | None
    person: str | None
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None
    goes_to: str | None = None


ADD = insert_once(sign_in_link, tuple(columns_of(SignInLink).values()), "digest")


def add_link(conn: Connection, link: SignInLink) -> None:
    """Store a link, and delete those that expired long ago."""
    conn.execute(delete(sign_in_link).where(sign_in_link.c.ends_at < link.made_at - LINKS_KEPT_FOR))
    conn.execute(ADD, to_row(link))


def find_link(conn: Connection, digest: str) -> SignInLink | None:
    """Find a link by its digest, used and run out ones too."""
    row = conn.execute(select(sign_in_link).where(sign_in_link.c.digest == digest)).one_or_none()
    return None if row is None else from_row(SignInLink, row)


def use_link(conn: Connection, digest: str, now: datetime) -> bool:
    """Use a link up. False if it was used, has expired or does not exist.

    Of two concurrent calls one wins.
    """
    good = (
        sign_in_link.c.digest == digest,
        sign_in_link.c.used_at.is_(None),
        sign_in_link.c.ends_at > now,
    )
    return conn.execute(update(sign_in_link).where(*good).values(used_at=now)).rowcount == 1
