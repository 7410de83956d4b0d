"""A folder of policies outside: a new version of one waits on the office's page, read and compared there."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from bot.actions.each_school import each
from bot.actions.gather import gather, school_day
from bot.actions.office_policies import KEY_BYTES, LARGEST, SORT, read_file
from bot.actions.sign import Refused
from bot.domain.policies import Policy
from bot.domain.snapshot import Snapshot
from bot.errors import GiveUp
from bot.ports import Library, LibraryFile
from bot.services import Services
from bot.store import ledger, office, outside, registers
from bot.store.engine import Connection
from bot.store.office import Upload

log = logging.getLogger(__name__)

READING = "policies"
# What we know of a file there: whose text it is, and the revision that was looked at.
FILES = "library"
BY = office.LIBRARY


def watch_libraries(services: Services, now: datetime) -> str:
    """Look at what is new in every library; nothing is published without a person."""
    found = each(services.libraries, lambda setting, library: _watch(services, setting, library, now))
    said = (f"{setting}: {count} new versions" for setting, count in found.items())
    return "; ".join(said) or "no library is watched"


def _watch(services: Services, setting: str, library: Library, now: datetime) -> int:
    with services.store.reading() as conn:
        cursor = outside.cursor(conn, setting, READING)
        snapshot = gather(conn, school_day(now), (setting,))
    if setting not in snapshot.settings:
        return 0
    news = library.changes(cursor)
    found = sum(_look(services, snapshot, setting, library, file, now) for file in news.items)
    with services.store.writing() as conn:
        outside.keep_cursor(conn, setting, READING, news.cursor, now)
    return found


def _look(
    services: Services, snapshot: Snapshot, setting: str, library: Library, file: LibraryFile, now: datetime
) -> bool:
    """Put a new version before the office; say whether it was one."""
    with services.store.reading() as conn:
        known = json.loads(outside.known(conn, setting, FILES).get(file.key, "{}"))
    if file.gone or not file.size or file.size > LARGEST or known.get("revision") == file.revision:
        return False
    try:
        content = library.content(file)
    except GiveUp as error:
        log.warning("a file of the library of %s was passed over: %s", setting, error)
        return False
    mine = {key: one for (of, key), one in snapshot.policies.items() if of == setting}
    title = _title(file, content, now)
    with services.store.writing() as conn:
        policy = mine.get(known.get("policy")) or _policy(conn, mine, file, content, title)
        is_new = policy is not None and _offer(conn, services, policy, file, content, now)
        seen = {"policy": policy.key if policy else None, "revision": file.revision}
        outside.note(conn, setting, FILES, file.key, value=json.dumps(seen), now=now)
    return is_new


def _title(file: LibraryFile, content: bytes, now: datetime) -> str:
    """Read what a document calls itself; one that cannot be read is known by its name alone."""
    try:
        return read_file(file.name, content, school_day(now)).header.title or ""
    except Refused:
        return ""


def _policy(
    conn: Connection, mine: Mapping[str, Policy], file: LibraryFile, content: bytes, title: str
) -> Policy | None:
    """Find whose text a file is: by the same bytes or file name as a version of it, or by its own title."""
    digest = sha256(content).hexdigest()
    for one in mine.values():
        texts = registers.versions(conn, one.setting, one.key)
        if any(text.sha256_bytes == digest or text.filename == file.name for text in texts):
            return one
    called = _plain(title)
    return next((one for one in mine.values() if called and _plain(one.title) == called), None)


def _offer(
    conn: Connection, services: Services, policy: Policy, file: LibraryFile, content: bytes, now: datetime
) -> bool:
    """Let a file wait for the office, unless we hold these bytes or they wait already."""
    digest = sha256(content).hexdigest()
    if any(one.sha256_bytes == digest for one in registers.versions(conn, policy.setting, policy.key)):
        return False
    waiting = [
        one
        for one in office.uploads(conn, policy.setting, SORT)
        if (one.about, one.uploaded_by) == (policy.key, BY)
    ]
    if any(one.content == content for one in waiting):
        return False
    for one in waiting:
        office.forget_upload(conn, policy.setting, one.key)
    key = services.chance(KEY_BYTES).hex()
    office.add_upload(conn, Upload(key, policy.setting, SORT, policy.key, file.name, content, BY, now))
    ledger.append(
        conn,
        at=now,
        actor="library",
        action="a new version came",
        subject=f"policy:{policy.setting}/{policy.key}",
        data={"version": digest},
    )
    return True


def _plain(words: str) -> str:
    return "".join(sign for sign in words.casefold() if sign.isalnum())
