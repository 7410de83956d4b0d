"""Checks an evidence pack with nothing but the file: signature, hashes, the chain, each record against it."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.actions.evidence_form import (
    CHAIN,
    DOCUMENTS,
    FORM,
    MANIFEST,
    MOST_BYTES,
    RECORDS,
    SIGNATURE,
    TEXTS,
    UNSIGNED_FORM,
    container_holds,
    json_lines,
    record_subject,
    signer,
    unpack_files,
)
from bot.domain.codes import signs_of
from bot.domain.hash_chain import FIRST, digest_of, link, receipt_for
from bot.signatures import fingerprint

ANYBODYS_KEY = (
    "whose key that is: compare it with the governors' report or with handbell doctor at the school, or name"
    " the school's with --key"
)
UNSIGNED = (
    "that it is the school's, or as the school made it: packs of Handbell 0.1 are not signed. Anybody could"
    " have written evidence.csv, standing.csv, the READ ME, the day and the school anew, or left out records"
    " and texts. Only that its records fit its chain is checked"
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `wrong` is empty when everything holds; `as_at` then is a day in its ISO form.

    `unproven`: what the file cannot show. `settings`: the schools' names by key; of an older pack the keys
    alone. `key`: the fingerprint of the key that signed it, empty where nothing holds. `newest`: the number
    and hash of the newest ledger entry.
    """

    wrong: tuple[str, ...]
    unproven: tuple[str, ...] = ()
    form: str = ""
    records: int = 0
    entries: int = 0
    head: str = ""
    as_at: str = ""
    settings: Mapping[str, str] | None = None
    key: str = ""


def check(path: Path, key: str | None = None) -> Checked:
    """Check a pack. What is wrong is told in words, each with the file or line it is in.

    `key`: the fingerprint of the school's key; a pack that another key signed, or none, then does not hold.
    """
    if path.stat().st_size > MOST_BYTES:
        return Checked(("it is larger than any file of evidence",))
    content = path.read_bytes()
    try:
        files, infos = unpack_files(content)
    except (zipfile.BadZipFile, RuntimeError, EOFError, ValueError, zlib.error) as error:
        return Checked((f"it is no file of evidence, or a damaged one ({error})",))
    try:
        return _check(files, content, infos, key)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Checked((f"it is not written as Handbell writes evidence ({error})",))


def _check(
    files: Mapping[str, bytes], content: bytes, infos: list[zipfile.ZipInfo], key: str | None
) -> Checked:
    if MANIFEST not in files:
        return Checked((f"{MANIFEST} is missing",))
    manifest = json.loads(files[MANIFEST])
    form = manifest["form"]
    if form not in {FORM, UNSIGNED_FORM}:
        return Checked((f"{MANIFEST}: {form} is not a form this Handbell knows",))
    chain, records = list(json_lines(files.get(CHAIN, b""))), list(json_lines(files.get(RECORDS, b"")))
    wrong = [
        *_wrong_files(files, manifest["files"]),
        *_wrong_chain(chain, manifest["ledger"]),
        *_wrong_records(records, chain),
        *_wrong_texts(files),
    ]
    public = signer(files[MANIFEST], files.get(SIGNATURE, b""))
    signed_by = fingerprint(public) if public is not None else ""
    if form == FORM:
        wrong += _wrong_signature(signed_by, files)
        if not container_holds(content, infos, datetime.fromisoformat(manifest["made_at"])):
            wrong.append("its ZIP archive holds something beside its files, or was packed anew")
        wrong += _unbound(manifest["records"], records, chain)
    elif len(records) != manifest["records"]:
        wrong.append(f"{RECORDS} has {len(records)} records, {MANIFEST} says {manifest['records']}")
    if key is not None and signs_of(key) != signs_of(signed_by):
        wrong.append(f"it is signed with {signed_by or 'no key'}, and not with {key}")
    unproven = (UNSIGNED,) if form == UNSIGNED_FORM else () if key is not None else (ANYBODYS_KEY,)
    told, settings = manifest["ledger"], manifest["settings"]
    return Checked(
        wrong=tuple(wrong),
        unproven=unproven,
        form=form,
        records=len(records),
        entries=int(told["entries"]),
        head=str(told["head"]),
        as_at=date.fromisoformat(manifest["as_at"]).isoformat(),
        settings=dict(settings) if form == FORM else {str(one): "" for one in settings},
        key=signed_by,
    )


