"""Words of the office's pages: roles as people say them, and when a waiting letter goes."""

from types import SimpleNamespace

import pytest

from bot.messages.kinds import KINDS
from bot.web import words as web_words


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
    assert web_words.role(key) == said


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("sign-in", "It goes out within minutes, at any hour."),
        ("receipt", "It goes out in the school’s hours."),
        ("acknowledge", "It goes out in the school’s hours."),
    ],
)
def test_a_waiting_letter_says_when_it_goes(kind, says):
    posted = SimpleNamespace(kind=kind, state="waiting", last_reason=None, attempts=0)
    assert web_words.why(SimpleNamespace(posted=posted)) == says


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
    assert web_words.about(one) == says


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if not kind.planned], ids=lambda kind: kind.name
)
def test_what_is_not_planned_has_a_title_unless_it_would_tell_of_a_case(kind):
    posted = SimpleNamespace(kind=kind.name)
    titled = web_words.about(SimpleNamespace(about=(), posted=posted)) != "A message"
    assert titled is (kind.name not in {"access", "case", "reporter"})
