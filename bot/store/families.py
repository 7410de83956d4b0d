"""Finds the settings that share people, directly or through others."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from bot.store.people_schema import membership

_one, _other = membership.alias("one"), membership.alias("other")


def in_several(conn: Connection, settings: Collection[str] | None = None) -> list[tuple[str, str]]:
    """List (person, setting) of everybody who belongs to several settings; of these, where they are named."""
    held = select(membership.c.person)
    query = select(membership.c.person, membership.c.setting)
    if settings is not None:
        held, query = (one.where(membership.c.setting.in_(settings)) for one in (held, query))
    several = held.group_by(membership.c.person).having(func.count() > 1)
    rows = conn.execute(query.where(membership.c.person.in_(several)))
    return [(person, setting) for person, setting in rows]


def family_of(conn: Connection, *settings: str) -> list[str]:
    """List settings and all that share people with one of them, or with one that does."""
    found = new = set(settings)
    both = select(_other.c.setting).distinct().join(_one, _one.c.person == _other.c.person)
    while new:
        near = both.where(_one.c.setting.in_(new), _other.c.setting.not_in(found))
        new = set(conn.scalars(near))
        found = found | new
    return sorted(found)
