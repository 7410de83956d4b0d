"""People, their memberships of schools, and their absences. A leaver has a last day and is not deleted.

`bot.records.tables` must be imported first: both share one MetaData.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    case,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from bot.database.columns import Instant, as_stored, tables
from bot.database.dialect import Either, Json, beyond_ascii, index_beyond_ascii, insert_into
from bot.database.queries import SchoolKeys, school_query, upsert
from bot.records import sign_ins
from bot.records.school_plan import mark_changed
from bot.rules.people import Absence, FormerAddress, Membership, Person

person = Table(
    "person",
    tables,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("unreachable", Text),
    Column("saved_at", Instant, nullable=False),
)
# People are looked up by a folded key or address among all schools (sign-in, register). A
# database folds ASCII only: the few names with other letters have an index of their own.
Index("ix_person_folded_key", func.lower(person.c.key))
Index("ix_person_folded_email", func.lower(person.c.email))
PEOPLE_BEYOND_ASCII = beyond_ascii("key", "email")
index_beyond_ascii("ix_person_beyond_ascii", person.c.key, PEOPLE_BEYOND_ASCII)

# A former address, folded, and until when: registers and lists may still name it.
former_address = Table(
    "former_address",
    tables,
    Column("email", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("until_at", Instant, nullable=False),
    Index(None, "person"),
)

# The address in a school's list where another school's list has a different one; null: it has none.
listed_address = Table(
    "listed_address",
    tables,
    Column("setting", Text, ForeignKey("school.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("email", Text),
)

# `listed_roles`: those of the roles that the last list of people stated; the others were given here.
membership = Table(
    "membership",
    tables,
    Column("setting", Text, ForeignKey("school.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("roles", Json, nullable=False),
    Column("listed_roles", Json, nullable=False, server_default="[]"),
    Column("groups", Json, nullable=False),
    Column("starts_on", Date),
    Column("leaves_on", Date),
    Column("working_days", Json, nullable=False),
    Column("manager", Text),
    Column("paused", Boolean, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Index(None, "person"),
)

# `noted_here`: by the office on its page; a list of people replaces only the others.
absence = Table(
    "absence",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("first_on", Date, nullable=False),
    Column("until_on", Date),
    Column("reason", Text, nullable=False),
    Column("noted_here", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["setting", "person"], ["membership.setting", "membership.person"]),
    Index(None, "setting", "person"),
)

# Kept as JSON; most people have the same few.
KEPT_AS_JSON = ("roles", "listed_roles", "groups", "working_days")
PEOPLE = school_query(
    select(
        *(one for one in as_stored(membership, *KEPT_AS_JSON) if one.name != "saved_at"),
        person.c.name,
        person.c.email,
        person.c.unreachable,
    )
    .join(person, person.c.key == membership.c.person)
    .order_by(person.c.key, membership.c.setting),
    membership.c.setting,
)
AWAY = school_query(select(absence).order_by(absence.c.first_on), absence.c.setting)
FORMERLY = school_query(
    select(former_address).join(membership, membership.c.person == former_address.c.person).distinct(),
    membership.c.setting,
)
# Asked this way round, SQLite looks for the person first and for where they belong after.
_belongs = select(membership.c.person).where(membership.c.person == person.c.key).exists()
EVERYBODY = select(person).where(_belongs).order_by(person.c.key)
# Each is in a statement twice, and SQLite takes 32,766 values in one.
NAMES_AT_ONCE = 1000
_names = bindparam("names", type_=Text(), expanding=True)
ANYBODY = select(membership.c.person).limit(1)
ADDRESSES = select(person.c.key, person.c.email).where(person.c.key.in_(_names))
EMAIL = select(person.c.email).where(person.c.key == bindparam("the_person"))
# A database folds ASCII only; the few names with other letters are read and folded here.
BEYOND_ASCII = PEOPLE_BEYOND_ASCII.map(lambda words: EVERYBODY.where(text(f"({words})")))
NAMED = EVERYBODY.where(or_(func.lower(person.c.key).in_(_names), func.lower(person.c.email).in_(_names)))
FORMERLY_NAMED = (
    select(person)
    .join(former_address, former_address.c.person == person.c.key)
    .where(former_address.c.email.in_(_names), _belongs)
)
THEIR_MEMBERSHIPS = PEOPLE.every.where(membership.c.person.in_(_names))
LISTED = select(listed_address).where(listed_address.c.person.in_(_names))
SCHOOLS_OF = select(membership.c.setting).distinct().where(membership.c.person.in_(_names))
NOT_PLANNED_BY = frozenset({"setting", "saved_at", "listed_roles"})
_compared = (column for column in membership.columns if column.name not in NOT_PLANNED_BY)
AS_PLANNED = (
    select(membership.c.setting, *_compared, person.c.name, person.c.email, person.c.unreachable)
    .join(person, person.c.key == membership.c.person)
    .where(membership.c.person.in_(_names))
)
THEIR_ABSENCES = select(
    absence.c.setting,
    absence.c.person,
    absence.c.first_on,
    absence.c.until_on,
    absence.c.reason,
    absence.c.noted_here,
).where(absence.c.person.in_(_names))
THEIR_FORMER = select(former_address).where(former_address.c.person.in_(_names))


def save_people(conn: Connection, people: Iterable[Person], now: datetime) -> None:
    """Write people with the memberships they carry, as a staff list states them; other memberships stay.

    `paused`, `unreachable` and absences recorded on a page are not in a staff list and stay. A new email
    address makes the person reachable again, and the old one is stored as a former one.
    """
    everybody = list(people)
    if not everybody:
        return
    before = _as_planned(conn, everybody)
    _end_addresses(conn, {one.key: one.email for one in everybody}, now)
    conn.execute(
        _save_person(conn),
        [{"key": p.key, "name": p.name, "email": p.email, "saved_at": now} for p in everybody],
    )
    held = [(p.key, one) for p in everybody for one in p.memberships]
    upsert(conn, membership, [_membership_row(key, one, now) for key, one in held], keep=("paused",))
    _replace_absences(conn, held)
    after = _as_planned(conn, everybody)
    mark_changed(conn, [key for key in before | after if before.get(key) != after.get(key)])


def roster(conn: Connection, school: str) -> dict[str, Person]:
    """Return all people of one school by key, leavers too, each with the membership of that school only."""
    return load_people(conn, (school,))


def load_people(conn: Connection, schools: SchoolKeys) -> dict[str, Person]:
    """Return all people with a membership in these schools, with those memberships only."""
    away: dict[tuple[str, str], list[Absence]] = defaultdict(list)
    for row in AWAY.rows(conn, schools):
        away[row.setting, row.person].append(Absence(row.first_on, row.until_on, row.reason, row.noted_here))
    known: dict[str, Row[Any]] = {}
    held: dict[str, list[Membership]] = defaultdict(list)
    for row in PEOPLE.rows(conn, schools):
        known[row.person] = row
        held[row.person].append(membership_record(row, away.get((row.setting, row.person), ())))
    formerly = _by_person(FORMERLY.rows(conn, schools))
    return {
        key: Person(key, row.name, row.email, tuple(held[key]), row.unreachable, formerly.get(key, ()))
        for key, row in known.items()
    }


def are_any(conn: Connection) -> bool:
    """Return whether any person belongs to a school."""
    return conn.scalar(ANYBODY) is not None


def email_of(conn: Connection, key: str) -> str | None:
    """Return a person's address; None if they have none."""
    email: str | None = conn.scalar(EMAIL, {"the_person": key})
    return email


