"""Events that set clocks running: written once by key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.domain.evidence import Event
from bot.store.by_setting import Settings, by_setting
from bot.store.schema import event
from bot.store.upsert import INSERT

EVENTS = by_setting(select(event).order_by(event.c.happened_on, event.c.key), event.c.setting)


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
    }
    statement = INSERT[conn.dialect.name](event).on_conflict_do_nothing(
        index_elements=list(event.primary_key)
    )
    return conn.execute(statement.returning(event.c.key), row).one_or_none() is not None


def load_events(conn: Connection, settings: Settings) -> list[Event]:
    """List events, earliest first."""
    return [_event(row) for row in EVENTS.rows(conn, settings)]


def _event(row: Row[Any]) -> Event:
    return Event(row.key, row.setting, row.name, row.happened_on, row.person, row.subject)
