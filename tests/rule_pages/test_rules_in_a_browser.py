"""The pages of rules in a real Chromium: no fault by axe, nothing sideways, two presses for a promise."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

POLICY = "/office/policies/mobile-and-social-media"
PAGES = (
    POLICY,
    "/office/rules",
    "/office/rules/new?policy=mobile-and-social-media&sentence=45.1",
    "/office/rules/filtering-test",
    "/office/rules/clear-cameras/retire",
    f"{POLICY}/facts",
    f"{POLICY}/retire",
    "/office/policies/retired",
    "/case-routes",
    "/case-routes/online-conduct",
    "/office/rules/not-us?policy=mobile-and-social-media&sentence=45.1",
)


def test_pages_of_rules_have_no_fault_and_fit(served, signed_in, faults):
    page, found = signed_in("hd"), []
    for address in PAGES:
        assert page.goto(served.address + address).status == 200
        for width, scheme in ((360, "light"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            found += faults(page, f"{address} {scheme}", width, only_looks=scheme == "dark")
    assert found == []


def test_a_promise_costs_two_presses_and_its_undo_one(served, signed_in):
    page = signed_in("of")
    page.goto(served.address + POLICY)
    row = page.locator("#unruled li", has_text="online safety training")
    row.get_by_role("link", name="Add a rule").click()
    page.get_by_role("button", name="Add this rule").click()
    expect(page.locator("#done")).to_contain_text("Rule saved")
    page.get_by_role("button", name="Undo").click()
    page.goto(served.address + POLICY)
    expect(row.get_by_role("link", name="Add a rule")).to_be_visible()
