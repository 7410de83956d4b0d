"""A report in a real Chromium: the whole way for everybody, and nobody to be found in it afterwards."""

import re
import sqlite3

import pytest
from by_hand import enter, go, press
from matrix import whole
from neighbours import put_beside
from playwright.sync_api import expect

from bot.cases.service import post_to_reporter

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
LOOKS = [{"width": 320}, *whole({"width": 1280, "dark": True})]


def steps(page, school):
    """Go the whole way, name each page as it stands: mistakes, a turn away, a report, an answer."""
    page.goto(f"{school.address}/report")
    yield "first"
    press(page, "Start")
    yield "category"
    press(page, "Continue")
    yield "category wrong"
    page.get_by_label("A visitor's phone or conduct").check()
    press(page, "Continue")
    page.get_by_label("What happened?").fill("A pupil disclosed abuse.")
    press(page, "Continue")
    yield "turned away"
    press(page, "Change what you wrote")
    page.get_by_label("What happened?").fill("A visitor filmed the play.\n\nTwice.")
    yield "what"
    press(page, "Continue")
    yield "where"
    press(page, "Continue")
    yield "about"
    page.get_by_label("The chair of governors").check()
    press(page, "Continue")
    page.get_by_label("You may know my name").check()
    press(page, "Continue")
    yield "name wrong"
    page.get_by_label("I want to stay anonymous").check()
    yield "anonymous"
    press(page, "Continue")
    yield "check"
    press(page, "Send")
    school.clock.turn(minutes=2)
    yield "too quick"
    press(page, "Send")
    yield "thanks"
    yield from inbox_steps(page, school)


def inbox_steps(page, school):
    passphrase, number = page.locator("#passphrase").inner_text(), page.locator("#number").inner_text()
    said = {"words": "Which play?", "now": school.clock()}
    post_to_reporter(school.services, SCHOOL, number, "hd", **said)
    go(page.get_by_role("link", name="Open your inbox"))
    press(page, "Open my inbox")
    yield "inbox wrong"
    page.get_by_label("Your passphrase").fill(passphrase)
    press(page, "Open my inbox")
    yield "inbox"
    press(page, "Send message")
    yield "message wrong"
    page.get_by_label("Write to us").fill("The one on Friday.")
    press(page, "Send message")
    page.get_by_text("Your message is sent.").wait_for()
    yield "message sent"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_axe_finds_nothing_and_everything_fits_on_the_whole_way(served, visitor, faults, look):
    page = visitor(**look)
    found = [fault for name in steps(page, served) for fault in faults(page, name, look["width"])]
    assert found == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_whole_way_goes_without_scripts(served, visitor, width):
    page = visitor(width=width, scripts=False)
    assert list(steps(page, served))[-1] == "message sent"
    assert page.locator(".posts .as-typed").all_inner_texts() == ["Which play?", "The one on Friday."]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_among_many_schools_one_is_found(served, visitor, faults, look):
    put_beside(
        served.store, {f"s{n:02}": f"Market Ashby Church of England Primary School {n}" for n in range(30)}
    )
    page = visitor(**look)
    page.goto(f"{served.address}/report")
    found = list(faults(page, "many", look["width"]))
    for asked, schools in (("ashby", 30), ("nowhere", 0), ("merriwell", 1)):
        page.get_by_label("The school’s name, or a word of it").fill(asked)
        press(page, "Find school")
        expect(page.locator("main li a")).to_have_count(schools)
        found += faults(page, asked, look["width"])
    assert found == []
    go(page.get_by_role("link", name="Merriwell Green"))
    page.get_by_role("button", name="Start", exact=True).wait_for()


def test_without_keys_the_page_is_sound_too(served, visitor, stage, faults):
    from dataclasses import replace

    from bot.bootstrap.web_app import create_app

    stage.app = create_app(replace(served.services, case_keys=None))
    page = visitor(width=320)
    page.goto(f"{served.address}/report/{SCHOOL}")
    assert list(faults(page, "not taken", 320)) == []


def focused(page):
    return page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).innerText")


