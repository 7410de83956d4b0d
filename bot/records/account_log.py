"""Tables of official accounts outside the register: their log, and requests for new ones, both append-only.

`bot.records.tables` must be imported first: both share one MetaData.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    select,
)

from bot.database.columns import Instant, tables
from bot.database.dialect import insert_into
from bot.database.queries import SchoolKeys, school_query
from bot.records import ledger
from bot.records.school_plan import mark_changed
from bot.records.tables import account
from bot.rules.accounts import AccountEntry, AccountEntryKind
from bot.rules.hash_chain import receipt_for

# Append-only, both: the latest word about a thing counts, and what was said before stays.
account_entry = Table(
    "account_entry",
    tables,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("account", Text, nullable=False),
    Column("sort", Text, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("identified_by", Text, nullable=False),
    UniqueConstraint("reference"),
    Index(None, "setting", "account"),
)

LOG = school_query(select(account_entry).order_by(account_entry.c.id), account_entry.c.setting)


def reference_of(sent: str) -> str:
    """Return an idempotency key of a submitted form: submitted twice, it is one entry."""
    return receipt_for(f"account {sent}")


def add(conn: Connection, one: AccountEntry, identified_by: str, *, actor: str = "") -> bool:
    """Add an entry and note it in the ledger; False: this very form was taken before.

    `actor`: who or what did it, where it was no person at a page.
    """
    row = {
        "reference": one.reference,
        "setting": one.school,
        "account": one.account,
        "sort": one.sort.value,
        "happened_on": one.on,
        "recorded_at": one.at,
        "person": one.by,
        "person_name": one.by_name,
        "topic": one.topic,
        "answer": one.answer,
        "about": one.about,
        "words": one.words,
        "note": one.note,
        "identified_by": identified_by,
    }
    if not added_row(conn, account_entry, row):
        return False
    mark_changed(conn, (one.school,))
    ledger.append(
        conn,
        at=one.at,
        actor=actor or f"person:{one.by}",
        action=f"account: {one.sort.value}",
        subject=f"account:{one.school}/{one.account}",
        data={"reference": one.reference, "topic": one.topic, "answer": one.answer},
    )
    return True


def schools_with(conn: Connection, schools: Collection[str]) -> list[str]:
    """Return those of these schools whose registers list an account."""
    listed = select(account.c.setting).distinct().where(account.c.listed).order_by(account.c.setting)
    return list(conn.scalars(listed.where(account.c.setting.in_(schools))))


def load_log(conn: Connection, schools: SchoolKeys) -> list[AccountEntry]:
    """List every entry of these schools, oldest first."""
    return [_entry(row) for row in LOG.rows(conn, schools)]


def added_row(conn: Connection, table: Table, row: dict[str, Any]) -> bool:
    statement = insert_into(conn, table)
    once = statement.on_conflict_do_nothing(index_elements=[table.c.reference])
    return conn.execute(once.returning(table.c.reference), row).one_or_none() is not None


def _entry(row: Row[Any]) -> AccountEntry:
    return AccountEntry(
        reference=row.reference,
        school=row.setting,
        account=row.account,
        sort=AccountEntryKind(row.sort),
        on=row.happened_on,
        at=row.recorded_at,
        by=row.person,
        by_name=row.person_name,
        topic=row.topic,
        answer=row.answer,
        about=row.about,
        words=row.words,
        note=row.note,
    )
