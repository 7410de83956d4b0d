"""Tables and queries of kiosk devices, their PINs, and accounts in Teams with the codes that connect one.

Five wrong tries lock a PIN. A right one does not reset the count, or a person guessing at the tablet would
have four more tries after each sign-in of its owner. Wrong tries expire thirty days after the last one. A
locked PIN stays locked until its owner chooses a new one or the office unlocks it.

`bot.records.tables` must be imported first: one description holds all tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Table,
    Text,
    case,
    delete,
    insert,
    literal,
    select,
    update,
)

from bot.database.columns import Instant, from_row, tables, to_row
from bot.database.queries import upsert
from bot.records.sign_ins import kiosk, kiosk_pin

MAX_WRONG_PINS = 5
FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Device:
    """A shared device. `digest`: SHA-256 of what its browser holds."""

    digest: str
    school: str
    name: str
    started_by: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Pin:
    """A stored PIN: its hash, the wrong tries that count, and when the latest was."""

    school: str
    person: str
    hash: str
    chosen_at: datetime
    wrong: int = 0
    wrong_at: datetime | None = None

    @property
    def is_locked(self) -> bool:
        return self.wrong >= MAX_WRONG_PINS


def add_device(conn: Connection, device: Device) -> None:
    conn.execute(insert(kiosk).values(to_row(device)))


def find_device(conn: Connection, digest: str) -> Device | None:
    """Find a device that is still running."""
    running = select(kiosk).where(kiosk.c.digest == digest, kiosk.c.stopped_at.is_(None))
    row = conn.execute(running).one_or_none()
    return None if row is None else from_row(Device, row)


def devices(conn: Connection, school: str) -> list[Device]:
    """Return the running devices of a school, oldest first."""
    running = select(kiosk).where(kiosk.c.setting == school, kiosk.c.stopped_at.is_(None))
    rows = conn.execute(running.order_by(kiosk.c.started_at, kiosk.c.digest))
    return [from_row(Device, row) for row in rows]


def stop_device(conn: Connection, school: str, digest: str, now: datetime) -> bool:
    """Stop a device of this school. False if it has none running by that digest."""
    mine = (kiosk.c.setting == school, kiosk.c.digest == digest, kiosk.c.stopped_at.is_(None))
    return conn.execute(update(kiosk).where(*mine).values(stopped_at=now)).rowcount == 1


def save_pin(conn: Connection, pin: Pin) -> None:
    """Store a PIN, replacing an older one."""
    upsert(conn, kiosk_pin, [to_row(pin)])


def pins(conn: Connection, school: str) -> dict[str, Pin]:
    """Return the PINs of a school, by person."""
    rows = conn.execute(select(kiosk_pin).where(kiosk_pin.c.setting == school))
    return {row.person: from_row(Pin, row) for row in rows}


def count_try(conn: Connection, school: str, person: str, now: datetime) -> Pin | None:
    """Count a try as wrong before it is checked, so that concurrent tries are no more than five.

    Returns the PIN as it was before this try; None: it is locked, or there is none.
    """
    mine = (kiosk_pin.c.setting == school, kiosk_pin.c.person == person)
    row = conn.execute(select(kiosk_pin).where(*mine).with_for_update()).one_or_none()
    pin = None if row is None else from_row(Pin, row)
    if pin is None or pin.is_locked:
        return None
    if pin.wrong_at is not None and pin.wrong_at <= now - FORGOTTEN_AFTER:
        pin = replace(pin, wrong=0, wrong_at=None)
    conn.execute(update(kiosk_pin).where(*mine).values(wrong=pin.wrong + 1, wrong_at=now))
    return pin


def take_try_back(conn: Connection, before: Pin, now: datetime) -> None:
    """Uncount the try of `now`, which was right. `before`: the PIN as `count_try` returned it."""
    table = kiosk_pin
    counted = (
        table.c.setting == before.school,
        table.c.person == before.person,
        table.c.hash == before.hash,
        table.c.wrong > 0,
    )
    was = literal(before.wrong_at, table.c.wrong_at.type)
    last = case((table.c.wrong_at == now, was), else_=table.c.wrong_at)
    conn.execute(update(table).where(*counted).values(wrong=table.c.wrong - 1, wrong_at=last))


def forget_tries(conn: Connection, school: str, person: str) -> bool:
    """Reset the count of wrong tries. False: they have no PIN."""
    mine = (kiosk_pin.c.setting == school, kiosk_pin.c.person == person)
    return conn.execute(update(kiosk_pin).where(*mine).values(wrong=0, wrong_at=None)).rowcount == 1


# An account is a tenant's id and an object id in it; an address is never used. `setting` is where the
# account's tab was opened last.
teams_account = Table(
    "teams_account",
    tables,
    Column("tenant", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.key"), nullable=False),
    Column("setting", Text, ForeignKey("school.key")),
    Column("connected_at", Instant, nullable=False),
    Index(None, "person"),
)

# Only the digest of a code is kept.
teams_code = Table(
    "teams_code",
    tables,
    Column("digest", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.key"), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index(None, "ends_at"),
)

# How long a code that has run out is kept: nothing needs it.
TEAMS_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TeamsAccount:
    """Owner of an account. `setting`: where its tab was opened last; None: not chosen."""

    tenant: str
    account: str
    person: str
    school: str | None
    connected_at: datetime


def keep(conn: Connection, one: TeamsAccount) -> None:
    """Store whose an account is and where, replacing older data."""
    row = {
        "tenant": one.tenant,
        "account": one.account,
        "person": one.person,
        "setting": one.school,
        "connected_at": one.connected_at,
    }
    upsert(conn, teams_account, [row])


def find_teams_account(conn: Connection, tenant: str, account: str) -> TeamsAccount | None:
    query = select(teams_account).where(teams_account.c.tenant == tenant, teams_account.c.account == account)
    row = conn.execute(query).one_or_none()
    return None if row is None else TeamsAccount(*row)


def accounts_of(conn: Connection, person: str) -> tuple[TeamsAccount, ...]:
    """Return a person's accounts, newest last."""
    query = select(teams_account).where(teams_account.c.person == person)
    rows = conn.execute(query.order_by(teams_account.c.connected_at, teams_account.c.account))
    return tuple(TeamsAccount(*row) for row in rows)


def forget_teams_accounts(conn: Connection, person: str) -> int:
    """Delete all of a person's accounts; return how many there were."""
    return conn.execute(delete(teams_account).where(teams_account.c.person == person)).rowcount


def add_code(conn: Connection, digest: str, person: str, *, made_at: datetime, ends_at: datetime) -> None:
    """Store a code, replacing its person's earlier ones, and delete those that expired long ago."""
    mine = teams_code.c.person == person
    conn.execute(delete(teams_code).where(mine | (teams_code.c.ends_at < made_at - TEAMS_KEPT_FOR)))
    conn.execute(insert(teams_code).values(digest=digest, person=person, made_at=made_at, ends_at=ends_at))


def use_code(conn: Connection, digest: str, now: datetime) -> str | None:
    """Use a code up and return its person. None: wrong, used or expired; of two concurrent calls one wins."""
    good = (teams_code.c.digest == digest, teams_code.c.used_at.is_(None), teams_code.c.ends_at > now)
    used = update(teams_code).where(*good).values(used_at=now).returning(teams_code.c.person)
    return conn.execute(used).scalar_one_or_none()
