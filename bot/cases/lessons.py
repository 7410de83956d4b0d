"""Lessons of cases, and the duties they add to the register.

A lesson is for all staff and names no one. What it changes can be an obligation: shown as it will ask first,
then added once from its page, with a second yes where it is about safeguarding. Neither reveals the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from textwrap import shorten

from bot.cases import store as case_store
from bot.cases.content import CaseContent
from bot.cases.context import (
    CaseContext,
    CaseSession,
    NoSuchCase,
    TransitionBlocked,
    case_transaction,
    open_desk,
    words_of,
)
from bot.cases.model import Case, CaseState, is_open
from bot.core.clock import local_date
from bot.core.form_start import start_of
from bot.core.validation import ValidationFailed
from bot.identity.actor import Actor
from bot.identity.forms import upload_key
from bot.planning.duties import list_duties, planning_context
from bot.planning.duty_view import RuleTargets as AskedOf
from bot.planning.duty_view import asked_by_rule
from bot.planning.mentions import involved
from bot.planning.occurrences import of_month
from bot.planning.service import next_morning
from bot.planning.store import load_snapshot
from bot.records import register as record_register
from bot.rule_pages.service import RuleInput, save_in
from bot.rules.cadence import MONTHS, EachMonth
from bot.rules.calendar import Calendar, days_of
from bot.rules.obligations import Obligation
from bot.rules.people import School
from bot.services import Services

CHANGES = {
    "nothing": "Nothing changes",
    "policy": "The policy changes",
    "training": "Training changes",
    "curriculum": "What pupils are taught changes",
    "technical": "Something technical changes",
}
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What others may learn, naming no one, and what changes: a key of CHANGES."""

    words: str
    change: str


@dataclass(frozen=True, slots=True)
class LessonView:
    """What the page of a lesson shows. `lesson` None: none is shared.

    `roles` are those that have a holder, `policies` and `duties` the register's, by key and title; `taken`
    are keys that are in use.
    """

    case: Case
    school: School
    title: str
    reader: str
    lesson: Lesson | None
    in_register: bool
    roles: tuple[str, ...]
    policies: tuple[tuple[str, str], ...]
    duties: tuple[tuple[str, str], ...]
    taken: frozenset[str]

    @property
    def asks_for_a_duty(self) -> bool:
        return self.lesson is not None and self.lesson.change != NOTHING


def open_lesson(
    services: Services, school: str, number: str, person: str, now: datetime
) -> LessonView | None:
    """Return the lesson of a case, and log the opening; None if the case does not exist or is not theirs."""
    try:
        with case_transaction(services, school, number, person, now) as pen:
            pen.desk.note_opening(pen.file, person)
            return _lesson_view(pen)
    except NoSuchCase:
        return None


def share_lesson(
    services: Services, school: str, number: str, person: str, *, lesson: Lesson, now: datetime
) -> None:
    """Mark a lesson to be shared once the case is closed; NotYet when it names a person."""
    with case_transaction(services, school, number, person, now) as pen:
        words = words_of(lesson.words, "Write what others may learn from it, without names.")
        if lesson.change not in CHANGES:
            raise TransitionBlocked("Choose what changes.")
        if involved(words, (), pen.desk.snapshot.people, pen.desk.roll) or _bare(number) in _bare(words):
            raise TransitionBlocked("Write it without names and without the number: governors read it.")
        held = pen.file.sheet.in_register and lesson.change == pen.file.sheet.change
        pen.change(lesson=words, change=lesson.change, in_register=held)
        pen.say("Lesson to share.", f"{words}\n\n{CHANGES[lesson.change]}.")


def keep_lesson_back(services: Services, school: str, number: str, person: str, *, now: datetime) -> None:
    """Share nothing of this case any more."""
    with case_transaction(services, school, number, person, now) as pen:
        if pen.file.sheet.lesson:
            pen.change(lesson="", change="", in_register=False)
            pen.say("Lesson not shared any more.")


def say_in_register(
    services: Services, school: str, number: str, person: str, *, duty: str, now: datetime
) -> None:
    """Record which duty of the register holds what this case changes."""
    with case_transaction(services, school, number, person, now) as pen:
        if not asks_for_a_duty(pen.file):
            raise TransitionBlocked("This case asks for no rule.")
        titles = dict(_duties(pen.desk))
        if duty not in titles:
            raise TransitionBlocked("Choose the rule that does this already.")
        pen.change(in_register=True)
        pen.say("What changes is in the rules.", titles[duty])


