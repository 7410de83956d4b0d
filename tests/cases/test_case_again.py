"""A closed case with something to do again: it is open, its owner is told, and the timeline says why."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.cases import corrections
from bot.cases import service as case_service
from bot.cases.context import TransitionBlocked
from bot.cases.corrections import Correction
from bot.cases.disposal import disposal_list
from bot.cases.jobs import run_daily_case_job
from bot.cases.model import CaseOutcome, CaseState
from bot.cases.service import NewTask, set_aware_at
from bot.records import register as record_register
from bot.register.service import apply_register
from bot.rules.register import Route

FRIDAY = date(2026, 11, 20)
SCHOOL = "merriwell-green"
TALK = "speak with the visitor within 2 working days"


@pytest.fixture
def closed(cases):
    """A case the DSL closed the day before."""
    number = cases.send().number
    cases.close(number, "dh")
    cases.school.clock.turn(days=1)
    return number


def route_with(cases, *clocks):
    """Set these clocks for visitors' cases in the register."""
    with cases.school.store.reading() as conn:
        known = record_register.load_register(conn, SCHOOL)
    others = tuple(one for one in known.routes if one.category != "visitor")
    changed = replace(known, routes=(*others, Route("visitor", ("dsl", "headteacher"), clocks)))
    apply_register(cases.school.store, changed, documents={}, now=cases.school.clock(), actor="a test")


def said(cases, number):
    return [(entry.what, entry.words) for entry in cases.open(number, "hd").timeline]


def test_a_correction_that_starts_a_clock_opens_it_and_the_owner_is_reminded(cases, closed):
    before = len(cases.letters())
    cases.do(corrections.correct_facts, closed, "hd", correction=Correction(category="data-breach"))
    view = cases.open(closed, "hd")
    assert (view.case.state, view.case.assignee) == (CaseState.TRIAGED, "dh")
    [action] = [clock.action for clock in view.clocks if clock.how == "running"]
    assert said(cases, closed)[-1] == ("Opened again.", f"A clock runs: {action}.")
    assert [(who, why) for who, _, why in cases.letters()[before:]] == [("dh", "again")]
    cases.school.clock.turn(days=2, hours=1)
    assert run_daily_case_job(cases.services, cases.school.clock()).reminded == 1
    cases.school.clock.turn(days=7 * 366)
    assert disposal_list(cases.services, SCHOOL, "hd", cases.school.clock()) == ()


def test_a_correction_that_starts_none_leaves_it_closed(cases, closed):
    cases.do(corrections.correct_facts, closed, "hd", correction=Correction(clause="4.1"))
    assert cases.open(closed, "hd").case.state is CaseState.CLOSED


def test_a_task_opens_it_and_is_reminded_of(cases, closed):
    before = len(cases.letters())
    due_on = cases.school.clock().date() + timedelta(days=1)
    cases.do(case_service.add_task, closed, "hd", task=NewTask("Ring the parent", "y1", due_on))
    assert cases.open(closed, "hd").case.state is CaseState.TRIAGED
    assert said(cases, closed)[-1] == ("Opened again.", "A task was added.")
    assert {(who, why) for who, _, why in cases.letters()[before:]} >= {("dh", "again"), ("y1", "task")}
    cases.school.clock.turn(days=1)
    run_daily_case_job(cases.services, cases.school.clock())
    assert ("y1", closed, "remind") in cases.letters()


def test_a_person_who_opens_their_own_case_by_a_task_is_not_written_to(cases, closed):
    before = len(cases.letters())
    cases.do(case_service.add_task, closed, "dh", task=NewTask("Ring them", "dh", date(2026, 12, 1)))
    assert cases.letters()[before:] == []


def test_where_the_owner_has_left_it_goes_on_by_its_route(cases, closed):
    cases.school.change("dh", leaves_on=date(2026, 11, 23))
    cases.do(case_service.add_task, closed, "hd", task=NewTask("Ring them", "y1", date(2026, 12, 1)))
    view = cases.open(closed, "hd")
    assert (view.case.state, view.case.assignee) == (CaseState.TRIAGED, "hd")


def test_how_it_ended_is_not_changed_while_it_is_closed(cases, closed):
    with pytest.raises(TransitionBlocked, match="Open it again first"):
        cases.do(case_service.say_outcome, closed, "hd", outcome=CaseOutcome.NOT_UPHELD)
    cases.do(case_service.move, closed, "hd", to=CaseState.TRIAGED)
    cases.do(case_service.say_outcome, closed, "hd", outcome=CaseOutcome.NOT_UPHELD)
    assert cases.open(closed, "hd").case.outcome is CaseOutcome.NOT_UPHELD


def test_known_since_says_which_clocks_began_or_were_dropped(cases):
    route_with(cases, TALK)
    number = cases.send().number
    route_with(cases)
    cases.do(set_aware_at, number, "hd", wall=datetime.combine(FRIDAY, time(15)))
    assert said(cases, number)[-1][0] == "This clock does not count any more: speak with the visitor."
    route_with(cases, TALK)
    cases.do(set_aware_at, number, "hd", wall=datetime.combine(FRIDAY, time(14)))
    assert said(cases, number)[-1][0] == "This clock began: speak with the visitor."


def test_known_since_opens_a_closed_case_whose_register_asks_for_something_new(cases, closed):
    route_with(cases, TALK)
    cases.do(set_aware_at, closed, "hd", wall=datetime.combine(FRIDAY, time(15)))
    assert cases.open(closed, "hd").case.state is CaseState.TRIAGED
