"""Forms that were processed, by digest: a form sent again is not processed a second time.

That holds across processes and machines, and where the answer was lost after the form had been processed.
`bot.records.tables` must be imported first: one description holds all tables.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Column, Connection, Index, Table, Text, delete, select

from bot.core.errors import AlreadySubmitted
from bot.database.columns import Instant, tables
from bot.database.dialect import insert_into

form_submission = Table(
    "form_submission",
    tables,
    Column("digest", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)

# Longer than a page's seal holds: after that the form itself is refused.
KEPT_FOR = timedelta(days=7)


def digest_of(sent: str) -> str:
    """Return the digest that identifies a form submission, without its content."""
    return sha256(sent.encode("utf-8", "replace")).hexdigest()


def claim_submission(conn: Connection, form: str | None, now: datetime) -> None:
    """Record that this transaction processes a form (None: no form). AlreadySubmitted: an earlier one did."""
    if form is None:
        return
    conn.execute(delete(form_submission).where(form_submission.c.at < now - KEPT_FOR))
    once = insert_into(conn, form_submission).on_conflict_do_nothing().returning(form_submission.c.digest)
    if conn.execute(once, {"digest": form, "at": now}).one_or_none() is None:
        raise AlreadySubmitted(
            conn.scalars(select(form_submission.c.at).where(form_submission.c.digest == form)).one()
        )