def asks_for_a_duty(file: CaseContent) -> bool:
    return file.sheet.change not in {"", NOTHING}


def shared(files: Iterable[CaseContent]) -> list[Lesson]:
    """Return the shared lessons of closed cases, in an order that does not reveal the case."""
    closed = (file.sheet for file in files if not is_open(file.case) and file.sheet.lesson)
    return sorted((Lesson(one.lesson, one.change) for one in closed), key=lambda one: one.words)


def waiting(services: Services, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return (school, change) that a closed case asks for and the register does not have."""
    if services.case_keys is None:
        return ()
    with services.store.reading() as conn:
        theirs = case_store.schools_with(conn, CaseState.CLOSED.value)
        found = {
            (key, CHANGES[file.sheet.change].lower())
            for key in theirs
            if (desk := open_desk(services, conn, key, now)) is not None
            for file in desk.every()
            if asks_for_a_duty(file) and not file.sheet.in_register and not is_open(file.case)
        }
    return tuple(sorted(found))


def _bare(words: str) -> str:
    """Return only the letters and digits, so that a number is found however it is written."""
    return "".join(sign for sign in words.upper() if sign.isalnum())


def _lesson_view(pen: CaseSession) -> LessonView:
    desk, sheet = pen.desk, pen.file.sheet
    policies = (
        (key, one.title) for (at, key), one in desk.snapshot.policies.items() if at == desk.school.key
    )
    return LessonView(
        case=pen.file.case,
        school=desk.school,
        title=desk.title(pen.file.case.category),
        reader=desk.name(pen.person),
        lesson=Lesson(sheet.lesson, sheet.change) if sheet.lesson else None,
        in_register=sheet.in_register,
        roles=tuple(sorted(role for role, holders in desk.roll.by_role.items() if holders)),
        policies=tuple(sorted(policies, key=lambda one: one[1])),
        duties=_duties(desk),
        taken=record_register.obligation_keys(desk.conn, desk.school.key),
    )


def _duties(desk: CaseContext) -> tuple[tuple[str, str], ...]:
    mine = (one for one in desk.snapshot.obligations if one.school == desk.school.key and one.active)
    return tuple(sorted(((one.key, one.title) for one in mine), key=lambda one: one[1]))


MAX_STATEMENT_LENGTH = 240
HEAD = "role:headteacher"


@dataclass(frozen=True, slots=True)
class ChangeTemplate:
    """What a change becomes: the kind of duty, what it is called, and who does it unless told otherwise."""

    kind: str
    title: str
    who: str


SHAPES: Mapping[str, ChangeTemplate] = {
    "policy": ChangeTemplate("check", "Check that the policy says what was agreed", HEAD),
    "training": ChangeTemplate("train", "Training on what we learnt", "staff"),
    "curriculum": ChangeTemplate("report", "Report how pupils are taught what we learnt", HEAD),
    "technical": ChangeTemplate("check", "Check that what was changed still works", HEAD),
}


@dataclass(frozen=True, slots=True)
class DutyOptions:
    """The options of a new duty. `month` is 1 to 12; `policy` empty: the school's own choice."""

    who: str
    month: int
    policy: str = ""


def rule(school: str, change: str, words: str, asked: DutyOptions, taken: frozenset[str]) -> Obligation:
    """Make the obligation a change becomes."""
    # Only here: the models of a register take long to load, and few lessons need them.
    from bot.register.convert import to_obligation  # noqa: PLC0415
    from bot.register.file_models import ObligationPart  # noqa: PLC0415

    return to_obligation(school, ObligationPart.model_validate(_tree(change, words, asked, taken)))


def _tree(change: str, words: str, asked: DutyOptions, taken: frozenset[str]) -> dict[str, object]:
    """Neither its key nor its words say which case it comes from, when that came or what it was about."""
    shape = SHAPES[change]
    tree: dict[str, object] = {
        "key": _free(f"learnt-{change}", taken),
        "kind": shape.kind,
        "title": shape.title,
        "who": asked.who,
        "when": f"each {MONTHS[asked.month - 1]}",
    }
    if asked.policy and shape.kind == "check":
        tree["about"] = asked.policy
    tree["statement"] = shorten(words, MAX_STATEMENT_LENGTH, placeholder="…")
    if asked.policy:
        tree["source"] = {"policy": asked.policy, "stated": False}
    return tree


def _free(key: str, taken: frozenset[str]) -> str:
    """Return a key that is not in use."""
    number = 1
    while (found := key if number == 1 else f"{key}-{number}") in taken:
        number += 1
    return found


# In the ledger, which says nothing of the case.
WHY = "A lesson for all staff"
MEANWHILE = "Something changed meanwhile. Look at what it asks now, and press the button once more."


@dataclass(frozen=True, slots=True)
class DutyPreview:
    """What a duty will ask, and from which day; `asked` empty: no one who is here that day."""

    rule: Obligation
    asked: tuple[AskedOf, ...]
    asks_on: date


@dataclass(frozen=True, slots=True)
class NewDuty:
    """A duty to add. `shown`: the digest of the lesson that its page showed."""

    shown: str
    asked: DutyOptions


def shown_as(lesson: Lesson) -> str:
    """Return the digest of a lesson as its page shows it."""
    return start_of(lesson.change, lesson.words)


def foresee(services: Services, view: LessonView, asked: DutyOptions, now: datetime) -> DutyPreview:
    """Return whom the duty of a lesson would ask, and by when, as planning will."""
    assert view.lesson is not None
    added = rule(view.school.key, view.lesson.change, view.lesson.words, asked, view.taken)
    today = local_date(now)
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, today, (view.school.key,), (added.key,))
    coming = replace(snapshot, obligations=(replace(added, since=today),))
    asks_on = _first_asked(snapshot.calendars[view.school.key], asked.month, today)
    duties = list_duties(planning_context(coming, asks_on))
    return DutyPreview(added, tuple(asked_by_rule(snapshot, duties)), asks_on)


