"""Which answers a person is still to be told of: their next message that counts takes them along.

An answer's row is written with the answer. A message that counts towards the daily limit takes a person's
waiting rows when it is queued, and what it says is fixed from then on. When it certainly reached no one they
wait again. So each is told once: none is lost, and none stands in two messages that may have arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.messages.tables import RECEIPT_WAITS, receipt_email

# So many ids go into one statement.
A_FEW = 500
TAKE = (
    update(receipt_email)
    .where(receipt_email.c.person == bindparam("the_person"), RECEIPT_WAITS)
    .values(message=bindparam("the_message"))
)


def add_receipt(conn: Connection, school: str, person: str, receipt: str) -> None:
    """Record that an answer is to be named in its person's next message."""
    row = {"receipt": receipt, "setting": school, "person": person, "message": None}
    conn.execute(insert(receipt_email), row)


def take_receipts(conn: Connection, messages: Mapping[str, str]) -> None:
    """Assign waiting receipts to messages that are being queued. `messages`: person -> id."""
    waiting = set(conn.scalars(select(receipt_email.c.person).distinct().where(RECEIPT_WAITS)))
    rows = [
        {"the_person": person, "the_message": id_} for person, id_ in messages.items() if person in waiting
    ]
    if rows:
        conn.execute(TAKE, rows)


def free_receipts(conn: Connection, messages: Collection[str]) -> None:
    """Release the receipts of messages that certainly reached no one, for the next message."""
    ids = sorted(messages)
    for at in range(0, len(ids), A_FEW):
        some = receipt_email.c.message.in_(ids[at : at + A_FEW])
        conn.execute(update(receipt_email).where(some).values(message=None))


def receipts_of(conn: Connection, messages: Collection[str]) -> dict[str, list[str]]:
    """Return the receipts that these messages name, by message; the others are left out."""
    table, ids = receipt_email.c, sorted(messages)
    found: dict[str, list[str]] = {}
    for at in range(0, len(ids), A_FEW):
        query = select(table.message, table.receipt).where(table.message.in_(ids[at : at + A_FEW]))
        for message, receipt in conn.execute(query.order_by(table.receipt)):
            found.setdefault(message, []).append(receipt)
    return found


def waiting_receipts(conn: Connection, schools: Collection[str]) -> list[tuple[str, str]]:
    """Return who waits to be told of an answer, by school and person."""
    table = receipt_email.c
    query = select(table.setting, table.person).distinct().where(RECEIPT_WAITS, table.setting.in_(schools))
    return [(row[0], row[1]) for row in conn.execute(query.order_by(table.setting, table.person))]
