"""When: every rhythm and deadline a sentence prints, in its own words and normalised, and no other."""

import pytest

from bot.reading.duties.timing import nearest, timings
from bot.rules import cadence as rule_cadence


def cadences(words, event=""):
    return [one.cadence for one in timings(words, event) if one.cadence]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The rota is reviewed annually by the committee.", ["every 12 months"]),
        ("Courses are refreshed at least once every three years.", ["every 36 months"]),
        ("Alarms are tested every other year.", ["every 24 months"]),
        ("Gates are checked twice a year.", ["every 6 months"]),
        ("Reports are made three times a year.", ["each term"]),
        ("Drills are held every half-term.", ["each half-term"]),
        ("Drills are held half termly.", ["each half-term"]),
        ("The pump is inspected quarterly.", ["every 3 months"]),
        ("The freezer is defrosted fortnightly.", ["every 2 weeks"]),
        ("Bells are rung every Monday.", ["weekly in term on Monday"]),
        ("Floors are swept daily.", ["each school day"]),
        ("Toys are washed at the end of each session.", ["each school day"]),
        ("The roll is called twice a day.", ["2 times each day"]),
        ("Accounts are drawn up at the end of each financial year.", ["every 12 months"]),
        ("The list is renewed at the start of each academic year.", ["each September"]),
        ("The ladder is checked weekly and the roof monthly.", ["weekly in term", "every month"]),
        ("The clerk reports at each meeting of the board.", ["before each meeting of board"]),
        ("The list goes to each meeting of the board.", ["before each meeting of board"]),
        ("The boat is hauled out on a three-year cycle.", ["every 36 months"]),
        ("The hull is scraped every 4-6 weeks.", ["every 6 weeks"]),
        ("The sails are aired on alternate weeks.", ["every 2 weeks"]),
        ("The ropes are counted twice-yearly.", ["every 6 months"]),
        ("A drill is held once each half-year.", ["every 6 months"]),
        ("Returns are made no later than 31 January each year.", ["each January"]),
    ],
)
def test_a_rhythm_is_read(sentence, expected):
    assert cadences(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Letters are answered within 28 days of the complaint.", ["on event complaint within 28 days"]),
        ("A reply follows within five working days.", ["on event spill within 5 working days"]),
        ("A reply follows within two weeks.", ["on event spill within 14 days"]),
        ("A reply follows within twenty-one days.", ["on event spill within 21 days"]),
        ("A reply follows within 5 to 10 school days.", ["on event spill within 10 school days"]),
        ("A reply follows within one (1) calendar month.", ["on event spill within 1 month"]),
        ("A reply follows within half a term.", []),
        ("Badges are cancelled within the hour.", ["on event spill within 1 hour"]),
        ("It is written down on the day it happens.", ["on event spill within the same day"]),
        ("The form is back the same morning.", ["on event spill within the same day"]),
        ("The trip is entered at least four weeks in advance.", ["28 days before spill"]),
        ("Papers go out no fewer than five days beforehand.", ["5 days before spill"]),
        ("The log is read whenever a mast breaks.", ["on event mast-breaks"]),
        ("The form is back no later than 48 hrs after the visit.", ["on event visit within 48 hours"]),
        ("At least two weeks before the trip the leader writes.", ["14 days before trip"]),
        ("Papers go out not less than seven clear days before the meeting.", ["7 days before meeting"]),
        ("Families are told on the same day.", ["on event spill within the same day"]),
        ("Families are told by the end of the week.", ["on event spill within the same week"]),
        ("Families are told by the next working day.", ["on event spill within 1 working day"]),
        ("New starters are shown the exits during their induction.", ["on joining"]),
        (
            "Receipt is acknowledged within three working days and the matter closed within 20 days.",
            ["on event spill within 3 working days", "on event spill within 20 days"],
        ),
        ("Records are kept for a minimum of three years.", ["always"]),
    ],
)
def test_a_deadline_is_read_and_several_stay_several(sentence, expected):
    assert cadences(sentence, "If there is a spill") == expected


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The caretaker is told immediately.", "immediately"),
        ("Spills are mopped promptly.", "promptly"),
        ("Families are told as soon as possible.", "as soon as possible"),
        ("The door is mended without delay.", "without delay"),
        ("The kit is checked regularly.", "regularly"),
        ("The gate is locked no later than 10.15pm.", "no later than 10.15pm"),
        ("The log is read by noon.", "by noon"),
        ("The nurse counts the pens morning and night.", "morning and night"),
        ("The tutor meets them in weeks 1, 4 and 8.", "in weeks 1, 4 and 8"),
        ("The starter meets the cook on their first day.", "on their first day"),
        ("The treasurer reports at the spring meeting.", "at the spring meeting"),
        (
            "The plan is looked at, at two weeks and again at six weeks.",
            "at two weeks and again at six weeks",
        ),
        ("The warden counts heads on leaving the hall.", "on leaving the hall"),
    ],
)
def test_what_has_no_number_is_given_none(sentence, words):
    (found,) = timings(sentence)
    assert (found.words, found.cadence) == (words, None)


def test_a_time_of_day_stays_beside_a_rhythm_and_a_vague_word_does_not():
    told = timings("The opener walks the exits every Monday before 7.30am.")
    assert [one.words for one in told] == ["every Monday", "before 7.30am"]
    told = timings("Leaders look at it regularly, and at least once a term.")
    assert [one.cadence for one in told] == ["each term"]


@pytest.mark.parametrize(
    "sentence",
    [
        "It fell in the last 6 months.",
        "Staff may take annual leave in the summer.",
        "Children of three years play here.",
        "The garden is open.",
    ],
)
def test_no_timing_is_read_where_none_is_printed(sentence):
    assert timings(sentence) == ()


@pytest.mark.parametrize(
    "words",
    [
        "each school day",
        "every 2 weeks",
        "each half-term",
        "2 times each day",
        "every 6 weeks",
        "on event spill within 1 month",
        "on event spill within 30 minutes",
        "on event spill within the same day",
        "on event spill within the same week",
    ],
)
def test_what_the_register_cannot_write_has_a_nearest_form_that_it_can(words):
    with pytest.raises(ValueError, match="is not a time Handbell knows"):
        rule_cadence.parse(words)
    assert rule_cadence.parse(nearest(words))
