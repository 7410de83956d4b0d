"""Words of the office's pages: roles as people say them, and when a waiting letter goes."""

from types import SimpleNamespace

import pytest

from bot.store.schema import LETTERS
from bot.web import officewords


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("dsl", "DSL"),
        ("deputy-dsl", "deputy DSL"),
        ("it", "IT"),
        ("it-lead", "IT lead"),
        ("pta-chair", "PTA chair"),
        ("senco", "SENCO"),
        ("midday-supervisor", "midday supervisor"),
        ("site-manager", "site manager"),
    ],
)
def test_a_role_is_said_as_people_say_it(key, said):
    assert officewords.role(key) == said


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("sign-in", "It goes out within minutes, at any hour."),
        ("receipt", "It goes out within minutes, at any hour."),
        ("acknowledge", "It goes out in the school’s hours."),
    ],
)
def test_a_waiting_letter_says_when_it_goes(kind, says):
    posted = SimpleNamespace(kind=kind, state="waiting", last_reason=None, attempts=0)
    assert officewords.why(SimpleNamespace(posted=posted)) == says


@pytest.mark.parametrize(
    ("titles", "says"),
    [
        ((), "A message"),
        (("A", "B", "C"), "A; B; C"),
        (("A", "B", "C", "D", "E"), "A; B; and 3 more"),
    ],
)
def test_a_letter_about_many_things_names_two_and_counts_the_rest(titles, says):
    one = SimpleNamespace(about=titles, posted=SimpleNamespace(kind="none of ours"))
    assert officewords.about(one) == says


def test_each_sort_of_letter_that_is_listed_says_what_it_is_about():
    assert officewords.LETTERS.keys() == set(LETTERS) - {"access", "case"}
