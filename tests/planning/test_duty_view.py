"""What is signed, word for word, and whose name it is."""

import pytest

from bot.planning.duty_view import reading_minutes, statement
from bot.rules.audience import parse
from bot.rules.names import same_name
from bot.rules.obligations import Kind, Obligation
from bot.rules.policies import Policy
from bot.rules.reminder_ladder import ASK

POLICY = Policy("phones", "larkfield", "Mobile phone policy")
VERSION = "3"


def asked(kind, **given):
    return Obligation("it", "larkfield", kind, "Phones on site", parse("staff"), (), ASK, **given)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Priya Shah", "Priya Shah"),
        ("  priya   SHAH ", "Priya Shah"),
        ("Mrs. Priya Shah", "Priya Shah"),
        ("Priya Shah", "Mrs Priya Anjali Shah"),
        ("Priya A Shah", "Priya A. Shah"),
        ("Zoe O'Neill", "Zoë O’Neill"),
        ("Zoë ONeill", "Zoe O'Neill"),
        ("Shah, Priya", "Priya Shah"),
        ("Priya Shah", "Shah, Priya"),
        ("Priya Shah", "P Shah"),
        ("Anne Marie Lloyd Jones", "Anne-Marie Lloyd-Jones"),
        ("Łucja", "łucja"),
        ("张伟", "张伟"),
        ("Dr", "Dr"),
    ],
)
def test_a_name_is_the_same_however_it_is_typed(typed, known):
    assert same_name(typed, known)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("", "Priya Shah"),
        ("   ", "Priya Shah"),
        ("test", "Priya Shah"),
        ("Shah", "Priya Shah"),
        ("Priya", "Priya Shah"),
        ("Priya Sharma", "Priya Shah"),
        ("Jo Shah", "Priya Shah"),
        ("P Shah", "Priya Shah"),
        ("Priya Test Shah", "Priya Shah"),
        ("Priya Shah", ""),
        ("...", "..."),
        ("Mrs", "Mrs Shah"),
    ],
)
def test_another_name_is_not(typed, known):
    assert not same_name(typed, known)


@pytest.mark.parametrize(
    ("obligation", "policy", "version", "said"),
    [
        (
            asked(Kind.ACKNOWLEDGE),
            POLICY,
            VERSION,
            "I have read “Mobile phone policy”, version 3, and I will follow it.",
        ),
        (asked(Kind.ACKNOWLEDGE), None, None, "I have read “Phones on site”, and I will follow it."),
        (asked(Kind.ACKNOWLEDGE, statement="I have read it."), POLICY, VERSION, "I have read it."),
        (asked(Kind.TRAIN), None, None, "I have done this training: Phones on site."),
        (asked(Kind.SIGN), None, None, "I agree to this and I will keep to it: Phones on site."),
        (asked(Kind.CHECK), None, None, "This has been done: Phones on site."),
    ],
)
def test_the_statement_says_exactly_what_is_recorded(obligation, policy, version, said):
    assert statement(obligation, policy, version) == said


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (220, 1), (330, 2), (2200, 10)])
def test_a_text_takes_a_minute_for_about_220_words_and_never_none(words, minutes):
    assert reading_minutes("word " * words) == minutes
