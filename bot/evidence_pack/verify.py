"""Checks an evidence pack with nothing but the file: signature, hashes, the chain, each record against it."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.core.codes import signs_of
from bot.core.signatures import fingerprint
from bot.evidence_pack.pack_format import (
    CHAIN,
    DOCUMENTS,
    FORM,
    MANIFEST,
    MOST_BYTES,
    RECORDS,
    SIGNATURE,
    STAMP,
    STAMPS,
    TEXTS,
    UNSIGNED_FORM,
    container_holds,
    json_lines,
    record_subject,
    signer,
    unpack_files,
)
from bot.rules.hash_chain import FIRST, Anchor, digest_of, link, receipt_for

ANYBODYS_KEY = (
    "whose key that is: compare it with the governors' report or with handbell doctor at the school, or name"
    " the school's with --key"
)
ANYBODYS_STAMPS = (
    "whose time stamps these are: name a PEM file of the authority's certificates with --authority"
)
UNSIGNED = (
    "that it is the school's, or as the school made it: packs of Handbell 0.1 are not signed. Anybody could"
    " have written evidence.csv, standing.csv, the READ ME, the day and the school anew, or left out records"
    " and texts. Only that its records fit its chain is checked"
)


@dataclass(frozen=True, slots=True)
class PackTimestamp:
    """A time stamp over an entry of the ledger: an instant in its ISO form."""

    entry: int
    at: str


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """What a check found. `wrong` is empty when everything holds; `as_at` then is a day in its ISO form.

    `unproven`: what the file cannot show. `settings`: the schools' names by key; of an older pack the keys
    alone. `entries`, `head`: number and hash of the newest ledger entry. `key`: the fingerprint of the key
    that signed it, empty where no signature holds.
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
    stamps: tuple[PackTimestamp, ...] = ()


