"""Policies at the office's desk: what is in force, a new version read and compared, and publishing it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.actions.gather import school_day
from bot.actions.office_questions import Doer
from bot.actions.sign import Refusal, Refused
from bot.actions.uploads import upload_key
from bot.domain.cadence import OnNewVersion
from bot.domain.obligations import Kind
from bot.domain.policies import Policy, ReviewDue
from bot.domain.reviews import due_of
from bot.domain.roll import rolls
from bot.domain.snapshot import Snapshot
from bot.domain.text_changes import TextChanges, compare
from bot.errors import DoneAlready, UnreadableDocument
from bot.reading.facts import Finding, Reading, Text
from bot.services import Services
from bot.store import ledger, office, registers, reviews
from bot.store.engine import Connection
from bot.store.forms import do_once
from bot.store.office import Upload
from bot.store.registers import PolicyText

SORT = "version"
LARGEST = 20 * 1024 * 1024
LONGEST_REASON = 1000
LONGEST_NUMBER = 40
LONGEST_NAME = 120
UNUSUAL = re.compile(r"[^\w .-]")
GONE = "This file is not here any more: it was published already, or a week went by. Send it again."


@dataclass(frozen=True, slots=True)
class PolicyDesk:
    """One policy: its texts, oldest first, when its review is due, and what was noticed in it.

    `waiting`: a file of the school's own library that nobody looked at yet.
    """

    policy: Policy
    texts: tuple[PolicyText, ...]
    due: ReviewDue | None
    findings: tuple[Finding, ...]
    owner: str
    waiting: Upload | None = None

    @property
    def in_force(self) -> PolicyText | None:
        return self.texts[-1] if self.texts else None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A file that was sent: what was read in it, and how it differs. `asked`: who reads it if it is material.

    `changes` None: we hold no earlier words to compare with.
    """

    upload: Upload
    reading: Reading
    changes: TextChanges | None
    number: str
    asked: int


@dataclass(frozen=True, slots=True)
class Publishing:
    """How a version is to be published, as it was typed. `minor` None: nobody chose.

    `was`: SHA-256 of the text in force that the page compared with; empty: none was, or no page said.
    """

    minor: bool | None = None
    reason: str = ""
    number: str = ""
    was: str = ""


def list_policies(
    services: Services, snapshot: Snapshot, setting: str, now: datetime
) -> tuple[PolicyDesk, ...]:
    """List a setting's policies in the register's order."""
    mine = [one for key, one in snapshot.policies.items() if key[0] == setting]
    with services.store.reading() as conn:
        return tuple(_desk(conn, snapshot, one, now) for one in mine)


def find_policy(
    services: Services, snapshot: Snapshot, setting: str, key: str, now: datetime
) -> PolicyDesk | None:
    """Find one policy of a setting."""
    policy = snapshot.policies.get((setting, key))
    if policy is None:
        return None
    with services.store.reading() as conn:
        return _desk(conn, snapshot, policy, now)


def take_version(
    services: Services, policy: Policy, filename: str, content: bytes, by: Doer, now: datetime
) -> str:
    """Keep a file to look through and give its key. Refused: it cannot be read, and why."""
    if not content:
        raise Refused(Refusal("file", "Choose the file with the new version."))
    if len(content) > LARGEST:
        raise Refused(Refusal("file", "This file is larger than 20 MB. Save it without its pictures."))
    read_file(filename, content, school_day(now))
    key = upload_key(services, by.form)
    one = Upload(key, by.setting.key, SORT, policy.key, filename, content, by.person.key, now)
    with suppress(DoneAlready), services.store.writing() as conn:
        do_once(conn, by.form, now)
        office.add_upload(conn, one)
    return key


def look_through(
    services: Services, snapshot: Snapshot, desk: PolicyDesk, key: str, now: datetime
) -> NewVersion | None:
    """Read a file that was sent, and compare it with what is in force; None: it is not there any more."""
    setting = desk.policy.setting
    with services.store.reading() as conn:
        found = office.find_upload(conn, setting, SORT, key)
    if found is None or found.about != desk.policy.key:
        return None
    reading = read_file(found.filename, found.content, school_day(now))
    old = desk.in_force.text if desk.in_force else None
    return NewVersion(
        upload=found,
        reading=reading,
        changes=compare(old, "\n".join(reading.text.lines)) if old else None,
        number=_number(reading.header.version, desk.texts),
        asked=_asked(snapshot, desk.policy, now),
    )


def publish(
    services: Services,
    desk: PolicyDesk,
    found: NewVersion | None,
    given: Publishing,
    by: Doer,
    now: datetime,
) -> None:
    """Make a file the version in force: text and bytes are kept, and everybody is asked if need be."""
    if found is None:
        raise Refused(Refusal("file", GONE))
    refusals = tuple(_refusals(desk, found, given))
    if refusals:
        raise Refused(*refusals)
    setting, policy = desk.policy.setting, desk.policy.key
    version = _version(desk, found, given, by, school_day(now))
    with services.store.writing() as conn:
        reviews.lock_policy(conn, setting, policy)
        latest = registers.versions(conn, setting, policy)[-1:]
        in_force = latest[0].sha256_bytes if latest else ""
        compared = desk.in_force.sha256_bytes if desk.in_force else ""
        if in_force != compared or given.was not in {"", in_force}:
            raise Refused(
                Refusal("file", "Another version was published meanwhile. Look at the changes again.")
            )
        registers.save_version(conn, version, now)
        office.forget_upload(conn, setting, found.upload.key)
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="published a version",
            subject=f"policy:{setting}/{policy}",
            data={"version": version.sha256_bytes, "number": version.number, "minor": version.minor},
        )


