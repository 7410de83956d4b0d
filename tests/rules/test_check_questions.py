"""Questions after reading: which answers to look at again."""

import pytest

from bot.rules.evidence import CheckQuestion, unanswered, wrong

ASKED = (CheckQuestion("Where?", ("Here", "There"), 1), CheckQuestion("When?", ("Now", "Then", "Never"), 3))


@pytest.mark.parametrize(
    ("given", "not_chosen", "not_right"),
    [
        ((1, 3), (), ()),
        ((2, 3), (), (1,)),
        ((2, 1), (), (1, 2)),
        ((1,), (2,), (2,)),
        ((), (1, 2), (1, 2)),
        ((0, 3), (1,), (1,)),
        ((3, 4), (1, 2), (1, 2)),
        ((1, 3, 5), (), ()),
    ],
)
def test_what_was_not_chosen_and_what_was_not_right_is_named_by_number(given, not_chosen, not_right):
    assert unanswered(ASKED, given) == not_chosen
    assert wrong(ASKED, given) == not_right


def test_where_nothing_is_asked_nothing_is_wrong():
    assert unanswered((), ()) == wrong((), (1, 2)) == ()
