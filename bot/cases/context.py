"""The context in which the cases of one school are read and changed: connection, keys, roles, routes, time.

`CaseContext` opens cases, routes them, and writes their timeline (encrypted) and hash chain (no content).
`case_transaction` checks access and locks the row of a case for one person's change; everything in it commits
together. `check_start` rejects a form made from a page that is out of date (optimistic concurrency). `rotate`
re-wraps the data keys of all cases with the newest master key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.cases import access
from bot.cases import store as case_store
from bot.cases.access import ABOUT_HEAD, RoutingResult, above_others, heads_among, may_open
from bot.cases.content import CaseContent, open_file, seal_act, seal_sheet
from bot.cases.model import CATEGORIES, Case
from bot.cases.store import CaseRow
from bot.core.clock import local_date
from bot.core.dates import long_date
from bot.core.encryption import CaseKeys, KeysMissing
from bot.core.errors import HandbellError
from bot.core.form_start import is_older, start_of
from bot.database.engine import Connection
from bot.database.submissions import claim_submission
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.records import case_roles as record_case_roles
from bot.records import ledger
from bot.records.register import load_routes
from bot.rules.calendar import Calendar
from bot.rules.case_rules import Clock, parse_rule, rules_for, start_all
from bot.rules.case_rules import asked_of as case_rules_asked_of
from bot.rules.people import School
from bot.rules.register import Route
from bot.services import Services

HANDBELL = "handbell"
REPORTER = "reporter"
TITLES = {
    "concern-about-head": "A concern about the {head}",
    "data-complaint": "A complaint about personal information",
}


@dataclass(frozen=True, slots=True)
class CaseContext:
    """What every step needs: one connection, the keys, and today's snapshot of the school."""

    conn: Connection
    keys: CaseKeys
    school: School
    snapshot: Snapshot
    roll: ActiveMembers
    calendar: Calendar
    routes: dict[str, Route]
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.school.timezone)

    @property
    def today(self) -> date:
        return self.day_of(self.now)

    def day_of(self, at: datetime) -> date:
        """Return the day of an instant in the school's time zone."""
        return at.astimezone(self.zone).date()

    def find(self, number: str, *, to_change: bool = False) -> CaseContent | None:
        """Find a case; one that is to be changed is locked, and keeps who of those named is head."""
        stored = case_store.find(self.conn, self.school.key, number, to_change=to_change)
        if stored is None:
            return None
        file = self.opened([stored])[0]
        return self.save(file) if to_change and self._heads(file) != file.sheet.heads else file

    def every(self) -> list[CaseContent]:
        return self.opened(case_store.in_schools(self.conn, (self.school.key,)))

    def opened(self, stored: Iterable[CaseRow]) -> list[CaseContent]:
        """Open these cases with their tasks."""
        rows = list(stored)
        tasks = case_store.tasks(self.conn, [one.number for one in rows])
        return [open_file(self.keys, one, tasks.get(one.number, ())) for one in rows]

    def save_clocks(self, file: CaseContent, clocks: Iterable[Clock]) -> CaseContent:
        """Make a case's clocks these and no others, and return the case with them."""
        return self.save(file.changed(clocks=tuple(clocks)))

    def name(self, person: str) -> str:
        return self.snapshot.name_of(person)

    def title(self, category: str) -> str:
        """Return a category in the school's words."""
        plain = category.replace("-", " ").capitalize()
        said = CATEGORIES.get(category) or TITLES.get(category, plain)
        return said.replace("{head}", self.school.words.head)

    def categories(self) -> tuple[str, ...]:
        """Return the categories of this school: the usual ones, and those of its own routes."""
        return tuple(dict.fromkeys((*CATEGORIES, *TITLES, *self.routes)))

    def role(self, role: str | None) -> str:
        """Return a role in the school's words."""
        if role is None:
            return ""
        words = {"headteacher": self.school.words.head, "dsl": "designated safeguarding lead"}
        words |= {"deputy-dsl": "deputy designated safeguarding lead", "dpo": "data protection officer"}
        words |= {"chair": f"chair of {self.school.words.governors}"}
        return words.get(role, role.replace("-", " "))

    def role_of(self, person: str | None) -> str:
        """Return the most important role of a person; never their name."""
        held = self.roll.here[person].roles if person in self.roll.here else frozenset()
        for role in ("headteacher", "head", "manager", "dsl", "deputy-dsl", "chair", "dpo", *sorted(held)):
            if role in held:
                return self.role({"head": "headteacher", "manager": "headteacher"}.get(role, role))
        return ""

    def route(self, category: str, named: Iterable[str], heads: Iterable[str] = ()) -> RoutingResult:
        told = self.routes.get(category)
        return access.route(category, named, self.roll, told.to if told else (), heads)

    def also_told(self, file: CaseContent) -> tuple[tuple[str, str], ...]:
        """Return who is told by a case's route other than its owner: each role, in order, with a person."""
        told = self.routes.get(file.case.category)
        if told is None or file.case.category == ABOUT_HEAD:
            return ()
        others = access.also_told(told.tell, file.case.named, self.roll, file.case.heads)
        return tuple(one for one in others if one[1] != file.case.assignee)

    def asked_of(self, category: str, *, personal_data: bool) -> tuple[str, ...]:
        """List what a case of this category must answer before it is closed."""
        told = self.routes.get(category)
        return case_rules_asked_of(category, told.asks if told else (), personal_data=personal_data)

    def clocks_for(self, category: str, aware_at: datetime, *, personal_data: bool) -> list[Clock]:
        """Start every clock of a category; a rule of the register that cannot be read starts none."""
        told = self.routes.get(category)
        said = [words for words in (told.clocks if told else ()) if _is_rule(words)]
        rules = rules_for(category, said, personal_data=personal_data)
        return list(start_all(rules, aware_at, self.calendar, self.zone))

    def save(self, file: CaseContent) -> CaseContent:
        """Write a file's row and sheet, and seal in it who of those named is head."""
        file = file.changed(heads=self._heads(file))
        sealed = seal_sheet(self.keys, file.stored.wrapped_key, file.sheet)
        file = file.moved(sealed=sealed)
        case_store.save(self.conn, file.stored)
        return file

    def _heads(self, file: CaseContent) -> tuple[str, ...]:
        return tuple(sorted(heads_among(file.sheet.named, self.roll, file.sheet.heads)))

    def settled(self, file: CaseContent) -> CaseContent:
        """Store whom of those named others answer to, at the time the case is assigned."""
        above = tuple(sorted(above_others(file.sheet.named, self.roll)))
        return file if above == file.sheet.above else self.save(file.changed(above=above))

    def write(self, file: CaseContent, by: str, what: str, words: str = "") -> int:
        """Add to the timeline, and note in the chain the digest of what was added."""
        sealed = seal_act(self.keys, file.stored.wrapped_key, self.now, by=by, what=what, words=words)
        entry = case_store.add_entry(self.conn, file.stored.number, sealed)
        noted = {"entry": entry, "sha256": sha256(sealed).hexdigest()}
        case_store.note(self.conn, "case written", self.now, noted)
        return entry

    def note_opening(self, file: CaseContent, person: str) -> None:
        """Record that a person opened a case."""
        sealed = seal_act(self.keys, file.stored.wrapped_key, self.now, person=person)
        case_store.add_seen(self.conn, file.stored.number, sealed)


