"""Whole jobs of the people who work with the children: from the message to the receipt, on a telephone."""

import re

import pytest
from by_hand import go
from playwright.sync_api import expect

from bot.rules.evidence import Outcome

pytestmark = pytest.mark.browser

MOBILE = "Mobile, Smart Technology and Social Media Policy"
SAFE = "Child Protection and Safeguarding Policy"
PIN = "4815"


def test_a_class_teacher_signs_before_school_and_is_never_asked_again(town, telephone, answer, day):
    page = telephone()
    assert "read-mobile" in town.asked("y5", day(30))
    page.goto(town.link("y5", f"Read and confirm: {MOBILE}"))
    page.get_by_text("Staff keep personal phones switched off and out of sight").wait_for()
    reference = answer(page, name="Adam Sorley")
    town.post()
    assert reference not in town.words("y5")
    town.clock.turn(days=1)
    town.post(plan=True)
    assert town.subjects("y5")[-1] == f"Recorded: {MOBILE}, version 1"
    assert reference in town.words("y5")
    (record,) = town.kept("y5", "read-mobile")
    assert record.outcome is Outcome.DONE
    assert town.asked_again("y5", "read-mobile") == []


def test_a_class_teacher_asks_for_an_exception_and_has_it_in_writing(town, enter, press):
    page = enter("y5", "/me/requests/new?kind=device-in-class")
    page.get_by_label("What do you ask for?").fill("My phone on silent in the drawer of my desk")
    page.get_by_label("Why do you need it?").fill("The hospital may ring this week")
    page.get_by_label("Until").fill("2026-11-27")
    press(page, "Send")
    page.get_by_text("waiting").first.wait_for()
    request = page.url
    town.post()
    link = town.link("hd")
    assert link == request
    head = enter("hd", link.removeprefix(town.address))
    head.get_by_label("Yes").check()
    head.get_by_label("Conditions, if there are any").fill("In the drawer, and answered outside the room")
    press(head, "Record it")
    head.get_by_text("said yes").wait_for()
    town.post()
    assert "In the drawer" not in town.subjects("y5")[-1]
    page.goto(town.link("y5"))
    page.get_by_text("On these conditions: In the drawer").wait_for()
    press(page, "Confirm I have read this")
    page.get_by_text("has read this").wait_for()
    office = enter("of", "/me/requests/in-force")
    expect(office.get_by_text("In the drawer, and answered outside the room")).to_be_visible()
    expect(office.get_by_text("hospital")).to_be_hidden()


def test_a_class_teacher_reports_a_slip_of_their_own_from_the_page_they_read(town, telephone, go_on, press):
    page = telephone()
    page.goto(town.link("y5", f"Read and confirm: {MOBILE}"))
    go(page.get_by_role("link", name="Report something"))
    go_on(page, "Start")
    page.get_by_label("Staff use of phones").first.check()
    go_on(page)
    page.get_by_label("What happened?").fill("I used my own phone on the trip for a picture of the bus.")
    for _ in range(3):
        go_on(page)
    page.get_by_label("You may know my name").check()
    go_on(page)
    town.clock.turn(minutes=2)
    press(page, "Send")
    number = page.locator("#number").inner_text()
    town.post()
    assert number in town.words("hd")
    assert "bus" not in town.words("hd")


def test_a_midday_supervisor_without_an_address_signs_at_the_tablet_and_on_paper(
    town, enter, telephone, answer, by_keyboard, press
):
    office = enter("of")
    office.goto(f"{town.address}/kiosk/start")
    go(office.get_by_role("link", name="Set a PIN together with Irene Castle"))
    office.get_by_label("PIN", exact=True).fill(PIN)
    office.get_by_label("The same once more").fill(PIN)
    press(office, "Save PIN")
    tablet = office
    tablet.goto(f"{town.address}/kiosk/start")
    tablet.get_by_label("What is it called?").fill("Staff room")
    press(tablet, "Use this device")
    by_keyboard(tablet, tablet.get_by_role("link", name="Irene Castle"))
    tablet.get_by_label("Your PIN").fill(PIN)
    press(tablet, "Continue")
    go(tablet.get_by_role("link", name=f"Open {MOBILE}"))
    answer(tablet)
    press(tablet, "Finish")
    tablet.get_by_role("heading", name="Who are you?").wait_for()
    (record,) = town.kept("md2", "read-mobile")
    assert (record.outcome, record.channel) == (Outcome.DONE, "kiosk")

    office = enter("of", "/paper/enter?person=md2", telephone())
    office.get_by_label(SAFE).check()
    office.get_by_label("The name as it is signed").fill("Irene Castle")
    office.get_by_label("The day on the sheet").fill("2026-11-23")
    office.get_by_label("Who saw it being signed?").fill("Carol Whitlow")
    press(office, "Record signatures")
    (record,) = town.kept("md2", "read-child-protection")
    assert (record.outcome, record.channel) == (Outcome.DONE, "paper")
    office.goto(f"{town.address}/paper/enter?person=md2")
    expect(office.get_by_label(SAFE)).to_be_hidden()