def _wrong_signature(signed_by: str, files: Mapping[str, bytes]) -> Iterator[str]:
    if SIGNATURE not in files:
        yield f"{SIGNATURE} is missing"
    elif not signed_by:
        yield f"{MANIFEST} was changed after it was signed, or {SIGNATURE} was"


def _wrong_files(files: Mapping[str, bytes], named: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(named.keys() - files.keys()):
        yield f"{name} is missing"
    for name in sorted(files.keys() - named.keys() - {MANIFEST, SIGNATURE}):
        yield f"{name} does not belong to it"
    for name in sorted(named.keys() & files.keys()):
        if hashlib.sha256(files[name]).hexdigest() != named[name]:
            yield f"{name} was changed after the file was made"


def _wrong_chain(chain: list[dict[str, Any]], told: Mapping[str, Any]) -> Iterator[str]:
    before = FIRST
    for place, line in enumerate(chain, start=1):
        if line["seq"] != place:
            yield f"{CHAIN}:{place}: entry {place} is missing"
            return
        digest = digest_of({"seq": place, **line["entry"]}) if "entry" in line else str(line["digest"])
        if link(before, digest) != line["hash"]:
            yield f"{CHAIN}:{place}: entry {place} was changed, or the one before it"
            return
        before = line["hash"]
    if (len(chain), before) != (told["entries"], told["head"]):
        yield f"{CHAIN} ends at entry {len(chain)}, {MANIFEST} says {told['entries']} or another hash"


def _noted(chain: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Find the lines of the chain that note a record, by its receipt."""
    return {line["entry"]["data"]["receipt"]: line for line in chain if "entry" in line}


def _wrong_records(records: list[dict[str, Any]], chain: list[dict[str, Any]]) -> Iterator[str]:
    """Hold the records against the entries that note them, in both directions."""
    noted = _noted(chain)
    for place, one in enumerate(records, start=1):
        receipt, said = one["receipt"], one["record"]
        if receipt != receipt_for(said["idempotency_key"]):
            yield f"{RECORDS}:{place}: {receipt} is not this record's receipt"
        if receipt not in noted:
            yield f"{RECORDS}:{place}: {receipt} is not noted in the chain"
        elif digest_of(said) != noted[receipt]["entry"]["data"]["record"]:
            yield f"{RECORDS}:{place}: {receipt} was changed after it was kept"
        elif record_subject(said) != noted[receipt]["entry"]["subject"]:
            yield f"{RECORDS}:{place}: {receipt} is noted in the chain for another obligation"
    for receipt, times in Counter(one["receipt"] for one in records).items():
        if times > 1:
            yield f"{RECORDS}: {receipt} is there {times} times"
    for receipt in sorted(noted.keys() - {one["receipt"] for one in records}):
        yield f"{RECORDS}: {receipt} is noted in the chain and missing here"


def _unbound(
    bound: Mapping[str, Mapping[str, Any]], records: list[dict[str, Any]], chain: list[dict[str, Any]]
) -> Iterator[str]:
    """Hold the records and entries against what the signed manifest says of them."""
    noted, kept = _noted(chain), {one["receipt"]: one["record"] for one in records}
    for receipt in sorted(bound.keys() | kept.keys() | noted.keys()):
        said = bound.get(receipt)
        if said is None:
            yield f"{MANIFEST} does not name {receipt}"
        elif receipt not in noted or noted[receipt]["seq"] != said["entry"]:
            yield f"{MANIFEST} names entry {said['entry']} for {receipt}, and {CHAIN} does not"
        elif receipt in kept and digest_of(kept[receipt]) != said["sha256"]:
            yield f"{MANIFEST} names another record for {receipt}"


def _wrong_texts(files: Mapping[str, bytes]) -> Iterator[str]:
    for name, content in sorted(files.items()):
        for folder in (TEXTS, DOCUMENTS):
            own = name.removeprefix(folder).partition(".")[0]
            if name.startswith(folder) and hashlib.sha256(content).hexdigest() != own:
                yield f"{name} is not the text its name says"
