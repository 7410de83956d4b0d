"""Whatever Gmail, the network or our own machine does: nobody gets a message twice, none is lost unseen."""

import email
import itertools
import os
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from bot.core.errors import AddressRefused, GiveUp, OutcomeUnknown, TryAgain
from bot.messages.attempt_store import SendingJournal
from bot.ports import Address
from connectors.google.gmail import GmailMailer, GmailSettings

MAILBOX = "handbell@merriwell.example"
UNHEARD = ["503 after", "502 after", "drop before", "drop after", "stall before", "stall after",
           "nonsense after", "half after"]  # fmt: skip
# `make test` plays fifty; HANDBELL_TEST_MANY=1000 gives the figure that is told.
MANY = int(os.environ.get("HANDBELL_TEST_MANY", "50"))
STEPS = ["getProfile", "drafts.create", "drafts.send", "messages.get"]


@pytest.fixture
def settle(mailer, slept):
    """Do as the delivery action does: send, look up what is unclear, send again only what was not taken."""

    def go_on(message):
        unclear = False
        for _ in range(30):
            slept.append(61.0)
            try:
                if unclear and (taken := mailer.look_up(message.id)) is not False:
                    return "sent" if taken else "unknown"
                mailer.send(message)
            except TryAgain:
                continue
            except OutcomeUnknown:
                unclear = True
                continue
            return "sent"
        return "never settled"

    return go_on


@pytest.mark.parametrize("fault", UNHEARD)
@pytest.mark.parametrize("step", STEPS)
def test_one_silence_at_any_step_ends_in_one_message(  # noqa: PLR0917 - a matrix
    google, gmail, settle, message, drafts, step, fault
):
    google.spoil(f"gmail.users.{step}", fault)
    assert settle(message()) == "sent"
    assert (len(gmail.delivered), drafts) == (1, {})


@pytest.mark.parametrize("fault", UNHEARD)
@pytest.mark.parametrize("step", ["drafts.list", "messages.get", "drafts.update"])
def test_a_silence_while_a_lost_draft_is_taken_up_changes_nothing(  # noqa: PLR0917 - a matrix
    google, gmail, settle, message, drafts, step, fault
):
    google.spoil("gmail.users.drafts.create", "drop after")
    google.spoil(f"gmail.users.{step}", fault)
    assert settle(message()) == "sent"
    assert (len(gmail.delivered), drafts) == (1, {})
    assert google.heard["gmail.users.drafts.create"] == 1


def test_other_peoples_drafts_are_left_alone(google, gmail, settle, message, box):
    theirs = {f"theirs{n}": (f"d{n}", b"To: a@x.example\r\n\r\nDear all") for n in range(5)}
    box.drafts |= theirs
    google.spoil("gmail.users.drafts.create", "drop before")
    assert settle(message()) == "sent"
    assert (len(gmail.delivered), box.drafts) == (1, theirs)


LOOKING_UP = ["drafts.get", "history.list", "messages.get"]


@pytest.mark.parametrize("sending", ["drop after", "drop before"])
@pytest.mark.parametrize("fault", UNHEARD)
@pytest.mark.parametrize("step", LOOKING_UP)
def test_a_silence_while_looking_up_changes_nothing(  # noqa: PLR0917 - a matrix
    google, gmail, settle, message, step, fault, sending
):
    google.spoil("gmail.users.drafts.send", sending)
    google.spoil(f"gmail.users.{step}", fault)
    assert settle(message()) == "sent"
    assert len(gmail.delivered) == 1


@pytest.mark.parametrize(
    "faults", [*itertools.product(["drop after", "drop before", "503 after"], repeat=3)], ids="-".join
)
def test_three_silences_in_a_row_end_in_one_message(google, gmail, settle, message, faults):
    google.spoil("gmail.users.drafts.send", *faults)
    assert settle(message()) == "sent"
    assert len(gmail.delivered) == 1


