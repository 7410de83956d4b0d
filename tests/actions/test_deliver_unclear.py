"""A vendor that may have taken a message: it is asked first, and nothing is sent twice unless that shows."""

from dataclasses import dataclass, field, replace

import pytest

from bot.errors import TryAgain, Unclear
from bot.ports import Receipt

EVERYBODY = 10


@dataclass
class Vendor:
    """Takes every message and answers nothing; whoever asks later is told `knows`. Repeats look like new."""

    knows: object = None
    taken: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    answers: bool = False
    repeats_are_marked: bool = False

    def send(self, message):
        self.taken.append(message.id)
        if not self.answers:
            raise Unclear("no answer in time")
        return Receipt("A1")

    def look_up(self, message_id):
        self.asked.append(message_id)
        if isinstance(self.knows, Exception):
            raise self.knows
        return self.knows

    def check(self):
        """It always lets us in."""

    def close(self):
        """Nothing is held open."""


@pytest.fixture
def vendor(school):
    made = Vendor()
    school.services = replace(school.services, mailer=made)
    school.plan()
    return made


def test_what_the_vendor_finds_is_settled_and_not_sent_again(school, vendor):
    vendor.knows = True
    assert school.deliver() == {"sent": EVERYBODY}
    assert {one.reference for one in school.posted().values()} == {"found at the vendor"}
    assert school.deliver() == {}
    assert len(vendor.taken) == EVERYBODY


def test_what_the_vendor_says_it_never_got_is_sent_again_after_a_while(school, vendor):
    vendor.knows = False
    assert school.deliver(limit=1) == {"unclear": 1}
    vendor.answers = True
    assert school.deliver()["sent"] == EVERYBODY - 1
    school.clock.turn(minutes=1)
    assert school.deliver() == {"sent": 1}
    assert len(vendor.taken) == EVERYBODY + 1


def test_what_nobody_can_tell_is_shown_to_a_person_and_never_sent_again(school, vendor):
    assert school.deliver(limit=1) == {"unknown": 1}
    vendor.answers = True
    school.clock.turn(hours=1)
    assert school.deliver()["sent"] == EVERYBODY - 1
    assert len(set(vendor.taken)) == len(vendor.taken)
    (unknown,) = [one for one in school.posted().values() if one.state == "unknown"]
    assert unknown.last_reason == "It may have arrived, and nobody can tell. Ask the person."


def test_a_vendor_that_cannot_be_asked_is_asked_again_and_in_the_end_a_person_is(school, vendor):
    vendor.knows = TryAgain("the vendor is away")
    assert school.deliver(limit=1) == {"unclear": 1}
    (first,) = vendor.taken
    for _ in range(3):
        school.clock.turn(minutes=10)
        school.deliver(limit=1)
    assert vendor.asked == [first] * 4
    school.clock.turn(days=2)
    assert school.deliver(limit=1)["unknown"] == 1
    assert vendor.taken == [first]
    (unknown,) = [one for one in school.posted().values() if one.state == "unknown"]
    assert (unknown.id, unknown.last_reason) == (first, "the vendor is away")
