"""Evidence: what people did, stored as it was shown to them.

Append-only; a change of mind is another record. Each record is entered in the ledger with its digest, so that
a later change is detected. Also counts of answers by channel, and events that start obligations: written once
by key, deleted if nothing happened after all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
)

from bot.database.columns import Instant, columns_of, from_row, iso, tables, to_row
from bot.database.dialect import insert_into
from bot.database.queries import SchoolKeys, insert_once, school_query
from bot.records import ledger
from bot.records.school_plan import mark_changed
from bot.records.tables import key_column, school_column
from bot.rules.evidence import Event, Evidence, Outcome
from bot.rules.hash_chain import digest_of, receipt_for

# --- what happened ------------------------------------------------------------------------------------

event = Table(
    "event",
    tables,
    school_column(),
    key_column("key"),
    Column("name", Text, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("person", Text),
    Column("subject", Text),
    Column("recorded_at", Instant, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("due_on", Date),
)

# Append-only. Stores exactly what was shown, so that it does not depend on rows that change later.
evidence = Table(
    "evidence",
    tables,
    Column("id", Integer, primary_key=True),
    Column("receipt", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("setting", Text, nullable=False),
    Column("obligation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("cycle", Text),
    Column("subject", Text),
    Column("acted_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("statement", Text),
    Column("policy", Text),
    Column("policy_title", Text),
    Column("version_number", Text),
    Column("sha256_bytes", Text),
    Column("sha256_text", Text),
    Column("identified_by", Text, nullable=False),
    Column("typed_name", Text),
    Column("channel", Text, nullable=False),
    Column("witness", Text),
    Column("words", Text),
    Column("until_on", Date),
    Column("reference", Text),
    Column("items", Text),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
    UniqueConstraint("receipt"),
    UniqueConstraint("idempotency_key"),
    Index(None, "setting", "obligation", "person"),
    Index(None, "setting", "person"),
)


def count_by_channel(conn: Connection, school: str) -> dict[str, int]:
    """Count a school's records by channel: "web", "kiosk", "paper"."""
    counted = select(evidence.c.channel, func.count()).where(evidence.c.setting == school)
    return {row[0]: row[1] for row in conn.execute(counted.group_by(evidence.c.channel))}


EVENTS = school_query(select(event).order_by(event.c.happened_on, event.c.key), event.c.setting)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event, and when it was written down."""

    event: Event
    at: datetime


def add(conn: Connection, one: Event, now: datetime) -> bool:
    """Record an event; False if its key is known already."""
    row = {
        "setting": one.school,
        "key": one.key,
        "name": one.name,
        "happened_on": one.on,
        "person": one.person,
        "subject": one.subject,
        "recorded_at": now,
        "note": one.note,
        "due_on": one.due_on,
    }
    statement = insert_into(conn, event).on_conflict_do_nothing(index_elements=list(event.primary_key))
    is_new = conn.execute(statement.returning(event.c.key), row).one_or_none() is not None
    if is_new:
        mark_changed(conn, (one.school,))
    return is_new


def take_back(conn: Connection, school: str, key: str) -> bool:
    """Forget an event; False when there was none. What people did about it stays."""
    gone = delete(event).where(event.c.setting == school, event.c.key == key)
    was_there = bool(conn.execute(gone).rowcount)
    if was_there:
        mark_changed(conn, (school,))
    return was_there


def recorded_since(conn: Connection, school: str, since: date) -> list[RecordedEvent]:
    """Return a school's events of that day or later, latest first."""
    lately = select(event).where(event.c.setting == school, event.c.happened_on >= since)
    rows = conn.execute(lately.order_by(event.c.happened_on.desc(), event.c.recorded_at.desc()))
    return [RecordedEvent(_event(row), row.recorded_at) for row in rows]


def load_events(conn: Connection, schools: SchoolKeys) -> list[Event]:
    """List events, earliest first."""
    return [_event(row) for row in EVENTS.rows(conn, schools)]