def test_a_new_starter_has_one_list_in_order_and_is_carried_over_from_the_last_school(
    town, enter, answer, by_keyboard, press, tmp_path
):
    assert town.subjects("ta4")[0].startswith("4 things for you, the first by Friday 27 November")
    page = enter("ta4")
    # Joined on 13 November and first asked on the 23rd: what was due within a week has its days from then.
    parts = page.locator("section h2").all_inner_texts()
    assert [one for one in parts if one in {"Day 1", "Week 1", "Month 1"}] == ["Month 1"]
    days = re.findall(r"By \w+ (\d+) November", page.locator("main").inner_text())
    assert days == ["27", "27", "30", "30"]
    known = page.get_by_role("region", name="Who is who")
    for name in ("Tom Okafor-Lane", "Maya Brightwater", "Margaret Dunmore"):
        expect(known.get_by_text(name)).to_be_visible()
    by_keyboard(page, page.get_by_role("link", name=f"Open {SAFE}"))
    answer(page)
    go(page.get_by_role("link", name="Back to Today"))
    counted = re.findall(r"(\d+) of (\d+) done", page.locator("main").inner_text())
    assert (sum(int(done) for done, _ in counted), sum(int(of) for _, of in counted)) == (1, 4)

    go(page.get_by_role("link", name="Families you know"))
    page.get_by_label("What should the school know?").fill("The family next door has a child in Year 3")
    press(page, "Send")
    town.post()
    assert "Knowing a family outside school" in town.words("hd")
    assert "next door" not in town.words("hd")

    certificate = tmp_path / "certificate.pdf"
    certificate.write_bytes(b"%PDF-1.4\n%%EOF\n")
    page.goto(f"{town.address}/training/mine/safeguarding-training")
    page.get_by_label("I finished it on").fill("2026-09-02")
    page.get_by_label("With", exact=True).fill("The last school")
    page.get_by_label("The certificate, if there is one").set_input_files(certificate)
    press(page, "Send to the office")
    assert town.asked_again("ta4", "safeguarding-training") == []
    office = enter("of", "/training/waiting")
    press(office, re.compile("Accept.*Peter Quill"))
    assert town.kept("ta4", "safeguarding-training")[-1].outcome is Outcome.DONE
    assert town.asked_again("ta4", "safeguarding-training") == []
    assert town.asked_again("ta4", "read-child-protection") == []


def test_a_supply_teacher_gives_assurances_at_the_desk_in_one_screen(town, enter, by_keyboard, press):
    desk = enter("of", "/log/visitor")
    expect(desk.get_by_role("heading", name="Welcome to Merriwell Green Primary School")).to_be_visible()
    expect(desk.get_by_text("I take no pictures or recordings")).to_be_visible()
    desk.get_by_label("Visitor’s name").fill("Una Teal")
    desk.get_by_label("Where from, or whom to see?").fill("Supply, for Year 5")
    by_keyboard(desk, desk.get_by_label("Switched off and put away"), "Space")
    by_keyboard(desk, desk.get_by_label("I have read it and agree to it"), "Space")
    press(desk, "Save entry")
    expect(desk.get_by_text("The page is ready for the next visitor")).to_be_visible()
    expect(desk.get_by_label("Visitor’s name")).to_have_value("")
    desk.goto(f"{town.address}/log?kind=visitor")
    go(desk.get_by_role("link", name="Una Teal"))
    expect(desk.get_by_text("Supply, for Year 5").first).to_be_visible()
