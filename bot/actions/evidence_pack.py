"""The evidence of a setting up to a day, as one file that anybody can check without Handbell's data.

A ZIP archive. `manifest.json` names every other file with its SHA-256. `evidence.jsonl` holds each record as
it was kept, `ledger.jsonl` the chain that binds them: in full where a line notes one of these records, by its
digest alone where it does not, so that the chain can be followed without telling anything else. The two CSV
files say the same for people, and the texts are those that were shown.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.actions.gather import SCHOOL_TIME, gather, school_day
from bot.domain.csv_export import write_csv
from bot.domain.days import plain
from bot.domain.status import Standing, figures
from bot.errors import BadInput, Problem
from bot.store import evidence, ledger, registers
from bot.store.columns import iso
from bot.store.engine import Connection, Store
from bot.store.evidence import Kept

FORM = "handbell-evidence/1"
MANIFEST, RECORDS, CHAIN = "manifest.json", "evidence.jsonl", "ledger.jsonl"
TEXTS, DOCUMENTS = "texts/", "documents/"
STANDING_COLUMNS = ("school", "area", "what", "who", "state", "due on", "why", "from")
EVIDENCE_COLUMNS = (
    "receipt", "school", "who", "did on", "recorded at", "what", "outcome", "words", "statement", "policy",
    "version", "SHA-256 of its text", "how known", "channel", "typed name", "witness", "reference",
)  # fmt: skip
READ_ME = """Evidence kept with Handbell, up to and including {as_at}
{schools}

standing.csv     what was promised, and how it stood on that day
evidence.csv     what people did, with the words they were shown
texts/           those texts, each named by the SHA-256 of its words
documents/       the documents they came in, where they are kept, named by the SHA-256 of the file
evidence.jsonl   the same records, exactly as they were kept
ledger.jsonl     the chain of entries that binds them
manifest.json    the SHA-256 of every file here

"Opened" is never counted as read. A question and a refusal are answers too, and are here.
The promises and the list of people are those in force when this file was made, on {made_on}.

To check it, on any computer with Handbell and without the school's data:   handbell verify FILE
The newest entry of the chain is number {entries}, {head}.
A chain shows every change inside it. That it was not made anew as a whole, only its newest entry can show,
noted somewhere else at the time.
"""


@dataclass(frozen=True, slots=True)
class Pack:
    """A finished file: its bytes, how many records are in it, and the newest entry of the chain."""

    content: bytes
    records: int
    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What goes into a file, all of one moment."""

    kept: list[Kept]
    chain: list[dict[str, object]]
    standing: tuple[Standing, ...]
    shown: dict[str, bytes]

    @property
    def head(self) -> tuple[int, str]:
        """The number and hash of the newest entry of the chain."""
        newest = self.chain[-1] if self.chain else {"seq": 0, "hash": ledger.FIRST}
        return int(str(newest["seq"])), str(newest["hash"])


