"""A person no mail reaches counts as away: a case goes past them, moves on, is told to others."""

from dataclasses import replace

import pytest

from bot.cases import service as case_service
from bot.cases.access import UNHEARD
from bot.cases.jobs import run_daily_case_job
from bot.cases.model import CaseState
from bot.records import people as record_people

SCHOOL = "merriwell-green"


@pytest.fixture(params=["no address", "refused"])
def cut_off(request, cases):
    """Cut somebody off from mail, in each way there is."""

    def cut(key):
        with cases.school.store.writing() as conn:
            if request.param == "refused":
                record_people.mark_unreachable(conn, key, "550 no such mailbox")
            else:
                known = record_people.roster(conn, SCHOOL)[key]
                record_people.save_people(conn, [replace(known, email=None)], cases.school.clock())

    return cut


def test_a_case_goes_past_a_lead_whom_no_mail_reaches(cases, cut_off):
    cut_off("dh")
    taken = cases.send()
    assert taken.goes_to == "headteacher"
    assert cases.told() == {"hd"}
    assert cases.open(taken.number, "dh") is not None


def test_an_unread_case_moves_on_from_a_person_whom_mail_reaches_no_more(cases, cut_off):
    number = cases.send().number
    cut_off("dh")
    cases.school.clock.turn(days=1)
    assert run_daily_case_job(cases.services, cases.school.clock()).moved == 1
    assert cases.open(number, "hd").case.assignee == "hd"


def test_a_case_that_was_read_is_told_to_another_person_too(cases, cut_off):
    number = cases.send(category="data-breach").number
    cases.do(case_service.move, number, "hd", to=CaseState.TRIAGED)
    cut_off("hd")
    cases.school.clock.turn(days=3, hours=-2)
    assert run_daily_case_job(cases.services, cases.school.clock()).moved == 0
    assert {person for person, _, why in cases.letters() if why == "remind"} == {"hd", "dh"}


@pytest.mark.parametrize("read", [False, True])
def test_a_case_about_the_head_goes_on_to_the_vice_chair_and_to_no_one_under_the_head(cases, cut_off, read):
    cases.school.change("gs", roles=frozenset({"governor", "vice-chair"}))
    number = cases.send(about="Helen Achebe", category="allegation").number
    if read:
        cases.do(case_service.move, number, "gc", to=CaseState.TRIAGED)
    cut_off("gc")
    cases.school.clock.turn(days=1)
    run_daily_case_job(cases.services, cases.school.clock())
    assert cases.open(number, "gs").case.assignee == "gs"
    assert cases.told() == {"gc", "gs"}


def test_where_no_mail_reaches_anybody_the_reporter_is_told_whom_to_telephone(cases, cut_off):
    cut_off("gc")
    taken = cases.send(about="Helen Achebe", category="allegation")
    assert taken.telephone.startswith(UNHEARD.partition("{")[0])
    view = cases.open(taken.number, "gc")
    assert (view.case.assignee, view.timeline[-1].words) == ("gc", taken.telephone)
    assert cases.told() == {"gc"}
