"""Somebody who left and comes back: asked, answered and kept again, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from listed import row
from sqlalchemy import update

from bot.core.links import Link, Links
from bot.core.validation import ValidationFailed
from bot.messages.tables import message
from bot.people.import_service import import_roster
from bot.planning.duties import duties
from bot.planning.service import plan_day
from bot.planning.store import load_snapshot
from bot.ports import Address
from bot.records import evidence as record_evidence
from bot.register.service import apply_register
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Term
from bot.rules.duties import State
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import School as rule_people_School
from bot.rules.register import Register
from bot.rules.reminder_ladder import ASK
from bot.services import Services
from bot.signing.service import Answer, answer, open_duty

CAME, CAME_BACK = date(2025, 9, 1), date(2026, 9, 1)
LINK = Link("duty", "oakfield", "al", "code", "joining")


def at(day, hour=7):
    return datetime.combine(day, time(hour), UTC)


OTHERS = (row("head", "headteacher"), *(row(f"t{number}", "teacher") for number in range(6)))


class School:
    """A school that asks anyone who joins to sign its code, and its list of people."""

    def __init__(self, store):
        self.store = store
        rule = Obligation(
            "code", "oakfield", Kind.SIGN, "Code", audience("role:cook"), (parse("on joining"),), ASK
        )
        terms = (
            Term("Autumn", CAME, date(2025, 12, 18)),
            Term("Spring", date(2026, 1, 5), date(2026, 3, 27)),
            Term("Summer", date(2026, 4, 13), date(2026, 7, 21)),
            Term("Autumn", CAME_BACK, date(2026, 12, 18)),
        )
        school = rule_people_School("oakfield", "Oakfield", since=CAME)
        register = Register(school=school, obligations=(rule,), terms=terms)
        apply_register(store, register, documents={}, now=at(CAME), actor="a test")

    def list_people(self, day, *more):
        import_roster(self.store, "oakfield", (*OTHERS, *more), now=at(day, 1), actor="a test")

    def lived(self, first, last):
        """Plan every day, and deliver; return what went out."""
        found = []
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            sender = Address("office@oakfield.example", "Oakfield")
            services = Services(
                self.store, None, lambda day=day: at(day), Links("k" * 48), "https://x.example", sender
            )
            found += [(day, one.step) for one in plan_day(services, at(day)).notices]
            with self.store.writing() as conn:
                conn.execute(update(message).where(message.c.state == "waiting").values(state="sent"))
        return found

    def sign(self, day):
        view = open_duty(self.store, LINK, at(day))
        return answer(self.store, LINK, Answer(Outcome.DONE, "Al", view.shown), at(day))

    def state(self, day):
        with self.store.reading() as conn:
            (duty,) = duties(load_snapshot(conn, day), day)
        return duty.state


@pytest.fixture
def school(store):
    return School(store)


STEPS = ["ask", "remind", "due", "late", "hand-over"]


def test_a_person_who_was_told_to_the_end_is_told_again_when_they_come_back(school):
    school.list_people(CAME, row("al", "cook", CAME))
    assert [step for _, step in school.lived(CAME, date(2025, 10, 10))] == STEPS
    school.list_people(date(2025, 10, 13))
    school.list_people(CAME_BACK, row("al", "cook", CAME_BACK))
    again = school.lived(CAME_BACK, date(2026, 10, 10))
    assert [step for _, step in again] == STEPS
    assert again[0] == (CAME_BACK, "ask")
    assert school.lived(CAME_BACK, date(2026, 10, 10)) == []


def test_a_person_who_comes_back_signs_again_and_both_signatures_are_kept(school):
    school.list_people(CAME, row("al", "cook", CAME))
    first = school.sign(date(2025, 9, 3))
    school.list_people(date(2026, 7, 21))
    school.list_people(CAME_BACK, row("al", "cook", CAME_BACK))
    assert school.state(CAME_BACK) is State.DUE
    day = date(2026, 9, 3)
    assert open_duty(school.store, LINK, at(day)).answered is None
    again = school.sign(day)
    assert again != first
    assert school.sign(day) == again
    assert school.state(day) is State.DONE
    with school.store.reading() as conn:
        kept = record_evidence.for_duty(conn, "oakfield", "code", "al")
    assert [(one.receipt, one.record.acted_on) for one in kept] == [(first, date(2025, 9, 3)), (again, day)]


def test_a_person_who_comes_back_may_ask_what_they_asked_before(school):
    school.list_people(CAME, row("al", "cook", CAME))
    school.sign(date(2025, 9, 3))
    school.list_people(date(2026, 7, 21))
    school.list_people(CAME_BACK, replace(row("al", "cook", CAME_BACK), name="Al"))
    view = open_duty(school.store, LINK, at(CAME_BACK))
    answer(school.store, LINK, Answer(Outcome.QUESTION, "Al", view.shown, "Why again?"), at(CAME_BACK))
    assert school.state(CAME_BACK) is State.PAUSED


def test_training_of_years_ago_does_not_count_for_this_september(store):
    school = School(store)
    rule = Obligation(
        "safe", "oakfield", Kind.TRAIN, "Safe", audience("role:cook"), (parse("each September"),), ASK
    )
    oakfield = rule_people_School("oakfield", "Oakfield", since=CAME)
    terms = (
        Term("Summer", date(2026, 4, 13), date(2026, 7, 21)),
        Term("Autumn", CAME_BACK, date(2026, 12, 18)),
    )
    register = Register(school=oakfield, obligations=(rule,), terms=terms)
    apply_register(store, register, documents={}, now=at(CAME), actor="a test")
    school.list_people(CAME, row("al", "cook", CAME))
    link = Link("duty", "oakfield", "al", "safe", "2026-09")
    now = at(date(2026, 9, 10))
    view = open_duty(store, link, now)

    def say(day):
        return answer(store, link, Answer(Outcome.DONE, "Al", view.shown, done_on=day), now)

    for day in (date(2021, 11, 5), date(2026, 7, 21)):
        with pytest.raises(
            ValidationFailed, match="what was done before 22 July 2026 does not count"
        ) as refused:
            say(day)
        assert [one.field for one in refused.value.refusals] == ["done_on"]
    assert say(date(2026, 8, 28))
    assert school.state(date(2026, 9, 10)) is State.DONE
