"""Deletion of log entries past their retention period, after a leader has signed them off."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.clock import local_date
from bot.core.errors import HandbellError
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.logbook import store as logbook_store
from bot.logbook.model import KINDS, LogEntry, entries, entry_kept_until, rule_of
from bot.logbook.service import LogActor, NoSuchEntry
from bot.rules.retention import due_for_disposal


class StillRetained(HandbellError):
    """One of the entries is still to be kept, so none of them went."""


@dataclass(frozen=True, slots=True)
class RetainedEntry:
    """One entry, until when it is kept (None: whatever its age) and why. `due`: its time is over."""

    entry: LogEntry
    until: date | None
    why: str
    due: bool


@dataclass(frozen=True, slots=True)
class DisposalRecord:
    """What is left of an entry that was signed off."""

    reference: str
    title: str
    happened_on: date
    signed_on: date


@dataclass(frozen=True, slots=True)
class KindRetention:
    """How long a kind of entry is kept."""

    title: str
    years: int
    why: str


def rules_of(keeper: LogActor, now: datetime) -> tuple[KindRetention, ...]:
    """Return how long each kind is kept that a person may read or write."""
    rules = ((one.title, rule_of(one.key)) for one in keeper.kinds(now))
    return tuple(KindRetention(title, rule.years, rule.why) for title, rule in rules)


def old_entries(store: Store, keeper: LogActor, now: datetime) -> tuple[RetainedEntry, ...]:
    """Return the entries a person may read that are due for deletion or held back from it, oldest first."""
    with store.reading() as conn:
        found = entries(logbook_store.of_school(conn, keeper.school))
    return _old(found, keeper, now)


def sign_off(
    store: Store, keeper: LogActor, references: Collection[str], now: datetime, form: str | None = None
) -> int:
    """Delete these entries for good, all of them or none; reference, kind, day and who signed stay.

    NoSuchEntry when one is not there for this person, StillKept when one is still to be kept, DoneAlready
    when `form`, the digest of the form that asks for it, did it before.
    """
    with store.writing() as conn:
        claim_submission(conn, form, now)
        # All are locked in one order before the first ledger entry: no deadlock.
        for entry in [_to_go(conn, keeper, reference, now) for reference in sorted(set(references))]:
            logbook_store.dispose(conn, entry, at=now, by=keeper.person.key)
    return len(set(references))


def _to_go(conn: Connection, keeper: LogActor, reference: str, now: datetime) -> LogEntry:
    found = entries(logbook_store.find(conn, keeper.school, reference, to_change=True))
    if not found or not keeper.reads(found[0], now):
        raise NoSuchEntry
    if not _due(found[0], now):
        raise StillRetained(f"Entry {reference} is still to be kept.")
    return found[0]


def gone_entries(store: Store, keeper: LogActor) -> tuple[DisposalRecord, ...]:
    """List what is left of the entries this person signed off, the latest first."""
    with store.reading() as conn:
        found = logbook_store.disposed(conn, keeper.school)
    return tuple(
        DisposalRecord(
            one.reference, KINDS[one.kind].title, local_date(one.happened_at), local_date(one.disposed_at)
        )
        for one in found
        if one.disposed_by == keeper.person.key
    )


def _old(found: Iterable[LogEntry], keeper: LogActor, now: datetime) -> tuple[RetainedEntry, ...]:
    rows = []
    for one in found:
        due = _due(one, now)
        if keeper.reads(one, now) and (due or one.held):
            kept = entry_kept_until(one)
            rows.append(RetainedEntry(one, kept.until, kept.why, due))
    return tuple(sorted(rows, key=lambda row: row.entry.first.happened_at))


def _due(entry: LogEntry, now: datetime) -> bool:
    return due_for_disposal(entry_kept_until(entry), local_date(now))
