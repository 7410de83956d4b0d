"""Which acts are looked at, the latest, and since when."""

from dataclasses import replace
from datetime import date

import pytest

from bot.planning.evidence_index import EvidenceIndex, answer, discharges, last_done, unanswered_since
from bot.planning.occurrences import Occurrence
from bot.rules.evidence import Evidence, Outcome

OPEN, SHA = date(2026, 9, 1), "a" * 64


def act(day, outcome=Outcome.DONE, person="jo", **more):
    return Evidence("larkfield", "it", person, date(2026, *day), outcome, **more)


TERM = {"counts_from": date(2026, 7, 22), "until": date(2026, 10, 22)}


def cycle(key="2026-09", **more):
    return Occurrence(key, OPEN, date(2026, 9, 30), dated=True, why="", **more)


EARLY, LATE, OTHER = act((9, 3)), act((9, 10), subject="fb"), act((9, 5), person="ben")


def test_acts_are_found_by_person_and_subject_the_newest_last():
    index = EvidenceIndex((LATE, OTHER, EARLY))
    assert index.of_person("larkfield", "it", "jo", "fb") == (EARLY, LATE)
    assert index.of_person("larkfield", "it", "jo", None) == (EARLY,)
    assert index.of_person("larkfield", "it", "cat", None) == ()
    assert index.of_person("elsewhere", "it", "jo", None) == ()
    assert index.of_obligation("larkfield", "it") == (EARLY, OTHER, LATE)
    assert index.of_obligation("larkfield", "other") == ()


def test_what_was_withdrawn_no_longer_counts():
    gone = act((9, 4), Outcome.WITHDRAWN)
    again = act((9, 8))
    assert EvidenceIndex((EARLY, gone)).of_person("larkfield", "it", "jo", None) == ()
    assert EvidenceIndex((EARLY, gone, again)).of_person("larkfield", "it", "jo", None) == (again,)


@pytest.mark.parametrize(
    ("acts", "found"),
    [
        ((), None),
        ((EARLY,), EARLY),
        ((EARLY, LATE), LATE),
        ((EARLY, act((9, 10), Outcome.QUESTION)), EARLY),
        ((act((9, 10), Outcome.DECLINED),), None),
    ],
)
def test_the_last_time_it_was_done(acts, found):
    assert last_done(acts) == found


@pytest.mark.parametrize(
    ("one", "of", "settled"),
    [
        (act((9, 1)), cycle(), True),
        # What is too old counts for nothing, whatever it names.
        (act((7, 21), cycle="2026-09"), cycle(counts_from=date(2026, 7, 22)), False),
        (act((7, 22), cycle="2026-09"), cycle(counts_from=date(2026, 7, 22)), True),
        # A term's first day was corrected: what names it by the other day was done for it.
        (act((9, 10), cycle="term:2026-09-02"), cycle("term:2026-09-01", **TERM), True),
        (act((9, 10), cycle="term:2026-08-31"), cycle("term:2026-09-01", **TERM), True),
        (act((9, 10), cycle="fb/term:2026-09-02"), cycle("fb/term:2026-09-01", subject="fb", **TERM), True),
        (act((9, 10), cycle="term:2026-07-21"), cycle("term:2026-09-01", **TERM), False),
        (act((9, 10), cycle="term:2026-11-02"), cycle("term:2026-09-01", **TERM), False),
        (act((11, 5), cycle="term:2026-09-02"), cycle("term:2026-11-02", until=date(2026, 12, 18)), False),
        (act((8, 31)), cycle(), False),
        (act((8, 31), cycle="2026-09"), cycle(), True),  # it names the cycle
        (act((9, 5), cycle="joining"), cycle(), True),  # done while this was open too
        (act((9, 5), cycle="event:t-1"), cycle("event:t-2"), False),
        (act((9, 5), cycle="fb/event:t-1"), cycle("event:t-2").about("fb"), False),
        (act((9, 5), cycle="event:t-2"), cycle("event:t-2"), True),
        (act((9, 5)), cycle("event:t-2"), True),
        (act((9, 5), cycle="term:2026-06-01"), cycle("term:2026-09-01"), False),
        (act((9, 5), cycle="joining"), cycle("term:2026-09-01"), True),
        (act((9, 5), cycle="week:2026-W35"), cycle("week:2026-W36"), False),
        (act((8, 1)), cycle(ever=True), True),
        (act((9, 5), Outcome.QUESTION), cycle(), False),
        (act((9, 5)), cycle(versions=frozenset({SHA})), False),
        (act((9, 5), version=SHA), cycle(versions=frozenset({SHA})), True),
        (act((9, 5), version="b" * 64), cycle(versions=frozenset({SHA}), ever=True), False),
        (act((8, 1), cycle="2026-09", subject="fb"), cycle().about("fb"), True),
        (act((8, 1), cycle="fb/2026-09", subject="fb"), cycle().about("fb"), True),
        (act((8, 1), cycle="insta/2026-09"), cycle().about("fb"), False),
    ],
)
def test_an_act_settles_what_was_open_or_what_it_names(one, of, settled):
    assert discharges(one, of) is settled


