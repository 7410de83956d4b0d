"""The register's tables: read with one query a table for any number of schools, saved school by school.

A row that the register no longer lists is kept as unlisted, because evidence refers to it; it makes no
duties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, Table, bindparam, delete, func, insert, select, update

from bot.database.columns import as_stored, columns_of, from_row, to_row
from bot.database.queries import SchoolKeys, SchoolQuery, school_query, upsert
from bot.records import register_rows
from bot.records import tables as record_tables
from bot.records.quiz import load_questions, question_rows, quiz_question
from bot.records.register_rows import (
    KEPT_AS_JSON,
    account_record,
    body_record,
    obligation_record,
    policy_record,
    school_record,
    version_record,
)
from bot.records.school_plan import mark_changed
from bot.rules.accounts import Account
from bot.rules.calendar import Term
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Obligation
from bot.rules.people import School
from bot.rules.policies import Policy, Version
from bot.rules.register import Register, Route, rule_since

Key = tuple[str, str]


def _of(query: Select[Any], table: Table) -> SchoolQuery:
    return school_query(query, table.c.setting)


def _listed(table: Table) -> SchoolQuery:
    return _of(select(table).where(table.c.listed).order_by(table.c.setting, table.c.position), table)


_version = record_tables.policy_version.c
SCHOOLS = school_query(
    select(record_tables.school).order_by(record_tables.school.c.key), record_tables.school.c.key
)
POLICIES = _listed(record_tables.policy)
VERSIONS = _of(
    select(
        _version.setting,
        _version.policy,
        _version.number,
        _version.sha256_bytes,
        _version.issued_on,
        _version.minor,
    ).order_by(_version.id),
    record_tables.policy_version,
)
OBLIGATIONS = school_query(
    select(*as_stored(record_tables.obligation, *KEPT_AS_JSON))
    .where(record_tables.obligation.c.listed)
    .order_by(record_tables.obligation.c.setting, record_tables.obligation.c.position),
    record_tables.obligation.c.setting,
)
HOLDERS = _of(select(record_tables.account_holder), record_tables.account_holder)
ACCOUNTS = _listed(record_tables.account)
MEETINGS = _of(
    select(record_tables.meeting).order_by(record_tables.meeting.c.position), record_tables.meeting
)
BODIES = _listed(record_tables.governing_body)
ROLES = _of(
    select(record_tables.role_holder).order_by(
        record_tables.role_holder.c.role, record_tables.role_holder.c.position
    ),
    record_tables.role_holder,
)
TERMS = _of(select(record_tables.term).order_by(record_tables.term.c.first_on), record_tables.term)
CLOSURES = _of(select(record_tables.school_closure), record_tables.school_closure)


def schools(conn: Connection, wanted: SchoolKeys) -> dict[str, School]:
    return {row.key: school_record(row) for row in SCHOOLS.rows(conn, wanted)}


def names(conn: Connection) -> list[tuple[str, str]]:
    """Return the name and the key of every school."""
    school = record_tables.school.c
    return [(row.name, row.key) for row in conn.execute(select(school.name, school.key))]


def policies(conn: Connection, wanted: SchoolKeys, versions: dict[Key, list[Version]]) -> list[Policy]:
    """List the policies, each with the versions given for it."""
    rows = POLICIES.rows(conn, wanted)
    return [policy_record(row, versions.get((row.setting, row.key), ())) for row in rows]


def load_versions(conn: Connection, wanted: SchoolKeys) -> dict[Key, list[Version]]:
    """List the versions of each policy, oldest first, without their text."""
    return _by_key(VERSIONS.rows(conn, wanted), "policy", version_record)


def obligations(conn: Connection, wanted: SchoolKeys) -> list[Obligation]:
    questions = load_questions(conn, wanted)
    found = [obligation_record(row) for row in OBLIGATIONS.rows(conn, wanted)]
    return [
        replace(one, questions=questions[one.school, one.key]) if (one.school, one.key) in questions else one
        for one in found
    ]


def accounts(conn: Connection, wanted: SchoolKeys) -> list[Account]:
    holders = _by_key(HOLDERS.rows(conn, wanted), "account", lambda row: row.person)
    rows = ACCOUNTS.rows(conn, wanted)
    return [account_record(row, holders.get((row.setting, row.key), ())) for row in rows]


def bodies(conn: Connection, wanted: SchoolKeys) -> list[Body]:
    told = MEETINGS.rows(conn, wanted)
    meetings = _by_key(told, "body", lambda row: Meeting(row.key, row.meets_on, row.papers_on))
    rows = BODIES.rows(conn, wanted)
    return [body_record(row, meetings.get((row.setting, row.key), ())) for row in rows]


def roles(conn: Connection, wanted: SchoolKeys) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the holders of roles by the register: school -> role -> people as the register names them."""
    held: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for row in ROLES.rows(conn, wanted):
        by_role = held[row.setting]
        by_role[row.role] = (*by_role.get(row.role, ()), row.person)
    return held


