"""Training: what people say they finished, what the office made of it, files of completions, their headings.

`bot.records.tables` must be imported first: one description holds all tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    delete,
    insert,
    select,
)

from bot.database.columns import Instant, tables
from bot.database.dialect import Json, insert_into
from bot.database.queries import upsert

# Append-only: completions as entered. `stored` names the certificate's file in the data folder.
training_claim = Table(
    "training_claim",
    tables,
    Column("key", Text, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("obligation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("cycle", Text, nullable=False),
    Column("finished_on", Date, nullable=False),
    Column("provider", Text, nullable=False),
    Column("said_by", Text, nullable=False),
    Column("said_by_name", Text, nullable=False),
    Column("identified_by", Text, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("stored", Text),
    Column("filename", Text),
    Column("media", Text),
    Column("size", Integer),
    Column("sha256", Text),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
    Index(None, "setting", "person"),
)

# Append-only: what the office made of it, once.
training_decision = Table(
    "training_decision",
    tables,
    Column("claim", Text, ForeignKey("training_claim.key"), primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    CheckConstraint("outcome in ('accepted', 'sent back')", name="outcome"),
)

# A provider's file on its way in. It is kept for a month, so that what was left out can be fetched.
training_file = Table(
    "training_file",
    tables,
    Column("key", Text, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Index(None, "setting"),
)

# Which column of a provider's files is which, and its names for our courses: asked once for each heading.
training_mapping = Table(
    "training_mapping",
    tables,
    Column("setting", Text, ForeignKey("school.key"), primary_key=True),
    Column("heading", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("columns", Json, nullable=False),
    Column("courses", Json, nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
)

FILES_LAST = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Certificate:
    """An uploaded file. `stored` is its name in the data folder, `filename` the uploader's name for it."""

    stored: str
    filename: str
    media: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the office made of a claim."""

    accepted: bool
    by: str
    by_name: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A completion as entered. `said_by` is the office where it enters one for another person."""

    key: str
    school: str
    obligation: str
    person: str
    person_name: str
    cycle: str
    finished_on: date
    provider: str
    said_by: str
    said_by_name: str
    identified_by: str
    said_at: datetime
    certificate: Certificate | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class TrainingFile:
    """A provider's file as it came."""

    key: str
    school: str
    name: str
    sha256: str
    content: bytes
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderHeading:
    """How one provider's files are read: our words for its columns, our courses by its names for them.

    `columns` maps name, email, course and date to a heading. A name mapped to nothing is left out on purpose.
    """

    provider: str
    columns: Mapping[str, str]
    courses: Mapping[str, str] = field(default_factory=dict)


def keep_claim(conn: Connection, one: Claim) -> None:
    sent = one.certificate
    conn.execute(
        insert(training_claim).values(
            key=one.key,
            setting=one.school,
            obligation=one.obligation,
            person=one.person,
            person_name=one.person_name,
            cycle=one.cycle,
            finished_on=one.finished_on,
            provider=one.provider,
            said_by=one.said_by,
            said_by_name=one.said_by_name,
            identified_by=one.identified_by,
            said_at=one.said_at,
            stored=sent.stored if sent else None,
            filename=sent.filename if sent else None,
            media=sent.media if sent else None,
            size=sent.size if sent else None,
            sha256=sent.sha256 if sent else None,
        )
    )


def stored_files(conn: Connection) -> set[str]:
    """Return every certificate's file that a record names."""
    named = select(training_claim.c.stored).where(training_claim.c.stored.is_not(None))
    return set(conn.scalars(named))


def decide_claim(conn: Connection, claim: str, made: Decision) -> bool:
    """Store a decision; False if it was decided before, which stays."""
    row = {
        "claim": claim,
        "outcome": "accepted" if made.accepted else "sent back",
        "decided_by": made.by,
        "by_name": made.by_name,
        "words": made.words,
        "decided_at": made.at,
    }
    once = insert_into(conn, training_decision).on_conflict_do_nothing()
    added = conn.execute(once.returning(training_decision.c.claim), row).scalar_one_or_none()
    return added is not None


def find_claim(conn: Connection, school: str, key: str) -> Claim | None:
    """Return one claim of this school, or None."""
    query = _claims().where(training_claim.c.setting == school, training_claim.c.key == key)
    row = conn.execute(query).one_or_none()
    return _claim(row) if row is not None else None


def claims_of(conn: Connection, school: str, person: str, obligation: str | None = None) -> list[Claim]:
    """List what was said of one person, newest first."""
    query = _claims().where(training_claim.c.setting == school, training_claim.c.person == person)
    if obligation is not None:
        query = query.where(training_claim.c.obligation == obligation)
    return [_claim(row) for row in conn.execute(query.order_by(training_claim.c.said_at.desc()))]


def claims_waiting(conn: Connection, school: str) -> list[Claim]:
    """List what the office has still to look at, oldest first."""
    query = _claims().where(training_claim.c.setting == school, training_decision.c.claim.is_(None))
    return [_claim(row) for row in conn.execute(query.order_by(training_claim.c.said_at))]


def keep_file(conn: Connection, one: TrainingFile) -> None:
    """Store a file for a month; older ones are deleted."""
    conn.execute(delete(training_file).where(training_file.c.uploaded_at < one.uploaded_at - FILES_LAST))
    conn.execute(
        insert(training_file).values(
            key=one.key,
            setting=one.school,
            name=one.name,
            sha256=one.sha256,
            content=one.content,
            uploaded_by=one.uploaded_by,
            uploaded_at=one.uploaded_at,
        )
    )


def find_file(conn: Connection, school: str, key: str) -> TrainingFile | None:
    query = select(training_file).where(training_file.c.setting == school, training_file.c.key == key)
    row = conn.execute(query).one_or_none()
    if row is None:
        return None
    return TrainingFile(
        row.key, row.setting, row.name, row.sha256, row.content, row.uploaded_by, row.uploaded_at
    )


def save_heading(
    conn: Connection, school: str, heading: str, given: ProviderHeading, *, by: str, now: datetime
) -> None:
    row = {
        "setting": school,
        "heading": heading,
        "provider": given.provider,
        "columns": dict(given.columns),
        "courses": dict(given.courses),
        "saved_by": by,
        "saved_at": now,
    }
    upsert(conn, training_mapping, [row])


def find_heading(conn: Connection, school: str, heading: str) -> ProviderHeading | None:
    """Return how files with this first line are read at a school."""
    table = training_mapping
    query = select(table).where(table.c.setting == school, table.c.heading == heading)
    row = conn.execute(query).one_or_none()
    return ProviderHeading(row.provider, row.columns, row.courses) if row is not None else None


def _claims() -> Select[Any]:
    made = training_decision.c
    columns = (made.outcome, made.decided_by, made.by_name, made.words, made.decided_at)
    return select(training_claim, *columns).outerjoin(training_decision)


def _claim(row: Row[Any]) -> Claim:
    sent, made = None, None
    if row.stored is not None:
        sent = Certificate(row.stored, row.filename, row.media, row.size, row.sha256)
    if row.outcome is not None:
        made = Decision(row.outcome == "accepted", row.decided_by, row.by_name, row.words, row.decided_at)
    return Claim(
        key=row.key,
        school=row.setting,
        obligation=row.obligation,
        person=row.person,
        person_name=row.person_name,
        cycle=row.cycle,
        finished_on=row.finished_on,
        provider=row.provider,
        said_by=row.said_by,
        said_by_name=row.said_by_name,
        identified_by=row.identified_by,
        said_at=row.said_at,
        certificate=sent,
        decision=made,
    )
