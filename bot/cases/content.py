"""The encrypted content of a case: its category, the facts as reported, what was decided since; as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any

from bot.cases.model import Case, CaseOutcome, CaseState, Debrief, Task
from bot.cases.store import CaseRow, StoredClock, StoredTask
from bot.core.encryption import CaseKeys
from bot.rules.case_rules import Answer, Clock
from bot.rules.report_fields import sealed_words

LIST_FIELDS = ("named", "heads", "watchers", "references", "asks")


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
    later: Mapping[str, object] = field(default_factory=dict)


FIELDS = frozenset(one.name for one in fields(ReportedFacts)) - {"later", "reported"}


@dataclass(frozen=True, slots=True)
class CaseContent:
    """A case opened: its row, its sheet, and the same as the rules know it."""

    stored: CaseRow
    sheet: ReportedFacts
    case: Case
    clocks: tuple[Clock, ...] = ()

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


def unseal_words(keys: CaseKeys, wrapped: bytes, sealed: bytes) -> dict[str, str]:
    words: dict[str, str] = json.loads(keys.unseal(wrapped, sealed))
    return words


def seal_clocks(keys: CaseKeys, wrapped: bytes, clocks: Iterable[Clock]) -> list[StoredClock]:
    return [
        StoredClock(one.started_at, one.due_at, one.done_at, seal_words(keys, wrapped, action=one.action))
        for one in sorted(clocks, key=lambda one: one.action)
    ]


def open_file(
    keys: CaseKeys, stored: CaseRow, tasks: list[StoredTask], clocks: list[StoredClock]
) -> CaseContent:
    """Open a case; WrongKey when no master key does."""
    found = json.loads(keys.unseal(stored.wrapped_key, stored.sealed))
    reported = {one.name: found.pop(one.name, None) for one in sealed_words() if one.identifies}
    reported |= {one.name: found.pop(one.name) for one in sealed_words() if one.name in found}
    later = {name: found.pop(name) for name in found.keys() - FIELDS}
    # A case that an earlier version wrote has these two in its row, until it is written again.
    found = {"category": stored.category, "assignee": stored.assignee, **found}
    sheet = ReportedFacts(**{**found, **_lists(found)}, reported=reported, later=later)
    opened = tuple(_task(keys, stored, one) for one in tasks)
    running = tuple(_clock(keys, stored, one) for one in clocks)
    return CaseContent(stored, sheet, _case(stored, sheet, opened), running)


def _lists(found: dict[str, Any]) -> dict[str, tuple[object, ...] | None]:
    """Turn what JSON keeps as lists back into what the sheet holds."""
    plain = {name: tuple(found.get(name, ())) for name in LIST_FIELDS}
    answers = (Answer(**{**one, "on": date.fromisoformat(one["on"])}) for one in found.get("answers", ()))
    above = found.get("above")
    return {**plain, "answers": tuple(answers), "above": None if above is None else tuple(above)}


def not_before(sheet: ReportedFacts) -> date | None:
    return date.fromisoformat(sheet.not_before) if sheet.not_before else None


def _task(keys: CaseKeys, stored: CaseRow, one: StoredTask) -> Task:
    words = unseal_words(keys, stored.wrapped_key, one.sealed)
    return Task(one.key, words["what"], words["person"], one.due_on, one.done_on)


def _clock(keys: CaseKeys, stored: CaseRow, one: StoredClock) -> Clock:
    action = unseal_words(keys, stored.wrapped_key, one.sealed)["action"]
    return Clock(action, one.started_at, one.due_at, one.done_at)


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
    return json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=date.isoformat
    ).encode()
