"""A folder of policies outside: a new version of one waits on the office's page, read and compared there.

Files of a library that could not be fetched: kept in mind, asked for again, and told where it lasts.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.core.clock import local_date
from bot.core.errors import GiveUp, TryAgain, VendorNotFound
from bot.core.validation import ValidationFailed
from bot.database import sync_state
from bot.database.engine import Connection
from bot.database.job_runs import each
from bot.database.sync_state import SyncEntry
from bot.identity.forms import upload_key
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.policies.service import LARGEST, VERSION_UPLOAD, read_file
from bot.ports import Library, LibraryFile
from bot.records import ledger, school_setup
from bot.records import register as record_register
from bot.records.school_setup import Upload
from bot.rules.policies import Policy
from bot.services import Services

WAITING_FILE = "library waits"
# So long a file is asked for at every look; what lasts longer is told, and asked for once a day.
PASSES_WITHIN = timedelta(days=1)
ONCE_A_DAY = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class NotFetched:
    """One file that could not be fetched: since when, and what the vendor said last."""

    school: str
    file: LibraryFile
    since: datetime
    says: str
    refused: bool

    def lasts(self, now: datetime) -> bool:
        """Return whether it is passed over: refused, or not to be had for a day."""
        return self.refused or now - self.since >= PASSES_WITHIN


def note(
    conn: Connection, school: str, file: LibraryFile, error: Exception, *, refused: bool, now: datetime
) -> NotFetched:
    """Record one file; one whose text is waiting already keeps its first date."""
    before = sync_state.known(conn, school, WAITING_FILE).get(file.key)
    since = now
    if before is not None:
        earlier = _read(school, file.key, before)
        since = earlier.since if earlier.file.revision == file.revision else now
    found = NotFetched(school, file, since, str(error), refused)
    said = {
        "name": file.name,
        "revision": file.revision,
        "size": file.size,
        "since": since.isoformat(),
        "says": found.says,
        "refused": refused,
    }
    sync_state.note(conn, school, WAITING_FILE, file.key, value=json.dumps(said), now=now)
    return found


def known(conn: Connection, school: str) -> frozenset[str]:
    """Return the files that wait, by key."""
    return frozenset(sync_state.known(conn, school, WAITING_FILE))


def forget(conn: Connection, school: str, key: str) -> None:
    sync_state.forget(conn, school, WAITING_FILE, key)


def due(conn: Connection, school: str, now: datetime) -> tuple[LibraryFile, ...]:
    """List the files to ask for again now, whether or not they are news."""
    notes = sync_state.notes(conn, WAITING_FILE, schools=(school,))
    return tuple(one.file for one, at in map(_of, notes) if not one.lasts(now) or now - at >= ONCE_A_DAY)


def passed_over(conn: Connection, now: datetime) -> list[NotFetched]:
    """List what is passed over in every library."""
    notes = sync_state.notes(conn, WAITING_FILE)
    return [one for one, _ in map(_of, notes) if one.lasts(now)]


def _of(note: SyncEntry) -> tuple[NotFetched, datetime]:
    return _read(note.school, note.key, note.value), note.noted_at


def _read(school: str, key: str, value: str) -> NotFetched:
    said = json.loads(value)
    file = LibraryFile(key, said["name"], said["revision"], said["size"])
    return NotFetched(school, file, datetime.fromisoformat(said["since"]), said["says"], said["refused"])


log = logging.getLogger(__name__)

READING = "policies"
# What we know of a file there: whose text it is, and the revision that was looked at.
FILES = "library"
BY = school_setup.LIBRARY
# So many files that fail one after another, none of which was known to, are the vendor's matter.
IN_A_ROW = 5


@dataclass(frozen=True, slots=True)
class LibraryCheck:
    """One look at one school's library, and what it is held against."""

    services: Services
    snapshot: Snapshot
    school: str
    library: Library
    now: datetime


def watch_libraries(services: Services, now: datetime) -> str:
    """Look at what is new in every library; nothing is published without a person."""
    found = each(services.libraries, lambda school, library: _watch(services, school, library, now))
    said = (f"{school}: {count} new versions" for school, count in found.items())
    return "; ".join(said) or "no library is watched"


def _watch(services: Services, school: str, library: Library, now: datetime) -> int:
    with services.store.reading() as conn:
        cursor = sync_state.cursor(conn, school, READING)
        snapshot = load_snapshot(conn, local_date(now), (school,))
        again = due(conn, school, now)
        waited = known(conn, school)
    if school not in snapshot.schools:
        return 0
    news = library.changes(cursor)
    told = {file.key for file in news.items}
    files = (*news.items, *(file for file in again if file.key not in told))
    found, failures = _take(LibraryCheck(services, snapshot, school, library, now), files, waited)
    with services.store.writing() as conn:
        sync_state.keep_cursor(conn, school, READING, news.cursor, now)
    if failures:
        raise failures[0]
    return found