def _first_asked(calendar: Calendar, month: int, today: date) -> date:
    """Find the day from which a month is asked for first by a rule that is here since today."""
    years = (of_month(days_of(calendar), EachMonth(month), today.year + later) for later in (-1, 0, 1))
    ends = ((one.opens_on, max(one.due_on or today, one.late_after or today)) for one in years)
    return next(max(opens_on, today) for opens_on, ended_on in ends if ended_on >= today)


def add_duty(
    services: Services, school: str, number: str, person: str, *, duty: NewDuty, now: datetime
) -> None:
    """Add the rule of a lesson and record it in the case, in one transaction.

    A rule about safeguarding waits for a second yes.

    Raises NotYet where the lesson, or the possible audience, differs from what the page showed; NoSuchCase
    and AlreadySubmitted as `case_transaction` does.
    """
    with case_transaction(services, school, number, person, now) as pen:
        view = _lesson_view(pen)
        lesson = view.lesson if view.asks_for_a_duty else None
        if lesson is None or shown_as(lesson) != duty.shown or not _offered(view, duty.asked):
            raise TransitionBlocked(MEANWHILE)
        if view.in_register:
            raise TransitionBlocked("What changes is in the rules already.")
        added = rule(school, lesson.change, lesson.words, duty.asked, view.taken)
        by = Actor(pen.desk.school, pen.desk.snapshot.people[person], "session", services.form)
        reference = upload_key(services, services.form)
        wanted = RuleInput(added, new_key=added.key, why=WHY)
        try:
            change = save_in(pen.desk.conn, wanted, by, now, reference=reference, until=next_morning(now))
        except ValidationFailed as refused:
            raise TransitionBlocked(*(one.says for one in refused.refusals)) from refused
        pen.change(in_register=True)
        waits = change.undo_until is None
        pen.say(
            "What changes waits for a second yes." if waits else "What changes is in the rules.", added.title
        )


def _offered(view: LessonView, asked: DutyOptions) -> bool:
    """Return whether the page offers such a duty today."""
    people = {"staff", HEAD, *(f"role:{role}" for role in view.roles)}
    from_policy = not asked.policy or asked.policy in dict(view.policies)
    return asked.who in people and 1 <= asked.month <= len(MONTHS) and from_policy
