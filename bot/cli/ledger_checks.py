"""The checks of `handbell doctor` on the ledger: records, codes, packs and stamps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.x509 import Certificate

from bot.core.dates import local_instant
from bot.core.errors import GiveUp, TryAgain
from bot.core.timestamps import read_stamp, request_for
from bot.database.engine import Store
from bot.evidence_pack import store as evidence_pack_store
from bot.evidence_pack.audit_store import differences
from bot.evidence_pack.store import StoredStamp
from bot.evidence_pack.verify import check
from bot.records import ledger
from bot.rules.duties import Finding
from bot.rules.hash_chain import Anchor
from bot.services import Timestamps

DIFFERS, ANCHORED, CONTINUED, STAMPED, UNSTAMPED = "H413", "H414", "H415", "H416", "H417"
# So many receipts are named; the rest is counted.
NAMED = 10
# A stamp is asked for each day; a week of failures is worth a look.
STAMP_OLD_AFTER = timedelta(days=8)
ASK_AUTHORITY = (
    "Nothing waits for it. Check HANDBELL_TIMESTAMP_URL and HANDBELL_TIMESTAMP_ROOTS with the authority."
)
KEEP = "Keep this database as it is, and restore a backup beside it that holds what was noted."


def evidence_fits_the_ledger(store: Store) -> Iterator[Finding]:
    """Compare every record of evidence with its ledger entry."""
    try:
        with store.reading() as conn:
            found = differences(conn)
    except ValueError:
        says = "Evidence cannot be held against the ledger: a row holds something that Handbell never wrote."
        yield Finding(DIFFERS, "problem", says, KEEP)
        return
    for receipts, what in (
        (found.changed, "were changed after they were kept"),
        (found.gone, "are noted in the ledger and gone"),
        (found.unnoted, "are there and not noted in the ledger"),
    ):
        if receipts:
            more = f" and {len(receipts) - NAMED} more" if len(receipts) > NAMED else ""
            says = f"{len(receipts)} records of evidence {what}: {', '.join(receipts[:NAMED])}{more}."
            yield Finding(DIFFERS, "problem", says, KEEP)


def anchors_hold(store: Store, anchors: Collection[Anchor]) -> Iterator[Finding]:
    """Compare the ledger with codes that were noted outside."""
    for anchor in anchors:
        with store.reading() as conn:
            own_hash, newest = ledger.hash_of(conn, anchor.seq), ledger.head(conn)[0]
        if own_hash is not None and anchor.is_of(own_hash):
            says = f"The ledger up to entry {anchor.seq} is the one that this code was made of."
            yield Finding(ANCHORED, "info", says)
        else:
            yield Finding(ANCHORED, "problem", _other(anchor.seq, newest, "the code"), KEEP)


def packs_are_continued(store: Store, packs: Collection[Path]) -> Iterator[Finding]:
    """Compare the ledger with evidence packs that were made of it."""
    for path in packs:
        found = check(path)
        with store.reading() as conn:
            own_hash, newest = ledger.hash_of(conn, found.entries), ledger.head(conn)[0]
        if found.wrong:
            hint = f"handbell verify {path} lists everything that is wrong."
            yield Finding(CONTINUED, "problem", f"{path} does not hold: {found.wrong[0]}.", hint)
        elif own_hash == found.head:
            says = f"The ledger continues {path} from entry {found.entries} on."
            yield Finding(CONTINUED, "info", says)
        else:
            yield Finding(CONTINUED, "problem", _other(found.entries, newest, str(path)), KEEP)


def stamps_hold(store: Store, timestamps: Timestamps | None, now: datetime) -> Iterator[Finding]:
    """Compare every time stamp with its entry, and request a test stamp that is not kept."""
    roots = timestamps.roots if timestamps is not None else ()
    with store.reading() as conn:
        newest, (seq, own_hash) = evidence_pack_store.newest(conn), ledger.head(conn)
        for one in evidence_pack_store.walk(conn):
            why = _wrong_stamp(one, ledger.hash_of(conn, one.seq), roots)
            if why is not None:
                says = f"The time stamp of entry {one.seq} of the ledger does not hold: {why}."
                yield Finding(STAMPED, "problem", says, KEEP)
    if timestamps is None or seq == 0:
        return
    if newest is not None and newest.seq < seq and now - newest.stamped_at > STAMP_OLD_AFTER:
        at = local_instant(newest.stamped_at, "UTC")
        yield Finding(UNSTAMPED, "warning", f"The ledger was last stamped at {at} UTC.", ASK_AUTHORITY)
    request = request_for(own_hash)
    try:
        answer = timestamps.authority.answer(request.content)
        read_stamp(answer, own_hash, timestamps.roots, request.nonce)
    except (TryAgain, GiveUp, ValueError) as error:
        yield Finding(UNSTAMPED, "warning", f"The ledger cannot be stamped: {error}", ASK_AUTHORITY)


def _wrong_stamp(one: StoredStamp, own_hash: str | None, roots: Sequence[Certificate]) -> str | None:
    if own_hash != one.hash:
        return "the entry has another hash now"
    try:
        read_stamp(one.answer, one.hash, roots)
    except ValueError as error:
        return str(error)
    return None


def _other(seq: int, newest: int, what: str) -> str:
    if seq > newest:
        return (
            f"The ledger ends at entry {newest}, and {what} names entry {seq}: its end was cut off, or {what}"
            " is of another installation."
        )
    return (
        f"Entry {seq} of the ledger has another hash than {what} names: the chain was made anew, or {what} is"
        " of another installation."
    )
