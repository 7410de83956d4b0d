"""The form of an evidence pack: names, manifest, signature and container. Final once a pack was sent.

A ZIP archive, its files in the order of their names. `manifest.json` says whose evidence it is, up to which
day, the SHA-256 of every other file, and for each record the ledger entry that notes it. `manifest.sig` is
an Ed25519 signature over the bytes of `manifest.json`, with the public key. `evidence.jsonl` holds each
record as it was kept, `ledger.jsonl` the chain: an entry in full where it notes one of these records, by its
digest alone where it does not, so that the chain can be followed without telling anything else.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from bot.core.signatures import SigningKey, is_signed
from bot.rules.hash_chain import canonical

FORM = "handbell-evidence/2"
# Of Handbell before its packs were signed.
UNSIGNED_FORM = "handbell-evidence/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
RECORDS, CHAIN = "evidence.jsonl", "ledger.jsonl"
TEXTS, DOCUMENTS = "texts/", "documents/"
# Time stamps over ledger entries (RFC 3161), each named by the number of its entry.
STAMPS, STAMP = "stamps/", ".tsr"
ALGORITHM = "Ed25519"
# More than a trust's evidence of many years; a file that unpacks to more is not one of ours.
MOST_BYTES = 2_000_000_000
# Sizes of ZIP's fixed parts: a file's own header, its line in the directory, the end of the directory.
LOCAL, CENTRAL, END = 30, 46, 22
# What a line of the directory says beside sizes.
OF_DIRECTORY = (
    "filename", "header_offset", "date_time", "compress_type", "comment", "extra", "flag_bits", "volume",
    "create_system", "create_version", "extract_version", "reserved", "internal_attr", "external_attr",
)  # fmt: skip


def record_subject(record: Mapping[str, object]) -> str:
    """Return what the ledger entry of a record is about."""
    return f"obligation:{record['setting']}/{record['obligation']}"


def manifest_bytes(manifest: Mapping[str, object]) -> bytes:
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()


def signature_bytes(key: SigningKey, manifest: bytes) -> bytes:
    """Write `manifest.sig`: the algorithm, the public key and the signature in hex."""
    return _signature_file(key.public, key.sign(manifest))


def signer(manifest: bytes, signature: bytes) -> bytes | None:
    """Find the public key that signed a manifest; None: the signature does not hold, or says more."""
    try:
        said = json.loads(signature)
        public, signed = bytes.fromhex(said["key"]), bytes.fromhex(said["signature"])
        holds = is_signed(public, signed, manifest)
    except (KeyError, TypeError, ValueError):
        return None
    return public if holds and signature == _signature_file(public, signed) else None


def _signature_file(public: bytes, signature: bytes) -> bytes:
    said = {"algorithm": ALGORITHM, "key": public.hex(), "signature": signature.hex()}
    return f"{canonical(said)}\n".encode()


def pack_files(files: Mapping[str, bytes], made_at: datetime) -> bytes:
    """Build the archive of some files; the same files made at the same time are the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(_header(name, made_at), content)
    return out.getvalue()


def unpack_files(content: bytes) -> tuple[dict[str, bytes], list[zipfile.ZipInfo]]:
    """Read every file of an archive with its header. ValueError, BadZipFile: it is no whole archive.

    What is unpacked is counted while it is unpacked: a directory that lies about sizes gains nothing.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
    if sum(one.file_size for one in infos) > MOST_BYTES:
        raise ValueError("it unpacks to more than any file of evidence")
    if len(infos) != len({one.filename for one in infos}):
        raise ValueError("a file is in it twice")
    return {one.filename: _unpacked(content, one) for one in infos}, infos


def container_holds(content: bytes, infos: list[zipfile.ZipInfo], made_at: datetime) -> bool:
    """Check that an archive is as `pack_files` makes it: no comment, no gap, no byte beside its files."""
    at = 0
    for info in infos:
        wanted = _header(info.filename, made_at)
        wanted.CRC, wanted.compress_size, wanted.file_size = info.CRC, info.compress_size, info.file_size
        wanted.header_offset = at
        header = wanted.FileHeader(zip64=False)
        same = all(getattr(info, name) == getattr(wanted, name) for name in OF_DIRECTORY)
        if not same or content[at : at + len(header)] != header:
            return False
        at += len(header) + info.compress_size
    directory = sum(CENTRAL + len(info.filename) for info in infos)
    return at + directory + END == len(content)


def _header(name: str, made_at: datetime) -> zipfile.ZipInfo:
    at = made_at.astimezone(UTC)
    # A ZIP counts in steps of two seconds.
    header = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second // 2 * 2))
    header.compress_type = zipfile.ZIP_DEFLATED
    header.create_system = 3
    header.external_attr = 0o600 << 16
    return header


def _unpacked(content: bytes, info: zipfile.ZipInfo) -> bytes:
    """Inflate one file, which fills its place to the last byte. ValueError: it does not."""
    own = content[info.header_offset : info.header_offset + LOCAL]
    start = info.header_offset + LOCAL + sum(int.from_bytes(own[at : at + 2], "little") for at in (26, 28))
    packed = content[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        data, whole = packed, True
    else:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        data = inflate.decompress(packed, info.file_size + 1)
        whole = inflate.eof and not inflate.unused_data
    if not whole or len(data) != info.file_size or zlib.crc32(data) != info.CRC:
        raise ValueError(f"{info.filename} is damaged")
    return data


def json_lines(content: bytes) -> Iterator[dict[str, object]]:
    """Read a file of one JSON object a line."""
    yield from map(json.loads, content.splitlines())
