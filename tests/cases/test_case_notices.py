"""Letters about cases: they quote nothing, reach only those who may open it, and stop once it is taken."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update
from unsealed import case_messages

from bot.cases import corrections
from bot.cases import service as case_service
from bot.cases.jobs import CaseJobResult, look_after_cases, run_daily_case_job
from bot.cases.model import CaseState
from bot.cases.service import ClockDone
from bot.core.encryption import CaseKeys, KeysMissing, new_master_key
from bot.delivery.service import deliver
from bot.messages import store as message_store
from bot.messages.tables import message
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.tables import school
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.register import Register

WORDS = ("Zanzibar", "grey coat", "Samuel", "Kerr")


def of_cases(cases, email):
    return [mail for mail in cases.school.received(email) if str(mail["Subject"]).startswith("Case")]


def waits(cases):
    with cases.school.store.reading() as conn:
        return conn.scalars(select(message.c.not_before_at).where(message.c.kind == "case")).all()


def test_a_letter_says_of_a_clock_that_has_run_out_that_it_has(cases):
    taken = cases.send(category="data-breach")
    cases.school.clock.turn(days=4)
    cases.do(case_service.watch, taken.number, "hd", who="dh")
    cases.school.deliver()
    mails = [mail for mail in of_cases(cases, "deputy@merriwell.example") if taken.number in mail["Subject"]]
    text = " ".join(mails[-1].get_body(("plain",)).get_content().split())
    assert "was wanted by Thursday 26 November, 07:30, which has passed." in text


def test_a_letter_carries_number_category_clock_and_link_and_nothing_else(cases):
    taken = cases.send(category="data-breach", what="Zanzibar", about="Samuel Kerr with a grey coat")
    cases.school.deliver()
    [mail] = of_cases(cases, "head@merriwell.example")
    assert mail["Subject"] == f"Case {taken.number} needs you"
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert "Personal information lost" in text
    assert "Thursday 26 November, 07:30" in " ".join(text.split())
    assert mail["Reply-To"] is None
    assert [word for word in WORDS if word in text + html + str(mail["Subject"])] == []
    [link] = re.findall(r"https://\S+", text)
    opened = cases.services.links.open(link.split("/c/")[1], cases.school.clock())
    assert (opened.purpose, opened.person, opened.obligation) == ("case", "hd", taken.number)
    assert link in html


def test_live_clocks_ignore_quiet_hours_and_nothing_else_does(cases):
    cases.school.clock.turn(days=5, hours=14)  # Saturday evening
    cases.send(category="visitor")
    cases.send(category="data-breach")
    later, at_once = sorted(waits(cases), reverse=True)
    assert at_once == cases.school.clock()
    assert (later.date(), later.hour, later.minute) == (date(2026, 11, 30), 7, 30)


def test_a_letter_that_was_queued_is_not_sent_once_its_reader_is_named(cases):
    cases.school.clock.turn(days=5)
    number = cases.send().number
    cases.do(
        corrections.correct_facts, number, "hd", correction=corrections.Correction(named=frozenset({"dh"}))
    )
    cases.school.clock.turn(days=2, hours=1)
    cases.school.deliver()
    assert of_cases(cases, "deputy@merriwell.example") == []
    found = case_messages(cases.school.store, cases.services.case_keys)
    reasons = [row.last_reason for row, person, _ in found if person == "dh"]
    assert "Nothing needs this reader." in reasons


@pytest.mark.parametrize("keys", [None, CaseKeys((new_master_key(),))], ids=["no key", "another key"])
def test_without_the_right_key_other_letters_still_go_out(cases, keys):
    cases.send(category="data-breach")
    cases.school.plan()
    said = deliver(replace(cases.services, case_keys=keys), now=cases.school.clock()).counts
    assert said["withdrawn"] == 1
    assert said["sent"] >= 1


def test_the_lists_of_messages_do_not_tell_that_a_case_exists(cases):
    cases.send()
    with cases.school.store.reading() as conn:
        assert message_store.recent(conn, school="merriwell-green") == []


def test_a_person_who_has_an_unread_case_is_reminded_once_a_school_day_until_they_take_it_up(cases):
    number = cases.send().number
    assert run_daily_case_job(cases.services, cases.school.clock()) == CaseJobResult(1, 0, 0)
    for _ in range(7):  # a whole week, its weekend too
        cases.school.clock.turn(days=1)
        for _ in range(2):
            run_daily_case_job(cases.services, cases.school.clock())
    assert [why for _, _, why in cases.letters()].count("remind") == 5
    cases.do(case_service.move, number, "dh", to=CaseState.TRIAGED)
    cases.school.clock.turn(days=1)
    assert run_daily_case_job(cases.services, cases.school.clock()).reminded == 0


def test_a_clock_about_to_end_reminds_even_on_a_sunday_and_stops_when_it_is_done(cases):
    cases.school.clock.turn(days=4)  # Friday morning
    number = cases.send(category="data-breach").number
    cases.do(case_service.move, number, "hd", to=CaseState.TRIAGED)
    cases.school.clock.turn(days=1)
    assert run_daily_case_job(cases.services, cases.school.clock()).reminded == 0
    cases.school.clock.turn(days=1, hours=1)
    assert run_daily_case_job(cases.services, cases.school.clock()).reminded == 1
    action = cases.open(number, "hd").clocks[0].action
    cases.do(case_service.clock_done, number, "hd", done=ClockDone(action, "The LADO, ref. 417"))
    cases.school.clock.turn(days=1)
    assert run_daily_case_job(cases.services, cases.school.clock()).reminded == 0


def test_a_reminder_still_waiting_is_not_sent_once_the_case_is_closed_or_another_persons(cases):
    number = cases.send().number
    cases.school.deliver()
    cases.school.clock.turn(days=1, hours=-1)  # before the hours of the school
    run_daily_case_job(cases.services, cases.school.clock())
    cases.do(case_service.assign, number, "dh", to="hd")
    cases.school.clock.turn(hours=2)
    cases.school.deliver()
    assert len(of_cases(cases, "deputy@merriwell.example")) == 1
    assert len(of_cases(cases, "head@merriwell.example")) == 1


def test_a_leavers_cases_move_on_by_the_route_and_the_timeline_says_so(cases):
    number = cases.send().number
    cases.do(case_service.move, number, "dh", to=CaseState.TRIAGED)
    cases.school.change("dh", leaves_on=date(2026, 11, 23))
    cases.school.clock.turn(days=1)
    assert run_daily_case_job(cases.services, cases.school.clock()) == CaseJobResult(1, 1, 0)
    view = cases.open(number, "hd")
    assert view.case.assignee == "hd"
    assert (view.timeline[-1].by, "has left or is away" in view.timeline[-1].what) == ("Handbell", True)
    assert cases.letters()[-1][0] == "hd"
    assert cases.open(number, "dh") is None


DEPUTY, LEAD = frozenset({"staff", "deputy-dsl"}), frozenset({"staff", "dsl"})


@pytest.fixture
def of_a_teacher(cases):
    """A case about an assistant, ta4, which the deputy safeguarding lead has, and a teacher follows."""
    number = cases.send(about="Peter Quill").number
    cases.school.change("y4", roles=DEPUTY)
    cases.do(case_service.assign, number, "dh", to="y4")
    cases.do(case_service.watch, number, "dh", who="y1")
    cases.do(case_service.move, number, "y4", to=CaseState.TRIAGED)
    cases.school.change("dh", roles=frozenset({"staff", "teacher"}))
    return number


def in_the_morning(cases):
    cases.school.clock.turn(days=1)
    return run_daily_case_job(cases.services, cases.school.clock()).moved


def test_a_deputy_loses_a_case_about_the_person_who_becomes_their_lead(cases, of_a_teacher):
    assert in_the_morning(cases) == 0
    cases.school.change("ta4", roles=LEAD)
    assert in_the_morning(cases) == 1
    view = cases.open(of_a_teacher, "hd")
    assert (view.case.assignee, view.case.watchers) == ("hd", frozenset({"y1"}))
    assert "now answers to somebody it is about" in view.timeline[-1].what
    assert cases.letters()[-1][0] == "hd"
    assert [cases.open(of_a_teacher, key) for key in ("y4", "ta4")] == [None, None]
    assert in_the_morning(cases) == 0


def test_whom_the_head_gives_it_to_all_the_same_keeps_it(cases, of_a_teacher):
    cases.school.change("ta4", roles=LEAD)
    assert in_the_morning(cases) == 1
    cases.do(case_service.assign, of_a_teacher, "hd", to="y4")
    assert in_the_morning(cases) == 0
    assert cases.open(of_a_teacher, "y4").case.assignee == "y4"


def test_a_case_about_the_person_who_becomes_head_goes_to_the_chair_and_no_one_else_follows_it(
    cases, of_a_teacher
):
    cases.school.change("hd", roles=frozenset({"staff", "teacher"}))
    cases.school.change("ta4", roles=frozenset({"staff", "headteacher"}))
    assert in_the_morning(cases) == 1
    view = cases.open(of_a_teacher, "gc")
    assert (view.case.assignee, view.case.watchers) == ("gc", frozenset())
    assert [cases.open(of_a_teacher, key) for key in ("y4", "y1", "ta4", "hd")] == [None] * 4


def test_an_unread_case_does_not_wait_for_a_person_who_is_away(cases):
    number = cases.send().number
    cases.school.change("dh", absences=(Absence(date(2026, 11, 24)),))
    cases.school.change("y4", roles=frozenset({"staff", "deputy-dsl"}))
    cases.school.clock.turn(days=1)
    run_daily_case_job(cases.services, cases.school.clock())
    assert cases.open(number, "hd").case.assignee == "y4"


def test_where_no_one_stands_in_for_an_absent_owner_a_person_who_is_here_is_told_too(cases):
    cases.school.change("dh", absences=(Absence(date(2026, 11, 20)),))
    cases.send()
    assert cases.told() == {"dh", "hd"}
    cases.school.clock.turn(days=1)
    run_daily_case_job(cases.services, cases.school.clock())
    cases.school.deliver()
    assert len(of_cases(cases, "head@merriwell.example")) == 2


def test_a_case_no_one_could_take_goes_to_the_first_who_can(cases):
    number = cases.send(about_roles=("headteacher", "chair")).number
    assert run_daily_case_job(cases.services, cases.school.clock()).moved == 0
    cases.school.change("gs", roles=frozenset({"governor", "chair"}))
    cases.school.change("gc", roles=frozenset({"governor"}))
    assert run_daily_case_job(cases.services, cases.school.clock()).moved == 1
    assert cases.open(number, "gs").case.assignee == "gs"


def test_the_morning_look_says_when_it_cannot_read_the_cases(cases):
    assert (
        run_daily_case_job(replace(cases.services, case_keys=None), cases.school.clock()) == CaseJobResult()
    )
    assert look_after_cases(cases.services, cases.school.clock()) == "looked after"
    cases.send()
    with pytest.raises(KeysMissing):
        run_daily_case_job(replace(cases.services, case_keys=None), cases.school.clock())


def test_a_fault_in_one_school_keeps_no_other_case_waiting(cases):
    store, now = cases.school.store, cases.school.clock()
    there = Person("ah", "A Head", "ah@ash.example", (Membership("ash", frozenset({"headteacher"})),))
    with store.writing() as conn:
        record_register.save_register(conn, Register(School("ash", "Ash Primary School")), now)
        record_people.save_people(conn, [there], now)
    cases.send(school="ash")
    cases.send()
    with store.writing() as conn:
        conn.execute(update(school).where(school.c.key == "ash").values(timezone="Nowhere"))
    cases.school.clock.turn(days=1)
    with pytest.raises(KeyError):
        run_daily_case_job(cases.services, cases.school.clock())
    assert [why for _, _, why in cases.letters()].count("remind") == 1
