"""Details of one cell of the training matrix, and bookings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.dates import long_date
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.database.submissions import claim_submission
from bot.planning.exemptions import BOOKED
from bot.planning.snapshot import Snapshot
from bot.records import evidence as record_evidence
from bot.records.evidence import EvidenceNote, EvidenceRecord, StoredEvidence
from bot.rules.duties import State
from bot.rules.evidence import Outcome
from bot.rules.obligations import Obligation, in_full, source_citation
from bot.rules.people import Person
from bot.services import Services
from bot.training import store as training_store
from bot.training.model import Cell, Matrix, PersonRow, matrix
from bot.training.store import Claim

MAX_PROVIDER_LENGTH = 120
FURTHEST_BOOKING = timedelta(weeks=26)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something on a page, and by what means we know them: "signed in with Microsoft".

    `form`: the digest of what they sent, done once; None: no form.
    """

    person: Person
    identified_by: str
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """One person and one course: state, reason, all records, and claims that wait.

    `cites` is shown to the person; `cites_in_full`, with the register's lines, to the office.
    """

    row: PersonRow
    cell: Cell
    cites: str
    cites_in_full: str
    acts: tuple[StoredEvidence, ...]
    claims: tuple[Claim, ...]

    @property
    def course(self) -> Obligation:
        return self.cell.duty.obligation

    @property
    def waiting(self) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if claim.decision is None)


@dataclass(frozen=True, slots=True)
class Booking:
    """A place on a course."""

    on: date | None
    provider: str


def training_of(snapshot: Snapshot, school: str, now: datetime) -> Matrix:
    """Return the training matrix of a school."""
    return matrix(snapshot, school, local_date(now))


def behind(
    services: Services, snapshot: Snapshot, asked: tuple[str, str, str], now: datetime
) -> Behind | None:
    """Return a cell by school, person and course; None if that course is not required of them."""
    school, person, course = asked
    row = training_of(snapshot, school, now).row(person)
    cell = row.cells.get(course) if row else None
    if row is None or cell is None:
        return None
    with services.store.reading() as conn:
        acts = record_evidence.for_duty(conn, school, course, person)
        claims = training_store.claims_of(conn, school, person, course)
    rule, policies = cell.duty.obligation, snapshot.policies
    reasons = source_citation(policies, rule), in_full(policies, rule)
    return Behind(row, cell, *reasons, tuple(reversed(acts)), tuple(claims))


def book(services: Services, found: Behind, given: Booking, by: Actor, now: datetime) -> str:
    """Record a booking: no reminders are sent until its day has passed.

    Raises ValidationFailed; AlreadySubmitted when this form recorded it before.
    """
    refusals = tuple(_wrong_booking(found, given, local_date(now)))
    if refusals or given.on is None:
        raise ValidationFailed(*refusals)
    words = f"Booked for {long_date(given.on)} with {provider_of(given.provider)}"
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        record = excuse(found, by, now, reference=BOOKED, until=given.on, words=words)
        return note(conn, record, by, "training booked", {"until": given.on.isoformat()})


def unbook(services: Services, found: Behind, by: Actor, now: datetime) -> None:
    """Cancel a booking: reminders are sent again."""
    if found.cell.booked_on is None:
        return
    with services.store.writing() as conn:
        end_excuse(conn, found, by, now, words="The booking was taken back.")


def end_excuse(conn: Connection, found: Behind, by: Actor, now: datetime, *, words: str) -> str:
    """End a pause that the school granted today."""
    record = excuse(found, by, now, reference="", until=None, words=words)
    return note(conn, record, by, "training asked for again", {})


def excuse(
    found: Behind, by: Actor, now: datetime, *, reference: str, until: date | None, words: str
) -> EvidenceRecord:
    """Make the record that pauses the asking until a day; without a day it ends the pause."""
    duty, outcome = found.cell.duty, Outcome.EXCUSED if until else Outcome.ANSWERED
    act = [duty.obligation.school, duty.obligation.key, duty.person, reference, words, now.isoformat()]
    return EvidenceRecord(
        idempotency_key=json.dumps(["training pause", *act]),
        school=duty.obligation.school,
        obligation=duty.obligation.key,
        person=duty.person,
        person_name=found.row.person.name,
        acted_on=local_date(now),
        recorded_at=now,
        identified_by=f"{by.person.name}, {by.identified_by}",
        channel="web",
        outcome=outcome,
        cycle=duty.cycle,
        subject=duty.subject,
        words=words,
        until_on=until,
        reference=reference or None,
    )


def note(conn: Connection, record: EvidenceRecord, by: Actor, action: str, data: dict[str, object]) -> str:
    """Store evidence with its ledger entry. Idempotent."""
    told = EvidenceNote(f"person:{by.person.key}", action, {"person": record.person, **data})
    return record_evidence.record(conn, record, told)


def provider_of(said: str) -> str:
    """Return a tidied name of a provider."""
    return " ".join(said.split())


def wrong_provider(said: str) -> str:
    """Return what is wrong with a provider's name, or an empty string."""
    name = provider_of(said)
    if not name:
        return "Say who gives the course, for example the council or an online provider."
    return (
        f"Please keep the name under {MAX_PROVIDER_LENGTH} characters."
        if len(name) > MAX_PROVIDER_LENGTH
        else ""
    )


def _wrong_booking(found: Behind, given: Booking, today: date) -> list[FieldError]:
    wrong: list[FieldError] = []
    if found.cell.state is State.DONE:
        wrong.append(
            FieldError("booked_on", "This is done. A booking can be noted when it is asked for again.")
        )
    elif given.on is None:
        wrong.append(FieldError("booked_on", "Give the day of the course, for example 4 December 2026."))
    elif given.on < today:
        wrong.append(
            FieldError("booked_on", "That day is past. If the course is finished, send the certificate.")
        )
    elif given.on - today > FURTHEST_BOOKING:
        wrong.append(FieldError("booked_on", "That is more than half a year away. Is the year right?"))
    provider = wrong_provider(given.provider)
    return [*wrong, FieldError("provider", provider)] if provider else wrong
