"""One copy of each message reaches people, whatever Graph answers: every fault, at every call."""

import os
import random
from collections import Counter
from datetime import timedelta

import pytest

from bot.core.errors import AddressRefused, GiveUp, OutcomeUnknown, TryAgain
from bot.messages.send_window import after_failure
from bot.ports import Address, Attachment

# `make test` plays a hundred; HANDBELL_TEST_MANY=1000 gives the figure that is told.
MANY = int(os.environ.get("HANDBELL_TEST_MANY", "100"))
BEFORE = ["429", "429 wait 120", "500", "502 page", "503", "504", "401", "403", "404", "drop", "stall",
          "filter", "filter page"]  # fmt: skip
AFTER = ["429 after", "429 wait 120 after", "500 after", "502 page after", "503 after", "504 after",
         "drop after", "stall after"]  # fmt: skip
ONLY_WHEN_SENDING = ["202 and wait", "late", "503 late after", "drop late after"]
MATRIX = [(call, fault) for call in ("find", "create", "send") for fault in BEFORE + AFTER]
MATRIX += [("send", fault) for fault in ONLY_WHEN_SENDING]


def deliver(school, mailer, message):
    """Do what the outbox does: look up what is unclear before it is sent again, and wait as it waits."""
    outcomes, unclear, tries = [], False, 0
    while True:
        try:
            if unclear:
                taken = mailer.look_up(message.id)
                if taken is not False:
                    return [*outcomes, "found" if taken else "unknown"]
                unclear = False
            tries += 1
            mailer.send(message)
        except TryAgain:
            outcomes.append("later")
        except OutcomeUnknown:
            outcomes.append("unclear")
            unclear = True
            continue
        else:
            return [*outcomes, "sent"]
        wait = after_failure(tries)
        if wait is None:
            return [*outcomes, "given up"]
        school.clock.goes_on(wait)


@pytest.mark.parametrize(("call", "fault"), MATRIX)
def test_one_copy_arrives_whatever_fails(school_on_graph, message, call, fault):
    school_on_graph.double.fails(**{call: [fault]})
    outcomes = deliver(school_on_graph, school_on_graph.mailer(), message())
    assert outcomes[-1] in {"sent", "found"}
    assert school_on_graph.double.copies() == {"0f3a9c": 1}


@pytest.mark.parametrize("fault", [*AFTER, "503 late after"])
def test_what_was_sent_without_a_clear_yes_is_found_and_not_ordered_again(school_on_graph, message, fault):
    school_on_graph.double.fails(send=[fault])
    outcomes = deliver(school_on_graph, school_on_graph.mailer(), message())
    assert outcomes[0] == "unclear"
    assert outcomes[-1] == "found"
    assert orders(school_on_graph) == 1


@pytest.mark.parametrize("fault", ["202 and wait", "late"])
def test_a_clear_yes_is_believed_whatever_comes_with_it(school_on_graph, message, fault):
    school_on_graph.double.fails(send=[fault])
    assert deliver(school_on_graph, school_on_graph.mailer(), message()) == ["sent"]
    assert orders(school_on_graph) == 1


def test_a_draft_that_stays_a_draft_is_sent_after_ten_minutes_and_is_the_same_one(school_on_graph, message):
    mailer = school_on_graph.mailer()
    school_on_graph.double.fails(send=["503"])
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    with pytest.raises(TryAgain):
        mailer.look_up("0f3a9c")
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    school_on_graph.clock.goes_on(timedelta(minutes=10))
    assert mailer.look_up("0f3a9c") is False
    mailer.send(message())
    assert [one["id"] for one in school_on_graph.double.sent()] == ["sent-00001="]


def test_a_letter_that_is_nowhere_after_the_order_is_never_written_again(school_on_graph, message):
    mailer = school_on_graph.mailer()
    school_on_graph.double.fails(send=["drop after"])
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    school_on_graph.double.letters.clear()
    with pytest.raises(TryAgain):
        mailer.look_up("0f3a9c")
    school_on_graph.clock.goes_on(timedelta(minutes=10))
    assert mailer.look_up("0f3a9c") is None
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    assert school_on_graph.double.letters == {}


