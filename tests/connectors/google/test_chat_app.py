"""A line in Chat beside the letter: once, to whom the app can reach, and nobody waits for it."""

import pytest

from bot.core.errors import GiveUp, TryAgain
from connectors.google.chat_app import ChatApp
from connectors.google.scopes import CHAT_APP

JO, DIRECT = "103547991597142817347", "spaces/jo"
FIND, CREATE = "chat.spaces.findDirectMessage", "chat.spaces.messages.create"
UNHEARD = ["503 after", "drop before", "drop after", "stall after", "nonsense after", "half after"]


@pytest.fixture
def app(client_of, chat):
    chat.direct[f"users/{JO}"] = DIRECT
    return ChatApp(client_of(CHAT_APP))


def tell(app, **changed):
    app.tell(**({"account": JO, "words": "A letter waits.", "key": "k1"} | changed))


def test_a_person_reads_one_line_in_their_own_direct_message(app, chat):
    tell(app)
    assert list(chat.told.values()) == [(DIRECT, "A letter waits.")]


def test_the_same_key_again_is_shown_once_and_another_again(app, chat):
    for key in ("k1", "k1", "k2"):
        tell(app, key=key)
    assert len(chat.told) == 2


def test_a_person_for_whom_the_app_is_not_installed_is_told_by_the_letter_alone(app, chat, google):
    with pytest.raises(GiveUp, match="not found"):
        tell(app, account="999")
    tell(app)
    assert (google.heard[CREATE], len(chat.told)) == (1, 1)


@pytest.mark.parametrize("step", [FIND, CREATE])
def test_what_is_not_allowed_with_one_person_is_no_matter_of_the_others(app, chat, google, refusal, step):
    google.spoil(step, refusal(403, "PERMISSION_DENIED", "The user has blocked the app."))
    with pytest.raises(GiveUp, match=r"does not let us tell this person: .* has blocked the app"):
        tell(app)
    assert chat.told == {}
    tell(app)
    assert len(chat.told) == 1


def test_an_api_that_is_switched_off_is_everybodys_matter(app, chat, google, refusal):
    google.spoil(FIND, refusal(403, "SERVICE_DISABLED", "Chat is not enabled"))
    with pytest.raises(TryAgain, match="not enabled"):
        tell(app)
    assert chat.told == {}


@pytest.mark.parametrize("fault", UNHEARD)
@pytest.mark.parametrize("step", [FIND, CREATE])
def test_a_silence_is_asked_once_and_chat_is_given_a_rest(app, chat, google, slept, step, fault):
    google.spoil(step, fault)
    for _ in range(3):
        with pytest.raises(TryAgain):
            tell(app)
    assert google.heard[step] == 1
    slept.append(61.0)
    tell(app)
    assert len(chat.told) == 1


def test_a_check_shows_nothing_to_anybody(app, chat, google):
    app.check()
    assert (chat.told, google.heard.total()) == ({}, 1)
