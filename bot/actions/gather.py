"""Gather what the rules need: one snapshot of the store, with the bank holidays of the years around it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from bot.domain.people import Nation
from bot.domain.snapshot import Snapshot
from bot.store import registers
from bot.store import snapshot as snapshots
from bot.store.engine import Connection
from bot.store.whoever import load_whoever

SCHOOL_TIME = ZoneInfo("Europe/London")
FEW = 20


def school_day(now: datetime) -> date:
    """Say what day it is in England at an instant."""
    return now.astimezone(SCHOOL_TIME).date()


SUBDIVISIONS = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}


@lru_cache(maxsize=32)
def bank_holidays(year: int, nation: Nation = "England") -> frozenset[date]:
    """List a nation's bank holidays from the year before `year` to four years after it."""
    # Only here: the calendars of all countries take as long to load as a page does to write.
    import holidays  # noqa: PLC0415

    years = range(year - 1, year + 5)
    return frozenset(holidays.country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=years))


def gather(
    conn: Connection,
    on: date,
    settings: Collection[str] | None = None,
    about: Collection[str] | None = None,
    *,
    acts: bool = True,
) -> Snapshot:
    """Read one consistent snapshot for that day; all settings unless some are named.

    `about`: what was done and decided about these obligations alone, where nobody asks about the others.
    `acts` False: without what was done, for whoever reads it otherwise.
    """
    holidays = partial(bank_holidays, on.year)
    return snapshots.load(conn, on=on, settings=settings, bank_holidays=holidays, about=about, acts=acts)


def gather_by_few(conn: Connection, on: date, settings: Collection[str] | None = None) -> Iterator[Snapshot]:
    """Read settings (None: all) a few at a time: a trust's people together would fill the memory."""
    keys = registers.setting_keys(conn) if settings is None else list(settings)
    return (gather(conn, on, keys[at : at + FEW]) for at in range(0, len(keys), FEW))


def gather_whoever(conn: Connection, *names: str) -> Snapshot:
    """Read whoever bears one of these keys or addresses, and the settings they belong to: nothing else."""
    return load_whoever(conn, names)


def gather_duty(conn: Connection, on: date, setting: str, obligation: str) -> Snapshot:
    """Read what one obligation of a setting asks of its people that day, and no other."""
    snapshot = gather(conn, on, (setting,), (obligation,))
    return replace(snapshot, obligations=tuple(one for one in snapshot.obligations if one.key == obligation))
