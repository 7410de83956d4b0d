"""The governors' paper: who is told what, and that nobody is named."""

import io
import re
from datetime import date

import pytest
from pypdf import PdfReader

from bot.cases import corrections, governors_report
from bot.cases import model as case_model
from bot.cases import service as case_service
from bot.cases.corrections import Correction
from bot.cases.governors_report import report
from bot.cases.lessons import Lesson, keep_lesson_back, share_lesson
from bot.cases.model import CATEGORIES, CaseOutcome, CaseState, Debrief
from bot.core.errors import BadInput

SCHOOL = "merriwell-green"
TRAINING = Lesson("Visitors are told about cameras when they sign in.", "training")


@pytest.fixture
def pdf(cases):
    def read(first_on=None):
        content = report(cases.services, SCHOOL, cases.school.clock(), first_on)
        return PdfReader(io.BytesIO(content))

    return read


def words(pdf):
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def close(cases, number, lesson=None):
    cases.do(case_service.assign, number, "dh", to="dh")
    for state in (CaseState.TRIAGED, CaseState.DEBRIEF):
        cases.do(case_service.move, number, "dh", to=state)
    cases.answer_all(number, "dh")
    cases.do(
        case_service.say_debrief, number, "dh", debrief=Debrief("A visitor came", "Not told", "Tell them")
    )
    cases.do(case_service.say_outcome, number, "dh", outcome=CaseOutcome.UPHELD)
    if lesson is not None:
        cases.do(share_lesson, number, "dh", lesson=lesson)
    cases.do(case_service.move, number, "dh", to=CaseState.CLOSED)


def tags(node, above=()):
    """Walk the tree a screen reader goes by: each tag below its parents."""
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            yield from tags(one, above)
    elif isinstance(node, dict):
        here = (*above, node["/S"]) if "/S" in node else above
        if "/S" in node:
            yield here
        if "/K" in node:
            yield from tags(node["/K"], here)


def test_the_paper_is_tagged_titled_and_in_english(pdf):
    made = pdf()
    root = made.trailer["/Root"]
    assert made.metadata.title == "Reports and concerns: Merriwell Green Primary School"
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_a_screen_reader_finds_one_title_the_headings_and_a_table_with_its_heads(cases, pdf):
    close(cases, cases.send().number, TRAINING)
    found = [one[-1] for one in tags(pdf().trailer["/Root"]["/StructTreeRoot"])]
    assert [one for one in found if one in {"/H1", "/H2", "/L", "/Table"}] == [
        "/H1", "/H2", "/L", "/H2", "/Table", "/H2", "/L",
    ]  # fmt: skip
    assert found.count("/TH") == 3
    assert found.count("/TR") == 1 + len(CATEGORIES)
    assert found.count("/TD") == 3 * len(CATEGORIES)


def test_the_paper_fits_on_one_sheet(cases, pdf):
    for words_shared in ("One thing we learnt about cameras in the hall.", "Another, about telephones."):
        close(cases, cases.send().number, Lesson(words_shared, "policy"))
    made = pdf()
    assert len(made.pages) == 1
    assert "Page 1 of 1" in words(made)


@pytest.mark.parametrize(("sent", "shown"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5")])
def test_nothing_under_five_is_told(cases, pdf, sent, shown):
    for _ in range(sent):
        cases.send()
    assert f"A visitor's phone or conduct {shown}" in words(pdf()).replace("’", "'")


@pytest.mark.parametrize("person", ["hd", "gc", "gs", "cl"])
def test_a_case_about_the_person_who_reads_it_changes_nothing(cases, pdf, person):
    for _ in range(4):
        cases.send()
    before = words(pdf())
    number = cases.send().number
    assert words(pdf()) != before
    cases.do(corrections.correct_facts, number, "dh", correction=Correction(named=frozenset({person})))
    assert words(pdf()) == before


def test_what_came_before_the_first_day_is_not_counted(cases, pdf):
    for _ in range(5):
        cases.send()
    assert "phone or conduct 5 5" in words(pdf(date(2026, 11, 23)))
    assert "phone or conduct fewer" in words(pdf(date(2026, 11, 24)))


def test_a_lesson_is_told_once_its_case_is_closed_and_a_person_shares_it(cases, pdf):
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
    assert case_model.FEWEST == 5


def of_kind(cases, title="A visitor's phone or conduct"):
    return dict(governors_report.year(cases.services, SCHOOL, cases.school.clock()).kinds)[title]


@pytest.mark.parametrize(("sent", "shown"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5")])
def test_a_year_tells_no_small_number_either(cases, sent, shown):
    for _ in range(sent):
        cases.send()
    assert of_kind(cases) == shown


def test_a_year_beside_its_term_gives_no_small_number_away(cases):
    clock = cases.school.clock
    for _ in range(3):
        cases.send()
    clock.turn(days=60)
    for _ in range(6):
        cases.send()
    # Nine in the year and six in the term: three came before.
    assert of_kind(cases) == "5 or more"
    clock.turn(days=250)
    assert of_kind(cases) == "fewer than 5"


def test_a_year_tells_how_cases_ended(cases):
    for _ in range(5):
        close(cases, cases.send().number)
    endings = dict(governors_report.year(cases.services, SCHOOL, cases.school.clock()).outcomes)
    assert (endings["upheld"], endings["not upheld"]) == ("5", "fewer than 5")
