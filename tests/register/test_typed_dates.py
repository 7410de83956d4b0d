"""Days and terms as people write them; what is not understood stays as it was typed."""

import pytest

from bot.register.typed_dates import days_as_written, term_as_written


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("3 December 2026", "2026-12-03"),
        ("Thursday 3rd Dec 2026 and 11/3/27", "2026-12-03, 2027-03-11"),
        ("[2026-12-03, 2027-03-11]", "2026-12-03, 2027-03-11"),
        ("3 December", "3 December"),
        ("3 December 2026 or so", "3 December 2026 or so"),
        ("December 2026", "December 2026"),
        ("", ""),
    ],
)
def test_days_are_read_as_people_write_them(typed, days):
    assert days_as_written(typed) == days


@pytest.mark.parametrize(
    ("line", "term"),
    [
        ("Autumn 1, 2026-09-02, 2026-10-22", ("Autumn 1", "2026-09-02", "2026-10-22")),
        ("Term 3: Monday 4 January 2027 to 12/2/2027", ("Term 3", "2027-01-04", "2027-02-12")),
        ("2 September 2026 - 22 October 2026", ("Term", "2026-09-02", "2026-10-22")),
        ("Spring 2, 22 February 2027 to 26 March 2027", ("Spring 2", "2027-02-22", "2027-03-26")),
        ("Summer 1, 12 April 2027 to 28 May 2027", ("Summer 1", "2027-04-12", "2027-05-28")),
        ("Term 4, Monday 22 February 2027 - 26 March 2027", ("Term 4", "2027-02-22", "2027-03-26")),
        ("Autumn 1 from 2 September 2026", None),
        ("Autumn", None),
    ],
)
def test_a_term_is_a_name_and_two_days(line, term):
    assert term_as_written(line) == term
