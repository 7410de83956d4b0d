"""The pages that set a policy up in a real Chromium: no fault by axe, nothing sideways, all large enough."""

import pytest
from by_hand import go
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

POLICY = b"""# Fire policy

1. Checks

The office tests the alarm each term.

The office clears a blocked exit immediately.

All staff read the fire plan each September.
"""


def test_setting_a_policy_up_has_no_fault_and_fits(served, signed_in, faults):
    page, found = signed_in("hd"), []

    def look(name):
        for width, scheme in ((360, "light"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            found.extend(faults(page, f"{name} {scheme}", width, only_looks=scheme == "dark"))

    page.goto(f"{served.address}/office/setup")
    look("add")
    page.get_by_label("Files").set_input_files(
        {"name": "f.md", "mimeType": "text/markdown", "buffer": POLICY}
    )
    go(page.get_by_role("button", name="Upload and read"))
    look("card")
    go(page.get_by_role("button", name="Keep", exact=True))
    go(page.get_by_role("button", name="Keep", exact=True))
    expect(page.locator("#look")).to_be_visible()
    look("second look")
    go(page.get_by_role("button", name="Keep as shown"))
    go(page.get_by_role("link", name="Read the emails"))
    look("emails")
    go(page.get_by_role("link", name="Back to the promises"))
    go(page.get_by_role("button", name="Keep", exact=True))
    assert page.locator("#card form").count() == 0
    look("all decided")
    assert found == []
