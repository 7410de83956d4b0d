"""The shared devices of a setting, and the PINs people chose for them: five wrong tries lock one.

A right entry forgets no wrong try: else whoever guesses at the tablet would have four more guesses each time
the owner signs in. Wrong tries are forgotten once thirty days have passed without another, which leaves four
guesses a month; a PIN that is locked stays so until its owner chooses a new one or the office opens it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, insert, literal, select, update

from bot.store.signin_schema import kiosk, kiosk_pin
from bot.store.upsert import upsert

MOST_WRONG = 5
FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Device:
    """A shared device. `digest`: SHA-256 of what its browser holds."""

    digest: str
    setting: str
    name: str
    started_by: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Pin:
    """Somebody's PIN as it is kept: its hash, the wrong tries that count, and when the latest was."""

    setting: str
    person: str
    hash: str
    chosen_at: datetime
    wrong: int = 0
    wrong_at: datetime | None = None

    @property
    def is_locked(self) -> bool:
        return self.wrong >= MOST_WRONG


DEVICE = tuple(one.name for one in fields(Device))
PIN = tuple(one.name for one in fields(Pin))


def add_device(conn: Connection, device: Device) -> None:
    conn.execute(insert(kiosk).values({name: getattr(device, name) for name in DEVICE}))


def find_device(conn: Connection, digest: str) -> Device | None:
    """Find a device that is still running."""
    running = select(kiosk).where(kiosk.c.digest == digest, kiosk.c.stopped_at.is_(None))
    row = conn.execute(running).one_or_none()
    return None if row is None else Device(**{name: getattr(row, name) for name in DEVICE})


def devices(conn: Connection, setting: str) -> list[Device]:
    """List the running devices of a setting, the oldest first."""
    running = select(kiosk).where(kiosk.c.setting == setting, kiosk.c.stopped_at.is_(None))
    rows = conn.execute(running.order_by(kiosk.c.started_at, kiosk.c.digest))
    return [Device(**{name: getattr(row, name) for name in DEVICE}) for row in rows]


def stop_device(conn: Connection, setting: str, digest: str, now: datetime) -> bool:
    """Stop a device of this setting. False: it has none running by that digest."""
    mine = (kiosk.c.setting == setting, kiosk.c.digest == digest, kiosk.c.stopped_at.is_(None))
    return conn.execute(update(kiosk).where(*mine).values(stopped_at=now)).rowcount == 1


def save_pin(conn: Connection, pin: Pin) -> None:
    """Keep a PIN in place of an older one."""
    upsert(conn, kiosk_pin, [{name: getattr(pin, name) for name in PIN}])


def find_pin(conn: Connection, setting: str, person: str) -> Pin | None:
    return pins(conn, setting).get(person)


def pins(conn: Connection, setting: str) -> dict[str, Pin]:
    """List the PINs of a setting, by person."""
    rows = conn.execute(select(kiosk_pin).where(kiosk_pin.c.setting == setting))
    return {row.person: Pin(**{name: getattr(row, name) for name in PIN}) for row in rows}


def count_try(conn: Connection, setting: str, person: str, now: datetime) -> Pin | None:
    """Count a try as wrong before it is looked at: many at once are no more than five.

    Returns the PIN as it was before this try; None: it is locked, or there is none.
    """
    mine = (kiosk_pin.c.setting == setting, kiosk_pin.c.person == person)
    row = conn.execute(select(kiosk_pin).where(*mine).with_for_update()).one_or_none()
    pin = None if row is None else Pin(**{name: getattr(row, name) for name in PIN})
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
        table.c.setting == before.setting,
        table.c.person == before.person,
        table.c.hash == before.hash,
        table.c.wrong > 0,
    )
    was = literal(before.wrong_at, table.c.wrong_at.type)
    last = case((table.c.wrong_at == now, was), else_=table.c.wrong_at)
    conn.execute(update(table).where(*counted).values(wrong=table.c.wrong - 1, wrong_at=last))


def forget_tries(conn: Connection, setting: str, person: str) -> bool:
    """Begin to count anew. False: they have no PIN."""
    mine = (kiosk_pin.c.setting == setting, kiosk_pin.c.person == person)
    return conn.execute(update(kiosk_pin).where(*mine).values(wrong=0, wrong_at=None)).rowcount == 1
