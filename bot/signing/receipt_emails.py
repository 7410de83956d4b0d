"""The email that names answers on a morning on which nothing else is sent to the person who gave them.

Any other message of the day takes them along (bot/messages/receipt_store.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from bot.core.clock import local_date
from bot.database.engine import Connection
from bot.messages.receipt_store import waiting_receipts
from bot.messages.store import NewMessage
from bot.planning.active_members import active_members
from bot.planning.queue_store import FeatureReminders, new_letter
from bot.planning.snapshot import Snapshot

KIND: Final = "receipt"
OUTLINE: Final = "What they answered"


def receipt_emails(
    conn: Connection,
    snapshot: Snapshot,
    schools: Collection[str],
    now: datetime,
    had: Collection[NewMessage],
) -> Iterator[NewMessage]:
    """List the emails that name answers today. `had`: emails taken as sent, which named them."""
    today, told = local_date(now), {one.person for one in had}
    rolls = active_members(snapshot, today)
    for school, person in waiting_receipts(conn, schools):
        here = rolls[school].here.get(person)
        works = here is not None and today.weekday() in here.working_days and not here.away_on(today)
        letter = new_letter(snapshot, KIND, school, person, f"{school} {today}", now) if works else None
        # A later day has its own morning.
        if letter is not None and letter.on == today and person not in told:
            told.add(person)
            yield letter


def _schools(conn: Connection, keys: Collection[str], _today: date) -> list[str]:
    return sorted({school for school, _ in waiting_receipts(conn, keys)})


def _outline(_snapshot: Snapshot, _school: str, _reference: str, _on: date) -> str:
    return OUTLINE


RECEIPTS = FeatureReminders(KIND, _schools, receipt_emails, _outline)
