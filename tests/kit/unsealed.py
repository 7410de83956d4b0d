"""What the outbox says about cases to a holder of the key."""

import json

from sqlalchemy import select

from bot.messages.tables import message
from bot.records import sealing_key


def case_messages(store, keys):
    """List the messages about cases in the order of writing: (row, whom it is for, its reference)."""
    query = select(message).where(message.c.kind == "case").order_by(message.c.created_at, message.c.id)
    with store.reading() as conn:
        rows = conn.execute(query).all()
        return [(row, *json.loads(sealing_key.unseal(conn, keys, row.step.encode()))) for row in rows]
