"""The encrypted content of a case: its category, the facts as reported, what was decided since; as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from bot.cases.model import Case, CaseOutcome, CaseState, Debrief, Task
from bot.cases.store import CaseRow, StoredTask
from bot.core.encryption import CaseKeys, padded
from bot.database.columns import iso
from bot.rules.case_rules import Answer, Clock
from bot.rules.report_fields import sealed_words

LIST_FIELDS = ("named", "heads", "watchers", "references", "asks")
CLOCK_TIMES = ("started_at", "due_at", "done_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFacts:
    """Everything of a case that is encrypted. `held`: the reason to keep it whatever its age.

    `reported`: what the reporter wrote, by the names of rules.report_fields. A case from before a field was
    added lacks it; None: an anonymous report does not say. `heads`: those named who were head when the case
    came to be about them; empty in older cases.

    `lesson`: text for all staff, naming no one. `change`: what it changes, a key of case_lessons.CHANGES.
    `later`: fields of a newer version of Handbell, preserved.
    """

    category: str
    assignee: str | None = None
    reported: Mapping[str, str | None]
    reporter_person: str | None = None
    named: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    above: tuple[str, ...] | None = None
    policy: str | None = None
    clause: str | None = None
    personal_data: bool = False
    watchers: tuple[str, ...] = ()
    outcome: str | None = None
    happened: str = ""
    why: str = ""
    changes: str = ""
    references: tuple[str, ...] = ()
    held: str = ""
    not_before: str | None = None
    lesson: str = ""
    change: str = ""
    in_register: bool = False
    asks: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    clocks: tuple[Clock, ...] = ()
    later: Mapping[str, object] = field(default_factory=dict)


FIELDS = frozenset(one.name for one in fields(ReportedFacts)) - {"later", "reported"}


@dataclass(frozen=True, slots=True)
class CaseContent:
    """A case opened: its row, its sheet, and the same as the rules know it."""

    stored: CaseRow
    sheet: ReportedFacts
    case: Case

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """Return the clocks, the first to end first."""
        return tuple(sorted(self.sheet.clocks, key=lambda one: (one.due_at, one.action)))

    @property
    def running(self) -> tuple[str, ...]:
        """Return the actions of clocks that are not done."""
        return tuple(clock.action for clock in self.clocks if clock.done_at is None)

    def changed(self, **facts: object) -> CaseContent:
        """Return the file with these facts changed."""
        sheet = replace(self.sheet, **facts)  # type: ignore[arg-type]
        return replace(self, sheet=sheet, case=_case(self.stored, sheet, self.case.tasks))

    def moved(self, **columns: object) -> CaseContent:
        """Return the file with these columns of its row changed."""
        stored = replace(self.stored, **columns)  # type: ignore[arg-type]
        return replace(self, stored=stored, case=_case(stored, self.sheet, self.case.tasks))


def seal_sheet(keys: CaseKeys, wrapped: bytes, sheet: ReportedFacts) -> bytes:
    said = asdict(sheet)
    return keys.seal(wrapped, _json({**said.pop("later"), **said.pop("reported"), **said}))


def seal_words(keys: CaseKeys, wrapped: bytes, **words: str) -> bytes:
    """Seal an entry, a message or a task: a few named words."""
    return keys.seal(wrapped, _json(words))


def seal_act(keys: CaseKeys, wrapped: bytes, at: datetime, **words: str) -> bytes:
    """Seal what happened with when: the instant alone might tell who did it."""
    return seal_words(keys, wrapped, at=iso(at), **words)


def unseal_act(keys: CaseKeys, wrapped: bytes, sealed: bytes) -> tuple[datetime, dict[str, str]]:
    """Return when something happened, and its words."""
    words = unseal_words(keys, wrapped, sealed)
    return datetime.fromisoformat(words.pop("at")), words


def unseal_words(keys: CaseKeys, wrapped: bytes, sealed: bytes) -> dict[str, str]:
    words: dict[str, str] = json.loads(keys.unseal(wrapped, sealed))
    return words


def open_file(keys: CaseKeys, stored: CaseRow, tasks: Iterable[StoredTask] = ()) -> CaseContent:
    """Open a case; WrongKey when no master key does."""
    found = json.loads(keys.unseal(stored.wrapped_key, stored.sealed))
    reported = {one.name: found.pop(one.name, None) for one in sealed_words() if one.identifies}
    reported |= {one.name: found.pop(one.name) for one in sealed_words() if one.name in found}
    later = {name: found.pop(name) for name in found.keys() - FIELDS}
    sheet = ReportedFacts(**{**found, **_lists(found)}, reported=reported, later=later)
    opened = tuple(_task(keys, stored, one) for one in tasks)
    return CaseContent(stored, sheet, _case(stored, sheet, opened))


def _lists(found: dict[str, Any]) -> dict[str, tuple[object, ...] | None]:
    """Turn what JSON keeps as lists back into what the sheet holds."""
    plain = {name: tuple(found.get(name, ())) for name in LIST_FIELDS}
    answers = (Answer(**{**one, "on": date.fromisoformat(one["on"])}) for one in found.get("answers", ()))
    clocks = tuple(_clock(one) for one in found.get("clocks", ()))
    above = found.get("above")
    return {
        **plain,
        "answers": tuple(answers),
        "clocks": clocks,
        "above": None if above is None else tuple(above),
    }


def not_before(sheet: ReportedFacts) -> date | None:
    return date.fromisoformat(sheet.not_before) if sheet.not_before else None


def _task(keys: CaseKeys, stored: CaseRow, one: StoredTask) -> Task:
    words = unseal_words(keys, stored.wrapped_key, one.sealed)
    return Task(one.key, words["what"], words["person"], one.due_on, one.done_on)


def _clock(found: Mapping[str, str | None]) -> Clock:
    times = {name: datetime.fromisoformat(said) for name in CLOCK_TIMES if (said := found[name])}
    return Clock(action=str(found["action"]), **times)


def _case(stored: CaseRow, sheet: ReportedFacts, tasks: tuple[Task, ...]) -> Case:
    return Case(
        number=stored.number,
        school=stored.school,
        category=sheet.category,
        state=CaseState(stored.state),
        received_at=stored.received_at,
        aware_at=stored.aware_at,
        named=frozenset(sheet.named),
        heads=frozenset(sheet.heads),
        policy=sheet.policy,
        clause=sheet.clause,
        personal_data=sheet.personal_data,
        assignee=sheet.assignee,
        watchers=frozenset(sheet.watchers),
        tasks=tasks,
        outcome=CaseOutcome(sheet.outcome) if sheet.outcome else None,
        debrief=Debrief(sheet.happened, sheet.why, sheet.changes),
        asks=sheet.asks,
        answers=sheet.answers,
    )


def _json(value: object) -> bytes:
    said = json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_day_or_instant
    )
    return padded(said)


def _day_or_instant(value: date) -> str:
    return iso(value) if isinstance(value, datetime) else value.isoformat()
