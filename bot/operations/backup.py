"""A backup: one file with the rows of an installation and the files people sent in.

The rows are read in one consistent state while Handbell goes on working. It holds no key (of cases, of signed
links, of evidence) and no credential: the file alone is not enough to read a case, derive a mailed link or
try PINs.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from bot.core.errors import BadInput, Problem
from bot.database import migrate
from bot.database.columns import iso
from bot.database.engine import Store
from bot.operations import dump_store

FORM = "handbell-backup/2"
# That of backups made before migration 0001 was the present one: their tables have other names.
FORMER_FORM = "handbell-backup/1"
MANIFEST, TABLES, FILES = "manifest.json", "tables/", "files/"
LINES = ".jsonl"
PIECE = 1_000_000
# Rows that sign someone in, and PINs, which are kept mixed with the secret that signs links.
SIGNS_IN = frozenset({"session", "sign_in_link", "access_end", "kiosk", "kiosk_pin"})
# What ends with a restore, as its command says it.
ENDS = (
    "Links mailed before, sign-ins, tablets and PINs have ended. Everyone signs in again, and the next "
    "emails bring new links. Reports and their passphrases stay."
)
# Backups of earlier versions hold the secret that signs links.
FORMER_KEY = "files/secret.key"
# How every zip file with something in it begins.
BEGINS = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup holds: when it was made, and how many rows and files are in it."""

    made_at: str
    rows: int
    files: int


def back_up(store: Store, folder: Path, out: IO[bytes], now: datetime) -> Summary:
    """Write a backup of the database and of the files in `folder` to `out`."""
    rows: dict[str, int] = {}
    sums: dict[str, str] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with store.reading() as conn:
            revision = migrate.revision(conn)
            for name in _kept_tables():
                member = f"{TABLES}{name}{LINES}"
                with archive.open(member, "w", force_zip64=True) as file:
                    rows[name], sums[member] = _written(file, dump_store.lines(conn, name))
        # Files are named by what they hold and never changed: they may be read after the rows naming them.
        for path in kept_files(folder):
            member = f"{FILES}{path.relative_to(folder).as_posix()}"
            content = path.read_bytes()
            sums[member] = hashlib.sha256(content).hexdigest()
            archive.writestr(member, content)
        manifest = {"form": FORM, "schema": revision, "made_at": iso(now), "rows": rows, "sha256": sums}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return Summary(iso(now), sum(rows.values()), sum(name.startswith(FILES) for name in sums))


def restore(store: Store, folder: Path, source: Path) -> Summary:
    """Restore a backup into an empty installation. All or nothing.

    BadInput: the file is not a whole backup, or the installation is not empty.
    """
    with _opened(source) as (archive, manifest):
        files = [one for one in archive.namelist() if one.startswith(FILES) and one != FORMER_KEY]
        _must_be_empty(store, folder, source)
        with store.writing() as conn:
            for name in _kept_tables():
                member = f"{TABLES}{name}{LINES}"
                if member in manifest["sha256"]:
                    with archive.open(member) as file:
                        dump_store.load(conn, name, io.TextIOWrapper(file, encoding="utf-8"))
            dump_store.go_on_counting(conn)
            for name in files:
                _put(folder, name.removeprefix(FILES), archive.read(name))
    rows = sum(count for name, count in manifest["rows"].items() if name not in SIGNS_IN)
    return Summary(str(manifest["made_at"]), rows, len(files))


def _kept_tables() -> list[str]:
    return [name for name in dump_store.names() if name not in SIGNS_IN]


def look_through(source: Path) -> None:
    """Read a backup from end to end, changing nothing. BadInput: it is not whole, or not one at all."""
    with _opened(source):
        pass


def holds_secret(source: Path) -> bool:
    """Return whether a backup holds the secret that signs links, as those of earlier versions do.

    Its list of members alone is read; what is no archive, or cannot be opened, holds none.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            return FORMER_KEY in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


@contextmanager
def _opened(source: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """Return a backup with its manifest, every file in it held against its sum."""
    if not source.is_file():
        # A folder, a device: reading one may never end. One that is missing is told by stat.
        source.stat()
        raise _refused(source, "is no file", "Name the file that handbell backup wrote.")
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive, _checked(archive, source)
    except zipfile.BadZipFile as error:
        raise _refused(source, *_why_no_archive(source, error)) from error
    except (EOFError, RuntimeError, KeyError, TypeError, ValueError, zlib.error) as error:
        raise _refused(source, f"is not a whole backup ({error})", "Take another copy of it.") from error


def _why_no_archive(source: Path, error: zipfile.BadZipFile) -> tuple[str, str]:
    """Return why a file is no backup: empty, truncated, or of another kind."""
    with source.open("rb") as file:
        begins = file.read(len(BEGINS))
    if not begins:
        return "is empty", "Take another copy of the backup: this one was never written or not copied."
    if begins != BEGINS:
        return "is not a backup of Handbell's", "Name the file that handbell backup wrote."
    if not zipfile.is_zipfile(source):
        return "is not a whole backup: its end is missing", "Copy it again; the copy stopped early."
    return f"is not a whole backup ({error})", "Take another copy of it."


def kept_files(folder: Path) -> Iterator[Path]:
    """List the files other than the database that an installation cannot do without."""
    yield from sorted(path for path in (folder / "certificates").glob("**/*") if path.is_file())


def _written(file: IO[bytes], lines: Iterator[str]) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    for line in lines:
        content = f"{line}\n".encode()
        digest.update(content)
        file.write(content)
        count += 1
    return count, digest.hexdigest()


def _checked(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    """Read the manifest and hold every file against it before anything is changed."""
    if MANIFEST not in archive.namelist():
        raise _refused(
            source, "is a zip file, but not a backup of Handbell's", "Name what handbell backup wrote."
        )
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["form"] == FORMER_FORM:
        wrong = "was made by an unreleased Handbell with other tables"
        raise _refused(source, wrong, "Restore it with the program it is from.")
    if manifest["form"] != FORM:
        raise _refused(
            source, f"is a backup of another form, {manifest['form']}", "Use the Handbell it is from."
        )
    if not migrate.knows(manifest["schema"]):
        wrong = f"was made by a newer Handbell (its schema is {manifest['schema']})"
        raise _refused(source, wrong, "Install that version, then restore it.")
    sums = manifest["sha256"]
    if set(archive.namelist()) != {MANIFEST, *sums} or len(archive.namelist()) != len(sums) + 1:
        raise ValueError("files are missing in it, or others were added")
    known = {f"{TABLES}{name}{LINES}" for name in dump_store.names()}
    for name, wanted in sums.items():
        if not (name in known or name.startswith(FILES)):
            raise ValueError(f"{name} does not belong to it")
        digest = hashlib.sha256()
        with archive.open(name) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
        if digest.hexdigest() != wanted:
            raise ValueError(f"{name} was damaged or changed")
    return manifest


def _must_be_empty(store: Store, folder: Path, source: Path) -> None:
    with store.reading() as conn:
        held = [] if dump_store.is_empty(conn) else ["rows in its database"]
    held += sorted({path.relative_to(folder).parts[0] for path in kept_files(folder)})
    if held:
        wrong = f"is for an empty installation, and {folder} holds data already: {', '.join(held)}"
        right = "Name an empty folder with --data, or an empty database; or move that elsewhere."
        raise _refused(source, wrong, right)


def _put(folder: Path, name: str, content: bytes) -> None:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{name} leads out of the folder")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(content)


def _refused(source: Path, wrong: str, right: str) -> BadInput:
    return BadInput([Problem(str(source), None, None, wrong, right)])
