"""When somebody here first knew: the law's clocks count from then, and a case does not close before them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.cases import service as case_service
from bot.cases.context import TransitionBlocked
from bot.cases.jobs import CaseJobResult, run_daily_case_job
from bot.cases.model import CaseOutcome, CaseState, Debrief
from bot.cases.service import ClockDone, NewTask, set_aware_at
from bot.core.encryption import CaseKeys, new_master_key
from bot.rules.case_rules import Answer

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def lost(cases):
    """A lost file, reported on Monday morning."""
    return cases.send(category="data-breach").number


def test_a_breach_found_on_friday_and_reported_on_monday_counts_from_friday(cases, lost):
    cases.do(set_aware_at, lost, "hd", wall=datetime.combine(FRIDAY, time(17, 30)))
    view = cases.open(lost, "hd")
    [clock] = view.clocks
    assert clock.due_at == datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert view.case.received_at == cases.school.clock()
    assert view.timeline[-1].what.startswith("Known here since 17:30 on 20 November 2026")
    cases.do(set_aware_at, lost, "hd", wall=datetime.combine(FRIDAY, time(17, 30)))
    assert len(cases.open(lost, "hd").timeline) == len(view.timeline)
    assert cases.open(lost, "hd").case.aware_at == datetime(2026, 11, 20, 17, 30, tzinfo=UTC)


def test_summer_time_is_kept(cases, lost):
    cases.do(set_aware_at, lost, "hd", wall=datetime.combine(date(2026, 10, 23), time(15, 0)))
    [clock] = cases.open(lost, "hd").clocks
    assert clock.due_at == datetime(2026, 10, 26, 14, 0, tzinfo=UTC)


def test_no_one_knew_tomorrow(cases, lost):
    tomorrow = cases.school.clock().date() + timedelta(days=1)
    with pytest.raises(TransitionBlocked, match="not come yet"):
        cases.do(case_service.set_aware_at, lost, "hd", wall=datetime.combine(tomorrow, time(8, 0)))


def test_a_clock_that_is_done_stays_done(cases, lost):
    [clock] = cases.open(lost, "hd").clocks
    cases.do(case_service.clock_done, lost, "hd", done=ClockDone(clock.action, "The LADO, ref. 417"))
    cases.do(set_aware_at, lost, "hd", wall=datetime.combine(FRIDAY, time(9, 0)))
    [after] = cases.open(lost, "hd").clocks
    assert (after.how, after.due_at) == ("done", clock.due_at)


def test_a_case_is_not_closed_while_a_clock_runs(cases, lost):
    for state in (CaseState.TRIAGED, CaseState.DEBRIEF):
        cases.do(case_service.move, lost, "hd", to=state)
    cases.answer_all(lost, "hd")
    cases.do(case_service.say_outcome, lost, "hd", outcome=CaseOutcome.UPHELD)
    cases.do(case_service.say_debrief, lost, "hd", debrief=Debrief("a", "b", "c"))
    [clock] = cases.open(lost, "hd").clocks
    with pytest.raises(TransitionBlocked, match="ICO"):
        cases.do(case_service.move, lost, "hd", to=CaseState.CLOSED)
    cases.do(case_service.clock_done, lost, "hd", done=ClockDone(clock.action, "The LADO, ref. 417"))
    cases.do(case_service.move, lost, "hd", to=CaseState.CLOSED)


def test_a_task_takes_back_that_there_is_nothing_to_do(cases, lost):
    nothing = Answer("action", yes=False, on=FRIDAY, words="It was found again")
    cases.do(case_service.answer, lost, "hd", answer=nothing)
    cases.do(case_service.add_task, lost, "hd", task=NewTask("Change the locks", "sb", FRIDAY))
    row = next(one for one in cases.open(lost, "hd").questions if one.key == "action")
    assert row.said == "There is something to do: see the tasks."


def test_a_case_that_no_key_opens_holds_up_no_other(cases, lost):
    mine = cases.services.case_keys
    cases.school.services = replace(cases.services, case_keys=CaseKeys((new_master_key(),)))
    other = cases.send()
    cases.school.clock.turn(days=1)
    assert run_daily_case_job(cases.services, cases.school.clock()) == CaseJobResult(2, 0, 1)
    cases.school.services = replace(cases.services, case_keys=mine)
    assert other.number != lost
