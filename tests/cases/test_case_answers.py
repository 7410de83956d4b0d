"""Answering what a case asks, and being reminded of its tasks."""

from datetime import date, timedelta

import pytest
from unsealed import case_messages

from bot.cases import corrections
from bot.cases import service as case_service
from bot.cases.context import MAX_NOTE_LENGTH, NoSuchCase, TransitionBlocked
from bot.cases.corrections import Correction
from bot.cases.jobs import run_daily_case_job
from bot.cases.model import CaseState
from bot.cases.service import NewTask
from bot.rules.case_rules import Answer

MONDAY = date(2026, 11, 23)


def answer(cases, number, person="dh", **given):
    usual = {"question": "police", "yes": True, "on": MONDAY, "words": ""}
    cases.do(case_service.answer, number, person, answer=Answer(**usual | given))


def questions(cases, number):
    return {row.key: row for row in cases.open(number, "dh").questions}


def test_an_answer_stands_on_the_sheet_and_in_the_timeline_and_a_later_one_replaces_it(cases):
    number = cases.send().number
    assert [row.said for row in questions(cases, number).values()] == ["", ""]
    answer(cases, number, yes=False, words="A parent at the gate; no offence.")
    answer(cases, number, words="Log 11 of today")
    answer(cases, number, words="Log 11 of today")
    row = questions(cases, number)["police"]
    assert (row.said, row.words, row.on) == ("The police are told.", "Log 11 of today", MONDAY)
    said = [(one.what, one.words) for one in cases.open(number, "dh").timeline][-2:]
    assert said == [
        ("The police are not told.", "A parent at the gate; no offence."),
        ("The police are told. (23 November 2026)", "Log 11 of today"),
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"yes": False, "words": "  "}, "Say why not"),
        ({"on": MONDAY + timedelta(days=1)}, "has not come yet"),
        ({"question": "exam-body"}, "does not ask that"),
        ({"question": "action"}, "Add it as a task"),
        ({"words": "x" * (MAX_NOTE_LENGTH + 1)}, "characters at most"),
    ],
)
def test_what_is_not_an_answer_is_refused_and_nothing_is_kept(cases, given, says):
    number = cases.send().number
    before = cases.open(number, "dh").timeline
    with pytest.raises(TransitionBlocked, match=says):
        answer(cases, number, **given)
    assert cases.open(number, "dh").timeline == before


def test_no_one_answers_for_a_case_that_is_not_theirs(cases):
    number = cases.send().number
    with pytest.raises(NoSuchCase):
        answer(cases, number, "of")


def test_a_task_answers_what_there_is_to_do(cases):
    number = cases.send().number
    cases.do(case_service.add_task, number, "dh", task=NewTask("A sign at the gate", "of", MONDAY))
    assert questions(cases, number)["action"].said == "There is something to do: see the tasks."


def test_a_case_that_turns_out_to_be_something_else_is_asked_something_else(cases):
    number = cases.send(category="other").number
    answered = {"question": "action", "yes": False, "words": "Settled on the day"}
    answer(cases, number, **answered)
    cases.do(
        corrections.correct_facts, number, "dh",
        correction=Correction(category="pupil-device", personal_data=True),
    )  # fmt: skip
    assert list(questions(cases, number)) == ["police", "parents", "people-affected"]


def test_the_holder_of_a_task_is_reminded_weekly_and_later_also_the_holder_of_the_case(cases):
    number = cases.send().number
    cases.do(case_service.assign, number, "dh", to="hd")
    cases.do(case_service.move, number, "hd", to=CaseState.TRIAGED)
    cases.do(case_service.add_task, number, "hd", task=NewTask("A sign at the gate", "of", MONDAY))
    weeks = []
    for _ in range(9):
        run_daily_case_job(cases.services, cases.school.clock())
        weeks.append(sorted(reminded(cases)))
        cases.school.clock.turn(days=1)
    assert weeks == [["of"]] * 7 + [["hd", "of", "of"]] * 2
    [task] = cases.open(number, "hd").tasks
    cases.do(case_service.finish_task, number, "of", task=task.key)
    cases.school.clock.turn(days=7)
    run_daily_case_job(cases.services, cases.school.clock())
    assert len(reminded(cases)) == 3


def test_a_task_is_due_on_a_school_day_and_its_reminder_is_not_sent_once_it_is_done(cases):
    number = cases.send().number
    cases.do(
        case_service.add_task, number, "dh", task=NewTask("A sign at the gate", "of", date(2026, 11, 28))
    )
    cases.school.deliver()
    cases.school.clock.turn(days=5)  # Saturday
    run_daily_case_job(cases.services, cases.school.clock())
    assert reminded(cases) == []
    cases.school.clock.turn(days=2, hours=-1)  # Monday, before the hours of the school
    run_daily_case_job(cases.services, cases.school.clock())
    assert reminded(cases) == ["of"]
    [task] = cases.open(number, "dh").tasks
    cases.do(case_service.finish_task, number, "of", task=task.key)
    cases.school.clock.turn(hours=2)
    assert cases.school.deliver()["withdrawn"] == 1


def test_the_letter_about_a_task_says_by_when_and_never_what(cases):
    number = cases.send().number
    cases.do(
        case_service.add_task, number, "dh", task=NewTask("Ring the sweet shop", "of", date(2026, 11, 26))
    )
    cases.school.deliver()
    letter = cases.school.received("office@merriwell.example")[-1]
    text = letter.get_body(("plain",)).get_content()
    assert "A task of yours: by Thursday 26 November." in text
    assert "sweet shop" not in text


def reminded(cases):
    found = case_messages(cases.school.store, cases.services.case_keys)
    return [person for _, person, reference in found if " remind task " in reference]
