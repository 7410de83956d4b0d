"""Has the newest ledger entry stamped by an authority outside, once a day, where the settings name one."""

from __future__ import annotations

from datetime import datetime

from bot.errors import GiveUp
from bot.services import Services
from bot.store import ledger, stamps
from bot.store.stamps import StoredStamp
from bot.timestamps import read_stamp, request_for


def stamp_ledger(services: Services, _now: datetime) -> str:
    """Ask for a stamp over the newest entry, unless it has one. TryAgain, GiveUp: none was to be had.

    Nothing waits for it: what is noted meanwhile is stamped with the next.
    """
    outside = services.timestamps
    if outside is None:
        return "no authority is named"
    with services.store.reading() as conn:
        seq, own_hash = ledger.head(conn)
        latest = stamps.newest(conn)
    if seq == 0 or (latest is not None and latest.seq >= seq):
        return "nothing new to stamp"
    request = request_for(own_hash)
    answer = outside.authority.answer(request.content)
    try:
        stamp = read_stamp(answer, own_hash, outside.roots, request.nonce)
    except ValueError as error:
        raise GiveUp(f"The stamp cannot be used: {error}.") from error
    with services.store.writing() as conn:
        stamps.keep(conn, StoredStamp(seq, own_hash, outside.authority.name, stamp.at, answer))
    return f"entry {seq} was stamped"
