"""Sentences with several clauses, habits by any verb, and forms that only look like duties."""

import pytest

from bot.reading.duties.service import find_clauses
from bot.reading.facts import Header, Text


def clauses(words):
    return find_clauses(Text("policy.md", "text/markdown", tuple(words.split("\n")), "", ""), Header())


def test_each_clause_of_a_sentence_has_its_own_doer_and_time():
    words = "The baker will weigh the flour every month and the manager will audit the scales twice a year."
    assert [(one.who, one.cadence) for one in clauses(words.replace("baker", "cook"))] == [
        ("The cook", ("every month",)),
        ("the manager", ("every 6 months",)),
    ]


def test_who_answers_may_stand_in_a_relative_clause():
    found = clauses("Write to the club secretary, who will answer within 4 days.")
    assert ("the club secretary", ("on event event within 4 days",)) in [
        (one.who, one.cadence) for one in found
    ]


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("The warden of the hall oils the hinges each week.", "The warden of the hall"),
        ("Everyone present signs the book at each meeting.", "Everyone present"),
        ("We require all coaches to return the keys weekly.", "all coaches"),
        ("Staff will, however, ring the office within 2 hours.", "Staff"),
        ("The AGM will elect an auditor each year.", "The AGM"),
    ],
)
def test_a_doer_is_found_before_any_verb(sentence, who):
    (found,) = clauses(sentence)
    assert found.who == who


@pytest.mark.parametrize(
    "sentence",
    [
        "Most quarrels should be settled at once.",
        "We will do so if we must.",
        "The lamps that must be lit are blue.",
        "Club rules state that:\n\n- A goalkeeper must wear gloves\n",
    ],
)
def test_what_only_looks_like_a_duty_is_none(sentence):
    assert clauses(sentence) == ()


def test_an_opening_line_is_a_duty_where_its_items_are_none():
    (of_things,) = clauses("Meals must be recorded by the cook, with:\n\n- the menu\n- the price\n")
    assert of_things.who == "the cook"
    of_deeds = clauses("The cook must do the following:\n\n- wash the pans daily\n- lock the larder daily\n")
    assert [one.what for one in of_deeds] == ["Wash the pans", "Lock the larder"]
