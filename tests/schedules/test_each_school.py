"""A vendor that is away for one school keeps no other waiting, and is not passed over in silence."""

import pytest

from bot.core.errors import BadInput, DatabaseUnavailable, TryAgain
from bot.database.job_runs import each, failed_for


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


def test_without_the_database_no_one_else_is_tried():
    had = []

    def act(key, _end):
        had.append(key)
        raise DatabaseUnavailable("held")

    with pytest.raises(DatabaseUnavailable):
        each({"green": 0, "oak": 0}, act)
    assert had == ["green"]


def test_a_failure_says_for_whom_it_was():
    def act(_key, end):
        return 1 / end

    with pytest.raises(ZeroDivisionError) as failed:
        each({"green": 0, "oak": 1, "elm": 0}, act)
    assert failed_for(failed.value) == ("green", "elm")
    assert failed_for(ZeroDivisionError()) == ()


def test_a_failure_that_says_more_closely_for_whom_it_was_is_believed():
    """What two rounds did for each school, one after another, failed for schools and not for rounds."""

    def act(_key, ends):
        return each(ends, lambda _, end: 1 / end)

    rounds = {"open": {"green": 0, "oak": 1}, "closed": {"elm": 0, "green": 0}, "well": {"fir": 1}}
    with pytest.raises(ZeroDivisionError) as failed:
        each(rounds, act)
    assert failed_for(failed.value) == ("green", "elm")
