"""Who holds a role that opens cases, and who confirmed it; addresses of theirs that wait to take effect.

The tables of who may open cases: roles and who confirmed them, and addresses that wait to take effect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, Row, Table, Text, delete, not_, select, update

from bot.database.columns import Instant, tables, to_row
from bot.database.dialect import insert_into
from bot.database.queries import upsert
from bot.records.people import membership
from bot.records.tables import school

# Schools whose holders are confirmed one by one. A school without a row here was live before that began:
# every holder of a role in it counts, and is stored as confirmed before anything of it changes.
confirming = Table(
    "confirming",
    tables,
    Column("setting", Text, ForeignKey("school.key"), primary_key=True),
    Column("since_at", Instant, nullable=False),
)

# A current or former holder of a role that opens cases; `role` by its usual name. `confirmed_at` null: waits.
case_role = Table(
    "case_role",
    tables,
    Column("setting", Text, ForeignKey("school.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("named_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("confirmed_by", Text),
    Column("confirmed_how", Text),
    Column("ended_at", Instant),
    Index(None, "person"),
)

# The new address of a confirmed holder, until another leader agrees or a day has passed.
address_change = Table(
    "address_change",
    tables,
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("email", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class CaseRole:
    """One person's role. `confirmed_at` None: it waits; `ended_at`: they hold it no more.

    `confirmed_by`: a person's key, or what else confirmed it; `how`: by what link or other means.
    """

    school: str
    person: str
    role: str
    named_at: datetime
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None
    how: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirms (a person's key, or what else), by what link or other means, and when."""

    by: str
    how: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A requested new address. `asked_by`: who asked, as the ledger names them."""

    person: str
    school: str
    email: str
    asked_at: datetime
    asked_by: str


def begin_confirming(conn: Connection, key: str, now: datetime) -> None:
    """Record that holders of a school are confirmed one by one from now on."""
    once = insert_into(conn, confirming).on_conflict_do_nothing()
    conn.execute(once, {"setting": key, "since_at": now})


def is_confirming(conn: Connection, key: str) -> bool:
    """Return whether holders of a school are confirmed one by one."""
    return conn.scalar(select(confirming.c.setting).where(confirming.c.setting == key)) is not None


def to_settle(conn: Connection, today: date) -> list[str]:
    """Return the schools that do not confirm yet, and those where a holder of a role has left."""
    begun = select(confirming.c.setting)
    left = (
        select(case_role.c.setting)
        .join(
            membership,
            (membership.c.setting == case_role.c.setting) & (membership.c.person == case_role.c.person),
        )
        .where(case_role.c.ended_at.is_(None), membership.c.leaves_on < today)
    )
    asked = school.c.key.not_in(begun) | school.c.key.in_(left)
    return list(conn.scalars(select(school.c.key).where(asked).order_by(school.c.key)))


def of_school(conn: Connection, key: str) -> list[CaseRole]:
    """List every role of a school that is or was held, by role and person."""
    query = select(case_role).where(case_role.c.setting == key)
    return [_record(row) for row in conn.execute(query.order_by(case_role.c.role, case_role.c.person))]


def confirmed(conn: Connection, schools: Collection[str]) -> dict[str, Mapping[str, frozenset[str]]]:
    """Return confirmed roles: school -> person -> roles.

    A school that does not confirm one by one yet is missing.
    """
    found: dict[str, dict[str, set[str]]] = {
        key: defaultdict(set)
        for key in conn.scalars(select(confirming.c.setting).where(confirming.c.setting.in_(schools)))
    }
    query = select(case_role.c.setting, case_role.c.person, case_role.c.role).where(
        case_role.c.setting.in_(found), *_counts()
    )
    for key, person, role in conn.execute(query):
        found[key][person].add(role)
    return {
        key: {person: frozenset(roles) for person, roles in by_person.items()}
        for key, by_person in found.items()
    }


def name(conn: Connection, key: str, held: Iterable[tuple[str, str]], now: datetime) -> None:
    """Record that these people (key, role) hold a role from now on, not confirmed yet."""
    given = {"setting": key, "named_at": now, "confirmed_at": None, "confirmed_by": None}
    nothing = {"confirmed_how": None, "ended_at": None}
    upsert(conn, case_role, [given | nothing | {"person": person, "role": role} for person, role in held])


def end(conn: Connection, key: str, lost: Iterable[tuple[str, str]], now: datetime) -> None:
    """Record that these people no longer hold a role."""
    for person, role in lost:
        conn.execute(update(case_role).where(*_one(key, person, role)).values(ended_at=now))


def confirm(conn: Connection, key: str, person: str, role: str, given: Confirmation) -> bool:
    """Confirm a role that waits. False: it is confirmed already, or not held."""
    waits = (*_one(key, person, role), case_role.c.confirmed_at.is_(None), case_role.c.ended_at.is_(None))
    values = {"confirmed_at": given.at, "confirmed_by": given.by, "confirmed_how": given.how}
    return conn.execute(update(case_role).where(*waits).values(values)).rowcount == 1


def ask_address(conn: Connection, change: AddressChange) -> None:
    """Record a requested address, replacing one that waits already."""
    upsert(conn, address_change, [to_row(change)])


def address_changes(conn: Connection, people: Collection[str] | None = None) -> dict[str, AddressChange]:
    """Return the addresses that wait, of these people or of all."""
    query = select(address_change)
    if people is not None:
        query = query.where(address_change.c.person.in_(people))
    return {row.person: AddressChange(*row) for row in conn.execute(query)}


def drop_address(conn: Connection, person: str) -> bool:
    """Forget an address that waits. False: none does."""
    return conn.execute(delete(address_change).where(address_change.c.person == person)).rowcount == 1


def in_any_school(conn: Connection, people: Collection[str]) -> set[str]:
    """Return those of these people who are confirmed in a role of any school."""
    query = select(case_role.c.person).where(case_role.c.person.in_(people), *_counts())
    return set(conn.scalars(query.distinct()))


def schools_of(conn: Connection, person: str) -> list[str]:
    """Return the schools in which a person is confirmed in a role."""
    query = select(case_role.c.setting).where(case_role.c.person == person, *_counts())
    return list(conn.scalars(query.distinct().order_by(case_role.c.setting)))


def _counts() -> tuple[Any, ...]:
    return not_(case_role.c.confirmed_at.is_(None)), case_role.c.ended_at.is_(None)


def _one(key: str, person: str, role: str) -> tuple[Any, ...]:
    return case_role.c.setting == key, case_role.c.person == person, case_role.c.role == role


def _record(row: Row[Any]) -> CaseRole:
    return CaseRole(
        row.setting,
        row.person,
        row.role,
        row.named_at,
        row.confirmed_at,
        row.confirmed_by,
        row.confirmed_how,
        row.ended_at,
    )
