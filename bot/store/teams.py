"""Accounts in Teams in the store: whose each is, where its tab was opened last, codes that connect one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.teams_schema import teams_account, teams_code
from bot.store.upsert import upsert

# How long a code that has run out is kept: nothing needs it.
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TeamsAccount:
    """Whose an account is. `setting`: where its tab was opened last; None: nobody has chosen."""

    tenant: str
    account: str
    person: str
    setting: str | None
    connected_at: datetime


def keep(conn: Connection, one: TeamsAccount) -> None:
    """Note whose an account is and where it is, in the place of what was noted before."""
    row = {
        "tenant": one.tenant,
        "account": one.account,
        "person": one.person,
        "setting": one.setting,
        "connected_at": one.connected_at,
    }
    upsert(conn, teams_account, [row])


def find(conn: Connection, tenant: str, account: str) -> TeamsAccount | None:
    query = select(teams_account).where(teams_account.c.tenant == tenant, teams_account.c.account == account)
    row = conn.execute(query).one_or_none()
    return None if row is None else TeamsAccount(*row)


def accounts_of(conn: Connection, person: str) -> tuple[TeamsAccount, ...]:
    """List somebody's accounts, the newest last."""
    query = select(teams_account).where(teams_account.c.person == person)
    rows = conn.execute(query.order_by(teams_account.c.connected_at, teams_account.c.account))
    return tuple(TeamsAccount(*row) for row in rows)


def forget(conn: Connection, person: str) -> int:
    """Take all of somebody's accounts away; say how many there were."""
    return conn.execute(delete(teams_account).where(teams_account.c.person == person)).rowcount


def add_code(conn: Connection, digest: str, person: str, *, made_at: datetime, ends_at: datetime) -> None:
    """Keep a code in the place of those its person was shown before, and forget what ran out long ago."""
    mine = teams_code.c.person == person
    conn.execute(delete(teams_code).where(mine | (teams_code.c.ends_at < made_at - KEPT_FOR)))
    conn.execute(insert(teams_code).values(digest=digest, person=person, made_at=made_at, ends_at=ends_at))


def use_code(conn: Connection, digest: str, now: datetime) -> str | None:
    """Use a code up and say whose it is. None: it is wrong, was used or ran out; of two at once, one wins."""
    good = (teams_code.c.digest == digest, teams_code.c.used_at.is_(None), teams_code.c.ends_at > now)
    used = update(teams_code).where(*good).values(used_at=now).returning(teams_code.c.person)
    return conn.execute(used).scalar_one_or_none()
