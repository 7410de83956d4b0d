"""The table of schools' logos: PNG files that we drew ourselves, never a file as it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Column, Connection, ForeignKey, LargeBinary, Table, Text, delete, insert, select

from bot.database.columns import Instant, tables

school_logo = Table(
    "school_logo",
    tables,
    Column("setting", Text, ForeignKey("school.key"), primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SchoolLogo:
    """A school's logo as a PNG, and its SHA-256."""

    sha256: str
    content: bytes


def logo_digest(conn: Connection, school: str) -> str:
    """Return the SHA-256 of a school's logo; empty: it has none."""
    return conn.scalar(select(school_logo.c.sha256).where(school_logo.c.setting == school)) or ""


def find_logo(conn: Connection, school: str) -> SchoolLogo | None:
    row = conn.execute(select(school_logo).where(school_logo.c.setting == school)).one_or_none()
    return SchoolLogo(row.sha256, row.content) if row is not None else None


def save_logo(conn: Connection, school: str, png: bytes, *, by: str, now: datetime) -> None:
    """Set a school's logo; an empty file removes it."""
    conn.execute(delete(school_logo).where(school_logo.c.setting == school))
    if png:
        row = {
            "setting": school,
            "sha256": sha256(png).hexdigest(),
            "content": png,
            "uploaded_by": by,
            "uploaded_at": now,
        }
        conn.execute(insert(school_logo), row)
