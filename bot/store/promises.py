"""Reads what settings have promised: one query a table, for any number of settings at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
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
from bot.store.by_setting import BySetting, Settings, by_setting
from bot.store.check_questions import load_questions
from bot.store.columns import as_stored
from bot.store.register_rows import (
    KEPT_AS_JSON,
    account_record,
    body_record,
    obligation_record,
    policy_record,
    setting_record,
    version_record,
)

Key = tuple[str, str]


def _of(query: Select[Any], table: Table) -> BySetting:
    return by_setting(query, table.c.setting)


def _listed(table: Table) -> BySetting:
    return _of(select(table).where(table.c.listed).order_by(table.c.setting, table.c.position), table)


_version = schema.policy_version.c
SETTINGS = by_setting(select(schema.setting).order_by(schema.setting.c.key), schema.setting.c.key)
POLICIES = _listed(schema.policy)
VERSIONS = _of(
    select(
        _version.setting,
        _version.policy,
        _version.number,
        _version.sha256_bytes,
        _version.issued_on,
        _version.minor,
    ).order_by(_version.id),
    schema.policy_version,
)
OBLIGATIONS = by_setting(
    select(*as_stored(schema.obligation, *KEPT_AS_JSON))
    .where(schema.obligation.c.listed)
    .order_by(schema.obligation.c.setting, schema.obligation.c.position),
    schema.obligation.c.setting,
)
HOLDERS = _of(select(schema.holder), schema.holder)
ACCOUNTS = _listed(schema.account)
MEETINGS = _of(select(schema.meeting).order_by(schema.meeting.c.position), schema.meeting)
BODIES = _listed(schema.body)
ROLES = _of(
    select(schema.role_holder).order_by(schema.role_holder.c.role, schema.role_holder.c.position),
    schema.role_holder,
)
TERMS = _of(select(schema.term).order_by(schema.term.c.first_on), schema.term)
CLOSURES = _of(select(schema.closure), schema.closure)


def settings(conn: Connection, wanted: Settings) -> dict[str, Setting]:
    return {row.key: setting_record(row) for row in SETTINGS.rows(conn, wanted)}


def names(conn: Connection) -> list[tuple[str, str]]:
    """List every setting's name and key, and read nothing else of them."""
    setting = schema.setting.c
    return [(row.name, row.key) for row in conn.execute(select(setting.name, setting.key))]


def policies(conn: Connection, wanted: Settings, versions: dict[Key, list[Version]]) -> list[Policy]:
    """List the policies, each with the versions given for it."""
    rows = POLICIES.rows(conn, wanted)
    return [policy_record(row, versions.get((row.setting, row.key), ())) for row in rows]


def versions(conn: Connection, wanted: Settings) -> dict[Key, list[Version]]:
    """List the versions of each policy, oldest first, without their text."""
    return _by_key(VERSIONS.rows(conn, wanted), "policy", version_record)


def obligations(conn: Connection, wanted: Settings) -> list[Obligation]:
    questions = load_questions(conn, wanted)
    found = [obligation_record(row) for row in OBLIGATIONS.rows(conn, wanted)]
    return [
        replace(one, questions=questions[one.setting, one.key])
        if (one.setting, one.key) in questions
        else one
        for one in found
    ]


def accounts(conn: Connection, wanted: Settings) -> list[Account]:
    holders = _by_key(HOLDERS.rows(conn, wanted), "account", lambda row: row.person)
    rows = ACCOUNTS.rows(conn, wanted)
    return [account_record(row, holders.get((row.setting, row.key), ())) for row in rows]


def bodies(conn: Connection, wanted: Settings) -> list[Body]:
    told = MEETINGS.rows(conn, wanted)
    meetings = _by_key(told, "body", lambda row: Meeting(row.key, row.meets_on, row.papers_on))
    rows = BODIES.rows(conn, wanted)
    return [body_record(row, meetings.get((row.setting, row.key), ())) for row in rows]


def roles(conn: Connection, wanted: Settings) -> dict[str, dict[str, tuple[str, ...]]]:
    """Say who holds which role by the register: setting -> role -> people as the register names them."""
    held: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for row in ROLES.rows(conn, wanted):
        by_role = held[row.setting]
        by_role[row.role] = (*by_role.get(row.role, ()), row.person)
    return held


def terms(conn: Connection, wanted: Settings) -> dict[str, tuple[Term, ...]]:
    found: dict[str, tuple[Term, ...]] = {}
    for row in TERMS.rows(conn, wanted):
        found[row.setting] = (*found.get(row.setting, ()), Term(row.name, row.first_on, row.last_on))
    return found


def closures(conn: Connection, wanted: Settings) -> dict[Key, frozenset[date]]:
    """List the days by setting and kind ("inset" or "closed")."""
    days = _by_key(CLOSURES.rows(conn, wanted), "kind", lambda row: row.falls_on)
    return {key: frozenset(found) for key, found in days.items()}


def _by_key(rows: Iterable[Row[Any]], name: str, make: Any) -> dict[Key, list[Any]]:
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.setting, getattr(row, name)].append(make(row))
    return found