def email_here(conn: Connection, school: str, key: str, today: date) -> str | None:
    """Return a member's address at a school; None if they left it, or have no address."""
    stays = or_(membership.c.leaves_on.is_(None), membership.c.leaves_on >= today)
    theirs = select(person.c.email).join(membership, membership.c.person == person.c.key)
    mine = (membership.c.setting == school, membership.c.person == key)
    return conn.execute(theirs.where(*mine, stays)).scalar_one_or_none()


def had_another_address(conn: Connection, key: str, since: datetime) -> bool:
    """Return whether an address of a person was removed after that instant."""
    theirs = (former_address.c.person == key, former_address.c.until_at > since)
    return conn.execute(select(former_address.c.email).where(*theirs).limit(1)).first() is not None


def name_of(conn: Connection, key: str) -> str | None:
    """Return a person's name; None if the key is unknown."""
    return conn.execute(select(person.c.name).where(person.c.key == key)).scalar_one_or_none()


def find_named(conn: Connection, names: Collection[str], besides: Container[str]) -> dict[str, Person]:
    """Return people with a current or former key or address among `names` (folded), without memberships."""
    wanted = set(names)
    rows = {
        row.key: row
        for row in looked_up(conn, NAMED, BEYOND_ASCII, wanted)
        if not wanted.isdisjoint({row.key.casefold(), (row.email or "").casefold()})
    }
    for some in a_few(wanted):
        rows |= {row.key: row for row in conn.execute(FORMERLY_NAMED, {"names": some})}
    found = {key: row for key, row in rows.items() if key not in besides}
    formerly: dict[str, tuple[FormerAddress, ...]] = {}
    for some in a_few(found):
        formerly |= _by_person(conn.execute(THEIR_FORMER, {"names": some}))
    return {
        key: Person(key, row.name, row.email, (), row.unreachable, formerly.get(key, ()))
        for key, row in found.items()
    }


