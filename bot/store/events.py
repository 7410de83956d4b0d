"""Events that set clocks running: written once by key, and taken back where nothing happened after all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from bot.domain.evidence import Event
from bot.store.by_setting import Settings, by_setting
from bot.store.schema import event
from bot.store.upsert import INSERT

EVENTS = by_setting(select(event).order_by(event.c.happened_on, event.c.key), event.c.setting)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event, and when it was written down."""

    event: Event
    at: datetime


def add(conn: Connection, one: Event, now: datetime) -> bool:
    """Note that something happened; False when it was known by its key already."""
    row = {
        "setting": one.setting,
        "key": one.key,
        "name": one.name,
        "happened_on": one.on,
        "person": one.person,
        "subject": one.subject,
        "recorded_at": now,
        "note": one.note,
    }
    statement = INSERT[conn.dialect.name](event).on_conflict_do_nothing(
        index_elements=list(event.primary_key)
    )
    return conn.execute(statement.returning(event.c.key), row).one_or_none() is not None


def take_back(conn: Connection, setting: str, key: str) -> bool:
    """Forget an event; False when there was none. What people did about it stays."""
    gone = delete(event).where(event.c.setting == setting, event.c.key == key)
    return bool(conn.execute(gone).rowcount)


def recorded_since(conn: Connection, setting: str, since: date) -> list[Recorded]:
    """List a setting's events that happened on that day or later, the latest first."""
    lately = select(event).where(event.c.setting == setting, event.c.happened_on >= since)
    rows = conn.execute(lately.order_by(event.c.happened_on.desc(), event.c.recorded_at.desc()))
    return [Recorded(_event(row), row.recorded_at) for row in rows]


def load_events(conn: Connection, settings: Settings) -> list[Event]:
    """List events, earliest first."""
    return [_event(row) for row in EVENTS.rows(conn, settings)]


def _event(row: Row[Any]) -> Event:
    return Event(row.key, row.setting, row.name, row.happened_on, row.person, row.subject, row.note)
