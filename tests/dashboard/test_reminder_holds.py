"""Reminders on hold: who may set it, what it keeps back, what goes all the same, and how it ends."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from bot.core.clock import local_date
from bot.delivery.service import deliver
from bot.messages import store as message_store
from bot.planning.plan import ON_HOLD, plan, plan_with_plan_again_on
from bot.planning.service import plan_day
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.rules.reminder_holds import MAX_HOLD, REASONS, ReminderHold, Scope, hold_on

SCHOOL = "merriwell-green"
PAGE = "/school/hold"
MONDAY = date(2026, 11, 23)


def snapshot(school):
    with school.store.reading() as conn:
        return load_snapshot(conn, local_date(school.clock()), (SCHOOL,))


def send(school, client, address=PAGE, **fields):
    return client.post(address, data={"seal": school.seal_of(client)} | fields)


def a_hold(school, **changed):
    until = local_date(school.clock()) + timedelta(days=7)
    return {"scope": "school", "reason": "inspection", "until": str(until)} | changed


def held(scope, about, until=MONDAY + timedelta(days=4)):
    return ReminderHold(SCHOOL, scope, about, "busy", MONDAY, until)


def told(decided):
    return {(one.person, item.duty.obligation.key) for one in decided.notices for item in one.items}


def skipped(decided):
    return {(one.person, one.obligation) for one in decided.skipped if one.reason == ON_HOLD}


@pytest.mark.parametrize(
    ("scope", "about", "covers"),
    [
        (Scope.SCHOOL, "", {("y5", "a"), ("y5", None), ("y6", "a")}),
        (Scope.PERSON, "y5", {("y5", "a"), ("y5", None)}),
        (Scope.RULE, "a", {("y5", "a"), ("y6", "a")}),
    ],
)
def test_a_hold_covers_what_it_is_about_on_its_days(scope, about, covers):
    one = held(scope, about)
    asked = [("y5", "a"), ("y5", None), ("y5", "b"), ("y6", "a")]
    found = {pair for pair in asked if hold_on([one], SCHOOL, *pair, MONDAY)}
    assert found == covers | ({("y5", "b")} if scope in {Scope.SCHOOL, Scope.PERSON} else set())
    assert hold_on([one], "another", "y5", "a", MONDAY) is None
    assert hold_on([one], SCHOOL, "y5", "a", one.until_on) == hold_on([one], SCHOOL, "y5", "a", MONDAY)
    for day in (MONDAY - timedelta(days=1), one.until_on + timedelta(days=1)):
        assert hold_on([one], SCHOOL, "y5", "a", day) is None


def test_the_plan_names_the_hold_and_after_it_the_latest_step_goes_once(web_school):
    found = snapshot(web_school)
    before = plan(found, MONDAY)
    assert told(before)
    one = held(Scope.SCHOOL, "")
    on_hold = replace(found, reminder_holds=(one,))
    during = plan(on_hold, MONDAY)
    assert all(notice.urgent for notice in during.notices)
    assert skipped(during)
    after = one.until_on + timedelta(days=3)
    assert plan(on_hold, after) == plan(found, after)
    due = {(duty.duty.obligation.key, duty.duty.due_on) for notice in before.notices for duty in notice.items}
    assert due


def test_a_hold_of_a_person_or_of_a_rule_keeps_back_no_other(web_school):
    found = snapshot(web_school)
    before = told(plan(found, MONDAY))
    person, rule = min(before)
    of_person = told(plan(replace(found, reminder_holds=(held(Scope.PERSON, person),)), MONDAY))
    assert {one for one in of_person if one[0] == person} == set()
    assert of_person
    of_rule = told(plan(replace(found, reminder_holds=(held(Scope.RULE, rule),)), MONDAY))
    assert {one for one in of_rule if one[1] == rule} == set()
    assert of_rule <= before


def test_the_day_after_a_hold_is_planned_without_anybody_asking(web_school):
    one = held(Scope.SCHOOL, "")
    _, again_on = plan_with_plan_again_on(replace(snapshot(web_school), reminder_holds=(one,)), MONDAY)
    assert again_on <= one.until_on + timedelta(days=1)


def test_a_head_sets_it_and_it_stands_on_today_and_in_the_ledger(served, member):
    client = member("hd")
    assert send(served, client, **a_hold(served)).status_code == 303
    (one,) = snapshot(served).reminder_holds
    assert (one.scope, one.by, one.reason) == (Scope.SCHOOL, "hd", "inspection")
    for reader in ("hd", "of"):
        assert BeautifulSoup(member(reader).get("/me").text, "html.parser").find(id="on-hold")
    with served.store.reading() as conn:
        (_, entry), *_ = ledger.entries(conn)
    assert (entry.action, entry.actor) == ("put reminders on hold", "person:hd")
    assert entry.data["until"] == str(one.until_on)
    assert plan_day(served.services, served.clock()).notices == ()
    page = BeautifulSoup(client.get(PAGE).text, "html.parser")
    assert page.select("li[data-scope=school] form[action$='/end']")
    assert send(served, client, f"{PAGE}/end", scope="school", about="").status_code == 303
    assert snapshot(served).reminder_holds == ()
    assert plan_day(served.services, served.clock()).notices


def test_what_waits_already_is_not_sent_and_is_decided_again_after_the_hold(served, member):
    plan_day(served.services, served.clock())
    with served.store.reading() as conn:
        waiting = message_store.recent(conn, school=SCHOOL, states={"waiting"})
    assert waiting
    assert send(served, member("dh"), **a_hold(served)).status_code == 303
    assert deliver(served.services, now=served.clock()).counts.get("sent", 0) == 0
    served.clock.turn(days=8)
    assert {one.person for one in plan_day(served.services, served.clock()).notices}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"scope": ""}, "scope"),
        ({"scope": "person", "person": "nobody"}, "person"),
        ({"scope": "rule", "rule": "nothing"}, "rule"),
        ({"reason": "ill"}, "reason"),
        ({"until": ""}, "until"),
        ({"until": "2026-11-20"}, "until"),
        ({"until": str(MONDAY + MAX_HOLD + timedelta(days=1))}, "until"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(served, member, changed, field):
    answer = send(served, member("hd"), **a_hold(served, **changed))
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select(f".errors a[href='#{field}']")
    assert snapshot(served).reminder_holds == ()


def test_only_a_head_or_a_deputy_sets_it(served, member):
    for reader in ("of", "y5"):
        assert send(served, member(reader), **a_hold(served)).status_code == 403
    assert len(REASONS) > 2
