"""Adding to the log, correcting an entry, and reading it as one's roles allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.accounts.emails import CONSENT, tell
from bot.accounts.model import account_statuses
from bot.core.clock import local_date
from bot.core.errors import HandbellError
from bot.core.text import NO_PASSWORDS, looks_like_a_password
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.logbook import store as logbook_store
from bot.logbook.model import (
    CORRECTED,
    HELD,
    KINDS,
    LET_GO,
    MISTAKEN,
    LogEntry,
    LogField,
    LogKind,
    LogLine,
    entries,
    may_read,
    may_write,
)
from bot.planning.active_members import active_members
from bot.planning.events import CONSENT_TAKEN_BACK, IN_THE_LOG, event_name, waiting
from bot.planning.record_events import EventSource, note, take_back
from bot.planning.store import load_snapshot
from bot.rules.people import Person


def tell_of_consent(conn: Connection, line: LogLine, now: datetime) -> None:
    """Queue messages to account holders that a family withdrew its consent, except the author of the entry.

    People asked by a rule of the register because of it are not told twice. The child's name stays in the
    log.
    """
    today = local_date(now)
    snapshot = load_snapshot(conn, today, (line.school,))
    rules = waiting(one for one in snapshot.obligations if one.school == line.school)
    name = event_name(IN_THE_LOG["consent", ""], rules)
    roll = active_members(snapshot, today)[line.school]
    asked = {one.person for rule in rules.get(name or "", ()) for one in roll.asked(rule.audience)}
    found = account_statuses(snapshot, line.school, today)
    run_it = {holder.person for one in found for holder in one.facts.holders if holder.here}
    for person in sorted(run_it - asked - {line.by}):
        tell(conn, snapshot, line.school, person, f"{CONSENT} {line.reference}", now)


def note_in_log(conn: Connection, line: LogLine, now: datetime) -> None:
    """Record the events of a log entry, or of a step of one."""
    happening = IN_THE_LOG.get((line.kind, line.step))
    if happening is None or (line.kind == "consent" and line.said.get("answer") != CONSENT_TAKEN_BACK):
        return
    on = local_date(line.happened_at if not line.step else now)
    cause = EventSource(log_key(line.reference), line.school, on)
    note(conn, happening, cause, now=now, actor=f"person:{line.by}")


def log_key(reference: str) -> str:
    """Return the event of one line of the log."""
    return f"log-{reference}"


MAX_ANSWER_LENGTH = 300
OLDEST = timedelta(days=366)
# A browser's clock and ours may differ by this.
ASTRAY = timedelta(minutes=10)
WHEN = "when"
# Beside what a form asks: the notice that stood above it.
SHOWN = "shown"
# Options of a correction of a consent, so that a withdrawal by correction is reported like any other.
ANSWERED_ELSE = "If the answer itself was wrong: what did the family say?"
TOLD_ALREADY = "Somebody has written this down already. Look at the entry below."
REMARKS = {
    CORRECTED: (
        "Put something right",
        LogField("words", "What is to be put right?", "What was wrong, and what is true."),
    ),
    MISTAKEN: (
        "It was written by mistake",
        LogField("words", "Why does it not count?", "For example: it is written down twice."),
    ),
    HELD: (
        "It must be kept for longer",
        LogField("words", "Why must it be kept?", "For example: a complaint about it is not settled."),
    ),
    LET_GO: (
        "It need not be kept for longer",
        LogField("words", "Why may it go in its time again?", "For example: the complaint is settled."),
    ),
}


class NoSuchEntry(HandbellError):
    """No such kind or entry, or not for this reader; these are not distinguished."""


@dataclass(frozen=True, slots=True)
class LogActor:
    """Who writes or reads, where, in which roles. `sent`: the form, so that sent twice it is one line.

    `shown` is the notice that stood above the form and was agreed to, word for word.
    """

    school: str
    person: Person
    roles: frozenset[str]
    identified_by: str
    sent: str = ""
    shown: str = ""

    def works_here(self, now: datetime) -> bool:
        """Return whether they work here today."""
        member = self.person.membership(self.school)
        return member is not None and member.is_staff and member.here_on(local_date(now))

    def writes(self, now: datetime) -> tuple[LogKind, ...]:
        """List the kinds they may write down."""
        here = self.works_here(now)
        return tuple(one for one in KINDS.values() if may_write(one, self.roles, works_here=here))

    def kinds(self, now: datetime) -> tuple[LogKind, ...]:
        """List the kinds of which they may write or read any."""
        here, writes = self.works_here(now), self.writes(now)
        return tuple(
            one for one in KINDS.values() if one in writes or may_read(one, self.roles, works_here=here)
        )

    def reads(self, entry: LogEntry, now: datetime) -> bool:
        """Return whether they may read an entry, and add to it: their own always, while they work here."""
        here = self.works_here(now)
        mine = here and entry.first.by == self.person.key
        return mine or may_read(entry.kind, self.roles, works_here=here)


@dataclass(frozen=True, slots=True)
class LateCounts:
    """How many entries are late: those the reader may see, and those only others may."""

    seen: int
    unseen: int


def book(store: Store, keeper: LogActor, now: datetime, kind: str = "") -> list[LogEntry]:
    """Return the entries a person may read, newest first; of one kind if given."""
    with store.reading() as conn:
        found = entries(logbook_store.of_school(conn, keeper.school))
    return [one for one in found if kind in ("", one.first.kind) and keeper.reads(one, now)]


def find(store: Store, keeper: LogActor, reference: str, now: datetime) -> LogEntry:
    """Return one entry a person may read. Raises NoSuchEntry."""
    with store.reading() as conn:
        found = entries(logbook_store.find(conn, keeper.school, reference))
    if not found or not keeper.reads(found[0], now):
        raise NoSuchEntry
    return found[0]


def late_ones(store: Store, keeper: LogActor, now: datetime) -> LateCounts:
    """Count what should have been closed by now: what this reader may see, and what others have to."""
    seen = [keeper.reads(one, now) for one in _late_entries(store, keeper.school, now)]
    return LateCounts(seen.count(True), seen.count(False))


def late_entries(store: Store, keeper: LogActor, now: datetime) -> list[LogEntry]:
    """List what should have been closed by now and this reader may see, the newest first."""
    return [one for one in _late_entries(store, keeper.school, now) if keeper.reads(one, now)]


def _late_entries(store: Store, school: str, now: datetime) -> list[LogEntry]:
    """List the late entries of a school, reading no closed entry and no kind that is never late."""
    lines: list[LogLine] = []
    with store.reading() as conn:
        for kind in KINDS.values():
            due = [one.key for one in kind.later if one.late_after is not None]
            if due:
                closed = {MISTAKEN, *(due if len(due) == 1 else ())}
                lines += logbook_store.without(conn, {kind.key}, closed, school)
    return [one for one in entries(lines) if one.late(now)]


def write(
    store: Store,
    keeper: LogActor,
    kind: str,
    said: Mapping[str, str],
    happened_at: datetime | None,
    now: datetime,
) -> str:
    """Write an entry down and return its reference."""
    found = next((one for one in keeper.writes(now) if one.key == kind), None)
    if found is None:
        raise NoSuchEntry
    wrong = (*_wrong_blanks(found.blanks, said), *_wrong_time(happened_at, now))
    if wrong or happened_at is None:
        raise ValidationFailed(*wrong)
    kept = _kept(found.blanks, said) | ({SHOWN: keeper.shown} if keeper.shown else {})
    line = replace(_line(keeper, found.key, kept, now), happened_at=min(happened_at, now))
    with store.writing() as conn:
        if logbook_store.add(conn, line):
            note_in_log(conn, line, now)
            if _takes_back(line):
                tell_of_consent(conn, line, now)
    return line.reference


def add(
    store: Store, keeper: LogActor, reference: str, step: str, said: Mapping[str, str], now: datetime
) -> None:
    """Add a step or a correction to an entry."""
    with store.writing() as conn:
        found = entries(logbook_store.find(conn, keeper.school, reference, to_change=True))
        if not found or not keeper.reads(found[0], now):
            raise NoSuchEntry
        line = _next_line(found[0], keeper, step, said, now)
        if logbook_store.add(conn, line):
            note_in_log(conn, line, now)
            if step == CORRECTED and _takes_back(line) and not _taken_back(found[0]):
                told = replace(line, reference=reference, step="")
                note_in_log(conn, told, now)
                tell_of_consent(conn, told, now)
            after = entries(logbook_store.find(conn, keeper.school, reference))[0]
            if step == MISTAKEN or _is_all_there(after):
                actor = f"person:{keeper.person.key}"
                take_back(conn, keeper.school, log_key(reference), now=now, actor=actor)


def _is_all_there(entry: LogEntry) -> bool:
    """Return whether an entry has all that its rules ask for, so that no extra confirmation is needed."""
    happening = IN_THE_LOG.get((entry.first.kind, ""))
    return happening is not None and happening.until_complete and not entry.missing


def _takes_back(line: LogLine) -> bool:
    return line.kind == "consent" and line.said.get("answer") == CONSENT_TAKEN_BACK


def _taken_back(entry: LogEntry) -> bool:
    """Return whether an entry says already that a consent was withdrawn, or is cancelled."""
    return entry.mistaken or any(_takes_back(one) for one in (entry.first, *entry.after))


def remarks_of(kind: LogKind) -> dict[str, tuple[str, tuple[LogField, ...]]]:
    """Return what can be added to any entry of a kind other than its own steps: title and fields."""
    found: dict[str, tuple[str, tuple[LogField, ...]]] = {}
    found |= {step: (title, (blank,)) for step, (title, blank) in REMARKS.items()}
    if kind.key == "consent":
        choices = next(one.choices for one in kind.blanks if one.key == "answer")
        title, blanks = found[CORRECTED]
        again = LogField("answer", ANSWERED_ELSE, choices=choices, needed=False)
        found[CORRECTED] = title, (*blanks, again)
    return found


def remarks_for(entry: LogEntry) -> dict[str, tuple[str, tuple[LogField, ...]]]:
    """List what may be added to an entry now, whatever its kind."""
    steps = [LET_GO if entry.held else HELD]
    if not entry.mistaken:
        steps = [CORRECTED, MISTAKEN, *steps]
    known = remarks_of(entry.kind)
    return {step: known[step] for step in steps}


def _next_line(
    entry: LogEntry, keeper: LogActor, step: str, said: Mapping[str, str], now: datetime
) -> LogLine:
    known = {one.key: one.blanks for one in entry.kind.later}
    known |= {key: blanks for key, (_, blanks) in remarks_of(entry.kind).items()}
    if step not in known:
        raise NoSuchEntry
    line = _line(keeper, entry.first.kind, _kept(known[step], said), now)
    line = replace(line, follows=entry.first.reference, step=step)
    again = line.reference in {one.reference for one in entry.after}
    missing = {one.key for one in entry.missing}
    if step not in REMARKS and step not in missing and not again:
        raise ValidationFailed(FieldError("main", TOLD_ALREADY))
    wrong = tuple(_wrong_blanks(known[step], said, prefix=f"{step}-"))
    if wrong:
        raise ValidationFailed(*wrong)
    return line


def _line(keeper: LogActor, kind: str, said: Mapping[str, str], now: datetime) -> LogLine:
    return LogLine(
        reference=logbook_store.reference_of(f"{keeper.school} {keeper.person.key} {keeper.sent}"),
        school=keeper.school,
        kind=kind,
        happened_at=now,
        recorded_at=now,
        by=keeper.person.key,
        by_name=keeper.person.name,
        identified_by=keeper.identified_by,
        said=said,
    )


def _kept(blanks: tuple[LogField, ...], said: Mapping[str, str]) -> dict[str, str]:
    return {one.key: " ".join(said.get(one.key, "").split()) for one in blanks}


def _wrong_blanks(
    blanks: tuple[LogField, ...], said: Mapping[str, str], prefix: str = ""
) -> Iterator[FieldError]:
    for one in blanks:
        text = said.get(one.key, "").strip()
        if one.needed and not text:
            yield FieldError(
                f"{prefix}{one.key}", f"{'Choose' if one.choices else 'Write'} an answer: {one.label}"
            )
        elif text and one.choices and text not in one.choices:
            yield FieldError(f"{prefix}{one.key}", f"Choose one of the answers: {one.label}")
        elif len(text) > MAX_ANSWER_LENGTH:
            yield FieldError(
                f"{prefix}{one.key}", f"Please keep it under {MAX_ANSWER_LENGTH} characters: {one.label}"
            )
        elif looks_like_a_password(text):
            yield FieldError(f"{prefix}{one.key}", NO_PASSWORDS)


def _wrong_time(happened_at: datetime | None, now: datetime) -> Iterator[FieldError]:
    if happened_at is None:
        yield FieldError(WHEN, "Give the day and the time, for example 4 December 2026 and 08:50.")
    elif happened_at > now + ASTRAY:
        yield FieldError(WHEN, "That has not come yet. Give a time that has passed.")
    elif happened_at < now - OLDEST:
        yield FieldError(WHEN, "That is more than a year ago. Give a later day.")
