"""Letters that came back because our own sending is refused: noted and told, nobody's address is at fault."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Bounce
from bot.store import ledger, outbox, outside
from bot.store.engine import Connection

SORT = "sending refused"
INSTALLATION = ""
# A limit of a day is over by then; whatever lasts longer has noted another letter meanwhile.
SHOWN_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class SendingRefused:
    """How many letters of late, since when, and what was said of the last."""

    letters: int
    since: datetime
    last_at: datetime
    says: str


def note_refused(conn: Connection, bounce: Bounce, *, now: datetime, actor: str, by_letter: bool) -> bool:
    """Note one letter, once; False: it was noted before, or none of ours is named where one has to be."""
    letter = bounce.message_id or ""
    setting = outbox.setting_of(conn, letter)
    if setting is None and by_letter:
        return False
    where, key = setting or INSTALLATION, letter or bounce.address.casefold()
    if key in outside.known(conn, where, SORT):
        return False
    outside.note(conn, where, SORT, key, value=bounce.says, now=now)
    whose = outbox.addressee(conn, letter)
    subject = f"person:{whose}" if whose is not None else "sending"
    ledger.append(conn, at=now, actor=actor, action="our sending was refused", subject=subject, data={})
    return True


def refused_lately(
    conn: Connection, now: datetime, settings: Collection[str] | None = None
) -> SendingRefused | None:
    """Sum up the letters of the last days; None: there were none. `settings` None: everybody's."""
    where = None if settings is None else (*settings, INSTALLATION)
    notes = outside.notes(conn, SORT, since=now - SHOWN_FOR, settings=where)
    if not notes:
        return None
    return SendingRefused(len(notes), notes[0].noted_at, notes[-1].noted_at, notes[-1].value)
