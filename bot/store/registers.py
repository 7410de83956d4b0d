"""Saves a setting's register and the texts of its policies, and gives them back.

What the register no longer lists is kept unlisted, because evidence points to it; it is asked of nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from bot.domain.register import Register, Route, rule_since
from bot.store import promises, schema
from bot.store import register_rows as rows
from bot.store.check_questions import question_rows
from bot.store.check_schema import check_question
from bot.store.upsert import upsert

KEPT = (schema.policy, schema.obligation, schema.account, schema.body)
REPLACED = (
    schema.role_holder,
    schema.holder,
    schema.meeting,
    schema.route,
    schema.term,
    schema.closure,
    check_question,
)


@dataclass(frozen=True, slots=True)
class PolicyText:
    """One text of a policy as it came: the bytes' and the text's SHA-256, and both if there is room.

    `published_by` and `reason`: who published it on a page, and why it is a small change or a material one.
    """

    setting: str
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


_version = schema.policy_version.c
WORDS = (
    select(*(_version[name] for name in PolicyText.__slots__ if name != "content"))
    .where(
        _version.setting == bindparam("the_setting"),
        _version.policy == bindparam("the_policy"),
        _version.sha256_bytes == bindparam("the_bytes"),
    )
    .order_by(_version.id.desc())
    .limit(1)
)


def save_register(conn: Connection, register: Register, now: datetime) -> None:
    """Make the stored register the given one. Saving it again changes nothing. Versions are saved apart."""
    key = register.setting.key
    known = load_register(conn, key)
    rules = [rule_since(one, known, _day(register, now)) for one in register.obligations]
    upsert(conn, schema.setting, [rows.setting_row(register.setting, now)])
    for table in KEPT:
        conn.execute(update(table).where(table.c.setting == key).values(listed=False))
    upsert(conn, schema.policy, [rows.policy_row(one, at) for at, one in enumerate(register.policies)])
    upsert(conn, schema.obligation, [rows.obligation_row(one, at) for at, one in enumerate(rules)])
    upsert(conn, schema.account, [rows.account_row(one, at) for at, one in enumerate(register.accounts)])
    upsert(conn, schema.body, [rows.body_row(one, at) for at, one in enumerate(register.bodies)])
    replacing = (
        rows.role_rows(register),
        rows.holder_rows(register),
        rows.meeting_rows(register),
        rows.route_rows(register),
        rows.term_rows(register),
        rows.closure_rows(register),
        question_rows(register),
    )
    for table, values in zip(REPLACED, replacing, strict=True):
        _replace(conn, table, key, values)


def _day(register: Register, now: datetime) -> date:
    return now.astimezone(ZoneInfo(register.setting.timezone)).date()


def load_routes(conn: Connection, settings: Collection[str]) -> dict[str, tuple[Route, ...]]:
    """Read the routes of these settings, in the register's order."""
    query = select(schema.route).where(schema.route.c.setting.in_(settings))
    found: dict[str, tuple[Route, ...]] = {}
    for row in conn.execute(query.order_by(schema.route.c.setting, schema.route.c.position)):
        found[row.setting] = (*found.get(row.setting, ()), rows.route_record(row))
    return found


def load_register(conn: Connection, setting: str, *, to_change: bool = False) -> Register | None:
    """Read a setting's register as it was saved, its policies without versions; None when there is none.

    `to_change`: nobody else changes it until the transaction ends.
    """
    wanted = (setting,)
    if to_change:
        conn.execute(select(schema.setting.c.key).where(schema.setting.c.key == setting).with_for_update())
    found = promises.settings(conn, wanted).get(setting)
    if found is None:
        return None
    closures = promises.closures(conn, wanted)
    return Register(
        setting=found,
        roles=dict(promises.roles(conn, wanted).get(setting, {})),
        policies=tuple(promises.policies(conn, wanted, {})),
        obligations=tuple(promises.obligations(conn, wanted)),
        accounts=tuple(promises.accounts(conn, wanted)),
        bodies=tuple(promises.bodies(conn, wanted)),
        routes=load_routes(conn, wanted).get(setting, ()),
        terms=promises.terms(conn, wanted).get(setting, ()),
        inset_on=closures.get((setting, "inset"), frozenset()),
        closed_on=closures.get((setting, "closed"), frozenset()),
    )


def obligation_keys(conn: Connection, setting: str) -> frozenset[str]:
    """Name every obligation a setting has or had: what was done for one is about no other."""
    table = schema.obligation
    return frozenset(conn.scalars(select(table.c.key).where(table.c.setting == setting)))


def setting_keys(conn: Connection) -> list[str]:
    return list(conn.scalars(select(schema.setting.c.key).order_by(schema.setting.c.key)))


def without_terms_after(conn: Connection, settings: Collection[str], day: date) -> list[str]:
    """Name those of these settings for which no term is entered that ends after a day."""
    one, later = schema.setting.c.key, schema.term.c
    ends_later = select(later.setting).where(later.setting == one, later.last_on > day).exists()
    return list(conn.scalars(select(one).where(one.in_(settings), ~ends_later).order_by(one)))


def save_version(conn: Connection, one: PolicyText, now: datetime) -> bool:
    """Add a text as the policy's version in force; False when the same bytes are in force already.

    An earlier text that returns is a version of its own: people are asked for it again.
    """
    _lock_policy(conn, one)
    latest = _versions(one.setting, one.policy).order_by(schema.policy_version.c.id.desc()).limit(1)
    in_force = conn.execute(latest).one_or_none()
    if in_force is not None and in_force.sha256_bytes == one.sha256_bytes:
        return False
    values = {name: getattr(one, name) for name in PolicyText.__slots__}
    conn.execute(insert(schema.policy_version), {**values, "added_at": now})
    return True


def versions(conn: Connection, setting: str, policy: str) -> list[PolicyText]:
    """List a policy's texts, oldest first."""
    query = _versions(setting, policy).order_by(schema.policy_version.c.id)
    return [_policy_text(row) for row in conn.execute(query)]


def find_version(conn: Connection, setting: str, policy: str, sha256_bytes: str) -> PolicyText | None:
    """Find the latest text with these bytes, and its words; the file it came as stays where it is."""
    given = {"the_setting": setting, "the_policy": policy, "the_bytes": sha256_bytes}
    row = conn.execute(WORDS, given).one_or_none()
    return PolicyText(**row._mapping) if row is not None else None  # noqa: SLF001 - public


def version_text(conn: Connection, setting: str, policy: str, sha256_bytes: str) -> str | None:
    """Read the words of one version; None when it is unknown or known by its hash alone."""
    found = find_version(conn, setting, policy, sha256_bytes)
    return found.text if found is not None else None


def _versions(setting: str, policy: str) -> Any:
    table = schema.policy_version
    return select(table).where(table.c.setting == setting, table.c.policy == policy)


def _policy_text(row: Any) -> PolicyText:
    return PolicyText(**{name: getattr(row, name) for name in PolicyText.__slots__})


def _lock_policy(conn: Connection, one: PolicyText) -> None:
    table = schema.policy
    mine = (table.c.setting == one.setting, table.c.key == one.policy)
    conn.execute(select(table.c.key).where(*mine).with_for_update())


def _replace(conn: Connection, table: Table, setting: str, values: list[dict[str, Any]]) -> None:
    conn.execute(delete(table).where(table.c.setting == setting))
    if values:
        conn.execute(insert(table), values)
