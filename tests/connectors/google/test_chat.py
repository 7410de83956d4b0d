"""The weekly card in a Chat space: in Google's words, once, and never by way of another address."""

import subprocess
import sys

import pytest

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from bot.dashboard.weekly_card import CardArea, CardFacts, dashboard_card
from connectors.google.chat import ChatSpace

ADDRESS = "https://chat.googleapis.com/v1/spaces/AAA/messages?key=k&token=t"
FACTS = CardFacts(
    "Merriwell Green",
    "Monday 23 November 2026",
    "81% done",
    "2 overdue & 0 more.",
    (CardArea("Online <safety>", "overdue", (("overdue", 2), ("done", 9))),),
    "The schedules ran at 07:30.",
    "https://bell.merriwell.example/school",
)


@pytest.fixture
def space(google):
    return ChatSpace(ADDRESS, root=google.root)


def test_a_card_is_posted_in_googles_words(space, chat):
    space.post(dashboard_card(FACTS))
    (message,) = chat.posted
    card = message["cardsV2"][0]["card"]
    assert card["header"] == {
        "title": "81% done",
        "subtitle": "Merriwell Green, Monday 23 November 2026",
    }
    texts = [one["textParagraph"]["text"] for section in card["sections"] for one in section["widgets"]
             if "textParagraph" in one]  # fmt: skip
    assert texts[:3] == [
        "2 overdue &amp; 0 more.",
        "<b>Online &lt;safety&gt;</b>",
        '<font color="#b3261e">2 overdue, 9 done</font>',
    ]
    button = card["sections"][-1]["widgets"][0]["buttonList"]["buttons"][0]
    assert button["onClick"]["openLink"]["url"] == FACTS.address
    assert message["fallbackText"].startswith("Merriwell Green, Monday 23 November 2026")


@pytest.mark.parametrize("fault", ["503 after", "drop after", "stall after", "drop before"])
def test_a_card_that_may_be_there_is_not_sent_again(chat, google, fault):
    google.spoil("chat.spaces.messages.create", fault)
    hangs = {"answer_s": 0.2} if fault.startswith("stall") else {}
    with pytest.raises(OutcomeUnknown):
        ChatSpace(ADDRESS, root=google.root, **hangs).post(dashboard_card(FACTS))
    assert google.heard["chat.spaces.messages.create"] == 1


TOLD = """
from bot.core.telemetry import start_logging
from connectors.google.chat import ChatSpace
start_logging("debug")
ChatSpace("{address}", root="{root}").post({{"body": []}})
"""


def test_the_address_is_in_no_log(chat, google):
    code = TOLD.format(address=ADDRESS, root=google.root)
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(chat.posted) == 1
    assert not any(word in said.stdout + said.stderr for word in ("token=t", "key=k"))


def test_a_space_that_is_busy_is_asked_later(space, google, refusal, chat):
    google.spoil("chat.spaces.messages.create", refusal(429, "RESOURCE_EXHAUSTED"))
    with pytest.raises(TryAgain) as caught:
        space.post(dashboard_card(FACTS))
    assert (caught.value.after, chat.posted) == (60.0, [])


def test_a_webhook_that_was_removed_is_given_up(google, chat):
    with pytest.raises(GiveUp, match="removed"):
        ChatSpace(ADDRESS.replace("token=t", "token=old"), root=google.root).post(dashboard_card(FACTS))
    assert chat.posted == []


def test_a_chat_that_is_not_there_took_nothing(google, space):
    google.stop()
    with pytest.raises(TryAgain, match="cannot be reached"):
        space.post(dashboard_card(FACTS))


def test_a_card_larger_than_chat_takes_is_given_up(space, google):
    with pytest.raises(GiveUp, match="larger"):
        space.post({"body": [{"type": "TextBlock", "text": "x" * 40_000}]})
    assert google.heard.total() == 0


@pytest.mark.parametrize("address", ["", "http://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t",
                                     "https://chat.example/v1/spaces/A/messages?key=k&token=t",
                                     "https://chat.googleapis.com/v1/spaces/A/messages?key=k"])  # fmt: skip
def test_an_address_that_is_no_webhook_is_told_by_a_check(address):
    with pytest.raises(GiveUp, match="HANDBELL_GOOGLE_CHAT"):
        ChatSpace(address).check()
    ChatSpace(ADDRESS).check()
