"""The table of policies that a school shows to everyone. None is shown before the office chose it.

A row names the version that the office looked at; a later version is shown once it was chosen too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, ForeignKeyConstraint, Table, Text, delete, insert, select

from bot.database.columns import Instant, from_row, tables, to_row

public_policy = Table(
    "public_policy",
    tables,
    Column("setting", Text, primary_key=True),
    Column("policy", Text, primary_key=True),
    Column("sha256_bytes", Text, nullable=False),
    Column("for_search_engines", Boolean, nullable=False),
    Column("chosen_by", Text, nullable=False),
    Column("chosen_at", Instant, nullable=False),
    ForeignKeyConstraint(["setting", "policy"], ["policy.setting", "policy.key"]),
)


@dataclass(frozen=True, slots=True)
class PublicPolicy:
    """A policy everyone may read: which version, who chose it and whether search engines may list it."""

    school: str
    policy: str
    sha256_bytes: str
    for_search_engines: bool
    chosen_by: str
    chosen_at: datetime


def public_policies(conn: Connection, school: str) -> dict[str, PublicPolicy]:
    """Return the policies that a school shows to everyone, by key."""
    query = select(public_policy).where(public_policy.c.setting == school).order_by(public_policy.c.policy)
    return {row.policy: from_row(PublicPolicy, row) for row in conn.execute(query)}


def choose_public_policy(conn: Connection, one: PublicPolicy) -> None:
    """Show a version of a policy to everyone, in place of the one shown so far."""
    withdraw_public_policy(conn, one.school, one.policy)
    conn.execute(insert(public_policy), to_row(one))


def withdraw_public_policy(conn: Connection, school: str, policy: str) -> bool:
    """Show a policy to no one outside. Return whether it was shown."""
    mine = (public_policy.c.setting == school, public_policy.c.policy == policy)
    return conn.execute(delete(public_policy).where(*mine)).rowcount > 0
