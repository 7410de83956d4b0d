"""Reads what settings have promised: one query a table, for any number of settings at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select

from bot.domain.accounts import Account
from bot.domain.calendar import Term
from bot.domain.meetings import Body, Meeting
from bot.domain.obligations import Obligation
from bot.domain.people import Setting
from bot.domain.policies import Policy, Version
from bot.store import schema
from bot.store.check_questions import load_questions
from bot.store.register_rows import (
    account_record,
    body_record,
    obligation_record,
    policy_record,
    setting_record,
    version_record,
)

# None stands for every setting.
Settings = Collection[str] | None
Key = tuple[str, str]


def settings(conn: Connection, wanted: Settings) -> dict[str, Setting]:
    query = select(schema.setting).order_by(schema.setting.c.key)
    if wanted is not None:
        query = query.where(schema.setting.c.key.in_(wanted))
    return {row.key: setting_record(row) for row in conn.execute(query)}


def policies(conn: Connection, wanted: Settings, versions: dict[Key, list[Version]]) -> list[Policy]:
    """List the policies, each with the versions given for it."""
    rows = conn.execute(_listed(schema.policy, wanted))
    return [policy_record(row, versions.get((row.setting, row.key), ())) for row in rows]


def versions(conn: Connection, wanted: Settings) -> dict[Key, list[Version]]:
    """List the versions of each policy, oldest first, without their text."""
    table = schema.policy_version
    columns = (table.c.setting, table.c.policy, table.c.number, table.c.sha256_bytes, table.c.issued_on)
    query = _of(select(*columns, table.c.minor), table, wanted).order_by(table.c.id)
    return _by_key(conn.execute(query), "policy", version_record)


def obligations(conn: Connection, wanted: Settings) -> list[Obligation]:
    questions = load_questions(conn, wanted)
    found = [obligation_record(row) for row in conn.execute(_listed(schema.obligation, wanted))]
    return [
        replace(one, questions=questions[one.setting, one.key])
        if (one.setting, one.key) in questions
        else one
        for one in found
    ]


def accounts(conn: Connection, wanted: Settings) -> list[Account]:
    held = conn.execute(_of(select(schema.holder), schema.holder, wanted))
    holders = _by_key(held, "account", lambda row: row.person)
    rows = conn.execute(_listed(schema.account, wanted))
    return [account_record(row, holders.get((row.setting, row.key), ())) for row in rows]


def bodies(conn: Connection, wanted: Settings) -> list[Body]:
    query = _of(select(schema.meeting), schema.meeting, wanted).order_by(schema.meeting.c.position)
    meetings = _by_key(conn.execute(query), "body", lambda row: Meeting(row.key, row.meets_on, row.papers_on))
    rows = conn.execute(_listed(schema.body, wanted))
    return [body_record(row, meetings.get((row.setting, row.key), ())) for row in rows]


def roles(conn: Connection, wanted: Settings) -> dict[str, dict[str, tuple[str, ...]]]:
    """Say who holds which role by the register: setting -> role -> people as the register names them."""
    table = schema.role_holder
    held: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for row in conn.execute(_of(select(table), table, wanted).order_by(table.c.role, table.c.position)):
        by_role = held[row.setting]
        by_role[row.role] = (*by_role.get(row.role, ()), row.person)
    return held


def terms(conn: Connection, wanted: Settings) -> dict[str, tuple[Term, ...]]:
    table = schema.term
    found: dict[str, tuple[Term, ...]] = {}
    for row in conn.execute(_of(select(table), table, wanted).order_by(table.c.first_on)):
        found[row.setting] = (*found.get(row.setting, ()), Term(row.name, row.first_on, row.last_on))
    return found


def closures(conn: Connection, wanted: Settings) -> dict[Key, frozenset[date]]:
    """List the days by setting and kind ("inset" or "closed")."""
    table = schema.closure
    days = _by_key(conn.execute(_of(select(table), table, wanted)), "kind", lambda row: row.falls_on)
    return {key: frozenset(found) for key, found in days.items()}


def _of(query: Select[Any], table: Table, wanted: Settings) -> Select[Any]:
    return query if wanted is None else query.where(table.c.setting.in_(wanted))


def _listed(table: Table, wanted: Settings) -> Select[Any]:
    query = _of(select(table), table, wanted).where(table.c.listed)
    return query.order_by(table.c.setting, table.c.position)


def _by_key(rows: Iterable[Row[Any]], name: str, make: Any) -> dict[Key, list[Any]]:
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.setting, getattr(row, name)].append(make(row))
    return found
