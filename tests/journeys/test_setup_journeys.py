"""A policy of thirty promises set up on a phone, in two sittings, until its first email arrives."""

import re

import pytest
from by_hand import go
from playwright.sync_api import expect

from bot.records import register as record_register

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
PROMISES = 30
WEEKLY = "alarm doors lights extinguishers signs exits".split()
MONTHLY = "ladders blankets hoses sockets boiler kitchen gates stairs roof yard".split()
TERMLY = "plan drill map contacts torches whistles keys radios vests".split()
# No day is printed for these; the last asks somebody who leads on safeguarding.
LOOKED_AT = (
    "The office reports a broken alarm immediately.",
    "The office replaces a used extinguisher immediately.",
    "The office clears a blocked exit immediately.",
    "The office answers the fire service immediately.",
    "The Designated Safeguarding Lead checks the list of visitors each term.",
)


def policy():
    lines = ["# Fire policy", "", "1. Checks", ""]
    lines += [f"The office checks the {one} every week.\n" for one in WEEKLY]
    lines += [f"The office checks the {one} every month.\n" for one in MONTHLY]
    lines += [f"The office checks the {one} each term.\n" for one in TERMLY]
    return "\n".join([*lines, *(f"{one}\n" for one in LOOKED_AT)]).encode()


def rules(town):
    with town.store.reading() as conn:
        return [
            one
            for one in record_register.load_register(conn, SCHOOL).obligations
            if one.source.policy == "fire-policy"
        ]


def plain(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def decided(page):
    return int(page.locator("progress").get_attribute("value"))


def keep(page):
    """Keep the promise that is asked about; return how many presses it took."""
    before = decided(page)
    go(page.get_by_role("button", name="Keep", exact=True))
    if decided(page) > before:
        return 1
    expect(page.locator("#look")).to_be_visible()
    go(page.get_by_role("button", name="Keep as shown"))
    assert decided(page) == before + 1
    return 2


def test_thirty_promises_are_kept_as_read_and_the_first_email_arrives(town, enter):
    page = enter("hd", "/office/setup")
    mail = len(town.boxes)
    page.get_by_label("Files").set_input_files(
        {"name": "fire.md", "mimeType": "text/markdown", "buffer": policy()}
    )
    go(page.get_by_role("button", name="Upload and read"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{PROMISES} promises found")
    assert page.get_by_role("button", name=re.compile("keep all", re.IGNORECASE)).count() == 0
    presses = [keep(page) for _ in range(12)]

    # The browser is closed in the middle. A week later the rest is asked on another phone.
    page.context.close()
    town.clock.turn(days=7)
    town.post(plan=True)
    page = enter("hd", "/office/setup")
    go(page.get_by_role("link", name="Continue"))
    assert decided(page) == 12
    presses += [keep(page) for _ in range(PROMISES - 12)]
    assert max(presses) == 2
    assert (presses.count(1), presses.count(2)) == (PROMISES - len(LOOKED_AT), len(LOOKED_AT))
    assert len(rules(town)) == PROMISES
    assert all(one.source.quotes for one in rules(town))

    # Whom it asks and the email, by name, before anything counts.
    go(page.get_by_role("link", name="Read the emails"))
    first = page.locator("details", has_text="Checks the alarm").first
    first.locator("summary").first.click()
    expect(first).to_contain_text("Carol Whitlow")
    expect(first.get_by_role("region", name="The first email")).to_contain_text("Checks the alarm")
    go(page.get_by_role("link", name="Back to the promises"))
    assert not any("Checks the" in plain(copy.mail) for copy in town.boxes[mail:])

    go(page.get_by_role("button", name="Start this policy"))
    expect(page.locator("#done")).to_contain_text("second person")
    assert len(rules(town)) == PROMISES - 1
    for _ in range(7):
        town.clock.turn(days=1)
        town.post(plan=True)
    assert any("Checks the" in plain(one) for one in town.mail("of"))
