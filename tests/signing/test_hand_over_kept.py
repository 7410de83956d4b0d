"""A hand-over that a question held back in its last minute reaches a human once the question is answered."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from listed import row

from bot.core.links import Link, Links
from bot.delivery.service import deliver as delivery_deliver
from bot.people.import_service import import_roster
from bot.planning.service import plan_day
from bot.ports import Address
from bot.records import evidence as record_evidence
from bot.register.service import apply_register
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import School as rule_people_School
from bot.rules.register import Register
from bot.rules.reminder_ladder import ASK
from bot.services import Services
from bot.signing.service import Answer, answer, open_duty

CAME, HANDED_OVER = date(2026, 9, 1), date(2026, 9, 29)
HEAD = "head@oakfield.example"


def at(day, hour=7):
    return datetime.combine(day, time(hour), UTC)


class Post:
    """A mail server that takes everything."""

    repeats_are_marked = True

    def __init__(self):
        self.taken = []

    def send(self, message, _then=None, *, before=None):
        self.taken.append((message.to.email, message.text))
        return SimpleNamespace(reference="taken")

    def look_up(self, _id):
        return False

    def close(self):
        pass


class School:
    """A school whose newcomers sign a code, and its days."""

    def __init__(self, store, *newcomers):
        self.store, self.post = store, Post()
        rule = Obligation(
            "code", "oakfield", Kind.SIGN, "Code", audience("role:cook"), (parse("on joining"),), ASK
        )
        register = Register(
            school=rule_people_School("oakfield", "Oakfield", since=CAME), obligations=(rule,)
        )
        apply_register(store, register, documents={}, now=at(CAME), actor="a test")
        listed = (row("head", "headteacher"), *(row(one, "cook", CAME) for one in newcomers))
        import_roster(store, "oakfield", listed, now=at(CAME, 1), actor="a test")

    def services(self, now):
        sender = Address("office@oakfield.example", "Oakfield")
        return Services(self.store, self.post, lambda: now, Links("k" * 48), "https://x.example", sender)

    def plan(self, day):
        plan_day(self.services(at(day)), at(day))

    def deliver(self, day):
        return delivery_deliver(self.services(at(day)), now=at(day)).counts

    def lived(self, first, last):
        for number in range((last - first).days + 1):
            self.plan(first + timedelta(days=number))
            self.deliver(first + timedelta(days=number))

    def ask(self, person, day):
        link = Link("duty", "oakfield", person, "code", "joining")
        view = open_duty(self.store, link, at(day))
        given = Answer(Outcome.QUESTION, view.person.name, view.shown, "May I?")
        return answer(self.store, link, given, at(day))

    def answered(self, receipt, day):
        with self.store.writing() as conn:
            asked = record_evidence.find(conn, receipt).record
            record_evidence.record(
                conn,
                replace(
                    asked,
                    idempotency_key="answered",
                    outcome=Outcome.ANSWERED,
                    acted_on=day,
                    recorded_at=at(day),
                ),
            )

    def told_of(self, name):
        return sum(
            to == HEAD and re.search(rf"\b{name}\b", text) is not None and "human voice" in text
            for to, text in self.post.taken
        )


@pytest.mark.parametrize("newcomers", [("al",), ("al", "bo")])
def test_a_hand_over_held_back_by_a_question_is_told_after_the_answer(store, newcomers):
    school = School(store, *newcomers)
    school.lived(CAME, HANDED_OVER - timedelta(days=1))
    assert school.told_of("Al") == 0
    school.plan(HANDED_OVER)
    receipt = school.ask("al", HANDED_OVER)
    school.deliver(HANDED_OVER)
    assert school.told_of("Al") == 0
    assert school.told_of("Bo") == len(newcomers) - 1
    school.answered(receipt, HANDED_OVER)
    school.lived(HANDED_OVER + timedelta(days=1), HANDED_OVER + timedelta(days=14))
    assert school.told_of("Al") == 1
    assert school.told_of("Bo") == len(newcomers) - 1