def terms(conn: Connection, wanted: SchoolKeys) -> dict[str, tuple[Term, ...]]:
    found: dict[str, tuple[Term, ...]] = {}
    for row in TERMS.rows(conn, wanted):
        found[row.setting] = (*found.get(row.setting, ()), Term(row.name, row.first_on, row.last_on))
    return found


def load_closures(conn: Connection, wanted: SchoolKeys) -> dict[Key, frozenset[date]]:
    """Return the days by school and kind ("inset" or "closed")."""
    days = _by_key(CLOSURES.rows(conn, wanted), "kind", lambda row: row.falls_on)
    return {key: frozenset(found) for key, found in days.items()}


def _by_key(rows: Iterable[Row[Any]], name: str, make: Any) -> dict[Key, list[Any]]:
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.setting, getattr(row, name)].append(make(row))
    return found


KEPT = (record_tables.policy, record_tables.obligation, record_tables.account, record_tables.governing_body)
REPLACED = (
    record_tables.role_holder,
    record_tables.account_holder,
    record_tables.meeting,
    record_tables.case_route,
    record_tables.term,
    record_tables.school_closure,
    quiz_question,
)


@dataclass(frozen=True, slots=True)
class PolicyText:
    """One text of a policy as it came: the bytes' and the text's SHA-256, and both if there is room.

    `published_by` and `reason`: who published it on a page, and why it is a small change or a material one.
    """

    school: str
    policy: str
    number: str
    sha256_bytes: str
    sha256_text: str | None = None
    text: str | None = None
    media: str | None = None
    filename: str | None = None
    content: bytes | None = None
    issued_on: date | None = None
    minor: bool = False
    reason: str | None = None
    published_by: str | None = None


WORDS = (
    select(*(_version[name] for name in columns_of(PolicyText).values() if name != "content"))
    .where(
        _version.setting == bindparam("the_school"),
        _version.policy == bindparam("the_policy"),
        _version.sha256_bytes == bindparam("the_bytes"),
    )
    .order_by(_version.id.desc())
    .limit(1)
)


def save_register(conn: Connection, register: Register, now: datetime) -> None:
    """Make the stored register the given one. Saving it again changes nothing. Versions are saved apart."""
    key = register.school.key
    known = load_register(conn, key)
    rules = [rule_since(one, known, _day(register, now)) for one in register.obligations]
    upsert(conn, record_tables.school, [register_rows.school_row(register.school, now)])
    for table in KEPT:
        conn.execute(update(table).where(table.c.setting == key).values(listed=False))
    upsert(
        conn,
        record_tables.policy,
        [register_rows.policy_row(one, at) for at, one in enumerate(register.policies)],
    )
    upsert(
        conn,
        record_tables.obligation,
        [register_rows.obligation_row(one, at) for at, one in enumerate(rules)],
    )
    upsert(
        conn,
        record_tables.account,
        [register_rows.account_row(one, at) for at, one in enumerate(register.accounts)],
    )
    upsert(
        conn,
        record_tables.governing_body,
        [register_rows.body_row(one, at) for at, one in enumerate(register.bodies)],
    )
    replacing = (
        register_rows.role_rows(register),
        register_rows.holder_rows(register),
        register_rows.meeting_rows(register),
        register_rows.route_rows(register),
        register_rows.term_rows(register),
        register_rows.closure_rows(register),
        question_rows(register),
    )
    for table, values in zip(REPLACED, replacing, strict=True):
        conn.execute(delete(table).where(table.c.setting == key))
        if values:
            conn.execute(insert(table), values)
    mark_changed(conn, (key,))


def save_since(conn: Connection, school: str, rule: str, since: date | None) -> None:
    """Set since when a rule is here: one that is made what it was goes by the days it went by then."""
    table = record_tables.obligation
    mine = (table.c.setting == school, table.c.key == rule)
    conn.execute(update(table).where(*mine).values(since_on=since))
    mark_changed(conn, (school,))


def save_quotes(conn: Connection, school: str, rule: str, quotes: Sequence[str]) -> None:
    """Set the sentences a rule rests on; whom it asks, and when, stays as it is."""
    table = record_tables.obligation
    mine = (table.c.setting == school, table.c.key == rule)
    conn.execute(update(table).where(*mine).values(source_quotes=list(quotes)))
    mark_changed(conn, (school,))


def _day(register: Register, now: datetime) -> date:
    return now.astimezone(ZoneInfo(register.school.timezone)).date()


def load_routes(conn: Connection, schools: Collection[str]) -> dict[str, tuple[Route, ...]]:
    """Read the routes of these schools, in the register's order."""
    query = select(record_tables.case_route).where(record_tables.case_route.c.setting.in_(schools))
    found: dict[str, tuple[Route, ...]] = {}
    for row in conn.execute(
        query.order_by(record_tables.case_route.c.setting, record_tables.case_route.c.position)
    ):
        found[row.setting] = (*found.get(row.setting, ()), register_rows.route_record(row))
    return found


