"""Which names may be one person's, and which are plainly two people's."""

import pytest

from bot.rules.names import in_full, is_named, may_be


@pytest.mark.parametrize(
    ("one", "other", "named", "may"),
    [
        ("Ann Old", "ann  OLD", True, True),
        ("Ann Old", "Old, Ann", True, True),
        ("Mrs Ann Old", "Ann B. Old", True, True),
        ("A Old", "Ann Old", True, True),
        ("Ann Old", "Ann Shah", False, True),
        ("Ann Old", "Bob Old", False, True),
        ("Ann Old", "Nina Stone", False, False),
        ("Mrs Old", "Mrs Stone", False, False),
        ("Ann de Souza", "Eva de Lima", False, False),
        ("Al", "Al Newname", False, True),
        ("", "Ann Old", False, False),
    ],
)
def test_two_names(one, other, named, may):
    assert (is_named(one, other), is_named(other, one)) == (named, named)
    assert (may_be(one, other), may_be(other, one)) == (may, may)


def test_a_name_in_full_is_its_words_in_any_order():
    assert in_full("Old, Ann") == in_full("Ms ann old")
    assert in_full("Ann Old") != in_full("A Old")
