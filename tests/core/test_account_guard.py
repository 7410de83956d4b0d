"""Text about an account that gives a password is not taken; ordinary words are."""

import pytest

from bot.core.text import looks_like_a_password


@pytest.mark.parametrize(
    "text",
    [
        "password: hunter2",
        "The password is sunflower.",
        "the passcode is 4417",
        "Passphrase is 'two green boats'",
        "PIN 4417",
        "the log-in code: abcdef",
        "Backup codes = 1234 5678",
        "It is Sunny!day7, as ever",
        "Facebook2026",
        "xK9mPq2vL",
        "p@ssword1",
    ],
)
def test_a_password_is_spotted(text):
    assert looks_like_a_password(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The password is in the safe, in a sealed envelope.",
        "The password is changed each September.",
        "Passwords are kept by nobody but the holders.",
        "The list on the shared drive, Office/Consents/consent-list-2026.xlsx",
        "https://example.org/Ab12Cd34ef and www.example.org/Zz99Yy88",
        "office.Recovery99@school.example",
        "Year4/5 photographs of Thursday 26 November 2026",
        "HB-1234-ABCD",
        "23.11.2026",
        "Christmas fair on 12 December: come and see the Year 4 play at 14:00.",
    ],
)
def test_ordinary_words_are_not(text):
    assert not looks_like_a_password(text)
