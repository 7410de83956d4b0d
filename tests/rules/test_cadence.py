"""Cadences and ladders in the words a school office writes."""

import json
from dataclasses import replace
from datetime import date

import pytest

from bot.rules.audience import parse as audience
from bot.rules.cadence import (
    CADENCES,
    Always,
    BeforeMeeting,
    Cadence,
    EachMonth,
    EachTerm,
    EveryMonths,
    OnEvent,
    OnJoining,
    OnNewVersion,
    Span,
    WeeklyInTerm,
    from_json,
    parse,
)
from bot.rules.duties import Duty, State
from bot.rules.obligations import Kind, Obligation
from bot.rules.reminder_ladder import ASK, LADDERS, Ladder, Step

WRITTEN = [
    ("on joining within 10 school days", OnJoining(Span(10))),
    ("on joining within 1 school day", OnJoining(Span(1))),
    ("every 12 months", EveryMonths(12)),
    ("every month", EveryMonths(1)),
    ("each September", EachMonth(9)),
    ("each January", EachMonth(1)),
    ("on every new version within 10 school days", OnNewVersion(Span(10))),
    ("on every new version within 30 days", OnNewVersion(Span(30, "days"))),
    ("each term", EachTerm()),
    ("weekly in term on Friday", WeeklyInTerm(4)),
    ("weekly in term on Monday", WeeklyInTerm(0)),
    ("on event trip-returned within 1 working day", OnEvent("trip-returned", Span(1, "working days"))),
    ("on event breach within 72 hours", OnEvent("breach", Span(72, "hours"))),
    ("on event lost within 1 working day live", OnEvent("lost", Span(1, "working days"), live=True)),
    ("before each meeting of board", BeforeMeeting("board")),
    ("always", Always()),
]


@pytest.mark.parametrize(("words", "cadence"), WRITTEN)
def test_a_cadence_is_read_and_written_in_the_same_words(words, cadence):
    assert parse(words) == cadence
    assert str(cadence) == words


@pytest.mark.parametrize(("words", "cadence"), WRITTEN)
def test_a_cadence_is_kept_as_json_and_read_back(words, cadence):
    kept = json.loads(json.dumps(cadence.to_json()))
    assert kept["rule"] == cadence.stored, words
    assert from_json(kept) == cadence


def test_every_cadence_is_tried_here_and_its_example_can_be_read():
    assert {type(cadence) for _, cadence in WRITTEN} == set(CADENCES.values())
    for kind in CADENCES.values():
        example = kind.example.replace("BODY", "board").replace("NAME", "trip-returned")
        assert type(parse(example)) is kind


def test_the_names_in_databases_do_not_change():
    assert set(CADENCES) == {
        "on joining", "every months", "each month", "on new version", "each term",
        "before meeting", "weekly in term", "on event", "always",
    }  # fmt: skip


def test_a_cadence_that_lacks_a_word_is_an_error_where_it_is_defined():
    with pytest.raises(TypeError, match="the cadence Fortnightly has no example"):
        type("Fortnightly", (Cadence,), {"stored": "fortnightly", "form": "fortnightly"})


def test_two_cadences_are_never_stored_under_one_name():
    words = {"stored": "always", "form": "ever", "example": "ever", "by_calendar": False, "__str__": repr}
    with pytest.raises(TypeError, match="two cadences are stored as 'always'"):
        type("Ever", (Cadence,), words)
    assert CADENCES["always"] is Always


def test_a_page_names_an_event_and_a_meeting_in_its_own_words():
    assert OnEvent("trip-returned", Span(1, "days")).in_words == "within 1 day of “trip returned”"
    assert BeforeMeeting("board").in_words == "before each meeting"
    assert EachTerm().in_words == "each term"


@pytest.mark.parametrize(
    ("words", "cadence"),
    [
        ("On joining", OnJoining(Span(10))),
        ("on every new version", OnNewVersion(Span(10))),
        ("  EACH   september ", EachMonth(9)),
        ("weekly in term", WeeklyInTerm(4)),
        ("weekly in term on tuesday", WeeklyInTerm(1)),
        ("every 1 months", EveryMonths(1)),
        ("on event holder-left", OnEvent("holder-left", Span(10))),
        ("on joining within 2 Working Days", OnJoining(Span(2, "working days"))),
    ],
)
def test_a_cadence_may_be_shorter_or_in_capitals(words, cadence):
    assert parse(words) == cadence


@pytest.mark.parametrize(
    "words",
    [
        "",
        "regularly",
        "every 0 months",
        "every 12 month",
        "each Septober",
        "weekly in term on Saturday",
        "on joining within 0 school days",
        "on joining within ten days",
        "on event within 3 days",
        "on event Trip Returned",
        "each term and always",
    ],
)
def test_other_words_are_refused_with_those_that_are_right(words):
    with pytest.raises(ValueError, match="is not a time Handbell knows; use one of: on joining") as refused:
        parse(words)
    assert f'"{words}"' in str(refused.value)


@pytest.mark.parametrize("name", LADDERS)
def test_every_ladder_begins_with_the_person_and_ends_with_a_human(name):
    steps = LADDERS[name].steps
    assert steps[0].to == "person"
    assert steps[-1].to in {"manager", "head"}
    assert [step for step in steps if step.to != "person"] == [steps[-1]]
    assert len({step.name for step in steps}) == len(steps)


def test_a_duty_climbs_its_own_ladder_where_it_has_one():
    rule = Obligation("it", "larkfield", Kind.CHECK, "It", audience("staff"), (), ASK)
    duty = Duty(rule, "jo", "first", date(2026, 9, 1), None, State.DUE, "")
    once = Ladder((Step("ask", "opens"),))
    assert duty.steps == ASK.steps
    assert replace(duty, ladder=once).steps == once.steps
