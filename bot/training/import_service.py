"""Completions from a provider's file: kept for a month, read as its provider writes, recorded if chosen.

One line that cannot be matched changes nothing, unless the person says to take the others without it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.core.clock import local_date
from bot.core.errors import AlreadySubmitted
from bot.core.validation import FieldError, ValidationFailed
from bot.database.submissions import claim_submission
from bot.identity.forms import upload_key
from bot.planning.snapshot import Snapshot
from bot.records import ledger
from bot.records.evidence import EvidenceRecord
from bot.rules.obligations import Kind
from bot.services import Services
from bot.training import store as training_store
from bot.training.import_reader import (
    EARLIER,
    EVERY_LINE,
    ImportRow,
    Preview,
    Table,
    match,
    read_table,
    squashed,
)
from bot.training.service import Actor, note, wrong_provider
from bot.training.store import ProviderHeading, TrainingFile


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file that was sent, read again, and how its headings are read, where that was said before."""

    file: TrainingFile
    table: Table
    heading: ProviderHeading | None


def receive(services: Services, school: str, sent: tuple[str, bytes], by: Actor, now: datetime) -> str:
    """Store a file that can be read, and return its key. Raises ValidationFailed if it is not a list."""
    name, content = sent
    read_table(content)
    digest = sha256(content).hexdigest()
    key = upload_key(services, by.form)
    one = TrainingFile(key, school, name, digest, content, by.person.key, now)
    with suppress(AlreadySubmitted), services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        training_store.keep_file(conn, one)
    return one.key


def open_file(services: Services, school: str, key: str) -> OpenedFile | None:
    """Return a file of a school, or None."""
    with services.store.reading() as conn:
        file = training_store.find_file(conn, school, key)
    if file is None:
        return None
    table = read_table(file.content)
    with services.store.reading() as conn:
        return OpenedFile(file, table, training_store.find_heading(conn, school, table.key))


def map_columns(
    services: Services, opened: OpenedFile, given: ProviderHeading, by: Actor, now: datetime
) -> None:
    """Remember which column is which, for this provider's next file as well. Raises Refused."""
    refusals = tuple(_wrong_columns(opened.table, given))
    if refusals:
        raise ValidationFailed(*refusals)
    before = opened.heading.courses if opened.heading else {}
    whole = ProviderHeading(given.provider.strip(), given.columns, {**before, **given.courses})
    _save(services, opened, whole, by, now)


def map_courses(
    services: Services, opened: OpenedFile, courses: Mapping[str, str], by: Actor, now: datetime
) -> None:
    """Remember which of our courses a provider's names mean; LEAVE_OUT: none of ours."""
    heading = opened.heading
    if heading is None:
        return
    said = {squashed(name): course for name, course in courses.items() if course}
    _save(
        services,
        opened,
        ProviderHeading(heading.provider, heading.columns, {**heading.courses, **said}),
        by,
        now,
    )


def preview(snapshot: Snapshot, opened: OpenedFile, now: datetime) -> Preview:
    """Match every row of a file to people and courses. Changes nothing."""
    heading = opened.heading or ProviderHeading("", {})
    return match(snapshot, opened.file.school, opened.table, heading, local_date(now))


def take(
    services: Services, snapshot: Snapshot, opened: OpenedFile, by: Actor, now: datetime, *, good_only: bool
) -> int:
    """Record what is new in a file, all of it or nothing; say how much that was. Raises Refused."""
    shown = preview(snapshot, opened, now)
    if shown.bad and not good_only:
        lines = f"{len(shown.bad)} line{'' if len(shown.bad) == 1 else 's'}"
        raise ValidationFailed(
            FieldError("bad", f"{lines} cannot be matched. Correct them, or take the others without.")
        )
    if not shown.new or opened.heading is None:
        return 0
    provider = opened.heading.provider
    with services.store.writing() as conn:
        for one in shown.new:
            action = "training recorded" if one.course.kind is Kind.TRAIN else "earlier answer imported"
            note(conn, _record(snapshot, one, provider, now), by, action, {"line": one.line})
        data = {
            "sha256": opened.file.sha256,
            "provider": provider,
            "recorded": len(shown.new),
            "not taken": len(shown.bad),
        }
        subject = f"setting:{opened.file.school}"
        actor = f"person:{by.person.key}"
        ledger.append(conn, at=now, actor=actor, action="training list taken", subject=subject, data=data)
    return len(shown.new)


def _wrong_columns(table: Table, given: ProviderHeading) -> Iterable[FieldError]:
    provider = wrong_provider(given.provider)
    if provider:
        yield FieldError("provider", provider)
    columns = given.columns
    if not columns.get("date"):
        yield FieldError("date", "Say which column has the day it was finished.")
    if not (columns.get("email") or columns.get("name")):
        yield FieldError("email", "Say which column has the e-mail address, or the name.")
    if not columns.get("course") and not given.courses.get(EVERY_LINE):
        yield FieldError("course", "Say which column has the course, or choose the one course of this file.")
    for column, heading in columns.items():
        if heading and heading not in table.headings:
            yield FieldError(column, "Choose a column of this file.")


def _save(services: Services, opened: OpenedFile, heading: ProviderHeading, by: Actor, now: datetime) -> None:
    with services.store.writing() as conn:
        training_store.save_heading(
            conn, opened.file.school, opened.table.key, heading, by=by.person.key, now=now
        )


def _record(snapshot: Snapshot, one: ImportRow, provider: str, now: datetime) -> EvidenceRecord:
    policy = snapshot.policies.get((one.course.school, one.course.policy or ""))
    is_paper = one.course.kind in EARLIER and policy is not None
    act = [one.course.school, one.course.key, one.person.key, one.on.isoformat()]
    return EvidenceRecord(
        idempotency_key=json.dumps(["training completion", *act]),
        school=one.course.school,
        obligation=one.course.key,
        person=one.person.key,
        person_name=one.person.name,
        acted_on=one.on,
        recorded_at=now,
        identified_by=f"list of {provider}, line {one.line}",
        channel="import",
        policy=policy.key if is_paper and policy else None,
        policy_title=policy.title if is_paper and policy else None,
        version_number=one.version.number if one.version else None,
        sha256_bytes=one.version.sha256 if one.version else None,
        reference=provider,
    )
