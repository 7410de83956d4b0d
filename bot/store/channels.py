"""Counts how answers came in, by channel: what was entered for somebody else is counted apart."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from bot.store.schema import evidence


def count_by_channel(conn: Connection, setting: str) -> dict[str, int]:
    """Count a setting's records by channel: "web", "kiosk", "paper"."""
    counted = select(evidence.c.channel, func.count()).where(evidence.c.setting == setting)
    return {row[0]: row[1] for row in conn.execute(counted.group_by(evidence.c.channel))}
