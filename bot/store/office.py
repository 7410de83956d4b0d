"""What the office's pages keep: who answers a question, and files that were sent and not confirmed yet."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from bot.store.office_schema import question_owner, upload

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it was sent. `sort` says what for; `about` names the policy of a new version."""

    key: str
    setting: str
    sort: str
    about: str
    filename: str
    content: bytes
    uploaded_by: str
    uploaded_at: datetime


FIELDS = tuple(one.name for one in fields(Upload))


def give_question(conn: Connection, setting: str, question: str, *, to: str, by: str, now: datetime) -> None:
    """Note that a question is this person's to answer from now on."""
    row = {"setting": setting, "question": question, "person": to, "given_by": by, "recorded_at": now}
    conn.execute(insert(question_owner), row)


def question_owners(conn: Connection, setting: str) -> dict[str, str]:
    """Say whose each question is, by its receipt; those nobody was given are left out."""
    query = select(question_owner).where(question_owner.c.setting == setting).order_by(question_owner.c.id)
    return {row.question: row.person for row in conn.execute(query)}


def add_upload(conn: Connection, one: Upload) -> None:
    """Keep a file, and forget those that nobody confirmed for a week."""
    conn.execute(delete(upload).where(upload.c.uploaded_at < one.uploaded_at - KEPT_FOR))
    conn.execute(insert(upload), {name: getattr(one, name) for name in FIELDS})


def find_upload(conn: Connection, setting: str, sort: str, key: str) -> Upload | None:
    mine = (upload.c.setting == setting, upload.c.sort == sort, upload.c.key == key)
    row = conn.execute(select(upload).where(*mine)).one_or_none()
    return None if row is None else Upload(**{name: getattr(row, name) for name in FIELDS})


def uploads(conn: Connection, setting: str, sort: str) -> list[Upload]:
    """List the files of one sort that wait, oldest first."""
    query = select(upload).where(upload.c.setting == setting, upload.c.sort == sort)
    rows = conn.execute(query.order_by(upload.c.uploaded_at, upload.c.key))
    return [Upload(**{name: getattr(row, name) for name in FIELDS}) for row in rows]


def forget_upload(conn: Connection, setting: str, key: str) -> None:
    conn.execute(delete(upload).where(upload.c.setting == setting, upload.c.key == key))
