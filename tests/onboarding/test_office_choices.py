"""Answers as people write them: days, terms and names; what is not understood stays as it was typed."""

import pytest

from bot.onboarding.questions import choices, on_a_page, people_as_written
from bot.register.typed_dates import days_as_written, term_as_written
from bot.rules.people import Person


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


def test_a_name_is_the_address_of_the_one_person_who_has_it():
    people = [
        Person("a", "Anna Lee", "a.lee@x.test"),
        Person("b", "Jo Oak", "j1@x.test"),
        Person("c", "Jo Oak", "j2@x.test"),
        Person("d", "Cay Ash", None),
    ]
    typed = "anna  LEE; Jo Oak\nCay Ash, z@x.test"
    assert people_as_written(typed, people) == "a.lee@x.test, Jo Oak, Cay Ash, z@x.test"


def test_what_stands_there_can_always_be_chosen():
    assert choices("when", "every 7 months", ())[0] == ("every 7 months", "Every 7 months")
    assert choices("approver", "", (("fgb", "Full governing body"),)) == (("fgb", "Full governing body"),)
    assert choices("owner", "jo@x.test", ())[0][0] == "role:head"
    assert choices("name", "x", ()) == ()


@pytest.mark.parametrize(
    ("says", "shown"),
    [
        ("Who keeps it up to date? It names nobody. An e-mail address or role:head.", "It names nobody."),
        ("Which body approves it? The document does not say. A key from bodies.", "does not say."),
        ("How often? The document does not say (L66, L97); this is a proposal.", "is our proposal."),
        ("Which are your INSET days? [2026-09-01, 2026-10-23]", "INSET days?"),
        ("Who is in charge? Give their e-mail address.", "Who is in charge?"),
    ],
)
def test_a_page_asks_without_what_only_a_file_needs(says, shown):
    assert on_a_page(says).endswith(shown)
