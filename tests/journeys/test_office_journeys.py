"""Whole jobs of those who lead and run the school, and of those who help it from outside."""

import re

import pytest
from by_hand import go
from confirmed import confirm_everybody
from playwright.sync_api import expect

from bot.records import people as record_people
from bot.rules.evidence import Outcome
from bot.rules.people import Membership, Person

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
MOBILE = "Mobile, Smart Technology and Social Media Policy"


def join(town, key, name, role, *settings):
    """Somebody joins, known to these settings by one role, confirmed where it opens cases."""
    here = tuple(Membership(school, frozenset({role})) for school in settings or (SCHOOL,))
    with town.store.writing() as conn:
        record_people.save_people(conn, [Person(key, name, f"{key}@trust.example", here)], town.clock())
    for one in here:
        confirm_everybody(town.store, one.school, town.clock())


@pytest.fixture
def report(town, telephone, go_on, press):
    """Somebody outside reports something; returns the number of the case."""

    def reported(about, what, *, personal=False):
        page = telephone()
        page.goto(f"{town.address}/report")
        go_on(page, "Start")
        page.get_by_label(about).check()
        go_on(page)
        page.get_by_label("What happened?").fill(what)
        page.get_by_label("Personal information may have got out").set_checked(personal)
        for _ in range(3):
            go_on(page)
        page.get_by_label("I want to stay anonymous").check()
        go_on(page)
        town.clock.turn(minutes=2)
        press(page, "Send")
        number = page.locator("#number").inner_text()
        town.post()
        return number

    return reported


def test_the_head_sees_what_matters_first_and_shows_it_on_one_sheet(town, enter, answer, paper):
    page = enter("hd", "/school")
    first = page.get_by_role("region", name="First")
    assert 1 <= first.locator("li").count() <= 3
    expect(page.get_by_text("not recorded").first).to_be_visible()
    assert "failed" not in page.locator("main").inner_text()
    assert paper(page, "One page for a meeting (PDF)").startswith(b"%PDF-")

    # Today's message was about an account that should not post.
    town.clock.turn(days=1)
    town.post(plan=True)
    page.goto(town.link("hd", f"Choose what to do: {MOBILE}"))
    page.get_by_label("This is done").check()
    page.get_by_label("What you decided, and where it is minuted").fill("An extra meeting on 3 December")
    reference = answer(page, "This is done", "Helen Achebe", on="2026-11-23")
    town.clock.turn(days=1)
    town.post(plan=True)
    assert reference in town.words("hd")


def test_a_report_lands_with_the_dsl_at_once_and_its_clocks_are_kept(town, report, telephone, unfold, press):
    number = report("A visitor", "A visitor filmed the play.")
    assert number in town.words("dh")
    assert "filmed" not in town.words("dh")
    page = telephone()
    page.goto(town.link("dh"))
    press(page, "Open case")
    press(page, "Finish first look")
    unfold(page, "Add advice")
    page.get_by_label("Whose advice").fill("The LADO")
    page.get_by_label("Their reference (if there is one)").fill("L-204")
    page.get_by_label("What they said").fill("Ask for the pictures to be deleted.")
    press(page, "Save advice")
    unfold(page, "Add a reference")
    page.get_by_label("Reference in CPOMS, MyConcern or another record").fill("CPOMS 4711")
    press(page, "Save reference")
    expect(page.get_by_text("CPOMS 4711").first).to_be_visible()
    expect(page.get_by_text("Ask for the pictures to be deleted.")).to_be_visible()


def test_the_dpo_hears_of_a_breach_the_same_minute_and_runs_the_72_hours(
    town, report, telephone, unfold, press
):
    join(town, "dp", "Ines Marlow", "dpo")
    number = report("Personal information lost", "A list went home in the wrong bag.", personal=True)
    assert number in town.words("dp")
    assert "wrong bag" not in town.words("dp")
    page = telephone()
    page.goto(town.link("dp"))
    press(page, "Open case")
    expect(page.get_by_text("3 days left").first).to_be_visible()
    expect(page.get_by_text("0303 123 1113").first).to_be_visible()
    unfold(page, "Add a decision")
    page.get_by_label("What was decided, and why").fill("No risk to anybody: it came back unopened.")
    press(page, "Save decision")
    page.get_by_label("Who was told").fill("Nobody: the list came back unopened")
    press(page, re.compile("Mark as done.*ICO"))
    expect(page.get_by_text("done Monday 23 November").first).to_be_visible()


