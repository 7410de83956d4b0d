"""Rotating the keys of cases, and asking whether the keys at hand open what is stored."""

from __future__ import annotations

from datetime import datetime

from bot.errors import HandbellError
from bot.sealing import CaseKeys, KeysMissing
from bot.services import Services
from bot.store import cases, ledger
from bot.store.engine import Connection


def rotate(services: Services, now: datetime, actor: str) -> int:
    """Wrap every case's key by the newest master key, all or none, and say how many there were."""
    if services.case_keys is None:
        raise KeysMissing
    with services.store.writing() as conn:
        count = cases.rewrap(conn, services.case_keys.rewrap)
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
