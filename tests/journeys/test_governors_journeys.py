"""Whole jobs of those who govern: from the message to the minute, on a telephone."""

import re

import pytest
from by_hand import go
from playwright.sync_api import expect

from bot.rules.evidence import Outcome

pytestmark = pytest.mark.browser

MOBILE = "Mobile, Smart Technology and Social Media Policy"


def test_a_governor_does_their_own_duty_and_reads_one_page_before_the_meeting(town, telephone, enter, answer):
    page = telephone()
    page.goto(town.link("g4", "Safeguarding training for governors"))
    reference = answer(page, "I have done this", "Idris Vaughan", on="2026-11-10")
    town.clock.turn(days=1)
    town.post(plan=True)
    assert reference in town.words("g4")
    assert town.asked_again("g4", "governor-training") == []
    page = enter("g4", "/governors/overview")
    questions = page.get_by_role("region", name="Questions worth asking").locator("li")
    assert 1 <= questions.count() <= 6
    for word in ("Overdue", "Unknown", "Due soon"):
        expect(page.get_by_text(word).first).to_be_visible()
    shown = page.locator("main").inner_text()
    assert "Adam Sorley" not in shown
    assert "Helen Achebe" not in shown


def test_the_chair_takes_a_concern_about_the_head_which_the_head_cannot_open(
    town, telephone, enter, go_on, press
):
    page = telephone()
    page.goto(f"{town.address}/report")
    go_on(page, "Start")
    page.get_by_label("An adult may have harmed a child").check()
    go_on(page)
    page.get_by_label("What happened?").fill("The headteacher shouted at staff about a telephone.")
    go_on(page)
    go_on(page)
    page.get_by_label("The headteacher").check()
    go_on(page)
    page.get_by_label("I want to stay anonymous").check()
    go_on(page)
    town.clock.turn(minutes=2)
    press(page, "Send")
    number = page.locator("#number").inner_text()
    before = {person: len(town.mail(person)) for person in ("hd", "dh", "ey", "of")}
    town.post()
    assert number in town.words("gc")
    assert "shouted" not in town.words("gc")
    assert {person: len(town.mail(person)) for person in before} == before

    chair = telephone()
    link = town.link("gc")
    chair.goto(link)
    go(chair.get_by_role("button", name="Open case"))
    expect(chair.get_by_text("Tell the LADO by").first).to_be_visible()
    expect(chair.get_by_text("Telephone the council’s LADO")).to_be_visible()
    chair.get_by_label("Who was told").fill("The duty LADO, reference 417")
    press(chair, re.compile("Mark as done.*tell the LADO"))
    expect(chair.get_by_text("done Monday 23 November").first).to_be_visible()

    head = enter("hd")
    head.goto(f"{town.address}/cases")
    assert number not in head.content()
    assert "no case for you" in head.locator("main").inner_text()
    assert number in chair.content()
    head.goto(link)
    assert "/sign-in" in head.url


def test_the_clerk_types_the_minute_once_and_it_is_right_everywhere(town, telephone, enter, answer, press):
    assert f"Put it on the agenda: {MOBILE}" in town.words("cl")
    assert "papers go by 2 December 2026" in town.words("cl")
    page = telephone()
    page.goto(town.link("cl", f"Put it on the agenda: {MOBILE}"))
    answer(page, "This is done", "Helena Novak", on="2026-11-23")
    clerk = enter("cl", "/governors")
    expect(clerk.get_by_text("Wednesday 2 December").first).to_be_visible()
    go(clerk.get_by_role("link", name="Agenda items of Full governing body").first)
    expect(clerk.get_by_text(MOBILE).first).to_be_visible()
    town.clock.turn(days=18)
    clerk = enter("cl", "/governors", telephone())
    go(
        clerk.get_by_role("region", name="Recent meetings: record the decisions").get_by_role(
            "link", name=MOBILE
        )
    )
    expect(clerk.get_by_label("On which day?")).to_have_value("2026-12-10")
    clerk.get_by_label("Minute reference").fill("12/26")
    clerk.get_by_label("Version 1, in force").check()
    press(clerk, "Record approval")
    assert "Approved: HB-" in clerk.get_by_role("status").inner_text()
    assert town.asked_again("cl", "review-mobile") == []
    governor = enter("gs", "/governors/reviews/mobile-and-social-media")
    expect(governor.get_by_text("12/26").first).to_be_visible()
    expect(governor.get_by_text("Friday 10 December 2027").first).to_be_visible()
    head = enter("hd", "/school/policies")
    expect(head.get_by_text("10 December 2027").first).to_be_visible()


def test_the_safeguarding_governor_checks_the_filter_and_reports_to_the_board_in_numbers(
    town, telephone, enter, answer, paper
):
    page = telephone()
    page.goto(town.link("gs", "Check: Review of filtering and monitoring"))
    page.get_by_label("This is done").check()
    page.get_by_label("What you tried, and what came of it").fill("With the technician, minute 4")
    reference = answer(page, "This is done", "Fiona Baptiste")
    town.clock.turn(days=1)
    town.post(plan=True)
    assert reference in town.words("gs")
    assert town.asked_again("gs", "filtering-review") == []
    governor = enter("gs", "/governors/overview")
    assert paper(governor, "Report of the term (PDF)").startswith(b"%PDF-")

    # A report of each term is counted back from the term's last day, 18 December.
    town.clock.turn(days=8)
    assert "governor-report" in town.asked("gs", town.clock().date())
    town.post(plan=True)
    page.goto(town.link("gs", "Report: Online safety report to the governing body"))
    answer(page, "This is done", "Fiona Baptiste")
    assert town.kept("gs", "governor-report")[-1].outcome is Outcome.DONE
    assert town.asked_again("gs", "governor-report") == []