def open_desk(services: Services, conn: Connection, school: str, now: datetime) -> CaseContext | None:
    """Load the context of a school; None if it does not exist. Raise KeysMissing without a key."""
    if services.case_keys is None:
        raise KeysMissing
    snapshot = load_snapshot(conn, local_date(now), (school,))
    return desks_of(services.case_keys, conn, snapshot, now).get(school)


def desks_of(keys: CaseKeys, conn: Connection, snapshot: Snapshot, now: datetime) -> dict[str, CaseContext]:
    """Return a context for each school of a snapshot that was loaded already."""
    called = active_members(snapshot, local_date(now))
    confirmed, changing = (
        record_case_roles.confirmed(conn, list(called)),
        record_case_roles.address_changes(conn),
    )
    for key, roll in called.items():
        roll.confirmed = confirmed.get(key)
        # No mail about a case goes to an address that is about to change, nor to the new one yet.
        roll.out_of_reach |= changing.keys() & roll.here.keys()
    routes = load_routes(conn, list(snapshot.schools))
    return {
        key: CaseContext(
            conn,
            keys,
            school,
            snapshot,
            called[key],
            snapshot.calendars[key],
            {one.category: one for one in routes.get(key, ())},
            now,
        )
        for key, school in snapshot.schools.items()
    }


def _is_rule(words: str) -> bool:
    try:
        parse_rule(words)
    except ValueError:
        return False
    return True


def rotate(services: Services, now: datetime, actor: str) -> int:
    """Wrap every case's key with the newest master key, all or none. Returns how many there were."""
    if services.case_keys is None:
        raise KeysMissing
    with services.store.writing() as conn:
        count = case_store.rewrap(conn, services.case_keys.rewrap)
        ledger.append(conn, at=now, actor=actor, action="case keys rotated", subject="cases", data={})
    return count


def unopenable(keys: CaseKeys | None, conn: Connection) -> int:
    """Count the cases that none of these keys opens."""
    return sum(not _opens(keys, row.wrapped_key, row.sealed) for row in case_store.in_schools(conn))


