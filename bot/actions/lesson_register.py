"""The duty a case asks for, put into the register from its page: seen first, added once, telling nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from bot.actions.case_lessons import Lesson, LessonView, view_of
from bot.actions.case_pen import NotYet, at_work
from bot.actions.configure import change_register_in
from bot.actions.gather import gather, school_day
from bot.actions.lesson_duty import HEAD, Asked, rule
from bot.actions.office_happened import Asked as AskedOf
from bot.actions.office_happened import asked_by_rule
from bot.domain.cadence import MONTHS, EachMonth
from bot.domain.calendar import Calendar, days_of
from bot.domain.cycles import of_month
from bot.domain.obligations import Obligation
from bot.domain.owing import look, owing
from bot.domain.register import Register
from bot.services import Services

MEANWHILE = "Something changed meanwhile. Look at what it asks now, and press the button once more."


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a duty will ask, and from which day on; `asked` empty: of nobody who is here that day."""

    rule: Obligation
    asked: tuple[AskedOf, ...]
    asks_on: date


@dataclass(frozen=True, slots=True)
class Adding:
    """A duty to add. `shown`: the digest of the lesson that its page showed."""

    shown: str
    asked: Asked


def shown_as(lesson: Lesson) -> str:
    """Give what a lesson is known by on its page."""
    return sha256(f"{lesson.change} {lesson.words}".encode()).hexdigest()


def foresee(services: Services, view: LessonView, asked: Asked, now: datetime) -> Foreseen:
    """Say whom the duty of a lesson would ask, and by when, as planning will ask it."""
    assert view.lesson is not None
    added = rule(view.setting.key, view.lesson.change, view.lesson.words, asked, view.taken)
    today = school_day(now)
    with services.store.reading() as conn:
        snapshot = gather(conn, today, (view.setting.key,), (added.key,))
    coming = replace(snapshot, obligations=(replace(added, since=today),))
    asks_on = _first_asked(snapshot.calendars[view.setting.key], asked.month, today)
    duties = owing(look(coming, asks_on))
    return Foreseen(added, tuple(asked_by_rule(snapshot, duties)), asks_on)


def _first_asked(calendar: Calendar, month: int, today: date) -> date:
    """Find the day from which a month is asked for first by a rule that is here since today."""
    years = (of_month(days_of(calendar), EachMonth(month), today.year + later) for later in (-1, 0, 1))
    ends = ((one.opens_on, max(one.due_on or today, one.late_after or today)) for one in years)
    return next(max(opens_on, today) for opens_on, ended_on in ends if ended_on >= today)


def add_duty(
    services: Services, setting: str, number: str, person: str, *, duty: Adding, now: datetime
) -> None:
    """Put the duty of a lesson into the register, and note in the case that it is there: both or neither.

    Raises NotYet where the lesson, or whom a duty may ask, is another than the page showed; NoSuchCase and
    DoneAlready as `at_work` does.
    """
    with at_work(services, setting, number, person, now) as pen:
        view = view_of(pen)
        lesson = view.lesson if view.asks_for_a_duty else None
        if lesson is None or shown_as(lesson) != duty.shown or not _offered(view, duty.asked):
            raise NotYet(MEANWHILE)
        if view.in_register:
            raise NotYet("What changes is in the register already.")
        added = rule(setting, lesson.change, lesson.words, duty.asked, view.taken)

        def add(known: Register) -> Register:
            return replace(known, obligations=(*known.obligations, added))

        change_register_in(pen.desk.conn, setting, add, now=now, actor=f"person:{person}")
        pen.change(in_register=True)
        pen.say("What changes is in the register.", added.title)


def _offered(view: LessonView, asked: Asked) -> bool:
    """Say whether the page offers such a duty today."""
    people = {"staff", HEAD, *(f"role:{role}" for role in view.roles)}
    from_policy = not asked.policy or asked.policy in dict(view.policies)
    return asked.who in people and 1 <= asked.month <= len(MONTHS) and from_policy