SLOWER = [(403, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (403, "quotaExceeded"),
          (403, "dailyLimitExceeded"), (429, "rateLimitExceeded"), (401, "authError"),
          (403, "accessNotConfigured"), (400, "failedPrecondition")]  # fmt: skip


@pytest.mark.parametrize(("status", "reason"), SLOWER)
@pytest.mark.parametrize("step", STEPS[:3])
def test_what_google_did_not_take_now_is_sent_later_from_the_same_draft(  # noqa: PLR0917
    google, gmail, settle, message, refusal, drafts, step, status, reason
):
    google.spoil(f"gmail.users.{step}", refusal(status, reason))
    assert settle(message()) == "sent"
    assert (len(gmail.delivered), drafts) == (1, {})


@dataclass
class Died(BaseException):
    """The machine went away."""


@dataclass
class Mortal:
    """A journal on a machine that dies at one of its writes, just before or just after."""

    journal: object
    dies_at: int
    before: bool
    written: int = field(default=0)

    def write(self, entry):
        self.written += 1
        if self.written == self.dies_at and self.before:
            raise Died
        self.journal.write(entry)
        if self.written == self.dies_at:
            raise Died

    def __getattr__(self, name):
        return getattr(self.journal, name)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("dies_at", [1, 2, 3, 4])
def test_a_machine_that_dies_at_any_moment_leaves_one_message(  # noqa: PLR0917
    gmail, client, store, message, drafts, dies_at, before
):
    journal = SendingJournal(store)
    dying = GmailMailer(client, Mortal(journal, dies_at, before), GmailSettings(MAILBOX))
    with pytest.raises(Died):
        dying.send(message())
    reborn = GmailMailer(client, journal, GmailSettings(MAILBOX))
    taken = reborn.look_up("0f3a9c")
    assert taken is bool(gmail.delivered)
    if not taken:
        reborn.send(message())
    assert (len(gmail.delivered), drafts) == (1, {})


def test_many_messages_through_faults_in_a_third_of_the_calls_arrive_once_each(
    google, gmail, settle, message, refusal, drafts
):
    """Prints what became of them. A message that was never settled would be shown to a person."""
    dice = random.Random(7)
    silences = ["503 after", "502 after", "drop before", "drop after", "nonsense after", "half after"]
    slower = [
        refusal(429, "rateLimitExceeded"),
        refusal(403, "userRateLimitExceeded"),
        refusal(401, "authError"),
    ]
    google.weather = lambda _method: dice.choice([*silences, *slower]) if dice.random() < 1 / 3 else None
    ended = Counter(settle(message(id=f"m{number}")) for number in range(MANY))
    copies = Counter(mail["X-Handbell-Reference"] for mail in map(email.message_from_bytes, gmail.delivered))
    print(
        f"{MANY} messages, {google.heard.total()} calls: {dict(ended)}; copies {Counter(copies.values())}; "
        f"{len(drafts)} drafts left"
    )
    assert set(copies.values()) == {1}
    assert (ended["sent"], drafts) == (len(copies), {})
    assert ended["sent"] >= MANY * 0.99


def test_a_draft_that_a_person_deleted_meanwhile_is_shown_to_a_person(
    google, gmail, mailer, message, slept, drafts
):
    google.spoil("gmail.users.drafts.send", "drop before")
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    drafts.clear()
    with pytest.raises(TryAgain, match="does not show it as sent yet"):
        mailer.look_up("0f3a9c")
    slept.append(601.0)
    assert mailer.look_up("0f3a9c") is None
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    assert gmail.delivered == []


def test_a_draft_that_a_person_sent_meanwhile_counts_as_sent(google, gmail, mailer, message, refusal, box):
    google.spoil("gmail.users.drafts.send", refusal(429, "rateLimitExceeded"))
    with pytest.raises(TryAgain):
        mailer.send(message())
    ((draft, (_, raw)),) = box.drafts.items()
    del box.drafts[draft]
    gmail.deliver(box, raw)
    with pytest.raises(OutcomeUnknown, match="somebody sent or deleted it"):
        mailer.send(message())
    assert mailer.look_up("0f3a9c") is True
    assert len(gmail.delivered) == 1


def test_proof_is_found_among_much_other_mail(google, gmail, mailer, message, box):
    mailer.send(message(id="another"))
    google.spoil("gmail.users.drafts.send", "drop after")
    with pytest.raises(OutcomeUnknown):
        mailer.send(message(id="one"))
    for number in range(5):
        gmail.deliver(box, f"To: a@x.example\r\nFrom: {MAILBOX}\r\nMessage-ID: <{number}>\r\n\r\nhi".encode())
    assert mailer.look_up("one") is True


def test_other_mail_is_no_proof(google, gmail, mailer, message, box, slept):
    google.spoil("gmail.users.drafts.send", "drop before")
    with pytest.raises(OutcomeUnknown):
        mailer.send(message(id="one"))
    box.drafts.clear()
    mailer.send(message(id="another"))
    slept.append(601.0)
    assert mailer.look_up("one") is None


def test_a_history_that_no_longer_goes_back_so_far_proves_nothing(google, mailer, message, slept, box):
    google.spoil("gmail.users.drafts.send", "drop after")
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    box.history_from = box.history_id + 1
    slept.append(601.0)
    assert mailer.look_up("0f3a9c") is None


def test_words_that_changed_before_the_draft_went_out_are_the_ones_that_arrive(
    google, gmail, mailer, message, refusal
):
    google.spoil("gmail.users.drafts.send", refusal(429, "rateLimitExceeded"))
    with pytest.raises(TryAgain):
        mailer.send(message(subject="Old words"))
    mailer.send(message(subject="New words"))
    assert b"Subject: New words" in gmail.delivered[0]
    assert google.heard["gmail.users.drafts.create"] == 1


def test_an_address_that_gmail_refuses_is_told_apart_and_leaves_no_draft(gmail, mailer, message, drafts):
    with pytest.raises(AddressRefused, match="Invalid To header"):
        mailer.send(message(to=Address("refused@x.example")))
    assert (gmail.delivered, drafts) == ([], {})


def test_a_message_that_gmail_refuses_leaves_no_draft(google, gmail, mailer, message, refusal, drafts):
    google.spoil("gmail.users.drafts.send", refusal(400, "invalidArgument", "Too large"))
    with pytest.raises(GiveUp, match="Too large"):
        mailer.send(message())
    assert (gmail.delivered, drafts) == ([], {})


@pytest.mark.parametrize("refused", [(400, "invalidArgument"), (409, "aborted")])
def test_an_order_that_acted_late_makes_the_next_one_a_refusal_and_no_failure(  # noqa: PLR0917
    google, gmail, mailer, message, refusal, box, refused
):
    """The first order was slow, so the draft still stood when it was looked up; then both came through."""
    google.spoil("gmail.users.drafts.send", "drop before")
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    assert mailer.look_up("0f3a9c") is False

    def late(method):
        if method != "gmail.users.drafts.send":
            return None
        gmail.deliver(box, box.drafts.popitem()[1][1])
        return refusal(*refused)

    google.weather = late
    with pytest.raises(OutcomeUnknown, match="gone from Gmail"):
        mailer.send(message())
    assert mailer.look_up("0f3a9c") is True
    assert len(gmail.delivered) == 1


def test_a_sender_that_gmail_replaced_is_noticed_after_the_first_message(gmail, mailer, message):
    alias = Address("office@merriwell.example")
    mailer.send(message(sender=alias))
    with pytest.raises(TryAgain, match=f"Gmail sent from {MAILBOX} in place of office@merriwell.example"):
        mailer.send(message(id="two", sender=alias))
    mailer.send(message(id="three"))
    assert len(gmail.delivered) == 2


def test_a_sender_that_gmail_knows_is_asked_about_once(google, mailer, message, box):
    box.send_as.add("office@merriwell.example")
    for name in ("one", "two", "three"):
        mailer.send(message(id=name, sender=Address("office@merriwell.example")))
    assert google.heard["gmail.users.messages.get"] == 1


def test_a_mailbox_keeps_its_pace(mailer, message, slept):
    for name in ("one", "two", "three"):
        mailer.send(message(id=name))
    assert slept == [1.5, 1.5]


def test_a_mailbox_keeps_within_its_day_over_a_restart(client, journal, message, slept):
    settings = GmailSettings(MAILBOX, per_day=2)
    for name in ("one", "two"):
        GmailMailer(client, journal, settings).send(message(id=name))
        slept.append(3600.0)
    mailer = GmailMailer(client, journal, settings)
    with pytest.raises(TryAgain, match="sent 2 messages within a day") as caught:
        mailer.send(message(id="three"))
    slept.append(caught.value.after)
    mailer.send(message(id="three"))


def test_a_check_finds_a_mailbox_that_is_not_the_one_named(client, journal):
    with pytest.raises(TryAgain, match=r"knows us as handbell@merriwell\.example, not as other@x\.example"):
        GmailMailer(client, journal, GmailSettings("other@x.example")).check()
