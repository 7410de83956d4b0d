"""Evidence packs taken apart and put together again, as a forger would who knows their form."""

import hashlib
import json
import zipfile
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
STRANGER = Ed25519PrivateKey.from_private_bytes(b"a stranger's own key, 32 bytes..")


def taken_apart(path):
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def lines(content):
    return [json.loads(line) for line in content.splitlines()]


def of_lines(objects):
    said = (json.dumps(one, ensure_ascii=False, separators=(",", ":"), sort_keys=True) for one in objects)
    return "".join(f"{one}\n" for one in said).encode()


def manifest_of(files):
    return json.loads(files[MANIFEST])


def with_manifest(files, /, **changed):
    manifest = manifest_of(files) | changed
    return files | {MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1).encode()}


def hashed_anew(files):
    """Write the current hashes of the files into the manifest."""
    others = sorted(files.keys() - {MANIFEST, SIGNATURE})
    return with_manifest(files, files={name: hashlib.sha256(files[name]).hexdigest() for name in others})


def signed_by_a_stranger(files):
    public, signature = STRANGER.public_key().public_bytes_raw(), STRANGER.sign(files[MANIFEST])
    said = {"algorithm": "Ed25519", "key": public.hex(), "signature": signature.hex()}
    return files | {SIGNATURE: of_lines([said])}


def put_together(path, files):
    """Zip files as a pack is zipped: in the order of their names, with the time that the manifest says."""
    at = datetime.fromisoformat(manifest_of(files)["made_at"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name, at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def in_the_older_form(files):
    """Write a pack as Handbell 0.1 did: without a signature, its settings and records told in short."""
    records = len(lines(files["evidence.jsonl"]))
    older = with_manifest(files, form="handbell-evidence/1", records=records, schools=["merriwell-green"])
    return {name: content for name, content in older.items() if name != SIGNATURE}
