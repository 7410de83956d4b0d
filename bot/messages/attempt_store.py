"""Delivery attempts: settle one message and begin the next in one transaction, on the driver itself.

Thousands of messages a day wait for this step, and SQLAlchemy's own work on its statements would take longer
than the database's. It means what `settle_sent` and then `begin_attempt` of `bot.messages.store` mean.

A vendor that takes a draft first cannot be asked by our own key, so what was begun there is noted for each
message, in a transaction of its own before the vendor is called. A crash then leaves nothing to guess.

`bot.records.tables` must be imported first: one description holds all tables.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from sqlalchemy import Column, Connection, Index, Table, Text, delete, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.core.errors import DatabaseUnavailable
from bot.database.columns import Instant, iso, tables
from bot.database.dialect import (
    DO_NOT_WAIT_FOR_LOCKS,
    TAKE_WRITES,
    WAIT_FOR_LOCKS_MS,
    WAITS_FOR_LOCKS_S,
    is_sqlite,
)
from bot.database.engine import Store
from bot.database.errors import why_away
from bot.database.queries import upsert
from bot.ports import SendAttempt, SendStage

# At first it yields only to threads that are ready to run; then it sleeps between the tries.
AT_ONCE_LOOKS, LOOKS, BETWEEN_LOOKS_S = 20, 70, 0.00005
let_others_work = getattr(os, "sched_yield", partial(time.sleep, 0))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to send a message; the first is number 1."""

    message: str
    number: int


@dataclass(frozen=True, slots=True)
class SentAttempt:
    """An attempt that the vendor took, with the vendor's reference for it."""

    attempt: Attempt
    reference: str


@dataclass(frozen=True, slots=True)
class StepResult:
    """What came of a step. `settled`: the lease was still ours; `begun`: the next one's is, so send it."""

    settled: bool
    begun: bool


class AttemptSession(Protocol):
    """One worker's steps, each a transaction of its own."""

    def step(
        self, owner: str, now: datetime, sent: SentAttempt | None, begin: Attempt | None
    ) -> StepResult: ...

    def close(self) -> None: ...


@contextmanager
def stepping(store: Store) -> Iterator[AttemptSession]:
    """Open one connection for a worker's steps; between them no transaction is open on it."""
    with _connected(store) as conn:
        driver: Any = conn.connection.driver_connection
        try:
            steps: AttemptSession = InSqlite(store, driver) if is_sqlite(conn) else InPostgresql(driver)
            yield steps
            steps.close()
        except store.engine.dialect.loaded_dbapi.Error as error:
            conn.invalidate()
            raise _ours(store, error) from error
        except BaseException:
            # Discarded rather than reset: no other worker gets it.
            conn.invalidate()
            raise


def _connected(store: Store) -> Connection:
    # SQLAlchemy puts PostgreSQL's connection back as it was; in SQLite ours begin and end by themselves.
    autocommit = {} if is_sqlite(store.engine) else {"isolation_level": "AUTOCOMMIT"}
    try:
        return store.engine.connect().execution_options(**autocommit)
    except SQLAlchemyError as error:
        why = why_away(error)
        if why is None:
            raise
        raise DatabaseUnavailable(why) from error


def _ours(store: Store, error: Exception) -> Exception:
    """Translate a driver's error as SQLAlchemy does for other statements."""
    dbapi: Any = store.engine.dialect.loaded_dbapi
    known = DBAPIError.instance(None, None, error, dbapi.Error, hide_parameters=True)
    why = why_away(known) if isinstance(known, DBAPIError) else None
    return DatabaseUnavailable(why) if why is not None else known