def export(store: Store, settings: Collection[str], as_at: date, now: datetime) -> Pack:
    """Make the file of these settings as at the end of a day. BadInput: that day has not come yet."""
    if as_at > school_day(now):
        wrong = f"{plain(as_at)} has not come yet"
        raise BadInput([Problem("--as-at", None, None, wrong, "Name today or an earlier day.")])
    found = _gather(store, settings, as_at)
    entries, head = found.head
    files = {
        "standing.csv": _table(STANDING_COLUMNS, _standing_lines(found.standing)),
        "evidence.csv": _table(EVIDENCE_COLUMNS, map(_evidence_line, found.kept)),
        RECORDS: _lines({"receipt": one.receipt, "record": evidence.plain(one.record)} for one in found.kept),
        CHAIN: _lines(found.chain),
        "READ ME.txt": READ_ME.format(
            as_at=as_at.isoformat(),
            schools=", ".join(one.name for one in found.standing),
            made_on=school_day(now).isoformat(),
            entries=entries,
            head=head,
        ).encode(),
        **found.shown,
    }
    manifest = {
        "form": FORM,
        "settings": sorted(settings),
        "as_at": as_at.isoformat(),
        "made_at": iso(now),
        "records": len(found.kept),
        "ledger": {"entries": entries, "head": head},
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    files[MANIFEST] = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    return Pack(_archive(files, now), len(found.kept), entries, head)


def _gather(store: Store, settings: Collection[str], as_at: date) -> _Gathered:
    end = datetime.combine(as_at + timedelta(days=1), time(), SCHOOL_TIME)
    with store.reading() as conn:
        kept = evidence.until(conn, settings, end)
        receipts = {one.receipt for one in kept}
        return _Gathered(
            kept,
            list(_chain(conn, receipts, end)),
            _standing(conn, settings, as_at, receipts),
            dict(_shown(conn, kept)),
        )


def _chain(conn: Connection, receipts: Collection[str], end: datetime) -> Iterator[dict[str, object]]:
    """Give the chain up to the last entry before `end`; what notes none of these records by digest alone."""
    lines: list[dict[str, object]] = []
    for seq, entry, own_hash in ledger.walk(conn):
        line: dict[str, object] = {"seq": seq, "hash": own_hash}
        if entry.data.get("receipt") in receipts and "record" in entry.data:
            line["entry"] = {
                "at": iso(entry.at),
                "actor": entry.actor,
                "action": entry.action,
                "subject": entry.subject,
                "data": dict(entry.data),
            }
        else:
            line["digest"] = ledger.digest(seq, entry)
        lines.append(line)
        if entry.at < end:
            yield from lines
            lines.clear()


def _standing(
    conn: Connection, settings: Collection[str], as_at: date, receipts: Collection[str]
) -> tuple[Standing, ...]:
    snapshot = gather(conn, as_at, settings)
    known = tuple(one for one in snapshot.evidence if one.receipt in receipts)
    return figures(replace(snapshot, evidence=known), as_at)


def _shown(conn: Connection, kept: Iterable[Kept]) -> Iterator[tuple[str, bytes]]:
    """Give the text and the document of every version these records name, as far as they are kept."""
    cited = {(one.record.setting, one.record.policy) for one in kept if one.record.policy}
    hashes = {one.record.sha256_bytes for one in kept}
    for setting, policy in sorted((setting, policy) for setting, policy in cited if policy):
        for version in registers.versions(conn, setting, policy):
            if version.sha256_bytes not in hashes:
                continue
            if version.text and version.sha256_text:
                yield f"{TEXTS}{version.sha256_text}.txt", version.text.encode(errors="replace")
            if version.content:
                name = (version.filename or "").rpartition(".")[2].casefold()
                suffix = f".{name}" if name.isalnum() and len(name) <= 5 else ""
                yield f"{DOCUMENTS}{version.sha256_bytes}{suffix}", version.content


def _standing_lines(standing: Iterable[Standing]) -> Iterator[tuple[str, ...]]:
    for one in standing:
        for tile in one.tiles:
            for line in tile.lines:
                due_on = line.due_on.isoformat() if line.due_on else ""
                said = (line.title, line.name, line.state.value, due_on, line.why, line.cites)
                yield one.name, tile.area, *said


def _evidence_line(kept: Kept) -> tuple[str, ...]:
    one = kept.record
    said = (
        kept.receipt, one.setting, one.person_name, one.acted_on.isoformat(), iso(one.recorded_at),
        one.obligation, one.outcome.value, one.words, one.statement, one.policy_title, one.version_number,
        one.sha256_text, one.identified_by, one.channel, one.typed_name, one.witness, one.reference,
    )  # fmt: skip
    return tuple(cell or "" for cell in said)


def _table(columns: Iterable[str], lines: Iterable[Iterable[str]]) -> bytes:
    return write_csv([columns, *lines])


def _lines(objects: Iterable[Mapping[str, object]]) -> bytes:
    return "".join(f"{ledger.canonical(one)}\n" for one in objects).encode()


def _archive(files: Mapping[str, bytes], now: datetime) -> bytes:
    """Put the files together; the same files made at the same time are the same bytes."""
    out = io.BytesIO()
    local = now.astimezone(SCHOOL_TIME)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            about = zipfile.ZipInfo(name, local.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, content)
    return out.getvalue()
