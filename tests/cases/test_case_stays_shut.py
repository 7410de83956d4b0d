"""Whom a case is about is kept with it: no change of posts opens it to those it was shut to."""

from datetime import date

import pytest

from bot.cases import corrections, governors_report
from bot.cases import jobs as case_jobs
from bot.cases import service as case_service
from bot.cases import store as case_store
from bot.cases.access import is_about_head
from bot.cases.content import seal_sheet
from bot.cases.context import open_desk
from bot.cases.corrections import Correction
from bot.cases.jobs import run_daily_case_job
from bot.reports.service import write_back
from bot.rules.people import Absence

SCHOOL = "merriwell-green"
DEPUTIES = ("dh", "y4", "sb")


def stands_in(cases):
    """The head is suspended; her deputy, the DSL, is acting head."""
    cases.school.change("hd", roles=frozenset({"staff"}))
    cases.school.change("dh", roles=frozenset({"staff", "headteacher", "dsl", "deputy-head"}))


def leaves(cases):
    cases.school.change("hd", leaves_on=date(2026, 11, 23))
    cases.school.clock.turn(days=1)


@pytest.fixture(params=[stands_in, leaves], ids=["suspended", "left"])
def head_is_gone(request, cases):
    cases.school.change("y4", roles=frozenset({"staff", "deputy-dsl"}))
    return lambda: request.param(cases)


@pytest.mark.parametrize("category", ["staff-devices", "allegation", "concern-about-head"])
def test_a_case_about_the_head_stays_with_the_chair_when_the_head_changes(cases, head_is_gone, category):
    number = cases.send(about="Helen Achebe", category=category).number
    head_is_gone()
    run_daily_case_job(cases.services, cases.school.clock())
    assert [key for key in (*DEPUTIES, "hd") if cases.numbers(key)] == []
    view = cases.open(number, "gc")
    assert view.case.assignee == "gc"
    assert {choice.person for choice in view.may_have_it} <= {"gc", "gs"}
    with cases.school.store.reading() as conn:
        desk = open_desk(cases.services, conn, SCHOOL, cases.school.clock())
        file = desk.find(number)
        assert is_about_head(file.case, desk.roll)
        assert not case_jobs._may_be_told(desk, file, frozenset())
        assert not governors_report._may_be_told(desk, file)


def test_only_a_correction_takes_it_back(cases, head_is_gone):
    number = cases.send(about="Helen Achebe").number
    head_is_gone()
    cases.do(corrections.correct_facts, number, "gc", correction=Correction(named=frozenset({"hd", "y1"})))
    assert cases.numbers("dh") == []
    cases.do(corrections.correct_facts, number, "gc", correction=Correction(named=frozenset({"y1"})))
    assert cases.numbers("dh") == [number]


def test_a_case_from_before_is_kept_shut_from_the_next_morning_on(cases, head_is_gone):
    number = cases.send(about="Helen Achebe").number
    with cases.school.store.writing() as conn:
        desk = open_desk(cases.services, conn, SCHOOL, cases.school.clock())
        file = desk.find(number).changed(heads=())
        sealed = seal_sheet(desk.keys, file.stored.wrapped_key, file.sheet)
        case_store.save(conn, file.moved(sealed=sealed).stored)
    run_daily_case_job(cases.services, cases.school.clock())
    head_is_gone()
    assert cases.numbers("dh") == []


def test_a_deputy_loses_a_case_that_turns_out_to_be_about_the_lead(cases):
    cases.school.change("y4", roles=frozenset({"staff", "deputy-dsl"}))
    cases.school.change("dh", absences=(Absence(date(2026, 11, 20)),))
    taken = cases.send()
    assert cases.open(taken.number, "y4").case.assignee == "y4"
    said = "It was Mr Okafor who let him in."
    assert write_back(cases.services, SCHOOL, taken.passphrase, said, cases.school.clock())
    assert cases.open(taken.number, "y4") is None
    assert cases.open(taken.number, "hd").case.assignee == "hd"


def test_a_deputy_who_follows_a_case_loses_it_too_and_a_teacher_who_has_it_keeps_it(cases):
    cases.school.change("y4", roles=frozenset({"staff", "deputy-dsl"}))
    number = cases.send().number
    for key in ("y4", "y1"):
        cases.do(case_service.watch, number, "dh", who=key)
    cases.do(case_service.assign, number, "dh", to="sb")
    cases.do(corrections.correct_facts, number, "hd", correction=Correction(named=frozenset({"dh"})))
    view = cases.open(number, "hd")
    assert (view.case.assignee, view.case.watchers) == ("sb", {"y1"})
    assert cases.open(number, "y4") is None


def test_a_case_about_the_lead_is_open_to_the_person_who_follows_and_shut_to_them_when_they_are_back(cases):
    """The lead leaves, the deputy has the post; then the lead is a teacher of the school again."""
    lead, deputy, teaches = (frozenset({"staff", one}) for one in ("dsl", "deputy-dsl", "teacher"))
    cases.school.change("y4", roles=deputy)
    number = cases.send(about="Mr Okafor", category="online-conduct").number
    assert (cases.numbers("dh"), cases.numbers("y4"), cases.numbers("hd")) == ([], [], [number])
    cases.school.change("dh", roles=lead, leaves_on=date(2026, 11, 23))
    cases.school.clock.turn(days=1)
    cases.school.change("y4", roles=lead)
    run_daily_case_job(cases.services, cases.school.clock())
    assert (cases.numbers("dh"), cases.numbers("y4"), cases.numbers("hd")) == ([], [number], [number])
    cases.school.change("dh", roles=teaches, starts_on=date(2026, 11, 24), leaves_on=None)
    run_daily_case_job(cases.services, cases.school.clock())
    assert (cases.numbers("dh"), cases.numbers("y4"), cases.numbers("hd")) == ([], [number], [number])
    assert cases.open(number, "dh") is None