def _event(row: Row[Any]) -> Event:
    return Event(
        row.key, row.setting, row.name, row.happened_on, row.person, row.subject, row.note, row.due_on
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """One act, with exactly what was shown.

    `idempotency_key`: the same key again is the same act, so a form posted twice is one record.
    `identified_by`: how we know who it was ("personal link, typed name"). `words`: a reason or a question.
    `reference`: the outside's own (a minute, a certificate). `until_on` limits an excuse.
    `items`: the answers to the items of a check, as `check_items.to_text` writes them.
    """

    idempotency_key: str
    school: str
    obligation: str
    person: str
    person_name: str
    acted_on: date
    recorded_at: datetime
    identified_by: str
    channel: str
    outcome: Outcome = Outcome.DONE
    cycle: str | None = None
    subject: str | None = None
    statement: str | None = None
    policy: str | None = None
    policy_title: str | None = None
    version_number: str | None = None
    sha256_bytes: str | None = None
    sha256_text: str | None = None
    typed_name: str | None = None
    witness: str | None = None
    words: str | None = None
    until_on: date | None = None
    reference: str | None = None
    items: str | None = None


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    """A record in the store, with the receipt the person was given."""

    receipt: str
    record: EvidenceRecord


PUT = insert_once(evidence, (*columns_of(EvidenceRecord).values(), "receipt"), "idempotency_key")
# The subject of the ledger entries for these records: this, the school, "/" and the obligation.
ABOUT = "obligation:"
OUTCOMES = {one.value: one for one in Outcome}

OF_DUTY = (
    select(evidence)
    .where(
        evidence.c.setting == bindparam("the_school"),
        evidence.c.obligation == bindparam("the_obligation"),
        evidence.c.person == bindparam("the_person"),
    )
    .order_by(evidence.c.id)
)

# What the rules need of an act, in the order of their record.
ACTS = school_query(
    select(
        evidence.c.setting,
        evidence.c.obligation,
        evidence.c.person,
        evidence.c.acted_on,
        evidence.c.outcome,
        evidence.c.cycle,
        evidence.c.subject,
        evidence.c.sha256_bytes,
        evidence.c.until_on,
        evidence.c.reference,
        evidence.c.receipt,
    ).order_by(evidence.c.id),
    evidence.c.setting,
    evidence.c.obligation,
)


@dataclass(frozen=True, slots=True)
class EvidenceNote:
    """The ledger entry of a record: the actor, the action, and further data."""

    actor: str
    action: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotedRecord:
    """What a ledger entry says of the record it notes: whose, its receipt and its digest."""

    school: str
    receipt: str
    digest: str


def record(conn: Connection, one: EvidenceRecord, noted: EvidenceNote | None = None) -> str:
    """Store evidence and return its receipt; a repeated idempotency key returns the first receipt."""
    return keep(conn, one, noted)[0]


def keep(conn: Connection, one: EvidenceRecord, noted: EvidenceNote | None = None) -> tuple[str, bool]:
    """Store evidence with its ledger entry; return its receipt and whether it is new.

    Without `noted` the ledger names the person themselves as the actor.
    """
    receipt, is_new = put(conn, one)
    if is_new:
        note(
            conn,
            one,
            receipt,
            noted or EvidenceNote(f"person:{one.person}", f"answered: {one.outcome.value}"),
        )
    return receipt, is_new


def put(conn: Connection, one: EvidenceRecord) -> tuple[str, bool]:
    """Store evidence; return its receipt and whether it is new. The caller writes the ledger entry (`note`).

    A collision of receipts, one in 2**60, raises NoResultFound, and the second is not stored.
    """
    row = to_row(one)
    row |= {"outcome": one.outcome.value, "receipt": receipt_for(one.idempotency_key)}
    if conn.execute(PUT, row).one_or_none() is not None:
        mark_changed(conn, (one.school,))
        return str(row["receipt"]), True
    known = select(evidence.c.receipt).where(evidence.c.idempotency_key == one.idempotency_key)
    return str(conn.execute(known).scalar_one()), False


def in_force(acts: Sequence[StoredEvidence]) -> tuple[StoredEvidence, ...]:
    """List acts, oldest first, less what was withdrawn: one by its receipt, or all before for that cycle."""
    found: list[StoredEvidence] = []
    for one in acts:
        if one.record.outcome is not Outcome.WITHDRAWN:
            found.append(one)
        elif one.record.reference is None:
            found = [] if one.record.cycle is None else [kept for kept in found if _is_of_another(kept, one)]
        else:
            found = [kept for kept in found if kept.receipt != one.record.reference]
    return tuple(found)


def _is_of_another(kept: StoredEvidence, withdrawn: StoredEvidence) -> bool:
    """Return whether an act names another cycle than the withdrawal."""
    return kept.record.cycle not in {None, withdrawn.record.cycle}


def digest(one: EvidenceRecord) -> str:
    """Compute SHA-256 over every field of a record, as the ledger keeps it."""
    return digest_of(plain(one))


def plain(one: EvidenceRecord) -> dict[str, str | None]:
    """Write a record as it is hashed and as packs show it: days as 2026-11-23, instants in UTC.

    Final: what the ledger noted of records long ago holds these keys. A field that is added later has no key
    here where it is None.
    """
    said = {
        "idempotency_key": one.idempotency_key,
        "setting": one.school,
        "obligation": one.obligation,
        "person": one.person,
        "person_name": one.person_name,
        "acted_on": one.acted_on,
        "recorded_at": one.recorded_at,
        "identified_by": one.identified_by,
        "channel": one.channel,
        "outcome": one.outcome,
        "cycle": one.cycle,
        "subject": one.subject,
        "statement": one.statement,
        "policy": one.policy,
        "policy_title": one.policy_title,
        "version_number": one.version_number,
        "sha256_bytes": one.sha256_bytes,
        "sha256_text": one.sha256_text,
        "typed_name": one.typed_name,
        "witness": one.witness,
        "words": one.words,
        "until_on": one.until_on,
        "reference": one.reference,
    }
    if one.items is not None:
        said["items"] = one.items
    return {key: _in_words(value) for key, value in said.items()}


def for_duty(
    conn: Connection, school: str, obligation: str, person: str, cycle: str | None = None
) -> list[StoredEvidence]:
    """Return a person's evidence for an obligation, oldest first; of one occurrence if `cycle` is given.

    A record without an occurrence counts for all of them.
    """
    given = {"the_school": school, "the_obligation": obligation, "the_person": person}
    acts = [_kept(row) for row in conn.execute(OF_DUTY, given)]
    return acts if cycle is None else [one for one in acts if one.record.cycle in (cycle, None)]


def of_person(conn: Connection, school: str, person: str) -> list[StoredEvidence]:
    """Return a person's evidence at one school, oldest first."""
    query = _all().where(evidence.c.setting == school, evidence.c.person == person)
    return [_kept(row) for row in conn.execute(query)]


def of_obligation(conn: Connection, school: str, obligation: str) -> list[StoredEvidence]:
    """List what anyone did about an obligation, oldest first."""
    query = _all().where(evidence.c.setting == school, evidence.c.obligation == obligation)
    return [_kept(row) for row in conn.execute(query)]


def of_outcomes(conn: Connection, school: str, outcomes: Collection[Outcome]) -> list[StoredEvidence]:
    """List what anyone answered in one of these ways, oldest first."""
    said = [one.value for one in outcomes]
    query = _all().where(evidence.c.setting == school, evidence.c.outcome.in_(said))
    return [_kept(row) for row in conn.execute(query)]


def find(conn: Connection, receipt: str) -> StoredEvidence | None:
    row = conn.execute(_all().where(evidence.c.receipt == receipt)).one_or_none()
    return _kept(row) if row is not None else None


def load_evidence(
    conn: Connection, schools: SchoolKeys, about: Collection[str] | None = None
) -> list[Evidence]:
    """List the acts about these obligations (None: all) in the form the rules need, oldest first."""
    return [act_record(row) for row in ACTS.rows(conn, schools, about)]


def fact(one: StoredEvidence) -> Evidence:
    """Return a record in the form that the rules use."""
    act, cited = one.record, one.record.reference or one.receipt
    whose = (act.school, act.obligation, act.person)
    about = (act.cycle, act.subject, act.sha256_bytes)
    return Evidence(*whose, act.acted_on, act.outcome, *about, act.until_on, cited, one.receipt)


def until(conn: Connection, schools: Collection[str], instant: datetime) -> list[StoredEvidence]:
    """List what was recorded at these schools before an instant, oldest first."""
    query = _all().where(evidence.c.setting.in_(schools), evidence.c.recorded_at < instant)
    return [_kept(row) for row in conn.execute(query)]


def digests(conn: Connection) -> Iterator[tuple[str, str]]:
    """Yield the receipt and the digest of every record, oldest first, a thousand at a time."""
    with conn.execute(_all().execution_options(yield_per=1000)) as rows:
        for row in rows:
            yield row.receipt, digest(from_row(EvidenceRecord, row))


def note(conn: Connection, one: EvidenceRecord, receipt: str, noted: EvidenceNote) -> None:
    """Append a new record to the ledger. PostgreSQL locks the ledger until the transaction ends."""
    ledger.append(
        conn,
        at=one.recorded_at,
        actor=noted.actor,
        action=noted.action,
        subject=f"{ABOUT}{one.school}/{one.obligation}",
        data={**noted.data, "receipt": receipt, "record": digest(one)},
    )


def noted_in(entry: ledger.LedgerEntry) -> NotedRecord | None:
    """Find which record a ledger entry notes, as `note` writes it; None: it notes none."""
    about, receipt, digested = entry.subject, entry.data.get("receipt"), entry.data.get("record")
    if not about.startswith(ABOUT) or receipt is None or digested is None:
        return None
    return NotedRecord(about.removeprefix(ABOUT).partition("/")[0], str(receipt), str(digested))


def _in_words(value: object) -> str | None:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


def _all() -> Select[Any]:
    return select(evidence).order_by(evidence.c.id)


def _kept(row: Row[Any]) -> StoredEvidence:
    return StoredEvidence(row.receipt, from_row(EvidenceRecord, row, outcome=Outcome(row.outcome)))


def act_record(row: Row[Any]) -> Evidence:
    """Make an act of a row of `ACTS`."""
    school, obligation, person, on, outcome, cycle, subject, version, until_on, reference, receipt = row
    said = OUTCOMES[outcome]
    reference = reference or receipt
    return Evidence(
        school, obligation, person, on, said, cycle, subject, version, until_on, reference, receipt
    )