def with_memberships(conn: Connection, found: Mapping[str, Person]) -> dict[str, Person]:
    """Return these people with their memberships in every school, without absences."""
    held: dict[str, list[Membership]] = defaultdict(list)
    for some in a_few(found):
        for row in conn.execute(THEIR_MEMBERSHIPS, {"names": some}):
            held[row.person].append(membership_record(row, ()))
    return {key: replace(one, memberships=tuple(held[key])) for key, one in found.items()}


def a_few(names: Iterable[str]) -> Iterator[list[str]]:
    """Split names into batches that fit one statement; no names make one empty batch."""
    every = sorted(names)
    return (every[at : at + NAMES_AT_ONCE] for at in range(0, len(every) or 1, NAMES_AT_ONCE))


def looked_up(
    conn: Connection, named: Select[Any], beyond_ascii: Either[Select[Any]], names: Collection[str]
) -> Iterator[Row[Any]]:
    """Yield the rows that a query finds by names, and those no database can fold; a row may come twice."""
    for some in a_few(names):
        yield from conn.execute(named, {"names": some})
    yield from conn.execute(beyond_ascii.of(conn))


def mark_unreachable(conn: Connection, key: str, reason: str) -> None:
    """Record that mail to a person was refused for good, until they have another address."""
    conn.execute(update(person).where(person.c.key == key).values(unreachable=reason))
    mark_changed(conn, _schools_of(conn, (key,)))


def mark_reachable(conn: Connection, key: str, email: str, now: datetime) -> None:
    """Record a person's current address, or that the stored one accepts mail again."""
    _end_addresses(conn, {key: email}, now)
    conn.execute(update(person).where(person.c.key == key).values(email=email, unreachable=None))
    mark_changed(conn, _schools_of(conn, (key,)))


def give_up_addresses(conn: Connection, keys: Collection[str], now: datetime) -> None:
    """Remove the address of each of these people, because another person has it now."""
    _end_addresses(conn, dict.fromkeys(keys), now)
    for some in a_few(keys):
        conn.execute(update(person).where(person.c.key.in_(some)).values(email=None, unreachable=None))
    mark_changed(conn, _schools_of(conn, keys))


def listed_addresses(conn: Connection, keys: Collection[str]) -> dict[tuple[str, str], str | None]:
    """Return the addresses in schools' lists that differ from those used, by school and key."""
    rows = (row for some in a_few(keys) for row in conn.execute(LISTED, {"names": some}))
    return {(row.setting, row.person): row.email for row in rows}


def note_listed(conn: Connection, school: str, said: Mapping[str, str | None]) -> None:
    """Replace the differing addresses of a school's list, by key."""
    conn.execute(delete(listed_address).where(listed_address.c.setting == school))
    rows = [{"setting": school, "person": key, "email": email} for key, email in said.items()]
    if rows:
        conn.execute(insert(listed_address), rows)


def set_leaving(conn: Connection, school: str, key: str, leaves_on: date | None) -> None:
    """Store a person's last day in one school; None: they stay."""
    mine = (membership.c.setting == school, membership.c.person == key)
    conn.execute(update(membership).where(*mine).values(leaves_on=leaves_on))
    mark_changed(conn, (school,))


def note_absences(conn: Connection, school: str, key: str, away: Iterable[Absence]) -> None:
    """Replace the absences recorded on pages of a person in one school; those of a list stay."""
    given = {"in_setting": school, "of": key}
    conn.execute(delete(absence).where(*_away(), absence.c.noted_here.is_(True)), given)
    rows = [
        {
            "setting": school,
            "person": key,
            "first_on": one.first_on,
            "until_on": one.until,
            "reason": one.reason,
            "noted_here": True,
        }
        for one in away
    ]
    if rows:
        conn.execute(insert(absence), rows)
    mark_changed(conn, (school,))


def _schools_of(conn: Connection, keys: Collection[str]) -> set[str]:
    """Find every school that one of these people belongs to."""
    return {key for some in a_few(keys) for key in conn.scalars(SCHOOLS_OF, {"names": some})}


def _as_planned(conn: Connection, people: Iterable[Person]) -> dict[str, set[str]]:
    """Map each school of these people to all that a plan knows of them, row by row, to be compared."""
    found: dict[str, set[str]] = defaultdict(set)
    for some in a_few(one.key for one in people):
        for query in (AS_PLANNED, THEIR_ABSENCES):
            for key, *columns in conn.execute(query, {"names": some}):
                found[key].add(repr(columns))
    return found


