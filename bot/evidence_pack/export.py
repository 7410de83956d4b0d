"""Makes an evidence pack: the evidence of schools up to a day, as one file that anyone can check.

Its form is in `evidence_form`. The two CSV files say for people what the records say; the texts are those
that were shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot import __version__
from bot.core.clock import SCHOOL_TIMEZONE, local_date
from bot.core.dates import long_date
from bot.core.errors import BadInput, Problem
from bot.core.signatures import SigningKey, fingerprint
from bot.core.table_export import write_csv
from bot.database.columns import iso
from bot.database.engine import Connection, Store
from bot.evidence_pack import store as evidence_pack_store
from bot.evidence_pack.pack_format import (
    CHAIN,
    DOCUMENTS,
    FORM,
    MANIFEST,
    RECORDS,
    SIGNATURE,
    STAMP,
    STAMPS,
    TEXTS,
    manifest_bytes,
    pack_files,
    signature_bytes,
)
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.records import register as record_register
from bot.records.evidence import StoredEvidence
from bot.rules.check_items import from_text
from bot.rules.hash_chain import FIRST, canonical
from bot.status.model import SchoolStatus, figures

STANDING_COLUMNS = ("school", "area", "what", "who", "state", "due on", "why", "from")
EVIDENCE_COLUMNS = (
    "receipt", "school", "who", "did on", "recorded at", "what", "outcome", "words", "statement", "policy",
    "version", "SHA-256 of its text", "how known", "channel", "typed name", "witness", "reference",
)  # fmt: skip
ITEM_COLUMNS = ("receipt", "school", "what", "item", "answer", "given", "who", "at", "owner", "due on")
READ_ME = """Evidence kept with Handbell, up to and including {as_at}
{schools}

standing.csv     what was promised, and how it stood on that day
evidence.csv     what people did, with the words they were shown
texts/           those texts, each named by the SHA-256 of its words
documents/       the documents they came in, where they are kept, named by the SHA-256 of the file
items.csv        the answers to the items of checks, one by one
evidence.jsonl   the same records, exactly as they were kept
ledger.jsonl     the chain of entries that binds them
stamps/          time stamps (RFC 3161) over entries of the chain, where an authority is asked for them
manifest.json    whose evidence this is, and the SHA-256 of every file here
manifest.sig     the school's signature over manifest.json

"Opened" is never counted as read. A question and a refusal are answers too, and are here.
The promises and the list of people are those in force when this file was made, on {made_on}.

To check it, on any computer with Handbell and without the school's data:   handbell verify FILE
It is signed with the key {key}
Compare that with the one in the school's report to governors, or:   handbell verify FILE --key KEY
The newest entry of the chain is number {entries}, {head}.
A chain shows every change inside it. That it was not made anew as a whole, only its newest entry can show,
noted somewhere else at the time.
"""


@dataclass(frozen=True, slots=True)
class Pack:
    """A finished file: its bytes, how many records are in it, and the newest entry of the chain.

    `key`: the fingerprint of the key that signed it. `missing`: receipts that the ledger notes and no record
    bears any more; `unnoted`: receipts of records that the ledger does not note.
    """

    content: bytes
    records: int
    entries: int
    head: str
    key: str
    missing: tuple[str, ...] = ()
    unnoted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What goes into a file, all of one moment. `noted`: the number of each record's entry, by receipt."""

    names: Mapping[str, str]
    kept: list[StoredEvidence]
    chain: list[dict[str, object]]
    noted: Mapping[str, int]
    standing: tuple[SchoolStatus, ...]
    shown: dict[str, bytes]

    @property
    def head(self) -> tuple[int, str]:
        """The number and hash of the newest entry of the chain."""
        newest = self.chain[-1] if self.chain else {"seq": 0, "hash": FIRST}
        return int(str(newest["seq"])), str(newest["hash"])


def export(store: Store, schools: Collection[str], as_at: date, now: datetime, key: SigningKey) -> Pack:
    """Make the file of these schools as at the end of a day. BadInput: that day has not come yet.

    Where the records and the ledger differ it is made all the same, and its check names what differs.
    """
    if as_at > local_date(now):
        wrong = f"{long_date(as_at)} has not come yet"
        raise BadInput([Problem("--as-at", None, None, wrong, "Name today or an earlier day.")])
    found = _gather(store, schools, as_at)
    entries, head = found.head
    signed_by = fingerprint(key.public)
    files = {
        "standing.csv": _table(STANDING_COLUMNS, _standing_lines(found.standing)),
        "evidence.csv": _table(EVIDENCE_COLUMNS, map(_evidence_line, found.kept)),
        "items.csv": _table(ITEM_COLUMNS, _item_lines(found.kept)),
        RECORDS: _lines(
            {"receipt": one.receipt, "record": record_evidence.plain(one.record)} for one in found.kept
        ),
        CHAIN: _lines(found.chain),
        "READ ME.txt": READ_ME.format(
            as_at=as_at.isoformat(),
            schools=", ".join(found.names.values()),
            made_on=local_date(now).isoformat(),
            key=signed_by,
            entries=entries,
            head=head,
        ).encode(),
        **found.shown,
    }
    manifest = manifest_bytes(
        {
            "form": FORM,
            "handbell": __version__,
            "settings": found.names,
            "as_at": as_at.isoformat(),
            "made_at": iso(now),
            "ledger": {"entries": entries, "head": head},
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
            "records": {
                one.receipt: {"entry": found.noted[one.receipt], "sha256": record_evidence.digest(one.record)}
                for one in found.kept
                if one.receipt in found.noted
            },
        }
    )
    files |= {MANIFEST: manifest, SIGNATURE: signature_bytes(key, manifest)}
    receipts = {one.receipt for one in found.kept}
    return Pack(
        content=pack_files(files, now),
        records=len(found.kept),
        entries=entries,
        head=head,
        key=signed_by,
        missing=tuple(sorted(found.noted.keys() - receipts)),
        unnoted=tuple(sorted(receipts - found.noted.keys())),
    )


