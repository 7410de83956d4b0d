"""The shared devices of a setting, and the PINs people chose for them: five wrong tries lock one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.store.signin_schema import kiosk, kiosk_pin
from bot.store.upsert import upsert

MOST_WRONG = 5


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
    """Somebody's PIN as it is kept: its hash, and the wrong tries since the last right one."""

    setting: str
    person: str
    hash: str
    chosen_at: datetime
    wrong: int = 0

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


def count_try(conn: Connection, setting: str, person: str) -> bool:
    """Count a try before it is looked at: many at once are no more than five. False: locked, or none."""
    mine = (kiosk_pin.c.setting == setting, kiosk_pin.c.person == person, kiosk_pin.c.wrong < MOST_WRONG)
    return conn.execute(update(kiosk_pin).where(*mine).values(wrong=kiosk_pin.c.wrong + 1)).rowcount == 1


def forget_tries(conn: Connection, setting: str, person: str) -> bool:
    """Begin to count anew. False: they have no PIN."""
    mine = (kiosk_pin.c.setting == setting, kiosk_pin.c.person == person)
    return conn.execute(update(kiosk_pin).where(*mine).values(wrong=0)).rowcount == 1