def _take(
    look: LibraryCheck, files: Iterable[LibraryFile], waited: Collection[str]
) -> tuple[int, list[TryAgain]]:
    """Process every file in turn; one that cannot be fetched is recorded and holds up no other.

    Gives how many were new versions, and the failures that are not told as a finding yet. Raises TryAgain
    where one file after another fails that never did: then nothing is had of this vendor now.
    """
    found, in_a_row, failures, waits = 0, 0, [], set(waited)
    for file in files:
        is_new = file.key not in waits
        try:
            found += _look(look, file)
        except VendorNotFound:
            log.info("a file of the library of %s went before it was fetched", look.school)
        except (TryAgain, GiveUp) as error:
            waits.add(file.key)
            noted = _note(look, file, error)
            if isinstance(error, TryAgain) and not noted.lasts(look.now):
                failures.append(error)
                in_a_row += is_new
            elif is_new:
                log.warning("a file of the library of %s was passed over: %s", look.school, error)
            if in_a_row >= IN_A_ROW:
                raise
            continue
        in_a_row = 0
        if not is_new:
            with look.services.store.writing() as conn:
                forget(conn, look.school, file.key)
    return found, failures


def _note(look: LibraryCheck, file: LibraryFile, error: TryAgain | GiveUp) -> NotFetched:
    with look.services.store.writing() as conn:
        return note(conn, look.school, file, error, refused=isinstance(error, GiveUp), now=look.now)


def _look(look: LibraryCheck, file: LibraryFile) -> bool:
    """Offer a new version to the office; return whether it was one. Raises what the library raises."""
    services, school, now = look.services, look.school, look.now
    with services.store.reading() as conn:
        known = json.loads(sync_state.known(conn, school, FILES).get(file.key, "{}"))
    if file.gone or not file.size or file.size > LARGEST:
        return False
    if file.revision and known.get("revision") == file.revision:
        return False
    content = look.library.content(file)
    mine = {key: one for (of, key), one in look.snapshot.policies.items() if of == school}
    title = _title(file, content, now)
    with services.store.writing() as conn:
        policy = mine.get(known.get("policy")) or _policy(conn, mine, file, content, title)
        is_new = policy is not None and _offer(conn, services, policy, file, content, now)
        seen = {"policy": policy.key if policy else None, "revision": file.revision}
        sync_state.note(conn, school, FILES, file.key, value=json.dumps(seen), now=now)
    return is_new


def _title(file: LibraryFile, content: bytes, now: datetime) -> str:
    """Read what a document calls itself; one that cannot be read is known by its name alone."""
    try:
        return read_file(file.name, content, local_date(now)).header.title or ""
    except ValidationFailed:
        return ""


def _policy(
    conn: Connection, mine: Mapping[str, Policy], file: LibraryFile, content: bytes, title: str
) -> Policy | None:
    """Find whose text a file is: by the same bytes or file name as a version of it, or by its own title."""
    digest = sha256(content).hexdigest()
    for one in mine.values():
        texts = record_register.versions(conn, one.school, one.key)
        if any(text.sha256_bytes == digest or text.filename == file.name for text in texts):
            return one
    called = _plain(title)
    return next((one for one in mine.values() if called and _plain(one.title) == called), None)


def _offer(
    conn: Connection, services: Services, policy: Policy, file: LibraryFile, content: bytes, now: datetime
) -> bool:
    """Queue a file for the office, unless these bytes are stored or queued already."""
    digest = sha256(content).hexdigest()
    if any(one.sha256_bytes == digest for one in record_register.versions(conn, policy.school, policy.key)):
        return False
    waiting = [
        one
        for one in school_setup.uploads(conn, policy.school, VERSION_UPLOAD)
        if (one.about, one.uploaded_by) == (policy.key, BY)
    ]
    if any(one.content == content for one in waiting):
        return False
    for one in waiting:
        school_setup.forget_upload(conn, policy.school, one.key)
    key = upload_key(services, None)
    school_setup.add_upload(
        conn, Upload(key, policy.school, VERSION_UPLOAD, policy.key, file.name, content, BY, now)
    )
    ledger.append(
        conn,
        at=now,
        actor="library",
        action="a new version came",
        subject=f"policy:{policy.school}/{policy.key}",
        data={"version": digest},
    )
    return True


def _plain(words: str) -> str:
    return "".join(sign for sign in words.casefold() if sign.isalnum())
