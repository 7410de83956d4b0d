"""Outbox rows that tell the database neither whom they are for nor what they are about: those of cases.

Person and reference are encrypted in `step` with the installation's case key, and the id is a digest keyed
with it. A worker that has the key decrypts a message when it has claimed it; without the key nothing is sent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from bot.core.encryption import CaseKeys, WrongKey, padded
from bot.core.telemetry import CODE
from bot.messages.claim_store import ClaimedMessage
from bot.messages.kinds import HIDDEN_IN_LISTS
from bot.messages.store import NewMessage, add_message
from bot.messages.tables import SEALED, message
from bot.records import sealing_key

UNSAID = "It was not taken."


def queue_sealed(conn: Connection, keys: CaseKeys, letter: NewMessage, now: datetime) -> str:
    """Queue a message about a case and return its id. One thing is told to one person once."""
    said = f"letter|{letter.kind}|{letter.person}|{letter.reference}"
    id_ = sealing_key.digest(conn, keys, said)[:32]
    step = sealing_key.seal(conn, keys, padded(json.dumps([letter.person, letter.reference]))).decode("ascii")
    add_message(conn, id_, replace(letter, person=SEALED, reference=step), now)
    return id_


def unsealed(
    conn: Connection, keys: CaseKeys | None, batch: Sequence[ClaimedMessage]
) -> list[ClaimedMessage]:
    """Return claimed messages with their readers and references; those that no key opens as they are."""
    if keys is None or all(one.person != SEALED for one in batch):
        return list(batch)
    return [_opened(conn, keys, one) for one in batch]


def _opened(conn: Connection, keys: CaseKeys, one: ClaimedMessage) -> ClaimedMessage:
    said = _said(conn, keys, one.step) if one.person == SEALED else None
    return one if said is None else replace(one, person=said[0], step=said[1])


def addressee(conn: Connection, keys: CaseKeys | None, id_: str) -> str | None:
    """Return whom a message was for; None for an unknown id, and where a key is missing."""
    row = conn.execute(select(message.c.person, message.c.step).where(message.c.id == id_)).one_or_none()
    if row is None or row.person != SEALED:
        return row.person if row is not None else None
    said = _said(conn, keys, row.step) if keys is not None else None
    return said[0] if said is not None else None


def _said(conn: Connection, keys: CaseKeys, step: str) -> tuple[str, str] | None:
    """Return whom a message is for, and its reference; None: no key that is set opens it."""
    try:
        to, reference = json.loads(sealing_key.unseal(conn, keys, step.encode()))
    except WrongKey:
        return None
    return to, reference


def kept_reason(kind: str, reason: str) -> str:
    """Return what the outbox keeps of why a message was not sent: of a sealed one the code alone.

    The rest of what a mail server says may name the reader.
    """
    if kind not in HIDDEN_IN_LISTS:
        return reason
    code = CODE.search(reason)
    return f"{UNSAID} ({code[0]})" if code else UNSAID
