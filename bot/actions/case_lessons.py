"""Lessons: what a case taught, in words for everybody, and whether what it changes is in the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.actions.case_desk import Desk, open_desk
from bot.actions.case_pen import NoSuchCase, NotYet, Pen, at_work, words_of
from bot.actions.case_sheet import CaseFile
from bot.domain.case_access import may_open
from bot.domain.cases import Case, CaseState, is_open
from bot.domain.people import Setting
from bot.domain.report_names import involved
from bot.services import Services
from bot.store import case_timeline, cases, registers

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
    """What others may learn, naming nobody, and what changes: a key of CHANGES."""

    words: str
    change: str


@dataclass(frozen=True, slots=True)
class LessonView:
    """What the page of a lesson shows. `lesson` None: none is shared.

    `roles` are those that somebody holds here, `policies` and `duties` the register's, by key and title;
    `taken` are keys that no new duty may bear.
    """

    case: Case
    setting: Setting
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
    services: Services, setting: str, number: str, person: str, now: datetime
) -> LessonView | None:
    """Open what a case taught, and log it; None alike for one that is not there and one not theirs."""
    try:
        with at_work(services, setting, number, person, now) as pen:
            case_timeline.add_seen(pen.desk.conn, number, now, person)
            return view_of(pen)
    except NoSuchCase:
        return None


def share_lesson(
    services: Services, setting: str, number: str, person: str, *, lesson: Lesson, now: datetime
) -> None:
    """Mark a lesson to be shared once the case is closed; NotYet when it names somebody."""
    with at_work(services, setting, number, person, now) as pen:
        words = words_of(lesson.words, "Write what others may learn from it, without names.")
        if lesson.change not in CHANGES:
            raise NotYet("Choose what changes.")
        if involved(words, (), pen.desk.snapshot.people, pen.desk.roll) or _bare(number) in _bare(words):
            raise NotYet("Write it without names and without the number: governors read it.")
        held = pen.file.sheet.in_register and lesson.change == pen.file.sheet.change
        pen.change(lesson=words, change=lesson.change, in_register=held)
        pen.say("Lesson to share.", f"{words}\n\n{CHANGES[lesson.change]}.")


def keep_lesson_back(services: Services, setting: str, number: str, person: str, *, now: datetime) -> None:
    """Share nothing of this case any more."""
    with at_work(services, setting, number, person, now) as pen:
        if pen.file.sheet.lesson:
            pen.change(lesson="", change="", in_register=False)
            pen.say("Lesson not shared any more.")


def say_in_register(
    services: Services, setting: str, number: str, person: str, *, duty: str, now: datetime
) -> None:
    """Record which duty of the register holds what this case changes."""
    with at_work(services, setting, number, person, now) as pen:
        if not asks_for_a_duty(pen.file):
            raise NotYet("This case asks for nothing in the register.")
        titles = dict(_duties(pen.desk))
        if duty not in titles:
            raise NotYet(
                "Choose the duty that holds it. It stands in the list once register.yaml is applied."
            )
        pen.change(in_register=True)
        pen.say("What changes is in the register.", titles[duty])


def asks_for_a_duty(file: CaseFile) -> bool:
    return file.sheet.change not in {"", NOTHING}


def shared(files: Iterable[CaseFile]) -> list[Lesson]:
    """List the lessons of closed cases that somebody marked to share, in an order that tells no case."""
    closed = (file.sheet for file in files if not is_open(file.case) and file.sheet.lesson)
    return sorted((Lesson(one.lesson, one.change) for one in closed), key=lambda one: one.words)


def lessons_for(services: Services, setting: str, person: str, now: datetime) -> list[Lesson]:
    """List the lessons shared from the cases that somebody may open; nothing tells of any other."""
    with services.store.reading() as conn:
        desk = open_desk(services, conn, setting, now)
        if desk is None:
            return []
        return shared(file for file in desk.every() if may_open(file.case, person, desk.roll))


def waiting(services: Services, now: datetime) -> tuple[tuple[str, str], ...]:
    """List each kind of change, by setting, that a closed case asks for and the register does not hold."""
    if services.case_keys is None:
        return ()
    with services.store.reading() as conn:
        theirs = cases.settings_with(conn, CaseState.CLOSED.value)
        found = {
            (key, CHANGES[file.sheet.change].lower())
            for key in theirs
            if (desk := open_desk(services, conn, key, now)) is not None
            for file in desk.every()
            if asks_for_a_duty(file) and not file.sheet.in_register and not is_open(file.case)
        }
    return tuple(sorted(found))


def _bare(words: str) -> str:
    """Leave letters and digits only, so that a number is found however it is written."""
    return "".join(sign for sign in words.upper() if sign.isalnum())


def view_of(pen: Pen) -> LessonView:
    desk, sheet = pen.desk, pen.file.sheet
    policies = (
        (key, one.title) for (at, key), one in desk.snapshot.policies.items() if at == desk.setting.key
    )
    return LessonView(
        case=pen.file.case,
        setting=desk.setting,
        title=desk.title(pen.file.case.category),
        reader=desk.name(pen.person),
        lesson=Lesson(sheet.lesson, sheet.change) if sheet.lesson else None,
        in_register=sheet.in_register,
        roles=tuple(sorted(role for role, holders in desk.roll.by_role.items() if holders)),
        policies=tuple(sorted(policies, key=lambda one: one[1])),
        duties=_duties(desk),
        taken=registers.obligation_keys(desk.conn, desk.setting.key),
    )


def _duties(desk: Desk) -> tuple[tuple[str, str], ...]:
    mine = (one for one in desk.snapshot.obligations if one.setting == desk.setting.key and one.active)
    return tuple(sorted(((one.key, one.title) for one in mine), key=lambda one: one[1]))
