"""The pages of the log in a real Chromium: two taps on a phone, no fault by axe, all in view."""

import os
from pathlib import Path

import pytest
from by_axe import violations
from by_hand import go
from matrix import whole
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
LOOKS = [{"width": 320}, *whole({"width": 1280, "dark": True})]
# A folder for pictures to look at; none are taken without it.
SHOTS = os.environ.get("HANDBELL_SHOTS")


def hand_in(page, school):
    page.goto(f"{school.address}/log")
    go(page.get_by_role("link", name="A child’s phone or device handed in"))
    page.get_by_label("Which child?").fill("A.B. in Year 5")
    page.get_by_label("What is it?").fill("A phone")
    page.get_by_label("Where is it kept?").fill("In the office safe")
    go(page.get_by_role("button", name="Save entry"))
    page.get_by_role("status").wait_for()


def looked_over(page, name, look):
    if SHOTS:
        width = f"{look['width']}{'-dark' if look.get('dark') else ''}"
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    faults = [one["id"] for one in violations(page)]
    fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return [(name, fault) for fault in [*faults, *([] if fits else ["sideways"])]]


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_of_the_log_has_a_fault_and_all_fit(served, signed_in, look):
    page = signed_in("of", **look)
    hand_in(page, served)
    found = looked_over(page, "log", look)
    go(page.get_by_role("link", name="Look at it"))
    for fold in page.locator("summary").all():
        fold.click()
    found += looked_over(page, "log-entry", look)
    go(page.get_by_role("button", name="It is given back: write it down"))
    page.locator(".errors").wait_for()
    found += looked_over(page, "log-entry-errors", look)
    page.goto(f"{served.address}/log/new/taken")
    go(page.get_by_role("button", name="Save entry"))
    page.locator(".errors").wait_for()
    found += looked_over(page, "log-new-errors", look)
    page.goto(f"{served.address}/log/visitor")
    found += looked_over(page, "log-visitor", look)
    served.clock.turn(hours=11)
    page.goto(f"{served.address}/office")
    found += looked_over(page, "office-late", look)
    assert found == []


@pytest.mark.parametrize("look", LOOKS)
def test_old_entries_are_looked_at_twice_without_a_fault(served, signed_in, look):
    page = signed_in("of", **look)
    page.goto(f"{served.address}/log/visitor")
    page.get_by_label("Visitor’s name").fill("Max Muster")
    page.get_by_label("Where from").fill("The boiler firm")
    page.get_by_label("Left at the office").check()
    page.get_by_label("I have read it and agree to it").check()
    go(page.get_by_role("main").get_by_role("button").last)
    served.clock.turn(days=7 * 366)
    page = signed_in("hd", **look)
    page.goto(f"{served.address}/log/old")
    found = looked_over(page, "log-old", look)
    page.get_by_role("checkbox").check()
    go(page.get_by_role("button", name="Continue"))
    found += looked_over(page, "log-old-check", look)
    go(page.get_by_role("button", name="Delete permanently"))
    found += looked_over(page, "log-old-gone", look)
    expect(page.get_by_text("This is all that is left of it.")).to_be_visible()
    assert found == []


def test_a_phone_is_written_down_on_a_phone_without_scripts_and_given_back(served, signed_in):
    page = signed_in("y5", width=360, scripts=False)
    hand_in(page, served)
    go(page.get_by_role("link", name="Look at it"))
    page.get_by_label("The child’s parent or carer").check()
    go(page.get_by_role("button", name="It is given back: write it down"))
    expect(page.get_by_role("heading", name="Afterwards")).to_be_visible()


def test_the_log_prints_without_its_forms_and_menu(served, signed_in):
    page = signed_in("of")
    hand_in(page, served)
    page.goto(f"{served.address}/log")
    page.emulate_media(media="print")
    expect(page.locator(".menu")).to_be_hidden()
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    expect(page.get_by_text("Open since", exact=False)).to_be_visible()
