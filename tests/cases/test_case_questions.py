"""What a case must answer before it is closed, by table."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.cases.model import CATEGORIES, Case, CaseOutcome, CaseState, Debrief, lacking
from bot.rules.case_rules import QUESTIONS, USUAL, Answer, asked_of, unanswered

ON = date(2026, 11, 24)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NO_POLICE = Answer("police", yes=False, on=ON, words="No offence")


@pytest.mark.parametrize(
    ("category", "told", "personal_data", "asks"),
    [
        ("filtering", (), False, ("action",)),
        ("a-school-s-own", (), False, ("action",)),
        ("pupil-device", (), False, ("police", "parents")),
        ("pupil-device", ("exam-body", "police"), False, ("police", "parents", "exam-body")),
        ("filtering", ("governors",), True, ("people-affected", "governors", "action")),
        ("data-breach", (), True, ("people-affected", "action")),
    ],
)
def test_a_case_is_asked_what_is_usual_and_what_the_register_adds(category, told, personal_data, asks):
    assert asked_of(category, told, personal_data=personal_data) == asks


def test_every_category_has_its_usual_questions_and_all_of_them_are_known():
    assert set(CATEGORIES) <= set(USUAL)
    assert {question for asks in USUAL.values() for question in asks} <= set(QUESTIONS)


@pytest.mark.parametrize(
    ("answers", "has_tasks", "still"),
    [
        ((), False, ("police", "action")),
        ((), True, ("police",)),
        ((NO_POLICE,), False, ("action",)),
        ((NO_POLICE, Answer("action", yes=False, on=ON, words="Done on the spot")), False, ()),
        ((NO_POLICE,), True, ()),
    ],
)
def test_a_question_is_open_until_it_is_answered_and_a_task_answers_what_to_do(answers, has_tasks, still):
    assert unanswered(("police", "action"), answers, has_tasks=has_tasks) == still


def test_an_answer_reads_as_a_sentence():
    assert str(NO_POLICE) == "The police are not told."
    assert str(replace(NO_POLICE, yes=True)) == "The police are told."


def test_a_case_is_not_closed_before_its_questions_are_answered():
    told = Debrief("A phone was out.", "The rule was new.", "It is in the induction list.")
    case = Case(
        "K7QF-2M8R", "a-school", "pupil-device", CaseState.DEBRIEF, NOW, NOW,
        assignee="hd", debrief=told, outcome=CaseOutcome.UPHELD, asks=("police", "parents"),
    )  # fmt: skip
    assert lacking(case, CaseState.CLOSED) == (
        "Say whether the police are told.",
        "Say whether the parents or carers are told.",
    )
    answered = replace(case, answers=(NO_POLICE, Answer("parents", yes=True, on=ON)))
    assert lacking(answered, CaseState.CLOSED) == ()
