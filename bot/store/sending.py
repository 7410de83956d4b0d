"""Remembers what was begun with a vendor for each message, so that a crash leaves nothing to guess.

Each write is a transaction of its own: it has to stand before the vendor is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from bot.ports import Sending, Stage
from bot.store.engine import Store
from bot.store.sending_schema import sending
from bot.store.upsert import upsert

# Long after any message is settled, and before the table grows.
KEPT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class SendingJournal:
    """The journal of one installation; any number of threads, processes and machines."""

    store: Store

    def find(self, message_id: str) -> Sending | None:
        with self.store.reading() as conn:
            query = select(sending).where(sending.c.message_id == message_id)
            row = conn.execute(query).one_or_none()
        return _sending(row) if row is not None else None

    def write(self, entry: Sending) -> None:
        row = {
            "message_id": entry.message_id,
            "draft_id": entry.draft_id,
            "history_id": entry.history_id,
            "stage": entry.stage.value,
            "at": entry.at,
            "reference": entry.reference,
        }
        with self.store.writing() as conn:
            conn.execute(delete(sending).where(sending.c.at < entry.at - KEPT))
            upsert(conn, sending, [row])

    def forget(self, message_id: str) -> None:
        """Drop the entry of a message that the vendor refused."""
        with self.store.writing() as conn:
            conn.execute(delete(sending).where(sending.c.message_id == message_id))

    def begun_since(self, at: datetime) -> list[datetime]:
        query = select(sending.c.at).where(
            sending.c.stage != Stage.DRAFTED.value, sending.c.at > at, sending.c.history_id != ""
        )
        with self.store.reading() as conn:
            return list(conn.execute(query.order_by(sending.c.at)).scalars())

    def sent_as(self, reference: str) -> str | None:
        query = select(sending.c.message_id).where(
            sending.c.reference == reference, sending.c.stage == Stage.SENT.value
        )
        with self.store.reading() as conn:
            found: str | None = conn.execute(query.limit(1)).scalar_one_or_none()
        return found


def _sending(row: Any) -> Sending:
    return Sending(row.message_id, row.draft_id, row.history_id, Stage(row.stage), row.at, row.reference)
