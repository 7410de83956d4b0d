"""Lessons: what a case taught, in words for everybody, and whether what it changes is in the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.actions.case_desk import open_desks
from bot.actions.case_pen import NotYet, at_work, words_of
from bot.actions.case_sheet import CaseFile
from bot.domain.cases import is_open
from bot.domain.report_names import involved
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
    """What others may learn, naming nobody, and what changes: a key of CHANGES."""

    words: str
    change: str


def share_lesson(
    services: Services, setting: str, number: str, person: str, *, lesson: Lesson, now: datetime
) -> None:
    """Mark a lesson to be shared once the case is closed; NotYet when it names somebody."""
    with at_work(services, setting, number, person, now) as pen:
        words = words_of(lesson.words, "Write what others may learn from it, without names.")
        if lesson.change not in CHANGES:
            raise NotYet("Choose what changes.")
        if involved(words, (), pen.desk.snapshot.people, pen.desk.roll) or number in words:
            raise NotYet("Write it without names and without the number: governors read it.")
        pen.change(lesson=words, change=lesson.change, in_register=False)
        pen.say("Lesson to share.", f"{words}\n\n{CHANGES[lesson.change]}.")


def keep_lesson_back(services: Services, setting: str, number: str, person: str, *, now: datetime) -> None:
    """Share nothing of this case any more."""
    with at_work(services, setting, number, person, now) as pen:
        if pen.file.sheet.lesson:
            pen.change(lesson="", change="", in_register=False)
            pen.say("Lesson not shared any more.")


def say_in_register(services: Services, setting: str, number: str, person: str, *, now: datetime) -> None:
    """Record that the register holds what this case changes."""
    with at_work(services, setting, number, person, now) as pen:
        if not asks_for_a_duty(pen.file):
            raise NotYet("This case asks for nothing in the register.")
        pen.change(in_register=True)
        pen.say("What changes is in the register.")


def asks_for_a_duty(file: CaseFile) -> bool:
    return file.sheet.change not in {"", NOTHING}


def shared(files: Iterable[CaseFile]) -> list[Lesson]:
    """List the lessons of closed cases that somebody marked to share, in an order that tells no case."""
    closed = (file.sheet for file in files if not is_open(file.case) and file.sheet.lesson)
    return sorted((Lesson(one.lesson, one.change) for one in closed), key=lambda one: one.words)


def waiting(services: Services, now: datetime) -> tuple[tuple[str, str], ...]:
    """List each kind of change, by setting, that a closed case asks for and the register does not hold."""
    if services.case_keys is None:
        return ()
    with services.store.reading() as conn:
        found = {
            (key, CHANGES[file.sheet.change].lower())
            for key, desk in open_desks(services, conn, None, now).items()
            for file in desk.every()
            if asks_for_a_duty(file) and not file.sheet.in_register and not is_open(file.case)
        }
    return tuple(sorted(found))
