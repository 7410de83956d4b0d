"""The log of official accounts, and requests for new ones: added to, never changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from bot.domain.account_log import Entry, Sort
from bot.domain.hash_chain import receipt_for
from bot.store import ledger
from bot.store.account_schema import account_entry, account_request
from bot.store.by_setting import Settings, by_setting
from bot.store.schema import account, message
from bot.store.upsert import INSERT

LOG = by_setting(select(account_entry).order_by(account_entry.c.id), account_entry.c.setting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Somebody asks for a new account."""

    reference: str
    setting: str
    channel: str
    name: str
    purpose: str
    reach: str
    why: str
    at: datetime
    by: str
    by_name: str


def reference_of(sent: str) -> str:
    """Name a form as it was sent, so that the same form sent twice is one entry."""
    return receipt_for(f"account {sent}")


def add(conn: Connection, one: Entry, identified_by: str, *, actor: str = "") -> bool:
    """Add an entry and note it in the ledger; False: this very form was taken before.

    `actor`: who or what did it, where it was no person at a page.
    """
    row = {
        "reference": one.reference,
        "setting": one.setting,
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
    if not _added(conn, account_entry, row):
        return False
    ledger.append(
        conn,
        at=one.at,
        actor=actor or f"person:{one.by}",
        action=f"account: {one.sort.value}",
        subject=f"account:{one.setting}/{one.account}",
        data={"reference": one.reference, "topic": one.topic, "answer": one.answer},
    )
    return True


def ask(conn: Connection, one: Request, identified_by: str) -> bool:
    """Add a request and note it in the ledger; False: this very form was taken before."""
    row = {
        "reference": one.reference,
        "setting": one.setting,
        "channel": one.channel,
        "name": one.name,
        "purpose": one.purpose,
        "reach": one.reach,
        "why": one.why,
        "recorded_at": one.at,
        "person": one.by,
        "person_name": one.by_name,
        "identified_by": identified_by,
    }
    if not _added(conn, account_request, row):
        return False
    ledger.append(
        conn,
        at=one.at,
        actor=f"person:{one.by}",
        action="account: asked for",
        subject=f"setting:{one.setting}",
        data={"reference": one.reference},
    )
    return True


def settings_with(conn: Connection, settings: Collection[str]) -> list[str]:
    """Name those of these settings whose registers list an account."""
    listed = select(account.c.setting).distinct().where(account.c.listed).order_by(account.c.setting)
    return list(conn.scalars(listed.where(account.c.setting.in_(settings))))


def load_log(conn: Connection, settings: Settings) -> list[Entry]:
    """List every entry of these settings, oldest first."""
    return [_entry(row) for row in LOG.rows(conn, settings)]


def lock_request(conn: Connection, setting: str, reference: str) -> None:
    """Let nobody else decide this request before this transaction ends."""
    mine = (account_request.c.setting == setting, account_request.c.reference == reference)
    conn.execute(select(account_request.c.id).where(*mine).with_for_update())


def requests(conn: Connection, setting: str) -> list[Request]:
    """List the requests of a setting, oldest first."""
    query = select(account_request).where(account_request.c.setting == setting).order_by(account_request.c.id)
    return [_request(row) for row in conn.execute(query)]


def letters_to(conn: Connection, setting: str, person: str) -> list[str]:
    """List what the letters about accounts to one person were about, whatever became of them."""
    theirs = (message.c.kind == "account", message.c.setting == setting, message.c.person == person)
    return list(conn.scalars(select(message.c.step).where(*theirs)))


def _added(conn: Connection, table: Table, row: dict[str, Any]) -> bool:
    statement = INSERT[conn.dialect.name](table)
    once = statement.on_conflict_do_nothing(index_elements=[table.c.reference])
    return conn.execute(once.returning(table.c.reference), row).one_or_none() is not None


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        reference=row.reference,
        setting=row.setting,
        account=row.account,
        sort=Sort(row.sort),
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


def _request(row: Row[Any]) -> Request:
    return Request(
        reference=row.reference,
        setting=row.setting,
        channel=row.channel,
        name=row.name,
        purpose=row.purpose,
        reach=row.reach,
        why=row.why,
        at=row.recorded_at,
        by=row.person,
        by_name=row.person_name,
    )
