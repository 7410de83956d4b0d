"""Finds the settings that share people, directly or through others."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from bot.store.people_schema import membership

_one, _other = membership.alias("one"), membership.alias("other")


def in_several(conn: Connection) -> list[tuple[str, str]]:
    """List (person, setting) of everybody who belongs to more settings than one."""
    several = select(membership.c.person).group_by(membership.c.person).having(func.count() > 1)
    query = select(membership.c.person, membership.c.setting).where(membership.c.person.in_(several))
    return [(person, setting) for person, setting in conn.execute(query)]


def family_of(conn: Connection, setting: str) -> list[str]:
    """List a setting and all that share people with it, or with one that does."""
    found = new = {setting}
    both = select(_other.c.setting).distinct().join(_one, _one.c.person == _other.c.person)
    while new:
        near = both.where(_one.c.setting.in_(new), _other.c.setting.not_in(found))
        new = set(conn.scalars(near))
        found = found | new
    return sorted(found)