def tab_to(page, words):
    """Press Tab until something with these words has the focus; it must show that it has."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if words in focused(page):
            return
    pytest.fail(f"Tab never came to {words}")


def test_the_whole_way_goes_by_keyboard_alone(served, visitor):
    page = visitor(scripts=True)
    page.goto(f"{served.address}/report/{SCHOOL}")
    tab_to(page, "Start")
    enter(page)
    tab_to(page, "Staff use of phones")
    page.keyboard.press("ArrowDown")
    assert "own accounts" in focused(page)
    tab_to(page, "Continue")
    enter(page)
    tab_to(page, "What happened?")
    page.keyboard.type("The school's page shows a name.")
    for asked in ("Where and when", "Who is it about?"):
        tab_to(page, "Continue")
        enter(page)
        tab_to(page, asked)
        page.keyboard.type("Not sure")
    tab_to(page, "Continue")
    enter(page)
    tab_to(page, "You may know my name")
    page.keyboard.press("Space")
    tab_to(page, "Your name")
    page.keyboard.type("Kim Kettle")
    # Enter in a field goes on, not back.
    enter(page)
    page.get_by_role("heading", name="Check your report, then send it").wait_for()
    served.clock.turn(minutes=2)
    tab_to(page, "Send")
    enter(page)
    page.get_by_role("heading", name="Thank you. We have your report").wait_for()


def test_the_summary_of_errors_takes_the_focus_and_leads_to_the_field(served, visitor):
    page = visitor()
    page.goto(f"{served.address}/report/{SCHOOL}")
    press(page, "Start")
    press(page, "Continue")
    page.wait_for_function("document.activeElement.className === 'errors'")
    go(page.get_by_role("link", name="Choose what it is about."))
    expect(page).to_have_url(re.compile("#category$"))


def test_send_pressed_twice_and_the_receipt_loaded_again_are_one_case(served, visitor, tmp_path):
    page = visitor()
    whole = steps(page, served)
    while next(whole) != "too quick":
        pass
    page.get_by_role("button", name="Send", exact=True).dblclick()
    page.locator("#number").wait_for()
    first = page.locator("#number").inner_text(), page.locator("#passphrase").inner_text()
    page.reload()
    assert (page.locator("#number").inner_text(), page.locator("#passphrase").inner_text()) == first
    assert len(table(tmp_path / "school" / "handbell.db", "case_file")) == 1


def table(path, name):
    """Rows as another program sees them."""
    with sqlite3.connect(path) as conn:
        return conn.execute(f"select * from {name}").fetchall()


def test_an_anonymous_report_leaves_no_one_to_be_found_in_the_database_or_on_the_machine(
    served, visitor, tmp_path, capfd
):
    path = tmp_path / "school" / "handbell.db"
    before = dump(path)
    page = visitor(width=360)
    agent = page.evaluate("navigator.userAgent")
    whole = steps(page, served)
    while (name := next(whole)) != "name wrong":
        pass
    # A name typed and then taken back is not kept either.
    page.get_by_label("Your name").fill("Quentin Quillfeather")
    page.get_by_label("Your e-mail address").fill("quentin@quill.example")
    while name != "thanks":
        name = next(whole)
    passphrase = page.locator("#passphrase").inner_text()
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    added = dump(path) - before
    assert any("case_file" in line for line in added)
    said = "\n".join(added)
    for trace in ("127.0.0.1", "Quentin", "Quillfeather", "quill.example", agent, "Mozilla", passphrase):
        assert trace not in said
    assert not re.search(r"visitor filmed|Twice", said)
    for file in (path, *(one for one in tmp_path.rglob("*") if one.is_file())):
        kept = file.read_bytes()
        assert b"Quillfeather" not in kept
        assert b"filmed the play" not in kept
        assert passphrase.encode() not in kept
    printed = capfd.readouterr()
    assert "filmed" not in printed.out + printed.err
    assert "127.0.0.1" not in printed.out + printed.err


def test_an_open_case_of_an_anonymous_report_names_no_reporter(served, visitor):
    page = visitor()
    whole = steps(page, served)
    while next(whole) != "thanks":
        pass
    from bot.cases.service import open_case

    number = page.locator("#number").inner_text()
    facts = open_case(served.services, SCHOOL, number, "hd", now=served.clock()).facts
    assert (facts.answers["reporter_name"], facts.answers["reporter_email"], facts.reporter_person) == (
        None,
        None,
        None,
    )


def dump(path):
    """The whole database as the sqlite3 program would write it out."""
    with sqlite3.connect(path) as conn:
        return set(conn.iterdump())