@pytest.mark.parametrize("no", ["403", "400 ErrorInvalidRecipients"])
def test_a_second_order_that_is_refused_forgets_nothing_of_the_first(school_on_graph, message, no):
    mailer = school_on_graph.mailer()
    school_on_graph.double.fails(send=["503", no])
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    school_on_graph.clock.goes_on(timedelta(minutes=10))
    with pytest.raises((TryAgain, GiveUp)):
        mailer.send(message())
    school_on_graph.double.letters.clear()
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    assert school_on_graph.double.letters == {}


def test_after_a_crash_another_process_finds_what_was_sent(school_on_graph, message):
    school_on_graph.double.fails(send=["drop after"])
    with pytest.raises(OutcomeUnknown):
        school_on_graph.mailer().send(message())
    another = school_on_graph.mailer()
    assert another.look_up("0f3a9c") is True
    another.send(message())
    assert school_on_graph.double.copies() == {"0f3a9c": 1}


def test_a_letter_between_draft_and_sent_is_not_written_again_by_another_process(school_on_graph, message):
    school_on_graph.double.fails(send=["drop late after"])
    with pytest.raises(OutcomeUnknown):
        school_on_graph.mailer().send(message())
    with pytest.raises(TryAgain):
        school_on_graph.mailer().look_up("0f3a9c")
    with pytest.raises(OutcomeUnknown, match="may have sent it already"):
        school_on_graph.mailer().send(message())
    school_on_graph.clock.goes_on(timedelta(minutes=20))
    assert school_on_graph.mailer().look_up("0f3a9c") is True
    assert school_on_graph.double.copies() == {"0f3a9c": 1}


def test_what_graph_took_is_known_after_a_crash_without_asking_it(school_on_graph, message):
    school_on_graph.double.fails(send=["late"])
    first = school_on_graph.mailer().send(message())
    asked = len(school_on_graph.double.calls)
    another = school_on_graph.mailer()
    assert another.look_up("0f3a9c") is True
    assert another.send(message()) == first
    assert len(school_on_graph.double.calls) == asked


def test_after_a_crash_another_process_waits_before_it_sends_the_draft(school_on_graph, message):
    school_on_graph.double.fails(send=["drop"])
    with pytest.raises(OutcomeUnknown):
        school_on_graph.mailer().send(message())
    another = school_on_graph.mailer()
    with pytest.raises(TryAgain):
        another.look_up("0f3a9c")
    school_on_graph.clock.goes_on(timedelta(minutes=10))
    assert another.look_up("0f3a9c") is False
    another.send(message())
    assert school_on_graph.double.copies() == {"0f3a9c": 1}


def test_a_draft_that_was_never_ordered_goes_to_the_address_as_it_is_now(school_on_graph, message):
    school_on_graph.double.fails(send=["403"])
    mailer = school_on_graph.mailer()
    with pytest.raises(TryAgain):
        mailer.send(message())
    mailer.send(message(to=Address("jo.day@merriwell.example", "Jo Day"), subject="Please read it"))
    (mail,) = school_on_graph.double.arrived()
    assert (mail["To"], mail["Subject"]) == ("Jo Day <jo.day@merriwell.example>", "Please read it")


@pytest.mark.parametrize("fault", ["429", "503 after", "drop after", "404"])
def test_a_draft_that_cannot_be_brought_up_to_date_is_not_sent(school_on_graph, message, fault):
    school_on_graph.double.fails(send=["403"], rewrite=[fault])
    mailer = school_on_graph.mailer()
    for _ in range(2):
        with pytest.raises(TryAgain):
            mailer.send(message())
    assert orders(school_on_graph) == 1
    mailer.send(message())
    assert school_on_graph.double.copies() == {"0f3a9c": 1}


def test_of_two_drafts_one_is_sent(school_on_graph, message):
    school_on_graph.double.fails(create=["drop after"])
    mailer = school_on_graph.mailer()
    with pytest.raises(TryAgain, match="nothing was sent"):
        mailer.send(message())
    (stray,) = school_on_graph.double.drafts()
    school_on_graph.double.letters["draft-00000="] = stray | {"id": "draft-00000="}
    mailer.send(message())
    mailer.send(message())
    assert school_on_graph.double.copies() == {"0f3a9c": 1}