def _end_addresses(conn: Connection, addresses: Mapping[str, str | None], now: datetime) -> None:
    """Move each person's address to the former ones, where another takes its place.

    A former address signs no one in: sessions end, and links that were emailed to it stop working.
    """
    rows = [
        {"email": one.email.casefold(), "person": one.key, "until_at": now}
        for some in a_few(addresses)
        for one in conn.execute(ADDRESSES, {"names": some})
        if one.email and one.email.casefold() != (addresses[one.key] or "").casefold()
    ]
    upsert(conn, former_address, rows)
    for some in a_few(row["person"] for row in rows) if rows else ():
        sign_ins.end_access(conn, some, now)


def _by_person(rows: Iterable[Row[Any]]) -> dict[str, tuple[FormerAddress, ...]]:
    held: dict[str, list[FormerAddress]] = defaultdict(list)
    for row in rows:
        held[row.person].append(FormerAddress(row.email, row.until_at))
    return {key: tuple(sorted(some, key=lambda one: (one.until_at, one.email))) for key, some in held.items()}


def _away() -> tuple[ColumnElement[bool], ...]:
    return absence.c.setting == bindparam("in_setting"), absence.c.person == bindparam("of")


def _save_person(conn: Connection) -> Any:
    statement = insert_into(conn, person)
    given = statement.excluded
    same_address = person.c.email.is_not_distinct_from(given.email)
    return statement.on_conflict_do_update(
        index_elements=[person.c.key],
        set_={
            "name": given.name,
            "email": given.email,
            "unreachable": case((same_address, person.c.unreachable)),
            "saved_at": given.saved_at,
        },
    )


def _replace_absences(conn: Connection, held: Sequence[tuple[str, Membership]]) -> None:
    if not held:
        return
    listed = (*_away(), absence.c.noted_here.is_(False))
    conn.execute(delete(absence).where(*listed), [{"in_setting": one.school, "of": key} for key, one in held])
    away = [
        {
            "setting": one.school,
            "person": key,
            "first_on": days.first_on,
            "until_on": days.until,
            "reason": days.reason,
        }
        for key, one in held
        for days in one.absences
        if not days.noted_here
    ]
    if away:
        conn.execute(insert(absence), away)


def _membership_row(key: str, one: Membership, now: datetime) -> dict[str, Any]:
    return {
        "setting": one.school,
        "person": key,
        "roles": sorted(one.roles),
        "listed_roles": sorted(one.listed_roles & one.roles),
        "groups": sorted(one.groups),
        "starts_on": one.starts_on,
        "leaves_on": one.leaves_on,
        "working_days": sorted(one.working_days),
        "manager": one.manager,
        "paused": one.paused,
        "saved_at": now,
    }


@lru_cache(maxsize=4096)
def _listed(stored: str) -> frozenset[Any]:
    return frozenset(json.loads(stored))


def membership_record(row: Row[Any], absences: Iterable[Absence]) -> Membership:
    """Return the membership of a row whose lists are JSON text (`KEPT_AS_JSON`)."""
    return Membership(
        school=row.setting,
        roles=_listed(row.roles),
        listed_roles=_listed(row.listed_roles),
        groups=_listed(row.groups),
        starts_on=row.starts_on,
        leaves_on=row.leaves_on,
        working_days=_listed(row.working_days),
        absences=tuple(absences),
        manager=row.manager,
        paused=row.paused,
    )


# Schools that share people, directly or through others.
_one, _other = membership.alias("one"), membership.alias("other")


def in_several(conn: Connection, schools: Collection[str] | None = None) -> list[tuple[str, str]]:
    """Return (person, school) of all people who belong to several schools; of these schools, if given."""
    held = select(membership.c.person)
    query = select(membership.c.person, membership.c.setting)
    if schools is not None:
        held, query = (one.where(membership.c.setting.in_(schools)) for one in (held, query))
    several = held.group_by(membership.c.person).having(func.count() > 1)
    rows = conn.execute(query.where(membership.c.person.in_(several)))
    return [(person, school) for person, school in rows]


def family_of(conn: Connection, *schools: str) -> list[str]:
    """List settings and all that share people with one of them, or with one that does."""
    found = new = set(schools)
    both = select(_other.c.setting).distinct().join(_one, _one.c.person == _other.c.person)
    while new:
        near = both.where(_one.c.setting.in_(new), _other.c.setting.not_in(found))
        new = set(conn.scalars(near))
        found = found | new
    return sorted(found)
