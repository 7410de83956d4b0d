"""Whole jobs of those who run an official account, and of the one who leaves it."""

import re

import pytest
from playwright.sync_api import expect

from bot.rules.evidence import Outcome

pytestmark = pytest.mark.browser

TAKE_OVER = "Please take over: Merriwell Green Primary School"
TREES = "Year 4 planted twelve trees by the gate."


def test_a_holder_signs_the_agreement_from_the_message_and_the_account_says_so(
    town, telephone, enter, answer
):
    page = telephone()
    page.goto(town.link("of", "Read and sign: Social media account agreement"))
    reference = answer(page, "I agree and sign", "Carol Whitlow")
    town.clock.turn(days=1)
    town.post(plan=True)
    assert reference in town.words("of")
    (record,) = town.kept("of", "account-agreement")
    assert record.outcome is Outcome.DONE
    assert town.asked_again("of", "account-agreement") == []
    page = enter("of", "/accounts/facebook")
    expect(page.get_by_text("Agreed on Monday 23 November")).to_be_visible()


def ask_for_a_reader(page, town):
    page.goto(f"{town.address}/accounts/facebook")
    page.get_by_text("Ask for a post to be checked").click()
    page.get_by_label("The post, or what it is about").fill(TREES)
    page.get_by_label("Yes, and consent is checked for each").check()


def test_a_holder_gets_a_second_reader_and_the_log_of_posts_builds_itself(town, enter, press):
    page = enter("y4")
    ask_for_a_reader(page, town)
    page.get_by_label("Which colleague?").select_option("Adam Sorley")
    press(page, "Record it")
    town.post()
    assert "Grace Pellow" in town.words("y5")
    assert TREES not in town.words("y5")
    reader = enter("y5", town.link("y5").removeprefix(town.address))
    press(reader, "Approve post by Grace Pellow")
    page.reload()
    expect(page.get_by_text("agreed by Adam Sorley")).to_be_visible()


def test_that_no_reader_is_available_is_a_recorded_choice(town, enter, press):
    page = enter("y4")
    ask_for_a_reader(page, town)
    page.get_by_label("No reader is available").check()
    page.get_by_label("Why is nobody available?").fill("All are on the trip")
    press(page, "Record it")
    expect(page.get_by_text("No reader, because: All are on the trip")).to_be_visible()


def test_a_leaver_hands_the_account_over_and_keeps_a_receipt(town, enter, by_keyboard, press):
    office = enter("of", "/office/people/of/y4")
    office.get_by_label("Last day", exact=True).fill("2026-12-04")
    press(office, "Save leaving date")
    expect(office.get_by_text("Friday 4 December").first).to_be_visible()
    town.clock.turn(days=1)
    town.post(plan=True)
    leaver = enter("y4", "/accounts/facebook")
    expect(leaver.get_by_text("Someone else must tick these, to protect you.")).to_be_visible()
    office = enter("of", "/accounts/facebook", office)
    while (left := office.get_by_role("button", name=re.compile("Mark as done"))).count():
        with office.expect_navigation():
            by_keyboard(office, left.first)
    office.goto(f"{town.address}/office/accounts/facebook")
    office.get_by_label("Adam Sorley").check()
    press(office, "Save account holders")
    office.goto(f"{town.address}/accounts/facebook")
    press(office, re.compile("Mark as done.*second holder"))
    office.get_by_text("All is handed over.").wait_for()
    town.post()
    assert town.subjects("y4")[-1] == "Handed over: Merriwell Green Primary School"
    assert "Their access is taken away: Carol Whitlow, 24 November 2026." in town.words("y4")
    leaver.reload()
    leaver.get_by_text("4 of 4 steps are done").wait_for()
    told = town.subjects("of").count(TAKE_OVER)
    town.clock.turn(days=1)
    town.post(plan=True)
    assert (told, town.subjects("of").count(TAKE_OVER)) == (1, 1)