@pytest.mark.parametrize(("call", "fault", "error"), [
    ("create", "400 ErrorInvalidRecipients", AddressRefused),
    ("send", "400 ErrorInvalidRecipients", AddressRefused),
    ("create", "413", GiveUp),
])  # fmt: skip
def test_a_refusal_for_good_is_told_apart(school_on_graph, message, call, fault, error):
    school_on_graph.double.fails(**{call: [fault]})
    with pytest.raises(error):
        school_on_graph.mailer().send(message())
    assert school_on_graph.double.sent() == []


def test_the_wait_that_the_vendor_asks_for_is_handed_on(school_on_graph, message):
    school_on_graph.double.fails(create=["429 wait 315"])
    with pytest.raises(TryAgain) as raised:
        school_on_graph.mailer().send(message())
    assert raised.value.after == 315


def test_a_mailbox_that_is_to_wait_is_not_asked_for_any_other_letter_meanwhile(school_on_graph, message):
    school_on_graph.double.fails(create=["429 wait 315"])
    mailer = school_on_graph.mailer()
    with pytest.raises(TryAgain):
        mailer.send(message())
    asked = len(school_on_graph.double.calls)
    school_on_graph.clock.goes_on(timedelta(seconds=300))
    with pytest.raises(TryAgain, match="asked us to wait") as raised:
        mailer.send(message(id="another"))
    assert raised.value.after == pytest.approx(15)
    assert len(school_on_graph.double.calls) == asked
    school_on_graph.clock.goes_on(timedelta(seconds=15))
    mailer.send(message(id="another"))
    assert school_on_graph.double.copies() == {"another": 1}


def test_too_large_a_letter_is_refused_before_anything_is_asked(school_on_graph, message):
    large = Attachment("pack.pdf", "application/pdf", b"x" * 3_000_000)
    with pytest.raises(GiveUp, match="about 3 MB"):
        school_on_graph.mailer().send(message(attachments=(large,)))
    assert school_on_graph.double.calls == []


def test_the_check_says_that_letters_may_be_read_and_not_written(school_on_graph):
    school_on_graph.rest.denied.add("Mail.ReadWrite write")
    with pytest.raises(TryAgain, match="could not prepare letters in the shared mailbox"):
        school_on_graph.mailer().check()


@pytest.mark.parametrize("fault", ["401", "403", "404", "400"])
def test_the_check_says_what_is_missing_and_sends_nothing(school_on_graph, fault):
    school_on_graph.double.fails(find=[fault])
    with pytest.raises(
        TryAgain, match=f"could not look into the shared mailbox: Microsoft 365 answered {fault}"
    ):
        school_on_graph.mailer().check()
    assert school_on_graph.double.letters == {}


def test_out_of_office_answers_are_kept_away(school_on_graph, message):
    school_on_graph.mailer().send(message())
    (mail,) = school_on_graph.double.arrived()
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_many_messages_with_a_fault_in_a_third_of_the_calls_arrive_once_each(
    school_on_graph, message, record_property
):
    school, mailer, chance = school_on_graph, school_on_graph.mailer(), random.Random(5)
    # The table above has every request judged; a thousand times over would take minutes.
    school.double.judge = None
    # A silence costs half a second of real time, so it is left to the table above.
    faults = [one for one in BEFORE + AFTER + ONLY_WHEN_SENDING if "stall" not in one]
    for call in ("find", "create", "send"):
        usable = faults if call == "send" else [one for one in faults if one not in ONLY_WHEN_SENDING]
        chosen = [chance.choice(usable) if chance.random() < 1 / 3 else "" for _ in range(9 * MANY)]
        school.double.fails(**{call: chosen})
    outcomes = Counter(deliver(school, mailer, message(id=f"m{number}"))[-1] for number in range(MANY))
    record_property("Graph", {"messages": MANY, "calls": len(school.double.calls)})
    assert school.double.copies() == {f"m{number}": 1 for number in range(MANY)}
    assert set(outcomes) == {"sent", "found"}


def orders(school):
    return sum(path.endswith("/send") for _, path in school.double.calls)


def test_a_mailbox_that_may_not_send_from_another_address_says_what_to_change(school_on_graph, message):
    school_on_graph.double.fails(send=["403 ErrorSendAsDenied"])
    with pytest.raises(TryAgain, match="leave HANDBELL_MAIL_FROM out; nobody's address is at fault"):
        school_on_graph.mailer().send(message())
    assert school_on_graph.mailer().send(message())
