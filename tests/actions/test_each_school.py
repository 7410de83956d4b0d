"""A vendor that is away for one school keeps no other waiting, and is not passed over in silence."""

import pytest

from bot.actions.each_school import each, failed_for
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


def test_a_failure_says_for_whom_it_was_and_of_many_for_a_few():
    def act(_key, end):
        return 1 / end

    with pytest.raises(ZeroDivisionError) as failed:
        each({"green": 0, "oak": 1, "elm": 0}, act)
    assert failed_for(failed.value) == "green, elm"
    with pytest.raises(ZeroDivisionError) as failed:
        each({f"s{number}": 0 for number in range(9)}, act)
    assert failed_for(failed.value) == "s0, s1, s2, s3, s4 and 4 more"
    assert failed_for(ZeroDivisionError()) == ""
