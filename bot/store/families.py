"""Finds the people who belong to several settings."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from bot.store.schema import membership


def in_several(conn: Connection) -> list[tuple[str, str]]:
    """List (person, setting) of everybody who belongs to more settings than one."""
    several = select(membership.c.person).group_by(membership.c.person).having(func.count() > 1)
    query = select(membership.c.person, membership.c.setting).where(membership.c.person.in_(several))
    return [(person, setting) for person, setting in conn.execute(query)]
