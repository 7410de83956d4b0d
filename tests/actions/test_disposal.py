"""The yearly disposal list: who sees what, what may go, and that what goes is gone."""

from datetime import date, timedelta

import pytest

from bot.actions import case_work
from bot.actions.case_work import NoSuchCase, NotYet
from bot.actions.disposal import disposal_list, disposed_cases, sign_off
from bot.actions.report import inbox
from bot.domain.cases import CaseOutcome, CaseState, Debrief

SETTING = "merriwell-green"


def close(cases, number, person):
    for to in (CaseState.TRIAGED, CaseState.DEBRIEF):
        cases.do(case_work.move, number, person, to=to)
    cases.answer_all(number, person)
    cases.do(case_work.say_outcome, number, person, outcome=CaseOutcome.UPHELD)
    cases.do(case_work.say_debrief, number, person, debrief=Debrief("a", "b", "c"))
    cases.do(case_work.move, number, person, to=CaseState.CLOSED)


def closed(cases, person="dh", **given):
    taken = cases.send(**given)
    close(cases, taken.number, person)
    return taken


def listed(cases, person="dh"):
    return disposal_list(cases.services, SETTING, person, cases.school.clock())


def sign(cases, *numbers, person="dh"):
    return sign_off(cases.services, SETTING, person, numbers, cases.school.clock())


def test_a_case_is_due_when_its_years_are_over_and_not_before(cases):
    number = closed(cases).number
    [row] = listed(cases)
    assert (row.number, row.until, row.due) == (number, date(2032, 11, 23), False)
    assert row.why == "6 years after closing"
    with pytest.raises(NotYet, match="still to be kept"):
        sign(cases, number)
    cases.school.clock.turn(days=365 * 6 + 3)
    assert [row.due for row in listed(cases)] == [True]


def test_what_is_signed_off_is_gone_and_its_bare_record_stays(cases):
    taken = closed(cases)
    cases.school.clock.turn(days=365 * 6 + 3)
    assert sign(cases, taken.number, taken.number) == 1
    assert listed(cases) == ()
    assert cases.open(taken.number, "dh") is None
    assert cases.numbers("dh") == []
    assert inbox(cases.services, SETTING, taken.passphrase, cases.school.clock()) is None
    [left] = disposed_cases(cases.services, SETTING, "dh", cases.school.clock())
    assert (left.number, left.title) == (taken.number, "A visitor's phone or conduct")
    assert (left.closed_on, left.signed_on) == (date(2026, 11, 23), date(2032, 11, 24))
    assert disposed_cases(cases.services, SETTING, "hd", cases.school.clock()) == ()
    with pytest.raises(NoSuchCase):
        sign(cases, taken.number)


def test_a_hold_and_a_later_date_keep_a_case_whatever_its_age(cases):
    held, longer = closed(cases).number, closed(cases).number
    cases.do(case_work.hold, held, "dh", why="A court asks for it")
    cases.do(case_work.keep_until, longer, "dh", on=date(2044, 1, 1))
    cases.school.clock.turn(days=365 * 6 + 3)
    assert [(row.until, row.why, row.due) for row in listed(cases)] == [
        (date(2044, 1, 1), "as set for this case", False),
        (None, "held: A court asks for it", False),
    ]
    for number in (held, longer):
        with pytest.raises(NotYet):
            sign(cases, number)
    cases.do(case_work.hold, held, "dh", why="")
    assert sign(cases, held) == 1


def test_of_a_list_with_one_case_that_may_not_go_none_goes(cases):
    old = closed(cases).number
    cases.school.clock.turn(days=365 * 6 + 3)
    still_open = cases.send().number
    for other in (still_open, "0000-0000"):
        with pytest.raises((NotYet, NoSuchCase)):
            sign(cases, old, other)
    assert [row.number for row in listed(cases)] == [old]


def test_nobody_sees_or_signs_off_a_case_about_themselves(cases):
    number = closed(cases, "hd", about="Mr Okafor-Lane").number
    cases.school.clock.turn(days=365 * 6 + 3)
    assert listed(cases) == ()
    assert [row.number for row in listed(cases, "hd")] == [number]
    with pytest.raises(NoSuchCase):
        sign(cases, number)
    assert sign(cases, number, person="hd") == 1
    assert disposed_cases(cases.services, SETTING, "dh", cases.school.clock()) == ()


def test_another_school_has_no_list(cases):
    now = cases.school.clock() + timedelta(days=1)
    assert disposal_list(cases.services, "elsewhere", "dh", now) == ()
    assert disposed_cases(cases.services, "elsewhere", "dh", now) == ()
    with pytest.raises(NoSuchCase):
        sign_off(cases.services, "elsewhere", "dh", ["0000-0000"], now)
