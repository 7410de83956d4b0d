"""Whole jobs of people from outside: no sign-in, urgent numbers first, a number and an answer."""

import re

import pytest

from bot.actions.case_work import open_case

pytestmark = pytest.mark.browser

SETTING = "merriwell-green"
FORM = f"/report/{SETTING}"


def press(page, by_keyboard, name):
    with page.expect_navigation():
        by_keyboard(page, page.get_by_role("button", name=name, exact=True))


def begin(page, town, by_keyboard, about, what):
    page.goto(town.address + FORM)
    shown = page.locator("main").inner_text()
    assert shown.index("999") < shown.index("Start")
    press(page, by_keyboard, "Start")
    page.get_by_label(about).check()
    press(page, by_keyboard, "Continue")
    page.get_by_label("What happened?").fill(what)
    press(page, by_keyboard, "Continue")


def send(page, town, by_keyboard):
    press(page, by_keyboard, "Continue")
    town.clock.turn(minutes=2)
    press(page, by_keyboard, "Send")
    return page.locator("#number").inner_text(), page.locator("#passphrase").inner_text()


def open_inbox(page, town, by_keyboard, passphrase):
    page.goto(f"{town.address}{FORM}/inbox")
    page.get_by_label("Your passphrase").fill(passphrase)
    press(page, by_keyboard, "Open my inbox")


def write_back(page, by_keyboard, words):
    by_keyboard(page, page.locator("summary").filter(has_text="Write to the reporter"))
    page.get_by_label("Your message").fill(words)
    press(page, by_keyboard, "Send the message")


def test_a_parent_withdraws_a_picture_and_knows_who_has_it_and_by_when(town, telephone, by_keyboard):
    page = telephone()
    begin(
        page,
        town,
        by_keyboard,
        "Photographs, videos and consent",
        "We take back our consent. Please take it down.",
    )
    press(page, by_keyboard, "Continue")
    press(page, by_keyboard, "Continue")
    page.get_by_label("You may know my name").check()
    page.get_by_label("Your name").fill("Kim Kettle")
    number, passphrase = send(page, town, by_keyboard)
    shown = page.locator("main").inner_text()
    assert "It goes to the designated safeguarding lead" in shown
    assert "by then" in shown
    town.post()
    assert number in town.words("dh")
    assert "Kettle" not in town.words("dh")
    dsl = telephone()
    dsl.goto(town.link("dh"))
    assert dsl.get_by_text("4 hours left").first.is_visible()
    press(dsl, by_keyboard, re.compile("It is done.*take it down"))
    write_back(dsl, by_keyboard, "It is down since this morning.")
    open_inbox(page, town, by_keyboard, passphrase)
    assert page.get_by_text("It is down since this morning.").is_visible()
    assert page.context.cookies() == []


def test_a_whistleblower_passes_the_head_stays_unknown_and_adds_more_later(town, telephone, by_keyboard):
    page = telephone()
    begin(
        page,
        town,
        by_keyboard,
        "Something said or done online",
        "Posts about staff from the school's account.",
    )
    press(page, by_keyboard, "Continue")
    page.get_by_label("Who is it about?").fill("Helen Achebe")
    press(page, by_keyboard, "Continue")
    page.get_by_label("I want to stay anonymous").check()
    before = {person: len(town.mail(person)) for person in ("hd", "dh", "ey")}
    number, passphrase = send(page, town, by_keyboard)
    assert page.get_by_text("0800 028 0285").first.is_visible()
    town.post()
    assert {person: len(town.mail(person)) for person in before} == before
    assert number in town.words("gc")
    facts = open_case(town.services, SETTING, number, "gc", now=town.clock()).facts
    assert (facts.reporter_name, facts.reporter_email, facts.reporter_person) == (None, None, None)
    chair = telephone()
    chair.goto(town.link("gc"))
    write_back(chair, by_keyboard, "Which posts do you mean?")
    town.clock.turn(days=2)
    later = telephone()
    open_inbox(later, town, by_keyboard, passphrase)
    assert later.get_by_text("Which posts do you mean?").is_visible()
    later.get_by_label("Write to us").fill("Those of last Friday.")
    press(later, by_keyboard, "Send message")
    town.post()
    assert number in town.words("gc")
    chair.goto(town.link("gc"))
    assert chair.get_by_text("Those of last Friday.").first.is_visible()
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
