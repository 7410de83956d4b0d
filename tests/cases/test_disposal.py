"""The yearly disposal list: who sees what, what may go, and that what goes is gone."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.cases import service as case_service
from bot.cases.context import NoSuchCase, TransitionBlocked
from bot.cases.disposal import disposal_list, disposed_cases, sign_off
from bot.cases.emails import remind_of_disposal
from bot.cases.jobs import look_after_cases
from bot.cases.model import CaseOutcome, CaseState, Debrief
from bot.cases.service import ClockDone
from bot.core.encryption import CaseKeys, new_master_key
from bot.reports.service import inbox

SCHOOL = "merriwell-green"


def close(cases, number, person):
    for to in (CaseState.TRIAGED, CaseState.DEBRIEF):
        cases.do(case_service.move, number, person, to=to)
    cases.answer_all(number, person)
    for clock in cases.open(number, person).clocks:
        cases.do(case_service.clock_done, number, person, done=ClockDone(clock.action, "The LADO, ref. 417"))
    cases.do(case_service.say_outcome, number, person, outcome=CaseOutcome.UPHELD)
    cases.do(case_service.say_debrief, number, person, debrief=Debrief("a", "b", "c"))
    cases.do(case_service.move, number, person, to=CaseState.CLOSED)


def closed(cases, person="dh", **given):
    taken = cases.send(**given)
    close(cases, taken.number, person)
    return taken


def listed(cases, person="dh"):
    return disposal_list(cases.services, SCHOOL, person, cases.school.clock())


def sign(cases, *numbers, person="dh"):
    return sign_off(cases.services, SCHOOL, person, numbers, cases.school.clock())


def test_a_case_is_due_when_its_years_are_over_and_not_before(cases):
    number = closed(cases).number
    [row] = listed(cases)
    assert (row.number, row.until, row.due) == (number, date(2032, 11, 23), False)
    assert row.why == "6 years after closing"
    with pytest.raises(TransitionBlocked, match="still to be kept"):
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
    assert inbox(cases.services, SCHOOL, taken.passphrase, cases.school.clock()) is None
    [left] = disposed_cases(cases.services, SCHOOL, "dh", cases.school.clock())
    assert (left.number, left.title) == (taken.number, "A visitor's phone or conduct")
    assert (left.closed_on, left.signed_on) == (date(2026, 11, 23), date(2032, 11, 24))
    assert disposed_cases(cases.services, SCHOOL, "hd", cases.school.clock()) == ()
    with pytest.raises(NoSuchCase):
        sign(cases, taken.number)


def test_a_hold_and_a_later_date_keep_a_case_whatever_its_age(cases):
    held, longer = closed(cases).number, closed(cases).number
    cases.do(case_service.hold, held, "dh", why="A court asks for it")
    cases.do(case_service.keep_until, longer, "dh", on=date(2044, 1, 1))
    cases.school.clock.turn(days=365 * 6 + 3)
    assert [(row.until, row.why, row.due) for row in listed(cases)] == [
        (date(2044, 1, 1), "as set for this case", False),
        (None, "held: A court asks for it", False),
    ]
    for number in (held, longer):
        with pytest.raises(TransitionBlocked):
            sign(cases, number)
    cases.do(case_service.hold, held, "dh", why="")
    assert sign(cases, held) == 1


def test_of_a_list_with_one_case_that_may_not_go_none_goes(cases):
    old = closed(cases).number
    cases.school.clock.turn(days=365 * 6 + 3)
    still_open = cases.send().number
    for other in (still_open, "0000-0000"):
        with pytest.raises((TransitionBlocked, NoSuchCase)):
            sign(cases, old, other)
    assert [row.number for row in listed(cases)] == [old]


def test_no_one_sees_or_signs_off_a_case_about_themselves(cases):
    number = closed(cases, "hd", about="Mr Okafor-Lane").number
    cases.school.clock.turn(days=365 * 6 + 3)
    assert listed(cases) == ()
    assert [row.number for row in listed(cases, "hd")] == [number]
    with pytest.raises(NoSuchCase):
        sign(cases, number)
    assert sign(cases, number, person="hd") == 1
    assert disposed_cases(cases.services, SCHOOL, "dh", cases.school.clock()) == ()


def test_another_school_has_no_list(cases):
    now = cases.school.clock() + timedelta(days=1)
    assert disposal_list(cases.services, "elsewhere", "dh", now) == ()
    assert disposed_cases(cases.services, "elsewhere", "dh", now) == ()
    with pytest.raises(NoSuchCase):
        sign_off(cases.services, "elsewhere", "dh", ["0000-0000"], now)


# The yearly letter


def september(cases, day, hour=6, minute=20, year=2033):
    cases.school.clock.at = datetime(year, 9, day, hour, minute, tzinfo=UTC)
    look_after_cases(cases.services, cases.school.clock())
    return told(cases)


def told(cases):
    return sorted((person, number) for person, number, _ in cases.letters() if number == "disposal")


def test_the_head_is_told_once_on_the_first_school_day_of_september(cases):
    closed(cases)
    assert september(cases, 1, year=2032) == []
    assert september(cases, 31 - 1, hour=12, year=2032) == []
    assert september(cases, 1) == [("hd", "disposal")]
    for day in (2, 5, 30):
        assert september(cases, day) == [("hd", "disposal")]
    assert september(cases, 1, year=2034) == [("hd", "disposal")] * 2


def test_a_weekend_waits_for_monday_and_other_months_tell_no_one(cases):
    closed(cases)
    cases.school.clock.at = datetime(2034, 8, 31, 6, 20, tzinfo=UTC)
    look_after_cases(cases.services, cases.school.clock())
    assert told(cases) == []
    for day in (2, 3):
        assert september(cases, day, year=2034) == []
    assert september(cases, 4, year=2034) == [("hd", "disposal")]


def test_the_letter_tells_how_many_its_reader_may_open_and_nothing_else(cases):
    kept = [closed(cases).number for _ in range(2)]
    september(cases, 1)
    cases.school.clock.turn(hours=2)
    cases.school.deliver()
    [mail] = [one for one in cases.school.received("head@merriwell.example") if "old cases" in one["subject"]]
    assert mail["subject"] == "2 old cases wait to be signed off"
    text = mail.get_body(("plain",)).get_content()
    assert re.search(r"https://[^\s/]+/cases/disposal\s", text)
    for said in (*kept, "visitor", "hall"):
        assert said not in text


def test_a_case_about_the_head_is_told_to_the_chair_and_changes_nothing_for_the_head(cases):
    number = cases.send(category="concern-about-head").number
    close(cases, number, "gc")
    cases.do(case_service.keep_until, number, "gc", on=None)
    assert september(cases, 1, year=2037) == [("gc", "disposal")]


def test_a_letter_whose_reason_is_gone_is_not_sent(cases):
    number = closed(cases).number
    september(cases, 1)
    sign(cases, number)
    cases.school.clock.turn(hours=2)
    cases.school.deliver()
    assert [
        one for one in cases.school.received("head@merriwell.example") if "old case" in one["subject"]
    ] == []


def test_without_the_right_keys_no_one_is_told_and_nothing_breaks(cases):
    closed(cases)
    cases.school.clock.at = datetime(2033, 9, 1, 6, 20, tzinfo=UTC)
    for keys in (None, CaseKeys((new_master_key(),))):
        remind_of_disposal(replace(cases.services, case_keys=keys), cases.school.clock())
    assert told(cases) == []