QUESTION = act((9, 5), Outcome.QUESTION)


@pytest.mark.parametrize(
    ("acts", "found"),
    [
        ((), None),
        ((EARLY,), None),
        ((QUESTION, EARLY), QUESTION),
        ((act((8, 31), Outcome.QUESTION),), None),
        ((act((9, 5), Outcome.QUESTION, cycle="another"),), None),
    ],
)
def test_an_answer_concerns_the_cycle_that_was_open(acts, found):
    assert answer(acts, cycle()) == found


MAY, JUNE = (replace(act((month, 3)), receipt=f"R{month}", reference=f"R{month}") for month in (5, 6))


@pytest.mark.parametrize(
    ("named", "left"),
    [
        ("R6", (MAY,)),
        ("R5", (JUNE,)),
        # One that names no earlier act takes back all before it.
        ("R7", ()),
    ],
)
def test_a_withdrawal_takes_back_the_act_whose_receipt_it_names_and_no_other(named, left):
    gone = act((7, 3), Outcome.WITHDRAWN, receipt="R7", reference=named)
    assert EvidenceIndex((MAY, JUNE, gone)).of_person("larkfield", "it", "jo", None) == left


def test_a_withdrawal_without_a_receipt_reopens_the_cycle_it_names_and_no_other():
    older, newer = act((9, 3), cycle="2025-09"), act((9, 4), cycle="2026-09")
    gone, again = act((9, 5), Outcome.WITHDRAWN, cycle="2026-09"), act((9, 6), cycle="2026-09")
    whatever = act((9, 2))
    index = EvidenceIndex((whatever, older, newer, gone))
    assert index.of_person("larkfield", "it", "jo", None) == (older,)
    index = EvidenceIndex((older, newer, gone, again))
    assert index.of_person("larkfield", "it", "jo", None) == (older, again)
    every = act((9, 7), Outcome.WITHDRAWN)
    assert EvidenceIndex((older, newer, gone, again, every)).of_person("larkfield", "it", "jo", None) == ()


@pytest.mark.parametrize(
    ("asked", "since"),
    [
        ((act((9, 4), Outcome.QUESTION, cycle="2026-09"), act((9, 9), Outcome.DECLINED, cycle="2026-09")), 4),
        (
            (act((9, 4), Outcome.QUESTION, cycle="2026-09"), act((9, 5), Outcome.ANSWERED, cycle="2026-09")),
            None,
        ),
        ((act((9, 4), Outcome.QUESTION, cycle="2025-09"),), None),
        # Too old for this cycle, whatever it names.
        ((act((7, 21), Outcome.QUESTION, cycle="2026-09"),), None),
    ],
)
def test_a_question_waits_since_the_first_that_no_one_answered(asked, since):
    assert unanswered_since(asked, cycle(counts_from=date(2026, 7, 22))) == (since and date(2026, 9, since))
