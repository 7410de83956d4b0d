"""Whole jobs of people from outside: no sign-in, urgent numbers first, a number and an answer."""

import re

import pytest
from playwright.sync_api import expect

from bot.cases.service import open_case

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
FORM = f"/report/{SCHOOL}"


def begin(page, town, go_on, about, what):
    page.goto(town.address + FORM)
    shown = page.locator("main").inner_text()
    assert shown.index("999") < shown.index("Start")
    go_on(page, "Start")
    page.get_by_label(about).check()
    go_on(page)
    page.get_by_label("What happened?").fill(what)
    go_on(page)


def send(page, town, go_on, press):
    go_on(page)
    town.clock.turn(minutes=2)
    press(page, "Send")
    return page.locator("#number").inner_text(), page.locator("#passphrase").inner_text()


def open_inbox(page, town, press, passphrase):
    page.goto(f"{town.address}{FORM}/inbox")
    page.get_by_label("Your passphrase").fill(passphrase)
    press(page, "Open my inbox")


def write_back(page, unfold, press, words):
    unfold(page, "Message the reporter")
    page.get_by_label("Your message").fill(words)
    press(page, "Send message")


def test_a_parent_withdraws_a_picture_and_knows_who_has_it_and_by_when(town, telephone, go_on, unfold, press):
    page = telephone()
    begin(
        page,
        town,
        go_on,
        "Photographs, videos and consent",
        "We take back our consent. Please take it down.",
    )
    go_on(page)
    go_on(page)
    page.get_by_label("You may know my name").check()
    page.get_by_label("Your name").fill("Kim Kettle")
    number, passphrase = send(page, town, go_on, press)
    shown = page.locator("main").inner_text()
    assert "It goes to the designated safeguarding lead" in shown
    assert "by then" in shown
    town.post()
    assert number in town.words("dh")
    assert "Kettle" not in town.words("dh")
    dsl = telephone()
    dsl.goto(town.link("dh"))
    press(dsl, "Open case")
    expect(dsl.get_by_text("4 hours left").first).to_be_visible()
    press(dsl, re.compile("Mark as done.*take it down"))
    write_back(dsl, unfold, press, "It is down since this morning.")
    open_inbox(page, town, press, passphrase)
    expect(page.get_by_text("It is down since this morning.")).to_be_visible()
    assert page.context.cookies() == []


def test_a_whistleblower_passes_the_head_stays_unknown_and_adds_more_later(
    town, telephone, go_on, unfold, press
):
    page = telephone()
    begin(
        page,
        town,
        go_on,
        "Something said or done online",
        "Posts about staff from the school's account.",
    )
    go_on(page)
    page.get_by_label("Who is it about?").fill("Helen Achebe")
    go_on(page)
    page.get_by_label("I want to stay anonymous").check()
    before = {person: len(town.mail(person)) for person in ("hd", "dh", "ey")}
    number, passphrase = send(page, town, go_on, press)
    expect(page.get_by_text("0800 028 0285").first).to_be_visible()
    town.post()
    assert {person: len(town.mail(person)) for person in before} == before
    assert number in town.words("gc")
    facts = open_case(town.services, SCHOOL, number, "gc", now=town.clock()).facts
    assert (facts.answers["reporter_name"], facts.answers["reporter_email"], facts.reporter_person) == (
        None,
        None,
        None,
    )
    chair = telephone()
    chair.goto(town.link("gc"))
    press(chair, "Open case")
    write_back(chair, unfold, press, "Which posts do you mean?")
    town.clock.turn(days=2)
    later = telephone()
    open_inbox(later, town, press, passphrase)
    expect(later.get_by_text("Which posts do you mean?")).to_be_visible()
    later.get_by_label("Write to us").fill("Those of last Friday.")
    press(later, "Send message")
    town.post()
    assert number in town.words("gc")
    chair.goto(town.link("gc"))
    press(chair, "Open case")
    expect(chair.get_by_text("Those of last Friday.").first).to_be_visible()
    assert later.context.cookies() == []


def test_the_form_says_what_is_traced_and_where_else_to_go_before_anything_is_written(town, telephone):
    page = telephone()
    page.goto(town.address + FORM)
    shown = page.locator("main").inner_text()
    for words in (
        "stay anonymous",
        "NSPCC",
        "0800 028 0285",
        "01632 960190",
        "Ofsted",
        "Nothing is kept until",
    ):
        assert words in shown
