"""The pages of official accounts in a real Chromium: two taps for a look, no fault by axe, all in view."""

import os
from datetime import date
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


def have_a_post_read(page, school):
    """As a holder on a phone: a post, checked, for a colleague to read."""
    page.goto(f"{school.address}/accounts/facebook")
    page.get_by_text("Ask for a post to be checked").click()
    page.get_by_label("The post, or what it is about").fill("Year 4 planted twelve trees by the gate.")
    page.get_by_label("Yes, and consent is checked for each").check()
    page.get_by_label("Which colleague?").select_option("Adam Sorley")
    go(page.locator("#post").get_by_role("button", name="Record it"))
    page.get_by_role("status").wait_for()


def ask_for_an_account(page, school):
    page.goto(f"{school.address}/accounts/new")
    page.get_by_label("Which service?").fill("Tapestry")
    page.get_by_label("What would it be called there?").fill("Merriwell in pictures")
    page.get_by_label("What is it for?").fill("Daily pictures for families of the youngest")
    page.get_by_label("Only people we let in").check()
    page.get_by_label("Why is it needed?").fill("The newsletter comes too late")
    go(page.get_by_role("button", name="Send request"))
    page.get_by_text("The answer stands here", exact=False).or_(page.locator("#decision")).first.wait_for()
    return page.url


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def small(page):
    """What can be pressed and is lower than 44 pixels."""
    return page.evaluate(
        """() => [...document.querySelectorAll('button, a.button, a.touch, summary, select, textarea')]
            .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)
            .map(one => one.textContent)"""
    )


def looked_over(page, name, look):
    if SHOTS:
        width = f"{look['width']}{'-dark' if look.get('dark') else ''}"
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    faults = [one["id"] for one in violations(page)]
    return [(name, fault) for fault in [*faults, *small(page), *([] if fits(page) else ["sideways"])]]


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_of_accounts_has_a_fault_and_all_fit(served, signed_in, look):
    served.change_person("of", leaves_on=date(2026, 12, 11))
    holder = signed_in("y4", **look)
    have_a_post_read(holder, served)
    found = looked_over(holder, "account-recorded", look)
    for fold in holder.locator("summary").all():
        fold.click()
    found += looked_over(holder, "account-open", look)
    go(holder.locator("#two-step").get_by_role("button", name="Record it"))
    holder.locator(".errors").wait_for()
    found += looked_over(holder, "account-errors", look)
    reader = signed_in("y5", **look)
    for name in ("accounts", "accounts/facebook", "accounts/pta-facebook", "accounts/new"):
        reader.goto(f"{served.address}/{name}")
        found += looked_over(reader, f"reader-{name.replace('/', '-')}", look)
    head = signed_in("hd", **look)
    request = ask_for_an_account(head, served)
    found += looked_over(head, "request", look)
    head.goto(f"{served.address}/accounts")
    found += looked_over(head, "accounts", look)
    head.goto(request)
    head.get_by_label("Yes", exact=False).first.check()
    go(head.get_by_role("button", name="Save decision"))
    head.locator(".errors").wait_for()
    found += looked_over(head, "request-errors", look)
    head.get_by_label("A risk assessment is done").check()
    go(head.get_by_role("button", name="Save decision"))
    head.get_by_role("heading", name="Approved by Helen Achebe").wait_for()
    found += looked_over(head, "request-approved", look)
    assert found == []


def test_a_holder_says_that_all_is_well_with_two_taps(served, signed_in):
    page = signed_in("y4", width=360, scripts=False)
    page.goto(f"{served.address}/accounts")
    go(page.get_by_role("link", name="Look after it – Merriwell Green Primary School"))
    go(page.get_by_role("button", name="Checked: all fine"))
    assert "you looked at it today" in page.get_by_role("status").inner_text()


def test_a_second_reader_agrees_with_two_taps(served, signed_in):
    have_a_post_read(signed_in("y4", width=360), served)
    page = signed_in("y5", width=360, scripts=False)
    page.goto(f"{served.address}/accounts")
    go(page.get_by_role("link", name="Read it for Merriwell Green Primary School"))
    go(page.get_by_role("button", name="Approve post by Grace Pellow"))
    expect(page.get_by_role("status")).to_be_visible()
    assert page.get_by_role("button", name="Approve post by Grace Pellow").count() == 0


def test_why_no_one_could_read_a_post_is_asked_only_then(served, signed_in):
    page = signed_in("y4", width=360, scripts=False)
    page.goto(f"{served.address}/accounts/facebook")
    page.get_by_text("Ask for a post to be checked").click()
    expect(page.get_by_label("Which colleague?")).to_be_visible()
    expect(page.get_by_label("Why is nobody available?")).to_be_hidden()
    page.get_by_label("No reader is available").check()
    expect(page.get_by_label("Why is nobody available?")).to_be_visible()
    expect(page.get_by_label("Which colleague?")).to_be_hidden()
