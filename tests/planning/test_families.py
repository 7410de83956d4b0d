"""Which settings are planned together: those that share people, directly or through others."""

import pytest

from bot.planning.service import families


@pytest.mark.parametrize(
    ("belongs", "firsts"),
    [
        ([], "abcd"),
        ([("kit", "a"), ("kit", "b")], "aacd"),
        ([("kit", "b"), ("kit", "a")], "aacd"),
        ([("kit", "a"), ("kit", "b"), ("sam", "c"), ("sam", "d")], "aacc"),
        # Two who share nobody between them, but each shares somebody with the third.
        ([("kit", "d"), ("kit", "b"), ("sam", "d"), ("sam", "c")], "abbb"),
        ([("kit", "c"), ("kit", "d"), ("sam", "a"), ("sam", "b"), ("jo", "d"), ("jo", "b")], "aaaa"),
        ([("kit", "a"), ("kit", "closed long ago")], "abcd"),
    ],
)
def test_settings_that_share_people_are_one_family(belongs, firsts):
    assert families("dcba", belongs) == dict(zip("abcd", firsts, strict=True))