def read_file(filename: str, content: bytes, on: date) -> Reading:
    """Read a document that was sent, within limits. Refused: it cannot be read, and what would be right."""
    [reading] = read_files([(filename, content)], on)
    return reading


def read_files(files: Iterable[tuple[str, bytes]], on: date) -> list[Reading]:
    """Read several documents, each a name and its bytes, in one process."""
    from bot.reading.isolated import IsolatedReader  # noqa: PLC0415 - hundreds of wordings, for this alone

    readings = []
    with TemporaryDirectory() as folder, IsolatedReader() as reader:
        for number, (filename, content) in enumerate(files):
            path = (
                Path(folder)
                / str(number)
                / (UNUSUAL.sub("_", filename)[-LONGEST_NAME:].strip(". ") or "policy")
            )
            path.parent.mkdir()
            path.write_bytes(content)
            try:
                readings.append(reader.read(path, on))
            except UnreadableDocument as error:
                raise Refused(Refusal("file", f"{error}.")) from error
    return readings


def _desk(conn: Connection, snapshot: Snapshot, policy: Policy, now: datetime) -> PolicyDesk:
    texts = tuple(registers.versions(conn, policy.setting, policy.key))
    roll = rolls(snapshot, school_day(now))[policy.setting]
    owners = [snapshot.people[key].name for key in roll.named(policy.owner) if key in snapshot.people]
    return PolicyDesk(
        policy=policy,
        texts=texts,
        due=_due(snapshot, policy),
        findings=_noticed(texts[-1], school_day(now)) if texts else (),
        owner=", ".join(owners),
        waiting=next((one for one in reversed(_from_library(conn, policy))), None),
    )


def _from_library(conn: Connection, policy: Policy) -> list[Upload]:
    return [
        one
        for one in office.uploads(conn, policy.setting, SORT)
        if (one.about, one.uploaded_by) == (policy.key, office.LIBRARY)
    ]


def _due(snapshot: Snapshot, policy: Policy) -> ReviewDue | None:
    """Say when a review is due, by the obligation that asks for it."""
    for one in snapshot.obligations:
        if (one.setting, one.policy, one.kind) == (policy.setting, policy.key, Kind.REVIEW):
            acts = [
                act for act in snapshot.evidence if (act.setting, act.obligation) == (one.setting, one.key)
            ]
            return due_of(policy, one, tuple(sorted(acts, key=lambda act: act.on)))
    return None


@lru_cache(maxsize=128)
def _noticed(text: PolicyText, on: date) -> tuple[Finding, ...]:
    """Say what is to be looked at in a text we hold; the same text is read once a day."""
    from bot.reading.findings import find_findings  # noqa: PLC0415 - as above
    from bot.reading.header import find_header  # noqa: PLC0415 - as above

    if text.text is None:
        return ()
    lines = tuple(text.text.split("\n"))
    read = Text(text.filename or "", text.media or "", lines, text.sha256_bytes, text.sha256_text or "")
    return find_findings(read, find_header(read).header, on)


def _asked(snapshot: Snapshot, policy: Policy, now: datetime) -> int:
    """Count whom a material version would ask: everybody in the audience of what follows new versions."""
    roll = rolls(snapshot, school_day(now))[policy.setting]
    people = {
        asked.person
        for one in snapshot.obligations
        if (one.setting, one.policy) == (policy.setting, policy.key) and one.active
        if any(isinstance(cadence, OnNewVersion) for cadence in one.cadence)
        for asked in roll.asked(one.audience)
    }
    return len(people)


def _number(printed: str | None, texts: tuple[PolicyText, ...]) -> str:
    taken = {one.number for one in texts}
    if printed and printed not in taken:
        return printed[:LONGEST_NUMBER]
    number = len(texts) + 1
    while str(number) in taken:
        number += 1
    return str(number)


def _refusals(desk: PolicyDesk, found: NewVersion, given: Publishing) -> Iterator[Refusal]:
    if desk.in_force is not None and desk.in_force.sha256_bytes == found.reading.text.sha256_bytes:
        yield Refusal("file", "This very file is in force already.")
    if desk.texts and given.minor is None:
        yield Refusal("minor", "Choose whether everybody has to read it again.")
    if desk.texts and not given.reason.strip():
        yield Refusal("reason", "Say in a sentence what changed and why. It stands on the record.")
    if len(given.reason) > LONGEST_REASON:
        yield Refusal("reason", f"Please keep it under {LONGEST_REASON} characters.")
    number = " ".join(given.number.split())
    if not number or len(number) > LONGEST_NUMBER:
        yield Refusal("number", "Give the version a short name, such as 3 or 2027.")
    elif any(one.number == number for one in desk.texts):
        yield Refusal("number", f"Version {number} is there already. Give this one another name.")


def _version(desk: PolicyDesk, found: NewVersion, given: Publishing, by: Doer, today: date) -> PolicyText:
    """Make the version. A first text was found in force: it asks nobody by itself."""
    text = found.reading.text
    return PolicyText(
        setting=desk.policy.setting,
        policy=desk.policy.key,
        number=" ".join(given.number.split()),
        sha256_bytes=text.sha256_bytes,
        sha256_text=text.sha256_text,
        text="\n".join(text.lines),
        media=text.media,
        filename=text.file,
        content=found.upload.content,
        issued_on=today if desk.texts else None,
        minor=bool(given.minor) if desk.texts else False,
        reason=given.reason.strip() or None,
        published_by=by.person.key,
    )
