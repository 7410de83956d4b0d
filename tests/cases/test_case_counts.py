"""Numbers of a year's cases: no small one is told, and none can be worked out from two numbers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cases.model import Case, CaseOutcome, CaseState, of_year, suppressed_count

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CASE = Case("26-001", "larkfield", "visitor", CaseState.RECEIVED, AT, AT)
CLOSED = replace(CASE, state=CaseState.CLOSED, outcome=CaseOutcome.UPHELD)


@pytest.mark.parametrize(
    ("number", "part", "said"),
    [
        (0, 0, "fewer than 5"),
        (4, 4, "fewer than 5"),
        (5, 0, "5"),
        (9, 4, "9"),
        # Beside 6 of this term, 9 of the year would tell that three came before.
        (9, 6, "5 or more"),
        (6, 6, "5 or more"),
        (11, 6, "11"),
    ],
)
def test_no_small_number_is_told_and_none_can_be_worked_out(number, part, said):
    assert suppressed_count(number, part) == said


def test_a_year_is_counted_by_kind_and_the_closed_by_how_they_ended():
    year = of_year([CLOSED] * 5 + [CASE] * 2, [], "")
    assert dict(year.kinds)["A visitor's phone or conduct"] == "7"
    assert dict(year.kinds)["Something else"] == "fewer than 5"
    assert dict(year.outcomes) == {one.value: "fewer than 5" for one in CaseOutcome} | {"upheld": "5"}


def test_what_is_told_of_the_term_is_minded_and_cases_about_the_reader_are_not_there():
    about = replace(CASE, named=frozenset({"gc"}))
    year = of_year([CASE] * 7 + [about] * 5, [CASE] * 6 + [about], "gc")
    assert dict(year.kinds)["A visitor's phone or conduct"] == "5 or more"