class InSqlite:
    """Four statements in an immediate transaction; none reads back what it changed.

    Another process holds the lock for less than a tenth of a millisecond. SQLite would try again after a
    whole one, and then after longer; so the first tries are ours. `waits_ms`: how long SQLite waits then.
    """

    def __init__(self, store: Store, driver: Any) -> None:
        self._in_turn = store.in_turn
        # One cursor for all: to make another costs as much as to run a small statement.
        self._run = driver.cursor().execute
        self.waits_ms = WAITS_FOR_LOCKS_S * 1000
        self._run(TAKE_WRITES)
        self._run(DO_NOT_WAIT_FOR_LOCKS)

    def close(self) -> None:
        """Restore the connection's settings for its next user."""
        self._run(WAIT_FOR_LOCKS_MS.format(self.waits_ms))

    def step(self, owner: str, now: datetime, sent: SentAttempt | None, begin: Attempt | None) -> StepResult:
        with self._in_turn():
            return self._step(owner, iso(now), sent, begin)

    def _take_the_lock(self) -> None:
        for look in range(LOOKS):
            try:
                self._run("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            else:
                return
            if look < AT_ONCE_LOOKS:
                let_others_work()
            else:
                time.sleep(BETWEEN_LOOKS_S)
        self._run(WAIT_FOR_LOCKS_MS.format(self.waits_ms))
        self._run("BEGIN IMMEDIATE")
        self._run(DO_NOT_WAIT_FOR_LOCKS)

    def _step(self, owner: str, at: str, sent: SentAttempt | None, begin: Attempt | None) -> StepResult:
        self._take_the_lock()
        try:
            settled = sent is not None and self._settle(owner, at, sent)
            begun = begin is not None and self._begin(owner, at, begin)
        except BaseException:
            self._run("ROLLBACK")
            raise
        self._run("COMMIT")
        return StepResult(settled, begun)

    def _settle(self, owner: str, at: str, sent: SentAttempt) -> bool:
        one, reference = sent.attempt, sent.reference
        ours: bool = self._run(SETTLE, (reference, at, one.message, owner, one.number)).rowcount == 1
        if ours:
            self._run(FINISH, (at, reference, one.message, one.number))
        return ours

    def _begin(self, owner: str, at: str, one: Attempt) -> bool:
        ours: bool = self._run(BEGIN, (one.number, one.message, owner, one.number - 1)).rowcount == 1
        if ours:
            self._run(NOTE, (one.message, one.number, at))
        return ours


class InPostgresql:
    """One statement: it is its own transaction, and one way to the server and back.

    The server keeps the plan it made for it. One made of a table known to be empty looks through all of it,
    until the table is counted again; so on this connection indexes come first.
    """

    def __init__(self, driver: Any) -> None:
        self._cursor = driver.cursor()
        self._cursor.execute("set enable_seqscan = off")

    def close(self) -> None:
        """Restore the connection's settings for its next user."""
        self._cursor.execute("reset enable_seqscan")

    def step(self, owner: str, now: datetime, sent: SentAttempt | None, begin: Attempt | None) -> StepResult:
        given = {
            "owner": owner,
            "now": now,
            "sent": sent.attempt.message if sent else None,
            "sent_attempt": sent.attempt.number if sent else None,
            "reference": sent.reference if sent else None,
            "next": begin.message if begin else None,
            "next_attempt": begin.number if begin else None,
        }
        settled, begun = self._cursor.execute(SETTLE_AND_BEGIN, given, prepare=True).fetchone()
        return StepResult(settled, begun)


SETTLE = """
    update message set state = 'sent', lease_owner = null, lease_until_at = null, last_reason = null,
        reference = ?, settled_at = ?
    where id = ? and lease_owner = ? and attempts = ? and state in ('leased', 'sending')"""
FINISH = """
    update delivery set finished_at = ?, outcome = 'sent', reason = null, reference = ?
    where message = ? and attempt = ? and finished_at is null"""
BEGIN = """
    update message set state = 'sending', attempts = ?
    where id = ? and lease_owner = ? and attempts = ? and state in ('leased', 'sending')"""
NOTE = "insert into delivery (message, attempt, started_at) values (?, ?, ?)"
SETTLE_AND_BEGIN = """
    with settled as (
        update message set state = 'sent', lease_owner = null, lease_until_at = null, last_reason = null,
            reference = %(reference)s, settled_at = %(now)s
        where id = %(sent)s and lease_owner = %(owner)s and attempts = %(sent_attempt)s
            and state in ('leased', 'sending')
        returning id, attempts
    ), finished as (
        update delivery set finished_at = %(now)s, outcome = 'sent', reason = null, reference = %(reference)s
        where message = (select id from settled) and attempt = (select attempts from settled)
            and finished_at is null
    ), begun as (
        update message set state = 'sending', attempts = %(next_attempt)s
        where id = %(next)s and lease_owner = %(owner)s and attempts = %(next_attempt)s - 1
            and state in ('leased', 'sending')
        returning id, attempts
    ), noted as (
        insert into delivery (message, attempt, started_at) select id, attempts, %(now)s from begun
    )
    select exists (select from settled), exists (select from begun)"""

vendor_send = Table(
    "vendor_send",
    tables,
    Column("message_id", Text, primary_key=True),
    Column("draft_id", Text, nullable=False),
    Column("history_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reference", Text, nullable=False),
    Index(None, "at"),
    Index(None, "reference"),
)

# Long after any message is settled, and before the table grows.
KEPT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class SendingJournal:
    """The journal of one installation; any number of threads, processes and machines."""

    store: Store

    def find(self, message_id: str) -> SendAttempt | None:
        with self.store.reading() as conn:
            query = select(vendor_send).where(vendor_send.c.message_id == message_id)
            row = conn.execute(query).one_or_none()
        return _sending(row) if row is not None else None

    def write(self, entry: SendAttempt) -> None:
        row = {
            "message_id": entry.message_id,
            "draft_id": entry.draft_id,
            "history_id": entry.history_id,
            "stage": entry.stage.value,
            "at": entry.at,
            "reference": entry.reference,
        }
        with self.store.writing() as conn:
            conn.execute(delete(vendor_send).where(vendor_send.c.at < entry.at - KEPT))
            upsert(conn, vendor_send, [row])

    def forget(self, message_id: str) -> None:
        """Drop the entry of a message that the vendor refused."""
        with self.store.writing() as conn:
            conn.execute(delete(vendor_send).where(vendor_send.c.message_id == message_id))

    def begun_since(self, at: datetime) -> list[datetime]:
        query = select(vendor_send.c.at).where(
            vendor_send.c.stage != SendStage.DRAFTED.value,
            vendor_send.c.at > at,
            vendor_send.c.history_id != "",
        )
        with self.store.reading() as conn:
            return list(conn.execute(query.order_by(vendor_send.c.at)).scalars())

    def sent_as(self, reference: str) -> str | None:
        query = select(vendor_send.c.message_id).where(
            vendor_send.c.reference == reference, vendor_send.c.stage == SendStage.SENT.value
        )
        with self.store.reading() as conn:
            found: str | None = conn.execute(query.limit(1)).scalar_one_or_none()
        return found


def _sending(row: Any) -> SendAttempt:
    return SendAttempt(
        row.message_id, row.draft_id, row.history_id, SendStage(row.stage), row.at, row.reference
    )
