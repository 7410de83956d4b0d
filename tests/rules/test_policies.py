"""Dates as exact as they are printed, and when a review is due."""

from datetime import date

import pytest

from bot.rules.policies import PartialDate, Version, add_months, review_due, that_count


def on(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-09-25", "2024-09-25", "2024-09-25"),
        ("2024-09", "2024-09-01", "2024-09-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-spring", "2024-01-01", "2024-04-30"),
        ("2024-summer", "2024-04-01", "2024-07-31"),
        ("2024-autumn", "2024-09-01", "2024-12-31"),
    ],
)
def test_a_date_is_as_wide_as_it_was_printed(text, first, last):
    parsed = PartialDate.parse(text)
    assert (parsed.text, parsed.first, parsed.last) == (text, on(first), on(last))
    assert parsed.exact is (first == last)


@pytest.mark.parametrize("text", ["", "25/09/2024", "2024-9", "2024-winter", "24", "2024-13", "2023-02-29"])
def test_what_is_not_a_date_is_refused(text):
    with pytest.raises(ValueError, match=r"is not a date|month must be|day is out of range"):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-09-25", 12, "2025-09-25"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-02-28", 12, "2024-02-29"),  # the end of a month stays the end of a month
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-08-30", 6, "2025-02-28"),
        ("2024-11-15", 2, "2025-01-15"),
        ("2024-12-01", 24, "2026-12-01"),
        ("2024-12-31", 12, "2025-12-31"),
    ],
)
def test_months_are_counted_as_people_count_them(start, months, end):
    assert add_months(on(start), months) == on(end)


@pytest.mark.parametrize(
    ("printed", "acts", "months", "due", "computed", "disagree"),
    [
        (None, (), None, None, None, False),
        (None, ("2024-09",), None, None, None, False),  # an act without a cycle states nothing
        (None, (), 12, None, None, False),
        ("2026-09", (), None, "2026-09-30", None, False),
        (None, ("2024-09-25",), 12, "2025-09-25", "2025-09-25", False),
        (None, ("2024-09-25", "2024-11"), 12, "2025-11-30", "2025-11-30", False),  # the latest act counts
        ("2027-09-25", ("2024-09-25",), 12, "2025-09-25", "2025-09-25", True),  # the earlier one counts
        ("2025-01-31", ("2024-09-25",), 12, "2025-01-31", "2025-09-25", True),
        ("2025-09-25", ("2024-09-25",), 12, "2025-09-25", "2025-09-25", False),
        (None, ("2024-spring",), 12, "2025-04-30", "2025-04-30", False),
        ("2026-autumn", ("2024-12",), 24, "2026-12-31", "2026-12-31", False),
    ],
)
def test_a_review_is_due_at_the_earlier_of_the_printed_and_the_counted_day(
    printed, acts, months, due, computed, disagree
):
    found = review_due(
        printed=PartialDate.parse(printed) if printed else None,
        acts=tuple(map(PartialDate.parse, acts)),
        cycle_months=months,
    )
    if due is None:
        assert found is None
        return
    assert found.due_on == on(due)
    assert found.printed_on == (PartialDate.parse(printed).last if printed else None)
    assert found.computed_on == (on(computed) if computed else None)
    assert found.disagree is disagree


@pytest.mark.parametrize(
    ("printed", "act", "contradicts"),
    [
        ("2025-09", "2024-09-25", False),  # the 25th is one of the days it prints
        ("2025-09", "2024-09", False),
        ("2025-autumn", "2024-12-01", False),
        ("2025", "2024-03-07", False),
        ("2025-09-25", "2024-09-25", False),
        ("2025-09-26", "2024-09-25", True),
        ("2025-10", "2024-09-25", True),
        ("2025-08", "2024-09-25", True),
    ],
)
def test_a_printed_month_contradicts_no_day_within_it(printed, act, contradicts):
    found = review_due(printed=PartialDate.parse(printed), acts=(PartialDate.parse(act),), cycle_months=12)
    assert found.contradicts is contradicts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024-09-05", "5 September 2024"),
        ("2024-09", "September 2024"),
        ("2024", "2024"),
        ("2024-autumn", "autumn 2024"),
    ],
)
def test_a_date_is_said_no_more_exactly_than_it_was_printed(text, words):
    assert PartialDate.parse(text).words == words


@pytest.mark.parametrize(
    ("kinds", "count"),
    [("", ""), ("m", "1"), ("M", "1"), ("Mm", "12"), ("MmM", "3"), ("MMm", "23"), ("mmM", "3"), ("mm", "12")],
)
def test_what_counts_as_signed_is_the_newest_that_had_to_be_and_the_minor_ones_since(kinds, count):
    versions = tuple(Version(f"{at}", f"{at}" * 64, minor=kind == "m") for at, kind in enumerate(kinds, 1))
    assert "".join(one.number for one in that_count(versions)) == count
