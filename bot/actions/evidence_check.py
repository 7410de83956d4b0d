"""Checks a file of evidence with nothing but the file: every hash, the chain, and each record against it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.actions.evidence_pack import CHAIN, DOCUMENTS, FORM, MANIFEST, RECORDS, TEXTS
from bot.store import evidence, ledger

# More than a trust's evidence of many years; a file that unpacks to more is not one of ours.
MOST_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `wrong` is empty when everything holds; `as_at` then is a day in its ISO form."""

    wrong: tuple[str, ...]
    records: int = 0
    entries: int = 0
    head: str = ""
    as_at: str = ""
    settings: tuple[str, ...] = ()


def check(path: Path) -> Checked:
    """Check a file of evidence. What is wrong is told in words, each with the file or line it is in."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                return Checked(("it unpacks to more than any file of evidence",))
            names = [one.filename for one in archive.infolist()]
            if len(names) != len(set(names)):
                return Checked(("a file is in it twice",))
            files = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, RuntimeError, EOFError, ValueError) as error:
        return Checked((f"it is no file of evidence, or a damaged one ({error})",))
    try:
        return _check(files)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Checked((f"it is not written as Handbell writes evidence ({error})",))


def _check(files: Mapping[str, bytes]) -> Checked:
    if MANIFEST not in files:
        return Checked((f"{MANIFEST} is missing",))
    manifest = json.loads(files[MANIFEST])
    if manifest["form"] != FORM:
        return Checked((f"{MANIFEST}: {manifest['form']} is not a form this Handbell knows",))
    chain = [json.loads(line) for line in files.get(CHAIN, b"").splitlines()]
    records = [json.loads(line) for line in files.get(RECORDS, b"").splitlines()]
    wrong = [
        *_wrong_files(files, manifest["files"]),
        *_wrong_chain(chain, manifest["ledger"]),
        *_wrong_records(records, chain),
        *_wrong_texts(files),
    ]
    if len(records) != manifest["records"]:
        wrong.append(f"{RECORDS} has {len(records)} records, {MANIFEST} says {manifest['records']}")
    told = manifest["ledger"]
    settings = tuple(str(one) for one in manifest["settings"])
    as_at = date.fromisoformat(manifest["as_at"]).isoformat()
    return Checked(tuple(wrong), len(records), int(told["entries"]), str(told["head"]), as_at, settings)


def _wrong_files(files: Mapping[str, bytes], named: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(named.keys() - files.keys()):
        yield f"{name} is missing"
    for name in sorted(files.keys() - named.keys() - {MANIFEST}):
        yield f"{name} does not belong to it"
    for name in sorted(named.keys() & files.keys()):
        if hashlib.sha256(files[name]).hexdigest() != named[name]:
            yield f"{name} was changed after the file was made"


def _wrong_chain(chain: list[dict[str, Any]], told: Mapping[str, Any]) -> Iterator[str]:
    before = ledger.FIRST
    for place, line in enumerate(chain, start=1):
        if line["seq"] != place:
            yield f"{CHAIN}:{place}: entry {place} is missing"
            return
        if ledger.link(before, _digest(line)) != line["hash"]:
            yield f"{CHAIN}:{place}: entry {place} was changed, or the one before it"
            return
        before = line["hash"]
    if (len(chain), before) != (told["entries"], told["head"]):
        yield f"{CHAIN} ends at entry {len(chain)}, {MANIFEST} says {told['entries']} or another hash"


def _digest(line: Mapping[str, Any]) -> str:
    if "entry" not in line:
        return str(line["digest"])
    said = line["entry"]
    at = datetime.fromisoformat(said["at"])
    entry = ledger.Entry(at, said["actor"], said["action"], said["subject"], said["data"])
    return ledger.digest(line["seq"], entry)


def _wrong_records(records: list[dict[str, Any]], chain: list[dict[str, Any]]) -> Iterator[str]:
    noted = {
        line["entry"]["data"]["receipt"]: line["entry"]["data"]["record"] for line in chain if "entry" in line
    }
    for place, one in enumerate(records, start=1):
        receipt, said = one["receipt"], one["record"]
        if receipt != evidence.receipt_for(said["idempotency_key"]):
            yield f"{RECORDS}:{place}: {receipt} is not this record's receipt"
        if receipt not in noted:
            yield f"{RECORDS}:{place}: {receipt} is not noted in the chain"
        elif hashlib.sha256(ledger.canonical(said).encode()).hexdigest() != noted[receipt]:
            yield f"{RECORDS}:{place}: {receipt} was changed after it was kept"
    for receipt in sorted(noted.keys() - {one["receipt"] for one in records}):
        yield f"{RECORDS}: {receipt} is noted in the chain and missing here"


def _wrong_texts(files: Mapping[str, bytes]) -> Iterator[str]:
    for name, content in sorted(files.items()):
        for folder in (TEXTS, DOCUMENTS):
            own = name.removeprefix(folder).partition(".")[0]
            if name.startswith(folder) and hashlib.sha256(content).hexdigest() != own:
                yield f"{name} is not the text its name says"
