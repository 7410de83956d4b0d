"""The code of the ledger as it stood when a week ended, for papers and emails that leave the school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.actions.gather import SCHOOL_TIME, school_day
from bot.domain.ledger_anchor import anchor_code
from bot.store import ledger
from bot.store.engine import Connection


@dataclass(frozen=True, slots=True)
class WeeklyAnchor:
    """The code of the last entry up to a Sunday."""

    code: str
    until: date


def weekly_anchor(conn: Connection, now: datetime) -> WeeklyAnchor | None:
    """Find the code of the last week that ended; None: nothing was noted before. The same all week long."""
    today = school_day(now)
    monday = today - timedelta(days=today.weekday())
    seq, own_hash = ledger.head_before(conn, datetime.combine(monday, time(), SCHOOL_TIME))
    return WeeklyAnchor(anchor_code(seq, own_hash), monday - timedelta(days=1)) if seq else None
