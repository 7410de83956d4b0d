"""Certificates sent by staff: file checks, storage, and the office's decision.

No reminders are sent while the office checks one. An accepted one becomes evidence that says how it came to
be.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path, PurePath

from bot.core.clock import local_date
from bot.core.dates import long_date
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.planning.exemptions import WITH_OFFICE
from bot.records.evidence import EvidenceRecord
from bot.rules.duties import State
from bot.rules.evidence import OLDEST
from bot.rules.obligations import CERTIFICATE, Obligation
from bot.services import Services
from bot.training import store as training_store
from bot.training.service import Actor, Behind, end_excuse, excuse, note, provider_of, wrong_provider
from bot.training.store import Certificate, Claim, Decision, stored_files

log = logging.getLogger(__name__)

LARGEST = 5 * 1024 * 1024
# A file is what its first bytes say, whatever it is called.
FILE_SIGNATURES = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)
MAX_NAME_LENGTH = 100
# What we call a file; whatever else lies in the folder is not ours to take away.
OURS = re.compile(r"[0-9a-f]{32}")
# A file is written before its record, so one that is new may still get it. A week is longer than any clock is
# wrong, and leaves time for a person who restored an older database to notice.
WAITS_FOR_ITS_RECORD = timedelta(days=7)
WRONG_KIND = "This is not a PDF, PNG or JPEG. Take a photo of the certificate, or save it as a PDF."
TOO_LARGE = "The file is larger than 5 MB. Take a smaller photo, or save fewer pages."
EMPTY = "The file is empty. Choose it again."


def wrong_with(content: bytes) -> str:
    """Return why a file is not accepted, or an empty string."""
    if not content:
        return EMPTY
    if len(content) > LARGEST:
        return TOO_LARGE
    return "" if _kind(content) else WRONG_KIND


def keep(folder: Path, content: bytes, called: str, chance: Callable[[int], bytes]) -> Certificate:
    """Write a certificate under an unguessable name, readable by this user alone."""
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
    """Delete a certificate whose record was not stored after all."""
    (folder / one.stored).unlink(missing_ok=True)


def read(folder: Path, one: Certificate) -> bytes | None:
    """Read a certificate back; None: it is not there, or not what was sent."""
    try:
        content = (folder / one.stored).read_bytes()
    except FileNotFoundError:
        return None
    return content if sha256(content).hexdigest() == one.sha256 else None


def clear_away(services: Services, now: datetime) -> str:
    """Delete old files without a record: their process died before it wrote the record."""
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
    return next(
        ((media, ending) for first, media, ending in FILE_SIGNATURES if content.startswith(first)), None
    )


def _name(called: str, ending: str) -> str:
    """Make a plain file name with the ending of what it really is."""
    stem = PurePath(called.replace("\\", "/")).stem
    plain = "".join(sign if sign.isalnum() or sign in " -_" else "-" for sign in stem).strip(" -")
    return f"{plain[:MAX_NAME_LENGTH] or 'certificate'}{ending}"


# No reminders while the office checks what was sent, up to a limit.
OFFICE_HAS = timedelta(days=14)
MAX_TEXT_LENGTH = 1000
NO_FILES = "Files cannot be kept on this machine. Send it without one and show the office the certificate."


@dataclass(frozen=True, slots=True)
class CompletionInput:
    """A course that a person says they completed. `content` is empty without a certificate."""

    finished_on: date | None
    provider: str
    filename: str = ""
    content: bytes = b""


def say(services: Services, found: Behind, said: CompletionInput, by: Actor, now: datetime) -> str:
    """Store a completion for the office to check. Idempotent. Raises ValidationFailed."""
    refusals = (*_unproved(found.course, said), *_wrong(services, said, local_date(now)))
    if refusals or said.finished_on is None:
        raise ValidationFailed(*refusals)
    key = _key(found, said)
    if any(claim.key == key for claim in found.claims):
        return key
    with ExitStack() as undo:
        sent = _keep_file(services, said)
        if sent is not None and services.certificates is not None:
            undo.callback(drop, services.certificates, sent)
        with services.store.writing() as conn:
            _keep(conn, _claim(found, key, said, sent, by, now), found, by)
        undo.pop_all()
    return key


def decide(
    services: Services,
    found: Behind | None,
    claim: Claim,
    made: tuple[bool, str],
    by: Actor,
    now: datetime,
) -> None:
    """Accept a completion, or return it with a reason, once. Raises ValidationFailed.

    `found` None: the course is not required of them any more; the completion is recorded all the same.
    """
    accepted, words = made[0], made[1].strip()
    refusals = tuple(_wrong_decision(claim, words, by, accepted=accepted))
    if refusals:
        raise ValidationFailed(*refusals)
    decision = Decision(accepted, by.person.key, by.person.name, words, now)
    with services.store.writing() as conn:
        if not training_store.decide_claim(conn, claim.key, decision):
            return
        if accepted:
            record = _record(found.course.title if found else claim.obligation, claim, decision)
            certificate = claim.certificate.sha256 if claim.certificate else None
            note(conn, record, by, "training accepted", {"claim": claim.key, "certificate": certificate})
        elif found is not None:
            end_excuse(conn, found, by, now, words=f"Sent back: {words}")


def waiting(services: Services, school: str) -> tuple[Claim, ...]:
    """List what the office has still to look at, oldest first."""
    with services.store.reading() as conn:
        return tuple(training_store.claims_waiting(conn, school))


def find(services: Services, school: str, key: str) -> Claim | None:
    """Return one claim of a school, or None."""
    with services.store.reading() as conn:
        return training_store.find_claim(conn, school, key)


def certificate_of(services: Services, claim: Claim) -> bytes | None:
    """Read a claim's certificate; None: there is none, or it is not what was sent."""
    if services.certificates is None or claim.certificate is None:
        return None
    return read(services.certificates, claim.certificate)


