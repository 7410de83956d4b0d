"""The mailer against a Gmail that somebody else wrote (@emulators/google): nobody gets a message twice."""

import pytest

from bot.core.errors import OutcomeUnknown, TryAgain
from connectors.google.client import GoogleClient
from connectors.google.gmail import REFERENCE, GmailMailer, GmailSettings, reference_of

MAILBOX = "handbell@merriwell.example"
UNHEARD = ["503 after", "drop before", "drop after"]


class Good:
    """The emulator's one token."""

    def current(self):
        return "good"

    def refuse(self):
        raise AssertionError("the emulator refused its own token")


@pytest.fixture(scope="module")
def peer(emulator, npm_package):
    folder = npm_package(emulator.PACKAGE, **emulator.OVERRIDES)
    with emulator.running(folder, MAILBOX) as at:
        yield at


@pytest.fixture
def front(emulator, peer):
    made = emulator.Front(peer, MAILBOX)
    yield made
    made.stop()


@pytest.fixture
def theirs(front, runtime, journal):
    client = GoogleClient(Good(), runtime, root=front.root)
    yield GmailMailer(client, journal, GmailSettings(MAILBOX))
    client.close()


def settled(mailer, message, slept):
    """Do as the delivery action does."""
    unclear = False
    for _ in range(20):
        slept.append(61.0)
        try:
            if unclear and (taken := mailer.look_up(message.id)) is not False:
                return taken
            mailer.send(message)
        except TryAgain:
            continue
        except OutcomeUnknown:
            unclear = True
            continue
        return True
    return None


def bearing(front, name):
    return [mail for mail in front.sent() if mail[REFERENCE] == reference_of(name)]


def test_a_message_stands_once_under_sent_and_bears_our_reference(front, theirs, message):
    theirs.send(message(id="plain"))
    assert len(bearing(front, "plain")) == 1
    assert theirs.look_up("plain") is True


@pytest.mark.parametrize("fault", UNHEARD)
@pytest.mark.parametrize("step", ["drafts.create", "drafts.send"])
def test_one_silence_ends_in_one_message(front, theirs, message, slept, step, fault):
    name = f"{step} {fault}"
    front.plan[step] = [fault]
    assert settled(theirs, message(id=name), slept) is True
    assert len(bearing(front, name)) == 1


def test_a_draft_that_was_sent_is_not_there_a_second_time(front, theirs, message, slept):
    front.plan["drafts.send"] = ["drop after", "drop after"]
    assert settled(theirs, message(id="twice"), slept) is True
    assert front.heard["drafts.send"] == 1
    assert len(bearing(front, "twice")) == 1
