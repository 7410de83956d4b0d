"""Rows of a list of people: `row(key, role)` of a new one, `row_of(person, setting)` of one who is known."""

from bot.ports import RosterEntry


def row(key, role, starts_on=None):
    """Write down somebody who works each weekday of school."""
    return RosterEntry(
        key=key,
        name=key.title(),
        email=f"{key}@oakfield.example",
        roles=frozenset({role}),
        groups=frozenset(),
        starts_on=starts_on,
        leaves_on=None,
        working_days=frozenset(range(5)),
        manager=None,
    )


def row_of(person, school):
    """Write down somebody as they are known; what they were given beside the list is no part of it."""
    here = person.membership(school)
    return RosterEntry(
        person.key,
        person.name,
        person.email,
        here.roles,
        here.groups,
        here.starts_on,
        here.leaves_on,
        here.working_days,
        here.manager,
    )
