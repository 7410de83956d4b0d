"""Ends the leases of a process that died, so that its messages wait for nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from bot.store.schema import message


def end(conn: Connection, process: str, now: datetime) -> int:
    """End every lease of this process's runs; what it may have sent stays marked so. Say how many."""
    theirs = message.c.lease_owner.startswith(f"{process}/", autoescape=True)
    held = (message.c.state.in_(["leased", "sending"]), message.c.lease_until_at > now)
    said = conn.execute(update(message).where(theirs, *held).values(lease_until_at=now))
    return int(said.rowcount)