def _opens(keys: CaseKeys | None, wrapped: bytes, sealed: bytes) -> bool:
    try:
        return keys is not None and bool(keys.unseal(wrapped, sealed))
    except HandbellError:
        return False


MAX_NOTE_LENGTH = 8000


class NoSuchCase(HandbellError):
    """No such case, or not one for this person; the two are not distinguished."""

    def __init__(self) -> None:
        super().__init__("No case with this number is open to you.")


class TransitionBlocked(HandbellError):
    """A step cannot be taken yet. `sentences` say what it needs, one each."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


@dataclass(slots=True)
class CaseSession:
    """One person at one case, in one transaction."""

    desk: CaseContext
    file: CaseContent
    person: str

    def say(self, what: str, words: str = "") -> int:
        """Add to the timeline in this person's name."""
        return self.desk.write(self.file, self.person, what, words)

    def change(self, **facts: object) -> None:
        """Change sealed facts and keep the case so."""
        self.file = self.desk.save(self.file.changed(**facts))

    def move(self, **columns: object) -> None:
        """Change columns that are not encrypted and save the case."""
        self.file = self.desk.save(self.file.moved(**columns))


@contextmanager
def case_transaction(
    services: Services, school: str, number: str, person: str, now: datetime
) -> Iterator[CaseSession]:
    """Lock a case for a change. NoSuchCase if it does not exist or is not theirs, without distinction.

    AlreadySubmitted: the form was processed before.
    """
    with services.store.writing() as conn:
        claim_submission(conn, services.form, now)
        desk = open_desk(services, conn, school, now)
        file = desk.find(number, to_change=True) if desk is not None else None
        if desk is None or file is None or not may_open(file.case, person, desk.roll):
            raise NoSuchCase
        yield CaseSession(desk, file, person)


def words_of(text: str, asked: str) -> str:
    """Return cleaned text; raise NotYet with `asked` if it is empty or too long."""
    plain = text.encode("utf-8", "replace").decode().strip()
    if not plain:
        raise TransitionBlocked(asked)
    if len(plain) > MAX_NOTE_LENGTH:
        raise TransitionBlocked(f"Use {MAX_NOTE_LENGTH} characters at most.")
    return plain


CORRECTED = "Somebody else corrected this case meanwhile. Look at it, and correct it again."
LOOK = "Your page was made before that: look, and send it again if it is still right."


class Outdated(TransitionBlocked):
    """The case was changed after the page was made that this form comes from."""

    def __init__(self, says: str = CORRECTED) -> None:
        super().__init__(says)


def _state(pen: CaseSession) -> str:
    return f"This case is {pen.file.case.state.value} now."


def _owner(pen: CaseSession) -> str:
    owner = pen.file.case.assignee
    return f"{pen.desk.name(owner) if owner else 'Nobody'} has this case now."


def _debrief(_: CaseSession) -> str:
    return "Somebody else wrote the debrief meanwhile; yours is not kept yet."


def _outcome(pen: CaseSession) -> str:
    return f"How it ended was recorded meanwhile: {pen.file.sheet.outcome}."


def _hold(pen: CaseSession) -> str:
    return f"The legal hold was changed meanwhile. Now: {pen.file.sheet.held or 'none'}."


def _keeping(pen: CaseSession) -> str:
    until = pen.file.sheet.not_before
    kept = f"until {long_date(date.fromisoformat(until))} at least" if until else "as its category asks"
    return f"How long it is kept was changed meanwhile. Now: {kept}."


# What each form starts from, and what to say where that is different by now.
STARTS: Mapping[str, tuple[Callable[[CaseContent], object], Callable[[CaseSession], str]]] = {
    "move": (lambda file: file.stored.state, _state),
    "assign": (lambda file: file.case.assignee, _owner),
    "debrief": (lambda file: file.case.debrief, _debrief),
    "outcome": (lambda file: file.sheet.outcome, _outcome),
    "hold": (lambda file: file.sheet.held, _hold),
    "keep-until": (lambda file: file.sheet.not_before, _keeping),
}


def starts_of(file: CaseContent) -> dict[str, str]:
    """Return the start value of each of these forms."""
    return {step: start_of(start(file)) for step, (start, _) in STARTS.items()}


def check_start(pen: CaseSession, step: str, was: str) -> None:
    """Refuse a form that starts from what is not so any more; `was` empty: no page said what it was."""
    start, says = STARTS[step]
    if is_older(was, start(pen.file)):
        raise Outdated(f"{says(pen)} {LOOK}")


def as_shown(case: Case) -> str:
    """Return the digest of the values a correction starts from, for optimistic concurrency."""
    return start_of(case.category, case.policy, case.clause, case.named, case.personal_data)
