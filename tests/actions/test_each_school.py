"""A vendor that is away for one school keeps no other waiting, and is not passed over in silence."""

import pytest

from bot.actions.each_school import each
from bot.errors import BadInput, TryAgain


def test_every_school_has_its_turn_and_its_answer():
    assert each({"green": 1, "oak": 2}, lambda key, end: f"{key} {end}") == {
        "green": "green 1",
        "oak": "oak 2",
    }


def test_a_failure_stops_no_other_and_the_first_is_told():
    had = []

    def act(key, error):
        had.append(key)
        if error is not None:
            raise error

    with pytest.raises(TryAgain, match="Google is away"):
        each({"green": TryAgain("Google is away"), "oak": None, "elm": BadInput([])}, act)
    assert had == ["green", "oak", "elm"]


def test_a_defect_is_nothing_to_go_on_after():
    with pytest.raises(ZeroDivisionError):
        each({"green": 0, "oak": 1}, lambda _key, end: 1 / end)