def _gather(store: Store, schools: Collection[str], as_at: date) -> _Gathered:
    end = datetime.combine(as_at + timedelta(days=1), time(), SCHOOL_TIMEZONE)
    with store.reading() as conn:
        kept = record_evidence.until(conn, schools, end)
        receipts = {one.receipt for one in kept}
        noted: dict[str, int] = {}
        chain = list(_chain(conn, schools, end, noted))
        standing = _standing(conn, schools, as_at, receipts)
        names = {one.school: one.name for one in standing}
        shown = dict(_shown(conn, kept)) | dict(_stamps(conn, len(chain)))
        return _Gathered(names, kept, chain, noted, standing, shown)


def _stamps(conn: Connection, entries: int) -> Iterator[tuple[str, bytes]]:
    for one in evidence_pack_store.walk(conn, until=entries):
        yield f"{STAMPS}{one.seq}{STAMP}", one.answer


def _chain(
    conn: Connection, schools: Collection[str], end: datetime, noted: dict[str, int]
) -> Iterator[dict[str, object]]:
    """List the chain up to the last entry before `end`; what notes none of their records by digest alone.

    `noted` is filled with the number of the entry that notes each record, by its receipt.
    """
    lines: list[dict[str, object]] = []
    for seq, entry, own_hash in ledger.walk(conn):
        line: dict[str, object] = {"seq": seq, "hash": own_hash}
        record = record_evidence.noted_in(entry)
        if record is not None and record.school in schools and entry.at < end:
            line["entry"] = ledger.plain(entry)
            noted[record.receipt] = seq
        else:
            line["digest"] = ledger.digest(seq, entry)
        lines.append(line)
        if entry.at < end:
            yield from lines
            lines.clear()


def _standing(
    conn: Connection, schools: Collection[str], as_at: date, receipts: Collection[str]
) -> tuple[SchoolStatus, ...]:
    snapshot = load_snapshot(conn, as_at, schools)
    known = tuple(one for one in snapshot.evidence if one.receipt in receipts)
    return figures(replace(snapshot, evidence=known), as_at)


def _shown(conn: Connection, kept: Iterable[StoredEvidence]) -> Iterator[tuple[str, bytes]]:
    """Return the text and the document of every version these records name, as far as they are kept."""
    cited = {(one.record.school, one.record.policy) for one in kept if one.record.policy}
    hashes = {one.record.sha256_bytes for one in kept}
    for school, policy in sorted((school, policy) for school, policy in cited if policy):
        for version in record_register.versions(conn, school, policy):
            if version.sha256_bytes not in hashes:
                continue
            if version.text and version.sha256_text:
                yield f"{TEXTS}{version.sha256_text}.txt", version.text.encode(errors="replace")
            if version.content:
                name = (version.filename or "").rpartition(".")[2].casefold()
                suffix = f".{name}" if name.isascii() and name.isalnum() and len(name) <= 5 else ""
                yield f"{DOCUMENTS}{version.sha256_bytes}{suffix}", version.content


def _standing_lines(standing: Iterable[SchoolStatus]) -> Iterator[tuple[str, ...]]:
    for one in standing:
        for tile in one.tiles:
            for line in tile.lines:
                due_on = line.due_on.isoformat() if line.due_on else ""
                said = (line.title, line.name, line.state.value, due_on, line.why, line.cites)
                yield one.name, tile.area, *said


def _evidence_line(kept: StoredEvidence) -> tuple[str, ...]:
    one = kept.record
    said = (
        kept.receipt, one.school, one.person_name, one.acted_on.isoformat(), iso(one.recorded_at),
        one.obligation, one.outcome.value, one.words, one.statement, one.policy_title, one.version_number,
        one.sha256_text, one.identified_by, one.channel, one.typed_name, one.witness, one.reference,
    )  # fmt: skip
    return tuple(cell or "" for cell in said)


def _item_lines(kept: Iterable[StoredEvidence]) -> Iterator[tuple[str, ...]]:
    """Yield the answer to each item of each check."""
    for one in kept:
        for item in from_text(one.record.items):
            said = (item.ask, item.state.value, item.given, item.by, item.at, item.owner_name, item.due_on)
            yield one.receipt, one.record.school, one.record.obligation, *said


def _table(columns: Iterable[str], lines: Iterable[Iterable[str]]) -> bytes:
    return write_csv([columns, *lines])


def _lines(objects: Iterable[Mapping[str, object]]) -> bytes:
    return "".join(f"{canonical(one)}\n" for one in objects).encode()