def load_register(conn: Connection, school: str, *, to_change: bool = False) -> Register | None:
    """Return a school's register as saved, its policies without versions; None if there is none.

    `to_change`: lock it until the transaction ends.
    """
    wanted = (school,)
    if to_change:
        conn.execute(
            select(record_tables.school.c.key).where(record_tables.school.c.key == school).with_for_update()
        )
    found = schools(conn, wanted).get(school)
    if found is None:
        return None
    closures = load_closures(conn, wanted)
    return Register(
        school=found,
        roles=dict(roles(conn, wanted).get(school, {})),
        policies=tuple(policies(conn, wanted, {})),
        obligations=tuple(obligations(conn, wanted)),
        accounts=tuple(accounts(conn, wanted)),
        bodies=tuple(bodies(conn, wanted)),
        routes=load_routes(conn, wanted).get(school, ()),
        terms=terms(conn, wanted).get(school, ()),
        inset_on=closures.get((school, "inset"), frozenset()),
        closed_on=closures.get((school, "closed"), frozenset()),
    )


def obligation_keys(conn: Connection, school: str) -> frozenset[str]:
    """Return the keys of all obligations a school has or had: they must not be used again."""
    table = record_tables.obligation
    return frozenset(conn.scalars(select(table.c.key).where(table.c.setting == school)))


def policy_keys(conn: Connection, school: str) -> frozenset[str]:
    """Return the keys of all policies a school has or had: they must not be used again."""
    table = record_tables.policy
    return frozenset(conn.scalars(select(table.c.key).where(table.c.setting == school)))


def retired_policies(conn: Connection, school: str) -> tuple[Policy, ...]:
    """List the policies that a school had, without their versions."""
    table = record_tables.policy
    rows = conn.execute(select(table).where(table.c.setting == school, ~table.c.listed).order_by(table.c.key))
    return tuple(policy_record(row, ()) for row in rows)


def school_keys(conn: Connection) -> list[str]:
    return list(conn.scalars(select(record_tables.school.c.key).order_by(record_tables.school.c.key)))


def without_terms_after(conn: Connection, schools: Collection[str], day: date) -> list[str]:
    """Return those of these schools for which no term is entered that ends after a day."""
    one, later = record_tables.school.c.key, record_tables.term.c
    ends_later = select(later.setting).where(later.setting == one, later.last_on > day).exists()
    return list(conn.scalars(select(one).where(one.in_(schools), ~ends_later).order_by(one)))


def save_version(conn: Connection, one: PolicyText, now: datetime) -> bool:
    """Add a text as the policy's version in force; False when the same bytes are in force already.

    An earlier text that returns is a version of its own: people are asked for it again.
    """
    _lock_policy(conn, one)
    latest = _versions(one.school, one.policy).order_by(record_tables.policy_version.c.id.desc()).limit(1)
    in_force = conn.execute(latest).one_or_none()
    if in_force is not None and in_force.sha256_bytes == one.sha256_bytes:
        return False
    values = to_row(one)
    conn.execute(insert(record_tables.policy_version), {**values, "added_at": now})
    mark_changed(conn, (one.school,))
    return True


def published_at(conn: Connection, school: str, policy: str) -> datetime | None:
    """Return when a policy's version in force was added; None: it has none."""
    table = record_tables.policy_version
    query = select(table.c.added_at).where(table.c.setting == school, table.c.policy == policy)
    return conn.scalar(query.order_by(table.c.id.desc()).limit(1))


def remove_version(conn: Connection, one: PolicyText) -> None:
    """Remove a policy's version in force, so that the one before is in force again.

    It is for a version no one was asked about; the caller keeps its file and writes the ledger entry.
    """
    _lock_policy(conn, one)
    table = record_tables.policy_version
    latest = select(func.max(table.c.id)).where(table.c.setting == one.school, table.c.policy == one.policy)
    conn.execute(delete(table).where(table.c.id == latest.scalar_subquery()))
    mark_changed(conn, (one.school,))


def versions(conn: Connection, school: str, policy: str) -> list[PolicyText]:
    """List a policy's texts, oldest first."""
    query = _versions(school, policy).order_by(record_tables.policy_version.c.id)
    return [from_row(PolicyText, row) for row in conn.execute(query)]


def find_version(conn: Connection, school: str, policy: str, sha256_bytes: str) -> PolicyText | None:
    """Find the latest text with these bytes, and its words; the file it came as stays where it is."""
    given = {"the_school": school, "the_policy": policy, "the_bytes": sha256_bytes}
    row = conn.execute(WORDS, given).one_or_none()
    return from_row(PolicyText, row) if row is not None else None


def version_text(conn: Connection, school: str, policy: str, sha256_bytes: str) -> str | None:
    """Read the words of one version; None when it is unknown or known by its hash alone."""
    found = find_version(conn, school, policy, sha256_bytes)
    return found.text if found is not None else None


def _versions(school: str, policy: str) -> Any:
    table = record_tables.policy_version
    return select(table).where(table.c.setting == school, table.c.policy == policy)


def _lock_policy(conn: Connection, one: PolicyText) -> None:
    table = record_tables.policy
    mine = (table.c.setting == one.school, table.c.key == one.policy)
    conn.execute(select(table.c.key).where(*mine).with_for_update())
