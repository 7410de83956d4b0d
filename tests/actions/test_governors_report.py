"""The governors' paper: who is told what, and that nobody is named."""

import io
import re
from datetime import date

import pytest
from pypdf import PdfReader

from bot.actions import case_work, governors_report
from bot.actions.case_lessons import Lesson, keep_lesson_back, share_lesson
from bot.actions.case_work import Correction
from bot.actions.governors_report import report
from bot.domain.cases import CaseOutcome, CaseState, Debrief
from bot.errors import BadInput

SETTING = "merriwell-green"
TRAINING = Lesson("Visitors are told about cameras when they sign in.", "training")


@pytest.fixture
def pdf(cases):
    def read(first_on=None):
        content = report(cases.services, SETTING, cases.school.clock(), first_on)
        return PdfReader(io.BytesIO(content))

    return read


def words(pdf):
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def close(cases, number, lesson=None):
    cases.do(case_work.assign, number, "dh", to="dh")
    for state in (CaseState.TRIAGED, CaseState.DEBRIEF):
        cases.do(case_work.move, number, "dh", to=state)
    cases.answer_all(number, "dh")
    cases.do(case_work.say_debrief, number, "dh", debrief=Debrief("A visitor came", "Not told", "Tell them"))
    cases.do(case_work.say_outcome, number, "dh", outcome=CaseOutcome.UPHELD)
    if lesson is not None:
        cases.do(share_lesson, number, "dh", lesson=lesson)
    cases.do(case_work.move, number, "dh", to=CaseState.CLOSED)


def test_the_paper_is_tagged_titled_and_in_english(pdf):
    made = pdf()
    assert made.metadata.title.startswith("Reports and concerns")
    assert made.trailer["/Root"]["/Lang"].lower().startswith("en")
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in made.trailer["/Root"]


@pytest.mark.parametrize(("sent", "shown"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5")])
def test_nothing_under_five_is_told(cases, pdf, sent, shown):
    for _ in range(sent):
        cases.send()
    assert f"A visitor's phone or conduct {shown}" in words(pdf()).replace("’", "'")


@pytest.mark.parametrize("person", ["hd", "gc", "gs", "cl"])
def test_a_case_about_whoever_reads_it_changes_nothing(cases, pdf, person):
    for _ in range(4):
        cases.send()
    before = words(pdf())
    number = cases.send().number
    assert words(pdf()) != before
    cases.do(case_work.correct_facts, number, "dh", correction=Correction(named=frozenset({person})))
    assert words(pdf()) == before


def test_what_came_before_the_first_day_is_not_counted(cases, pdf):
    for _ in range(5):
        cases.send()
    assert "phone or conduct 5 5" in words(pdf(date(2026, 11, 23)))
    assert "phone or conduct fewer" in words(pdf(date(2026, 11, 24)))


def test_a_lesson_is_told_once_its_case_is_closed_and_somebody_shares_it(cases, pdf):
    number = cases.send().number
    close(cases, number)
    assert "No lesson" in words(pdf())
    other = cases.send().number
    cases.do(share_lesson, other, "dh", lesson=TRAINING)
    assert "No lesson" in words(pdf())
    close(cases, other)
    assert f"{TRAINING.words} (Training changes.)" in words(pdf())
    assert number not in words(pdf())
    cases.do(keep_lesson_back, other, "dh")
    assert "No lesson" in words(pdf())


def test_a_setting_that_is_not_there_has_no_paper(cases):
    with pytest.raises(BadInput, match="not loaded"):
        report(cases.services, "none", cases.school.clock())


def test_words_are_never_markup(cases, pdf):
    lesson = Lesson('#panic("x") *bold* $x$ <script> = heading', "policy")
    close(cases, cases.send().number, lesson)
    assert re.sub(r"\s", "", lesson.words) in re.sub(r"\s", "", words(pdf())).replace("“", '"').replace(
        "”", '"'
    )
    assert governors_report.FEWEST == 5