def _unproved(course: Obligation, said: CompletionInput) -> Iterator[FieldError]:
    """Yield errors where the course's own rule of proof is not met: certificate or answered questions."""
    if course.questions:
        yield FieldError("finished_on", "This course ends with questions. Answer them under My duties.")
    if course.proof == CERTIFICATE and not said.content:
        yield FieldError("certificate", "Upload the certificate for this course: a file or a photo.")


def _wrong(services: Services, said: CompletionInput, today: date) -> Iterator[FieldError]:
    if said.finished_on is None:
        yield FieldError("finished_on", "Give the day you finished it, for example 4 December 2026.")
    elif said.finished_on > today:
        yield FieldError("finished_on", "That day is still to come. Send it when the course is finished.")
    elif today - said.finished_on > OLDEST:
        yield FieldError("finished_on", "That is more than ten years ago. Is the year right?")
    provider = wrong_provider(said.provider)
    if provider:
        yield FieldError("provider", provider)
    if said.filename or said.content:
        wrong = NO_FILES if services.certificates is None else wrong_with(said.content)
        if wrong:
            yield FieldError("certificate", wrong)


def _wrong_decision(claim: Claim, words: str, by: Actor, *, accepted: bool) -> Iterator[FieldError]:
    if by.person.key == claim.person:
        yield FieldError("words", "This is your own training. Someone else must check it.")
    if not accepted and not words:
        yield FieldError("words", "Say in a few words what is missing: they will read it.")
    if len(words) > MAX_TEXT_LENGTH:
        yield FieldError("words", f"Please keep it under {MAX_TEXT_LENGTH} characters.")


def _key(found: Behind, said: CompletionInput) -> str:
    """Return an idempotency key of a claim; after a return the same claim may be made again."""
    duty = found.cell.duty
    before = sum(1 for claim in found.claims if claim.decision is not None)
    day = said.finished_on.isoformat() if said.finished_on else ""
    what = [
        duty.obligation.school,
        duty.obligation.key,
        duty.person,
        day,
        provider_of(said.provider),
        before,
    ]
    return sha256(json.dumps(what).encode() + said.content).hexdigest()[:32]


def _keep_file(services: Services, said: CompletionInput) -> Certificate | None:
    if not said.content or services.certificates is None:
        return None
    return keep(services.certificates, said.content, said.filename, services.chance)


def _claim(
    found: Behind, key: str, said: CompletionInput, sent: Certificate | None, by: Actor, now: datetime
) -> Claim:
    duty = found.cell.duty
    return Claim(
        key=key,
        school=duty.obligation.school,
        obligation=duty.obligation.key,
        person=duty.person,
        person_name=found.row.person.name,
        cycle=duty.cycle,
        finished_on=said.finished_on or local_date(now),
        provider=provider_of(said.provider),
        said_by=by.person.key,
        said_by_name=by.person.name,
        identified_by=by.identified_by,
        said_at=now,
        certificate=sent,
    )


def _keep(conn: Connection, claim: Claim, found: Behind, by: Actor) -> None:
    """Keep a claim, and pause the asking for a while where there is any."""
    training_store.keep_claim(conn, claim)
    if found.cell.state is State.DONE:
        return
    until = local_date(claim.said_at) + OFFICE_HAS
    words = f"Said to be finished on {long_date(claim.finished_on)} with {claim.provider}."
    record = excuse(found, by, claim.said_at, reference=WITH_OFFICE, until=until, words=words)
    note(conn, record, by, "training said to be finished", {"claim": claim.key})


def _record(title: str, claim: Claim, made: Decision) -> EvidenceRecord:
    shown = f"certificate {claim.certificate.sha256[:12]}" if claim.certificate else "without a certificate"
    said_by = "them" if claim.said_by == claim.person else claim.said_by_name
    return EvidenceRecord(
        idempotency_key=json.dumps(["training claim", claim.key]),
        school=claim.school,
        obligation=claim.obligation,
        person=claim.person,
        person_name=claim.person_name,
        acted_on=claim.finished_on,
        recorded_at=made.at,
        identified_by=f"said by {said_by} ({claim.identified_by}), {shown}, accepted by {made.by_name}",
        channel="certificate" if claim.certificate else "confirmation",
        statement=f"I finished {title} on {long_date(claim.finished_on)} with {claim.provider}.",
        words=made.words or None,
        reference=claim.provider,
    )
