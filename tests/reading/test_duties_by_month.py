"""A month or a term that a duty names is kept: "annually, in May" is no bare twelve months."""

import pytest

from bot.reading.duties.service import find_clauses
from bot.reading.duties.timing import timings
from bot.reading.facts import Header, Text


def when(words):
    return " or ".join(one.cadence for one in timings(words) if one.cadence)


@pytest.mark.parametrize(
    ("cadence", "sentence"),
    [
        ("each September", "All staff sign the acceptable use agreement annually, in September."),
        ("each September", "All staff sign the acceptable use agreement each September."),
        ("each September", "All staff sign the acceptable use agreement every year in September."),
        ("each September", "Staff complete online safety training in September every year."),
        ("each September", "The agreement is signed again at the start of the autumn term."),
        ("each September", "Consent forms are renewed at the beginning of each autumn term."),
        ("each September", "At the start of each academic year staff sign the agreement."),
        ("each January", "It is expected that training is given to all staff each year in January."),
        ("each January", "Every year, at the start of the spring term, staff repeat the training."),
        ("each March", "Staff training takes place every March."),
        (
            "each April",
            "The headteacher checks the list of accounts at the start of the summer term each year.",
        ),
        ("each May", "The filter is reviewed annually by the governors each May."),
        ("each June", "The filter is reviewed annually (June)."),
        ("each June", "Staff are reminded that consent forms are renewed yearly, by the end of June."),
        ("each July", "The headteacher checks the list of accounts at the end of the summer term."),
        ("each July", "The class cameras are checked once a year in the summer term."),
        ("each October", "By 31 October each year the office checks the consent list."),
        ("each December", "Consent forms are renewed annually in the autumn term."),
        ("each September", "This policy is reviewed by the governing body annually, every September."),
    ],
)
def test_a_month_or_term_that_is_named_is_kept(cadence, sentence):
    assert when(sentence) == cadence


@pytest.mark.parametrize(
    ("cadence", "sentence"),
    [
        ("each January or each June", "Training for all staff takes place every January and every June."),
        ("every 24 months", "Staff sign the agreement every other September."),
        (
            "each September or weekly in term",
            "Each September and then every week the office checks the consent list.",
        ),
    ],
)
def test_what_is_done_oftener_or_more_rarely_than_in_one_month_is_not_yearly(cadence, sentence):
    assert when(sentence) == cadence


@pytest.mark.parametrize(
    "sentence",
    [
        "The policy was reviewed in September 2026 and is reviewed every year.",
        "The office checks the consent list yearly; this was last done in March 2026.",
        "Staff training takes place annually and may be repeated in May.",
        "Staff training takes place annually, and was last held in March.",
        "The filter is reviewed annually. In June we hold a fair.",
        "The office checks the consent list every year by 1 September.",
        "Staff training takes place annually. Staff march in July.",
        "New pages are opened in May, and the list of accounts is checked every year.",
    ],
)
def test_a_month_of_something_else_or_of_one_year_is_not(sentence):
    assert when(sentence) == "every 12 months"


def test_a_cell_that_names_a_month_is_when_its_row_is_done_every_year():
    words = "What\tWho\tWhen\n"
    words += "Consent forms checked\tOffice\tStart of the autumn term\n"
    words += "Device register checked\tBursar\tAnnually in July\n"
    words += "Online safety assembly\tComputing lead\tFebruary (Safer Internet Day)\n"
    found = find_clauses(Text("policy.txt", "text/plain", tuple(words.split("\n")), "", ""), Header())
    assert [one.cadence for one in found] == [("each September",), ("each July",), ("each February",)]
