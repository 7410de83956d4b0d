"""A vendor that is away for one school keeps no other waiting, and is not passed over in silence."""

import pytest

from bot.actions.each_school import each
from bot.errors import BadInput, StoreAway, TryAgain


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


def test_a_defect_of_ours_stops_no_other_and_is_told_before_a_vendors(caplog):
    had = []

    def act(key, end):
        had.append(key)
        if key == "green":
            raise TryAgain("Google is away")
        return 1 / end

    with pytest.raises(ZeroDivisionError):
        each({"green": 0, "oak": 0, "elm": 1}, act)
    assert had == ["green", "oak", "elm"]
    assert "oak failed with ZeroDivisionError" in caplog.text


def test_without_the_database_nobody_else_is_tried():
    had = []

    def act(key, _end):
        had.append(key)
        raise StoreAway("held")

    with pytest.raises(StoreAway):
        each({"green": 0, "oak": 0}, act)
    assert had == ["green"]
