"""Has the newest ledger entry stamped by an authority outside, once a day, where the settings name one."""

from __future__ import annotations

from datetime import datetime

from bot.core.errors import GiveUp
from bot.core.timestamps import read_stamp, request_for
from bot.evidence_pack import store as evidence_pack_store
from bot.evidence_pack.store import StoredStamp
from bot.records import ledger
from bot.services import Services


def stamp_ledger(services: Services, _now: datetime) -> str:
    """Ask for a stamp over the newest entry, unless it has one. TryAgain, GiveUp: none was to be had.

    Nothing waits for it: what is noted in the meantime is stamped with the next.
    """
    outside = services.timestamps
    if outside is None:
        return "no authority is named"
    with services.store.reading() as conn:
        seq, own_hash = ledger.head(conn)
        latest = evidence_pack_store.newest(conn)
    if seq == 0 or (latest is not None and latest.seq >= seq):
        return "nothing new to stamp"
    request = request_for(own_hash)
    answer = outside.authority.answer(request.content)
    try:
        stamp = read_stamp(answer, own_hash, outside.roots, request.nonce)
    except ValueError as error:
        raise GiveUp(f"The stamp cannot be used: {error}.") from error
    with services.store.writing() as conn:
        evidence_pack_store.keep(conn, StoredStamp(seq, own_hash, outside.authority.name, stamp.at, answer))
    return f"entry {seq} was stamped"
