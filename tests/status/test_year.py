"""The school year: its weeks and half-terms, where each thing stands, and the numbers of its table."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from bot.dashboard.service import standing_of
from bot.planning.store import load_snapshot
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import State
from bot.rules.evidence import Evidence, Outcome
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind
from bot.status.model import StatusLine
from bot.status.year import CHECKS, MEETINGS, PAPERS_OUT, REVIEWS, SIGNING, STATES, TRAINING, year_of

SCHOOL = "merriwell-green"
TODAY = date(2026, 11, 23)
SIX = (
    Term("Autumn 1", date(2026, 9, 1), date(2026, 10, 23)),
    Term("Autumn 2", date(2026, 11, 2), date(2026, 12, 18)),
    Term("Spring 1", date(2027, 1, 4), date(2027, 2, 12)),
    Term("Spring 2", date(2027, 2, 22), date(2027, 3, 25)),
    Term("Summer 1", date(2027, 4, 12), date(2027, 5, 28)),
    Term("Summer 2", date(2027, 6, 7), date(2027, 7, 16)),
)


@pytest.fixture
def snapshot(served):
    """The school with six half-terms told, and nothing that was done."""
    with served.store.reading() as conn:
        known = load_snapshot(conn, TODAY, (SCHOOL,))
    return replace(known, calendars={SCHOOL: Calendar(SIX)}, bodies={}, evidence=())


def line(state, due_on, kind=Kind.TRAIN, person="y5"):
    return StatusLine(person, person, "train", "Training", kind, "first", state, due_on, "", None, "")


def marks(snapshot, *lines, person=""):
    """What stands where: (row, week) -> the counts."""
    year = year_of(snapshot, SCHOOL, lines, TODAY, person)
    return {(one.row, one.week): dict(one.counts) for one in year.marks}


def test_a_year_has_39_weeks_in_six_half_terms(snapshot):
    year = year_of(snapshot, SCHOOL, (), TODAY)
    assert [one.name for one in year.half_terms] == [one.name for one in SIX]
    assert len(year.weeks) == 39
    assert year.week == 12
    assert (year.at(year.half_terms[0].first_on), year.at(year.half_terms[-1].last_on)) == (0, 1)
    assert 0 < year.at(TODAY) < 0.5


def test_a_term_with_a_week_off_inside_is_two_half_terms(snapshot):
    off = frozenset(date(2026, 10, 26) + timedelta(days=number) for number in range(5))
    whole = Calendar((Term("Autumn", date(2026, 9, 1), date(2026, 12, 18)),), closed_on=off)
    year = year_of(replace(snapshot, calendars={SCHOOL: whole}), SCHOOL, (), TODAY)
    assert [one.name for one in year.half_terms] == ["Autumn 1", "Autumn 2"]


def test_without_terms_the_usual_ones_are_drawn(snapshot):
    year = year_of(replace(snapshot, calendars={SCHOOL: Calendar()}), SCHOOL, (), TODAY)
    assert [one.name for one in year.half_terms] == ["Autumn", "Spring", "Summer"]


@pytest.mark.parametrize(
    ("given", "week", "state"),
    [
        (line(State.OVERDUE, date(2026, 9, 24)), date(2026, 9, 21), State.OVERDUE),
        # What is late since before the year stands in its first week, what is in a holiday where it is.
        (line(State.OVERDUE, date(2026, 5, 1)), date(2026, 8, 31), State.OVERDUE),
        (line(State.NO_RECORD, None), date(2026, 11, 23), State.NO_RECORD),
        (line(State.DUE_SOON, date(2026, 11, 27)), date(2026, 11, 23), State.DUE),
        (line(State.PAUSED, date(2027, 3, 2)), date(2027, 3, 1), State.DUE),
        (line(State.DONE, date(2027, 3, 2)), date(2027, 3, 1), State.DUE),
    ],
)
def test_a_line_stands_in_the_week_of_its_day(snapshot, given, week, state):
    assert marks(snapshot, given) == {(TRAINING, week): {state: 1}}


@pytest.mark.parametrize(
    "given",
    [
        line(State.DUE, None),
        line(State.DUE, date(2027, 10, 1)),
        line(State.EXCUSED, date(2027, 3, 2)),
        line(State.DONE, date(2027, 3, 2), Kind.SIGN),
        line(State.DONE, date(2027, 10, 1)),
        line(State.DONE, None),
    ],
)
def test_what_has_no_day_in_the_year_is_not_drawn(snapshot, given):
    assert marks(snapshot, given) == {}


def test_kinds_have_their_rows_and_the_worst_stands_first(snapshot):
    day = date(2026, 11, 25)
    some = [line(State.DUE, day, kind) for kind in (Kind.REVIEW, Kind.ACKNOWLEDGE, Kind.SIGN, Kind.CHECK)]
    year = year_of(snapshot, SCHOOL, [*some, line(State.OVERDUE, day, Kind.CHECK)], TODAY)
    assert {one.row: (one.state, one.worst) for one in year.marks} == {
        REVIEWS: (State.DUE, 1),
        SIGNING: (State.DUE, 2),
        CHECKS: (State.OVERDUE, 1),
    }
    assert year.rows == (REVIEWS, SIGNING, CHECKS)
    assert list(year.counts) == list(STATES)
    assert year.counts[State.DUE] == 4


def test_what_was_done_stands_on_its_day_unless_it_was_taken_out(snapshot):
    rule = next(one.key for one in snapshot.obligations if one.kind is Kind.TRAIN)
    done = Evidence(SCHOOL, rule, "y5", date(2026, 10, 1), receipt="R1")
    with_it = replace(snapshot, evidence=(done, replace(done, on=date(2026, 7, 1), receipt="R2")))
    assert marks(with_it) == {(TRAINING, date(2026, 9, 28)): {State.DONE: 1}}
    assert marks(with_it, person="y6") == {}
    taken = replace(done, outcome=Outcome.WITHDRAWN, reference="R1", receipt="R3")
    assert marks(replace(snapshot, evidence=(done, taken))) == {}


def test_a_meeting_and_its_papers_are_planned_recorded_or_not(snapshot):
    body = Body("fgb", SCHOOL, "Full governing body", members=frozenset({"gv"}))
    coming, held = Meeting("c", date(2026, 12, 10)), Meeting("h", date(2026, 10, 8))
    school = replace(snapshot, bodies={(SCHOOL, "fgb"): replace(body, meetings=(held, coming))})
    assert marks(school) == {
        (PAPERS_OUT, date(2026, 9, 28)): {State.NO_RECORD: 1},
        (MEETINGS, date(2026, 10, 5)): {State.NO_RECORD: 1},
        (PAPERS_OUT, date(2026, 11, 30)): {State.DUE: 1},
        (MEETINGS, date(2026, 12, 7)): {State.DUE: 1},
    }
    assert marks(school, person="gv") == marks(school)
    assert marks(school, person="y5") == {}
    rule = next(one.key for one in snapshot.obligations if one.kind is Kind.REVIEW)
    cycle = "2026-10-30/2026-10-08/approve"
    minute = Evidence(SCHOOL, rule, "fgb", held.on, cycle=cycle, subject="approve")
    papers = replace(minute, on=date(2026, 9, 29), subject="papers")
    told = marks(replace(school, evidence=(minute, papers)))
    assert told[MEETINGS, date(2026, 10, 5)] == {State.DONE: 1}
    assert told[PAPERS_OUT, date(2026, 9, 28)] == {State.DONE: 1}
    assert told[REVIEWS, date(2026, 10, 5)] == {State.DONE: 1}


def test_half_terms_add_up_to_the_marks(served, snapshot):
    year = year_of(snapshot, SCHOOL, standing_of(snapshot, SCHOOL, TODAY).lines, TODAY)
    added = sum(sum(one.counts.values()) for row in year.rows for one in year.by_half_term(row))
    assert added == sum(year.counts.values()) > 20


def test_the_page_has_every_number_of_the_picture_in_its_table(served, member):
    page = BeautifulSoup(member("hd").get("/school/year").text, "html.parser")
    body = [[int(cell.get_text()) for cell in row.select("td")[1:]] for row in page.select("tbody tr")]
    foot = [int(cell.get_text()) for cell in page.select("tfoot td")[1:]]
    assert [sum(column) for column in zip(*body, strict=True)] == foot
    said = page.select_one("svg desc").get_text()
    assert all(
        f"{number} {word}" in said for number, word in zip(foot, STATES.values(), strict=True) if number
    )
    drawn = page.select("svg.on-desk > svg.shape")
    assert len(drawn) == len(body)


def test_each_has_a_year_of_their_own_on_today(served, member):
    page = BeautifulSoup(member("y5").get("/me").text, "html.parser")
    assert page.select_one("section[aria-labelledby=year-heading] svg[role=img]")
    at_kiosk = BeautifulSoup(member("y5", how="kiosk").get("/me").text, "html.parser")
    assert not at_kiosk.select("section[aria-labelledby=year-heading]")
