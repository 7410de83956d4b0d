"""Ends the leases of what died or hangs, so that its messages wait for nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from bot.store.schema import OPEN, message


def leased_by(process: str, part: str) -> str:
    """Name what a process has in hand for one part; the name of each run begins with it."""
    return f"{process}/{part}/"


def end(conn: Connection, process: str, part: str, now: datetime) -> int:
    """End every lease that a process has for one part of its work. Say how many.

    What it may have sent stays marked so. What it has in hand for other parts stays its own: it may live.
    """
    theirs = message.c.lease_owner.startswith(leased_by(process, part), autoescape=True)
    held = (OPEN, message.c.state.in_(["leased", "sending"]), message.c.lease_until_at > now)
    said = conn.execute(update(message).where(theirs, *held).values(lease_until_at=now))
    return int(said.rowcount)
