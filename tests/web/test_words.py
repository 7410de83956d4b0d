"""Dates and numbers as people say them."""

from datetime import UTC, date, datetime

import pytest

from bot.core.dates import full_date, local_instant, short_date
from bot.core.text import capitalise, count, join_words


def test_a_date_is_said_in_full_with_its_weekday():
    assert full_date(date(2026, 12, 4)) == "Friday 4 December 2026"
    assert short_date(date(2026, 12, 4), date(2026, 11, 23)) == "Fri 4 Dec"
    assert short_date(date(2027, 1, 8), date(2026, 11, 23)) == "Fri 8 Jan 2027"


def test_an_instant_is_said_on_the_settings_own_clock():
    assert local_instant(datetime(2026, 7, 1, 7, 10, tzinfo=UTC)) == "Wednesday 1 July 2026 at 08:10"
    assert local_instant(datetime(2026, 12, 1, 7, 10, tzinfo=UTC)) == "Tuesday 1 December 2026 at 07:10"


@pytest.mark.parametrize(("number", "said"), [(0, "0 people"), (1, "1 person"), (1200, "1,200 people")])
def test_a_count_agrees_with_its_word(number, said):
    assert count(number, "person", "people") == said


def test_a_sentence_begins_with_a_capital_and_keeps_its_others():
    assert capitalise("by Friday 4 December") == "By Friday 4 December"


def test_a_plural_is_an_s_unless_told_otherwise():
    assert count(2, "minute") == "2 minutes"


@pytest.mark.parametrize(("given", "said"), [([], ""), (["a"], "a"), (["a", "b", "c"], "a, b and c")])
def test_things_are_joined_as_a_sentence_does(given, said):
    assert join_words(given) == said
