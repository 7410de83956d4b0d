"""Rotating the keys of cases, and asking whether the keys at hand open what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.actions.case_sheet import open_file, seal_sheet
from bot.errors import HandbellError
from bot.sealing import CaseKeys, KeysMissing
from bot.services import Services
from bot.store import cases, ledger
from bot.store.engine import Connection


def rotate(services: Services, now: datetime, actor: str) -> int:
    """Wrap every case's key with the newest master key, all or none. Returns how many there were.

    Also seals what an earlier version kept in the clear: the category, and who has the case.
    """
    if services.case_keys is None:
        raise KeysMissing
    with services.store.writing() as conn:
        count = cases.rewrap(conn, services.case_keys.rewrap)
        for stored in cases.in_settings(conn):
            if stored.category:
                sheet = open_file(services.case_keys, stored, [], []).sheet
                sealed = seal_sheet(services.case_keys, stored.wrapped_key, sheet)
                cases.save(conn, replace(stored, sealed=sealed))
        ledger.append(conn, at=now, actor=actor, action="case keys rotated", subject="cases", data={})
    return count


def unopenable(keys: CaseKeys | None, conn: Connection) -> int:
    """Count the cases that none of these keys opens."""
    return sum(not _opens(keys, row.wrapped_key, row.sealed) for row in cases.in_settings(conn))


def _opens(keys: CaseKeys | None, wrapped: bytes, sealed: bytes) -> bool:
    try:
        return keys is not None and bool(keys.unseal(wrapped, sealed))
    except HandbellError:
        return False