def test_the_office_answers_a_question_and_the_duty_goes_on(
    town, telephone, enter, by_keyboard, press, answer
):
    page = telephone()
    link = town.link("y6", f"Read and confirm: {MOBILE}")
    page.goto(link)
    page.get_by_label("I have a question").check()
    page.get_by_label("Your question").fill("May I keep my watch on?")
    page.get_by_label("Type your full name").fill("Nadia Karim")
    press(page, "Submit my answer")
    page.get_by_role("heading", name="Your question has been sent").wait_for()
    assert town.asked_again("y6", "read-mobile") == []
    town.post()
    assert "May I keep my watch on?" in town.words("y4")
    office = enter("of", "/office")
    by_keyboard(office, office.get_by_role("link", name="Nadia Karim asks about"))
    office.get_by_label("Your answer").fill("Yes, if it has no camera (2.1).")
    press(office, "Send answer")
    town.post()
    assert "Yes, if it has no camera (2.1)." in town.words("y6")
    page.goto(link)
    answer(page, name="Nadia Karim")
    assert town.kept("y6", "read-mobile")[-1].outcome is Outcome.DONE
    assert town.asked_again("y6", "read-mobile") == []


def test_the_office_publishes_a_version_and_staff_read_only_what_changed(
    town, enter, telephone, answer, press, told_town
):
    page = telephone()
    page.goto(town.link("y5", f"Read and confirm: {MOBILE}"))
    answer(page, name="Adam Sorley")
    folder, _ = told_town
    text = (folder / "policies" / "mobile-and-social-media.md").read_text(encoding="utf-8")
    words = text.replace("out of sight while", "in a locker while").encode()
    newer = {"name": "newer.md", "mimeType": "text/markdown", "buffer": words}
    town.clock.turn(days=7)
    office = enter("of", "/office/policies/mobile-and-social-media")
    office.get_by_label("The file").set_input_files(newer)
    press(office, "Upload and check")
    expect(office.locator("ins").filter(has_text="locker").first).to_be_visible()
    office.get_by_label("Yes: everyone reads it again").check()
    office.get_by_label("What changed, and why").fill("Phones go in lockers now.")
    press(office, "Publish this version")
    town.clock.turn(days=1)
    town.post(plan=True)
    page = telephone()
    page.goto(town.link("y5", MOBILE))
    go(page.get_by_role("link", name="See what changed since you signed version 1"))
    expect(page.locator(".compared ins")).to_have_count(1)
    answer(page, name="Adam Sorley")
    assert [one.version_number for one in town.kept("y5", "read-mobile")] == ["1", "2"]
    assert town.asked_again("y5", "read-mobile") == []


def test_the_technician_is_written_to_on_the_day_they_come_and_on_no_other(town, telephone, answer, day):
    assert town.mail("it") == []
    assert town.asked("it", day(24)) == []
    town.clock.turn(days=3)
    town.post(plan=True)
    page = telephone()
    page.goto(town.link("it", "Staff Acceptable Use agreement"))
    reference = answer(page, "I agree and sign", "Ravi Menon")
    town.clock.turn(days=7)
    town.post(plan=True)
    assert reference in town.words("it")
    assert "agree-acceptable-use" not in town.asked("it", day(3, 12))


def test_the_trusts_lead_compares_unknown_as_well_as_overdue_and_sees_no_name(town, enter):
    join(town, "tl", "Tess Lark", "trust-lead")
    page = enter("tl", "/school/trust")
    row = page.get_by_role("row").filter(has_text="Merriwell Green Primary School")
    assert row.locator("[data-label='Not recorded']").inner_text() != "0"
    assert row.locator("[data-label='Overdue']").inner_text() != "0"
    assert "Sorley" not in page.locator("main").inner_text()
    page.goto(f"{town.address}/office/people")
    assert "Adam Sorley" not in page.content()
