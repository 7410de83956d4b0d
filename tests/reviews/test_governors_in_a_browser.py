"""The governors' pages in a real Chromium: for all eyes and hands, on every width, and on one sheet."""

import pypdfium2
import pytest
from by_axe import violations
from by_hand import go
from matrix import whole
from playwright.sync_api import expect

from bot.identity.service import begin_session
from bot.reviews import service as review_service
from bot.reviews.service import Recorder

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
PHONES = "/governors/reviews/mobile-and-social-media"
PAGES = {
    "reviews": "/governors",
    "overview": "/governors/overview",
    "calendar": "/me/calendar",
    "policy": PHONES,
    "agenda": "/governors/meetings/full-governing-body/2026-12-10/agenda",
}
LOOKS = [{"width": 320}, *whole({"width": 1280, "dark": True})]


@pytest.fixture
def desk(served, visitor):
    """A browser of the clerk's, signed in; one draft is noted already."""
    by = Recorder(SCHOOL, "cl", "Helena Novak", "email link")
    review_service.record_draft(served.store, by, "mobile-and-social-media", served.clock())
    token = begin_session(served.services, SCHOOL, "cl", how="email link", now=served.clock())

    def browse(**look):
        page = visitor(**look)
        page.context.add_cookies([{"name": "handbell", "value": token, "url": served.address}])
        return page

    return browse


def wrong_form(page):
    """Send the approval empty, so that its page of errors is looked at too."""
    go(page.get_by_role("button", name="Record approval"))
    page.locator(".errors").wait_for()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_no_page_has_a_fault_an_accessibility_checker_finds(served, desk, look):
    page, faults = desk(**look), {}
    for name, path in PAGES.items():
        page.goto(served.address + path)
        faults[name] = violations(page)
    page.goto(served.address + PHONES)
    wrong_form(page)
    faults["errors"] = violations(page)
    assert {name: [one["id"] for one in found] for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_the_screen(served, desk, width):
    page = desk(width=width)
    for path in PAGES.values():
        page.goto(served.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(served.address + PHONES)
    wrong_form(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scripts", [True, False])
def test_the_clerk_records_the_minute_once_and_the_review_moves(served, desk, scripts):
    page = desk(width=360, scripts=scripts)
    page.goto(f"{served.address}/governors")
    go(page.get_by_role("link", name="Mobile, Smart Technology and Social Media Policy").first)
    page.get_by_label("On which day?").fill("2026-11-19")
    page.get_by_label("Version 1, in force").check()
    go(page.get_by_role("button", name="Record approval"))
    go(page.get_by_role("link", name="Give the minute reference"))
    expect(page.get_by_label("On which day?")).to_have_value("2026-11-19")
    page.get_by_label("They met on that day, and it is right").check()
    page.get_by_label("Minute reference").fill("12/26")
    go(page.get_by_role("button", name="Record approval"))
    page.get_by_role("status").wait_for()
    assert "Approved: HB-" in page.get_by_role("status").inner_text()
    expect(page.get_by_text("Friday 19 November 2027").first).to_be_visible()


def test_the_page_without_names_fits_one_printed_sheet(served, desk, tmp_path):
    page = desk(width=1280)
    page.goto(f"{served.address}/governors/overview")
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "10mm"))
    assert paper.count(b"/Type /Page\n") == 1


def test_the_agenda_lines_print_without_the_menu(served, desk):
    page = desk(width=1280)
    page.emulate_media(media="print")
    page.goto(served.address + PAGES["agenda"])
    expect(page.locator(".menu")).to_be_hidden()
    expect(page.locator(".agenda li").first).to_be_visible()


def test_a_visit_is_short_on_a_phone_opens_by_keyboard_and_prints_whole(served, desk, tmp_path):
    token = begin_session(served.services, SCHOOL, "gs", how="email link", now=served.clock())
    page = desk(width=360)
    page.context.add_cookies([{"name": "handbell", "value": token, "url": served.address}])
    page.goto(served.address + "/governors/visit")
    assert page.evaluate("document.documentElement.scrollHeight") < 4 * 800
    assert violations(page) == []
    asks = page.get_by_text("Ask two of the staff")
    expect(asks).to_be_hidden()
    page.locator("summary", has_text="Reading and training").focus()
    page.keyboard.press("Enter")
    expect(asks).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Go to the draft of your report").click()
    expect(page.locator("#draft")).to_be_visible()
    page.goto(served.address + "/governors/visit")
    page.pdf(path=tmp_path / "visit.pdf")
    with pypdfium2.PdfDocument(tmp_path / "visit.pdf") as sheets:
        text = "".join(sheet.get_textpage().get_text_range() for sheet in sheets)
    for words in ("Ask two of the staff", "Promised every 24 months", "Who visited, and in which role"):
        assert words in text
