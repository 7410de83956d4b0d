"""A hand-over that a question held back in its last minute reaches a human once the question is answered."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from listed import row

from bot.actions.configure import apply_register
from bot.actions.deliver import deliver
from bot.actions.plan_day import plan_day
from bot.actions.roster import import_roster
from bot.actions.sign import Answer, answer, open_duty
from bot.domain.audience import parse as audience
from bot.domain.cadence import parse
from bot.domain.evidence import Outcome
from bot.domain.ladder import ASK
from bot.domain.obligations import Kind, Obligation
from bot.domain.people import Setting
from bot.domain.register import Register
from bot.links import Link, Links
from bot.ports import Address
from bot.services import Services
from bot.store import evidence

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
        register = Register(setting=Setting("oakfield", "Oakfield", since=CAME), obligations=(rule,))
        apply_register(store, register, documents={}, now=at(CAME), actor="a test")
        listed = (row("head", "headteacher"), *(row(one, "cook", CAME) for one in newcomers))
        import_roster(store, "oakfield", listed, now=at(CAME, 1), actor="a test")

    def services(self, now):
        sender = Address("office@oakfield.example", "Oakfield")
        return Services(self.store, self.post, lambda: now, Links("k" * 48), "https://x.example", sender)

    def plan(self, day):
        plan_day(self.services(at(day)), at(day))

    def deliver(self, day):
        return deliver(self.services(at(day)), now=at(day)).counts

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
            asked = evidence.find(conn, receipt).record
            evidence.record(
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
        return sum(to == HEAD and name in text and "human voice" in text for to, text in self.post.taken)


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
