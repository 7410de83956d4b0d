"""Certificates people send: what a file really is, where it is kept, and reading it back unchanged."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path, PurePath

from bot.services import Services
from bot.store.training import Certificate, stored_files

log = logging.getLogger(__name__)

LARGEST = 5 * 1024 * 1024
# A file is what its first bytes say, whatever it is called.
KINDS = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)
LONGEST_NAME = 100
# What we call a file; whatever else lies in the folder is not ours to take away.
OURS = re.compile(r"[0-9a-f]{32}")
# A file is written before its record, so one that is new may still get it. A week is longer than any clock is
# wrong, and leaves time for whoever brought an older database back to notice.
WAITS_FOR_ITS_RECORD = timedelta(days=7)
WRONG_KIND = "This is not a PDF, PNG or JPEG. Take a photo of the certificate, or save it as a PDF."
TOO_LARGE = "The file is larger than 5 MB. Take a smaller photo, or save fewer pages."
EMPTY = "The file is empty. Choose it again."


def wrong_with(content: bytes) -> str:
    """Say why a file is not taken, or nothing."""
    if not content:
        return EMPTY
    if len(content) > LARGEST:
        return TOO_LARGE
    return "" if _kind(content) else WRONG_KIND


def keep(folder: Path, content: bytes, called: str, chance: Callable[[int], bytes]) -> Certificate:
    """Write a certificate under a name nobody can guess, readable by this user alone."""
    kind = _kind(content)
    if kind is None:
        raise ValueError(WRONG_KIND)
    media, ending = kind
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored = chance(16).hex()
    handle = os.open(folder / stored, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        (folder / stored).unlink()
        raise
    return Certificate(stored, _name(called, ending), media, len(content), sha256(content).hexdigest())


def drop(folder: Path, one: Certificate) -> None:
    """Take a certificate away whose record was not kept after all."""
    (folder / one.stored).unlink(missing_ok=True)


def read(folder: Path, one: Certificate) -> bytes | None:
    """Read a certificate back; None: it is not there, or not what was sent."""
    try:
        content = (folder / one.stored).read_bytes()
    except FileNotFoundError:
        return None
    return content if sha256(content).hexdigest() == one.sha256 else None


def clear_away(services: Services, now: datetime) -> str:
    """Take away old files that no record names: their process died before it wrote the record."""
    folder = services.certificates
    if folder is None or not folder.is_dir():
        return "no files are kept here"
    # Looked for before the records are read: whatever has one by then stays.
    old = [path for path in folder.iterdir() if OURS.fullmatch(path.name) and _is_old(path, now)]
    with services.store.reading() as conn:
        named = stored_files(conn) if old else set()
    lost = [path for path in old if path.name not in named]
    for path in lost:
        log.warning("a certificate that no record names is taken away: %s", path.name)
        path.unlink(missing_ok=True)
    return f"{len(lost)} taken away, {len(old) - len(lost)} kept"


def _is_old(path: Path, now: datetime) -> bool:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - WAITS_FOR_ITS_RECORD


def _kind(content: bytes) -> tuple[str, str] | None:
    return next(((media, ending) for first, media, ending in KINDS if content.startswith(first)), None)


def _name(called: str, ending: str) -> str:
    """Make a plain file name with the ending of what it really is."""
    stem = PurePath(called.replace("\\", "/")).stem
    plain = "".join(sign if sign.isalnum() or sign in " -_" else "-" for sign in stem).strip(" -")
    return f"{plain[:LONGEST_NAME] or 'certificate'}{ending}"