@dataclass(frozen=True, slots=True)
class VerificationInputs:
    """What is known beside the file.

    `key`: the fingerprint of the school's key. `anchors`: codes of the ledger that were noted earlier.
    `after`: an earlier pack of the same installation, which this one continues. `authority`: a PEM file of
    the certificates by which the authority of its time stamps is trusted.
    """

    key: str | None = None
    anchors: tuple[Anchor, ...] = ()
    after: Path | None = None
    authority: Path | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A pack that could be read, with what `Checked` says of it so far."""

    files: Mapping[str, bytes]
    chain: list[dict[str, Any]]
    records: list[dict[str, Any]]
    checked: VerificationResult

    def hash_of(self, seq: int) -> str | None:
        """Return the hash of an entry by its number; None: the chain does not reach so far."""
        return str(self.chain[seq - 1]["hash"]) if 0 < seq <= len(self.chain) else None


def check(path: Path, against: VerificationInputs | None = None) -> VerificationResult:
    """Check a pack. What is wrong is told in words, each with the file or line it is in.

    Where `against` names a key, a code or an earlier pack, a pack that does not fit it does not hold.
    """
    opened = _open(path)
    if not isinstance(opened, _Opened) or against is None:
        return opened.checked if isinstance(opened, _Opened) else opened
    found = opened.checked
    wrong = [*found.wrong, *_against_anchors(opened, against.anchors)]
    if against.key is not None:
        found = replace(found, unproven=tuple(one for one in found.unproven if one != ANYBODYS_KEY))
        if signs_of(against.key) != signs_of(found.key):
            wrong.append(f"it is signed with {found.key or 'no key'}, and not with {against.key}")
    if against.authority is not None:
        stamped, wrong_stamps = _stamps(opened, against.authority)
        wrong += wrong_stamps
        proved = tuple(one for one in found.unproven if one != ANYBODYS_STAMPS)
        found = replace(found, stamps=stamped, unproven=proved)
    if against.after is not None:
        earlier = _open(against.after)
        if not isinstance(earlier, _Opened) or earlier.checked.wrong:
            checked = earlier.checked if isinstance(earlier, _Opened) else earlier
            wrong.append(f"{against.after} does not hold itself ({checked.wrong[0]})")
        else:
            wrong += _not_continued(opened, earlier, str(against.after))
    return replace(found, wrong=tuple(wrong))


def _open(path: Path) -> _Opened | VerificationResult:
    """Read a pack and check it by itself."""
    if path.stat().st_size > MOST_BYTES:
        return VerificationResult(("it is larger than any file of evidence",))
    content = path.read_bytes()
    try:
        files, infos = unpack_files(content)
    except (zipfile.BadZipFile, RuntimeError, EOFError, ValueError, zlib.error) as error:
        return VerificationResult((f"it is no file of evidence, or a damaged one ({error})",))
    try:
        return _read(files, content, infos)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return VerificationResult((f"it is not written as Handbell writes evidence ({error})",))


def _read(
    files: Mapping[str, bytes], content: bytes, infos: list[zipfile.ZipInfo]
) -> _Opened | VerificationResult:
    if MANIFEST not in files:
        return VerificationResult((f"{MANIFEST} is missing",))
    manifest = json.loads(files[MANIFEST])
    form = manifest["form"]
    if form not in {FORM, UNSIGNED_FORM}:
        return VerificationResult((f"{MANIFEST}: {form} is not a form this Handbell knows",))
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
    told, settings = manifest["ledger"], manifest["settings"]
    checked = VerificationResult(
        wrong=tuple(wrong),
        unproven=(ANYBODYS_KEY,) if form == FORM else (UNSIGNED,),
        form=form,
        records=len(records),
        entries=int(told["entries"]),
        head=str(told["head"]),
        as_at=date.fromisoformat(manifest["as_at"]).isoformat(),
        settings=dict(settings) if form == FORM else {str(one): "" for one in settings},
        key=signed_by,
    )
    opened = _Opened(files, chain, records, checked)
    stamped, wrong_stamps = _stamps(opened, None)
    unproven = (*checked.unproven, ANYBODYS_STAMPS) if stamped else checked.unproven
    checked = replace(checked, wrong=checked.wrong + wrong_stamps, stamps=stamped, unproven=unproven)
    return replace(opened, checked=checked)


def _stamps(opened: _Opened, authority: Path | None) -> tuple[tuple[PackTimestamp, ...], tuple[str, ...]]:
    """Check each time stamp against its entry; give those that hold, and what is wrong with others."""
    named = {name: content for name, content in opened.files.items() if name.startswith(STAMPS)}
    if not named and authority is None:
        return (), ()
    from bot.core.timestamps import read_roots, read_stamp  # noqa: PLC0415 - where there are stamps

    roots = read_roots(authority.read_bytes()) if authority is not None else []
    stamped, wrong = [], [] if named else ["it bears no time stamp"]
    for name, content in named.items():
        number = name.removeprefix(STAMPS).removesuffix(STAMP)
        own_hash = opened.hash_of(int(number)) if number.isdecimal() else None
        try:
            # No entry: a stamp of no hash at all.
            found = read_stamp(content, own_hash or "", roots)
            stamped.append(PackTimestamp(int(number), found.at.isoformat()))
        except ValueError as error:
            wrong.append(f"{name} does not stamp the entry it names: {error}")
    return tuple(sorted(stamped, key=lambda one: one.entry)), tuple(wrong)


def _against_anchors(opened: _Opened, anchors: Iterable[Anchor]) -> Iterator[str]:
    for anchor in anchors:
        own_hash = opened.hash_of(anchor.seq)
        if own_hash is None:
            yield f"it ends at entry {len(opened.chain)}, before entry {anchor.seq}, which the code names"
        elif not anchor.is_of(own_hash):
            yield f"entry {anchor.seq} has another hash than the code names: the chain was made anew"


def _not_continued(opened: _Opened, earlier: _Opened, name: str) -> Iterator[str]:
    """Compare a pack with an earlier one: chain, records, key."""
    before = earlier.checked
    if before.entries and opened.hash_of(before.entries) != before.head:
        yield f"its chain does not continue {name}, which ends at entry {before.entries}"
    if before.key and before.key != opened.checked.key:
        yield f"{name} is signed with another key, {before.key}"
    here = {one["receipt"] for one in opened.records}
    for one in earlier.records:
        if one["record"]["setting"] in (opened.checked.settings or {}) and one["receipt"] not in here:
            yield f"{one['receipt']} is in {name} and left out here"


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
    """Compare the records with their ledger entries, in both directions."""
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
    """Compare the records and entries with the signed manifest."""
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
