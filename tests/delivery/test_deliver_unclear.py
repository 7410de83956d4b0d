"""A vendor that may have taken a message: it is asked first, and nothing is sent twice unless that shows."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.errors import AddressRefused, OutcomeUnknown, TryAgain
from bot.messages import store as message_store
from bot.messages.tables import delivery, sent_step
from bot.ports import SendReceipt

EVERYBODY = 10


@dataclass
class Vendor:
    """Takes every message and answers nothing; a later query returns `knows`. Repeats look like new."""

    knows: object = None
    taken: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    answers: bool = False
    refuses: Exception | None = None
    repeats_are_marked: bool = False

    def send(self, message, then=None, *, before=None):
        self.taken.append(message.id)
        if self.refuses is not None:
            raise self.refuses
        if not self.answers:
            raise OutcomeUnknown("no answer in time")
        return SendReceipt("A1")

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


def test_what_no_one_can_tell_is_shown_to_a_person_and_never_sent_again(school, vendor):
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


@pytest.fixture
def in_doubt(school):
    """The mail server hung up at the first message, which it had taken; give whose it was."""
    school.plan()
    school.server.answers["dot"] = ["drop"]
    assert school.deliver(limit=1) == {"unclear": 1}
    school.clock.turn(minutes=1)
    (copy,) = school.server.copies
    return next(
        one for one in school.posted().values() if copy.id == f"<{one.id}@merriwell.example>"
    ), copy.to


def attempts(school, id_):
    """What each attempt at a message came to."""
    rows = select(delivery.c.outcome).where(delivery.c.message == id_).order_by(delivery.c.attempt)
    with school.store.reading() as conn:
        return list(conn.scalars(rows))


def told(school, id_):
    """How the notices of a message stand."""
    with school.store.reading() as conn:
        return set(conn.scalars(select(sent_step.c.state).where(sent_step.c.message == id_)))


def test_what_may_have_arrived_and_is_then_refused_for_now_still_may_have_arrived(school, in_doubt):
    doubtful, email = in_doubt
    school.server.answers[email] = ["451 4.7.1 greylisted"] * 50
    assert school.deliver() == {"later": 1, "sent": EVERYBODY - 1}
    assert school.posted()[doubtful.person].state == "sending"
    school.clock.turn(hours=11)
    assert school.deliver() == {"unknown": 1}
    after = school.posted()[doubtful.person]
    assert after.last_reason.startswith("It may have arrived at an earlier attempt.")
    assert attempts(school, doubtful.id) == ["unclear", "later"]
    # Not decided again: that would be a second letter that nothing marks as one.
    assert told(school, doubtful.id) == {"decided"}
    with school.store.reading() as conn:
        assert message_store.stuck(conn, since=school.clock() - timedelta(days=1)) == []


def test_what_may_have_arrived_and_is_then_refused_for_good_is_shown_as_both(school, in_doubt):
    doubtful, email = in_doubt
    school.server.answers[email] = ["550 5.1.1 no such user"]
    assert school.deliver() == {"unknown": 1, "sent": EVERYBODY - 1}
    after = school.posted()[doubtful.person]
    assert after.last_reason.startswith("It may have arrived at an earlier attempt. The last one: ")
    assert after.last_reason.endswith("550 5.1.1 no such user")
    assert attempts(school, doubtful.id) == ["unclear", "given up"]
    assert told(school, doubtful.id) == {"decided"}


def test_what_may_have_arrived_and_is_refused_until_no_one_tries_any_more_is_unknown(school, in_doubt):
    doubtful, email = in_doubt
    school.server.answers[email] = ["451 4.7.1 greylisted"]
    with school.store.writing() as conn:
        conn.exec_driver_sql(f"update message set attempts = 9 where id = '{doubtful.id}'")
    assert school.deliver()["unknown"] == 1
    assert attempts(school, doubtful.id) == ["unclear", "given up"]


def test_what_certainly_did_not_arrive_and_is_then_refused_is_given_up_and_told_once_corrected(
    school, vendor
):
    vendor.knows = False
    assert school.deliver(limit=1) == {"unclear": 1}
    school.clock.turn(minutes=1)
    vendor.refuses = AddressRefused("no such address")
    assert school.deliver(limit=1) == {"given up": 1}
    (refused,) = [one for one in school.posted().values() if one.state == "given up"]
    assert (refused.id, refused.last_reason) == (vendor.taken[0], "no such address")
    assert told(school, refused.id) == {"lapsed"}
