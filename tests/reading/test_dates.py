"""Dates and cycles as schools write them, and where a document stands: tables without fixtures."""

from datetime import date

import pytest

from bot.reading.facts import DateFact, Header
from bot.reading.header.review_interval import find_cycle, vague_words
from bot.reading.review_state import cycle_in_words, standing
from bot.reading.text.dates import date_alone, find_dates

DATES = {
    "25.09.2024": "2024-09-25",
    "25/9/24": "2024-09-25",
    "03/04/2025": "2025-04-03",  # day first, always
    "11-03-2024": "2024-03-11",
    "11-Mar-2024": "2024-03-11",
    "2024-09-25": "2024-09-25",
    "2024/09/25": "2024-09-25",
    "25th September 2024": "2024-09-25",
    "25 th September, 2024": "2024-09-25",
    "the 3rd of May 2025": "2025-05-03",
    "01th March 2020": "2020-03-01",
    "Tuesday 3rd December 2024": "2024-12-03",
    "November 7, 2024": "2024-11-07",
    "September 2024": "2024-09",
    "Sept 24": "2024-09",
    "Sep. 2024": "2024-09",
    "Nov '25": "2025-11",
    "09/2024": "2024-09",
    "2024-09": "2024-09",
    "Autumn 2025": "2025-autumn",
    "Autumn Term 2025": "2025-autumn",
    "Spring term 2 2026": "2026-spring",
    "Spring 2025/26": "2026-spring",  # the spring of that school year
    "Autumn 2025/26": "2025-autumn",
    "Summer '26": "2026-summer",
    "Lent 2026": "2026-spring",
}
NO_DATES = [
    *("31/02/2024", "31 June 2024", "45/12/2024", "13/13/2024", "0/1/2024"),
    *("01632 960111", "version 2.1.4", "ages 4-11", "section 3.2", "may", "in the autumn", "1/2", "12.5.1.3"),
    *("September", "the May half term", "Mar", "20 pupils", "£12.50"),
]


@pytest.mark.parametrize(("words", "value"), DATES.items())
def test_a_date_is_read_as_exactly_as_it_is_printed(words, value):
    assert [found.value for found in find_dates(f"Reviewed: {words} by governors")] == [value]


@pytest.mark.parametrize("words", NO_DATES)
def test_what_is_not_a_date_is_not_read_as_one(words):
    assert find_dates(words) == []


@pytest.mark.parametrize(
    ("words", "value"),
    [
        *(("2024", "2024"), (" 2024. ", "2024"), ("2025/26", "2025"), ("2025-2026", "2025")),
        *(("academic year 2025-26", "2025"), ("11/27", "2027-11"), ("1900", None), ("13/27", None)),
        *(("2024 and more", None), ("", None)),
    ],
)
def test_a_bare_year_or_short_month_counts_only_when_it_stands_alone(words, value):
    assert date_alone(words) == value


@pytest.mark.parametrize(
    ("words", "months"),
    [
        *(
            ("annually", 12),
            ("every year", 12),
            ("once a year", 12),
            ("on an annual basis", 12),
            ("yearly", 12),
        ),
        *(("every two years", 24), ("2 yearly", 24), ("biennially", 24), ("every other year", 24)),
        *(("every three (3) years", 36), ("three-yearly", 36), ("36 months", 36), ("(years): 3", 36)),
        *(
            ("termly", 4),
            ("every six months", 6),
            ("half-yearly", 6),
            ("quarterly", 3),
            ("each September", 12),
        ),
        *(("4 year cycle", 48), ("monthly", 1)),
        *(
            ("biannually", None),
            ("bi-annual", None),
            ("regularly", None),
            ("as required", None),
            ("99 years", None),
        ),
    ],
)
def test_a_cycle_is_counted_in_months_or_not_at_all(words, months):
    found = find_cycle(f"reviewed {words}")
    assert (found[0] if found else None) == months


@pytest.mark.parametrize(
    "words", ["regularly", "from time to time", "biannually", "as necessary", "in due course"]
)
def test_vague_words_are_known_as_vague(words):
    assert vague_words(f"This policy is reviewed {words}.") == words


def fact(value, basis="review"):
    return DateFact(value, value, 1, basis)


ON = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("header", "state", "due_on"),
    [
        (Header(), "no record", None),
        (Header(last_reviewed=fact("2020-09")), "no record", None),
        (Header(review_cycle_months=12), "no record", None),
        (Header(next_review=fact("2026-11-20")), "overdue", "2026-11-20"),
        (Header(next_review=fact("2026-11-21")), "due soon", "2026-11-21"),
        (Header(next_review=fact("2026-11")), "due soon", "2026-11-30"),
        (Header(next_review=fact("2026-autumn")), "due", "2026-12-31"),
        (Header(next_review=fact("2027")), "due", "2027-12-31"),
        (Header(approved_on=fact("2025-12-03"), review_cycle_months=12), "due soon", "2026-12-03"),
        # The earlier of the two rules counts.
        (
            Header(next_review=fact("2028-01"), approved_on=fact("2024-05-01"), review_cycle_months=24),
            *("overdue", "2026-05-01"),
        ),
        # A date still to come is no act: nothing is counted from it.
        (Header(approved_on=fact("2027-01-10"), review_cycle_months=12), "no record", None),
    ],
)  # fmt: skip
def test_a_document_stands_where_its_own_dates_put_it(header, state, due_on):
    found = standing(header, ON)
    assert (found.state, found.due_on) == (state, due_on)
    assert found.why


def test_both_rules_are_said_when_they_disagree():
    header = Header(
        next_review=fact("2028-01"), approved_on=fact("2024-05-01", "ratified"), review_cycle_months=24
    )
    assert standing(header, ON).why == (
        "every 2 years, counted from the latest act (ratified 1 May 2024), gives 1 May 2026; "
        "the printed next review January 2028 is later"
    )


def test_an_earlier_review_is_said_beside_a_later_approval():
    header = Header(
        last_reviewed=fact("2025-11"), approved_on=fact("2025-12-03", "approved"), review_cycle_months=12
    )
    assert "counted from reviewed November 2025 it would be 30 November 2026" in standing(header, ON).why


@pytest.mark.parametrize(
    ("months", "words"), [(12, "yearly"), (36, "every 3 years"), (1, "every month"), (18, "every 18 months")]
)
def test_a_cycle_is_said_in_words(months, words):
    assert cycle_in_words(months) == words
