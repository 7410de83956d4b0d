"""The code of the ledger as it stood when a week ended, for papers and emails that leave the school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from bot.core.clock import SCHOOL_TIMEZONE, local_date
from bot.records import ledger
from bot.rules.hash_chain import anchor_code


@dataclass(frozen=True, slots=True)
class WeeklyAnchor:
    """The code of the last entry up to a Sunday."""

    code: str
    until: date


def weekly_anchor(conn: Connection, now: datetime) -> WeeklyAnchor | None:
    """Find the code of the last week that ended; None: nothing was noted before. The same all week long."""
    today = local_date(now)
    monday = today - timedelta(days=today.weekday())
    seq, own_hash = ledger.head_before(conn, datetime.combine(monday, time(), SCHOOL_TIMEZONE))
    return WeeklyAnchor(anchor_code(seq, own_hash), monday - timedelta(days=1)) if seq else None
