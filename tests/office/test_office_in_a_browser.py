"""The office's pages in a real Chromium: no fault by axe, nothing to push sideways, a way without scripts."""

import os
import re
from datetime import date

import pytest
from by_axe import violations
from by_hand import go
from playwright.sync_api import expect

from bot.people.import_service import import_roster
from bot.records import case_roles as record_case_roles
from bot.records import people as record_people
from bot.records.case_roles import AddressChange
from bot.rules.people import Absence
from connectors.local.roster import CsvRoster

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
LOOKS = [{"width": 320}]
PAGES = [
    "/office",
    "/office/messages",
    "/office/questions",
    "/office/people",
    "/office/people/of/ck",
    "/office/people/of/hd",
    "/office/people/import",
    "/office/people/add",
    "/office/people/change/y5",
    "/office/policies",
    "/office/policies/mobile-and-social-media",
    "/office/settings",
    "/office/reminders",
    "/office/start",
    "/office/start/week",
]


def check(page, address):
    assert not violations(page), address
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(wide), address


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_office_has_no_fault_and_fits(served, signed_in, asks, look):
    receipt = asks()
    with served.store.writing() as conn:
        record_people.mark_unreachable(conn, "ck", "550 5.1.1 no such user")
        waits = AddressChange("hd", SCHOOL, "helen@merriwell.example", served.clock(), "schedule")
        record_case_roles.ask_address(conn, waits)
    page = signed_in("of", **look)
    for address in (*PAGES, f"/office/questions/{receipt}"):
        assert page.goto(served.address + address).status == 200
        check(page, address)


ROWS = "rows => rows.map(one => [one.offsetHeight, one.scrollWidth > one.clientWidth])"
SHOWN = """links => links.every(one => {
    const at = one.getBoundingClientRect();
    return at.left >= 0 && at.right <= document.documentElement.clientWidth;
})"""


@pytest.mark.parametrize(
    ("person", "address"), [("of", "/office/happened"), ("hd", "/governors"), ("hd", "/office/messages")]
)
def test_on_a_phone_the_pages_of_a_place_are_one_row_that_begins_at_this_page_and_follows_the_keyboard(
    served, signed_in, person, address
):
    page = signed_in(person, width=360, scripts=False)
    page.goto(served.address + address)
    assert page.locator("nav.tabs > ul").evaluate_all(ROWS) == [[44, True]]
    current = page.locator("nav:is(.menu, .tabs) [aria-current]")
    assert current.count() == 2
    assert current.evaluate_all(SHOWN)
    for end in (page.locator(".tabs a").first, page.locator(".tabs a").last):
        end.focus()
        assert end.evaluate_all(SHOWN)


def test_on_a_desk_no_menu_is_pushed_sideways_and_everything_stands_in_the_list_of_people(served, signed_in):
    page = signed_in("of", width=1280)
    page.goto(f"{served.address}/office/people")
    rows = page.locator("nav:is(.menu, .tabs) > ul")
    assert not any(pushed for _, pushed in rows.evaluate_all(ROWS))
    usual = page.locator("td.usual")
    expect(usual.first).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 640})
    expect(usual.first).to_be_hidden()


@pytest.fixture
def sixty(served, register):
    """A school of more than sixty people: one is away, one has no address."""
    office_list = (register.parent / "roster.csv").read_text(encoding="utf-8")
    for number in range(32):
        name = f"{chr(65 + number % 20)}nn Nominal {number}"
        office_list += f"n{number},{name},n{number}@merriwell.example,staff; teacher,,,,Mon-Fri,\n"
    file = register.parent / "sixty.csv"
    file.write_text(office_list, encoding="utf-8")
    entries = tuple(CsvRoster(file).roster())
    import_roster(served.store, SCHOOL, entries, now=served.clock(), actor="a test")
    served.change_person("y5", absences=(Absence(date(2026, 11, 16)),))


@pytest.mark.usefixtures("sixty")
@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_lists_sixty_names_with_what_is_out_of_the_ordinary_and_letters_to_jump_to(
    served, signed_in, dark
):
    page = signed_in("of", width=360, scripts=False)
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.goto(f"{served.address}/office/people")
    shot(page, f"people-360-{'dark' if dark else 'light'}")
    rows = page.locator(".people tbody tr")
    assert rows.count() > 60
    heights = rows.evaluate_all("all => all.map(one => one.offsetHeight)")
    assert sorted(heights)[len(heights) // 2] <= 50
    expect(rows.filter(has_text="Adam Sorley").get_by_text("until further notice")).to_be_visible()
    expect(rows.filter(has_text="Irene Castle").get_by_text("none")).to_be_visible()
    expect(rows.filter(has_text="Grace Pellow").locator("td:visible")).to_have_count(0)
    go(page.get_by_role("link", name="P", exact=True))
    page.wait_for_function("document.querySelector('#letter-P').getBoundingClientRect().y < 100")
    page.goto(f"{served.address}/office/people")
    page.get_by_role("link", name="1 without an address").click()
    expect(rows).to_have_count(1)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{served.address}/office/people")
    shot(page, f"people-1280-{'dark' if dark else 'light'}")
    expect(rows.filter(has_text="Grace Pellow").locator("td:visible")).to_have_count(4)


def shot(page, name):
    if folder := os.environ.get("SCREENS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_question_is_answered_and_a_version_published_without_scripts(
    served, signed_in, asks, register, tmp_path
):
    receipt = asks()
    page = signed_in("of", width=360, scripts=False)
    page.goto(f"{served.address}/office")
    go(page.get_by_role("link", name="Adam Sorley asks about"))
    go(page.get_by_role("button", name="Send answer"))
    page.get_by_role("link", name="Write the answer.").wait_for()
    page.get_by_label("Your answer").fill("Yes, if it has no camera.")
    go(page.get_by_role("button", name="Send answer"))
    page.get_by_role("heading", name="The answer").wait_for()
    expect(page).to_have_url(re.compile(f"{receipt}$"))
    old = (register.parent / "policies" / "mobile-and-social-media.md").read_text(encoding="utf-8")
    newer = tmp_path / "newer.md"
    newer.write_text(old.replace("out of sight while", "in a locker while"), encoding="utf-8")
    page.goto(f"{served.address}/office/policies/mobile-and-social-media")
    page.get_by_label("The file").set_input_files(newer)
    go(page.get_by_role("button", name="Upload and check"))
    page.get_by_text("1 paragraph changed against version 1.").wait_for()
    page.get_by_label("Yes: everyone reads it again").check()
    page.get_by_label("What changed, and why").fill("Lockers came.")
    go(page.get_by_role("button", name="Publish this version"))
    page.get_by_text("published by Carol Whitlow").wait_for()


def test_a_person_is_added_by_keyboard_without_scripts_in_under_15_tab_stops(served, signed_in):
    page = signed_in("of", width=1280, scripts=False)
    page.goto(f"{served.address}/office/people/add")
    typed = {"name": "Nora Quist", "email": "nora@merriwell.example", "role": "teacher"}
    reached, stops, button = [], 0, page.get_by_role("button", name="Add person")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the menu, by the first link of every page
    while not button.evaluate("one => one === document.activeElement"):
        stops += 1
        assert stops < 15, reached
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.id")
        if focused in typed:
            reached.append(focused)
            page.keyboard.type(typed[focused])
            page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    with served.store.reading() as conn:
        added = [one for one in record_people.roster(conn, SCHOOL).values() if one.name == "Nora Quist"]
    assert (reached, stops < 15) == (["name", "email", "role"], True)
    assert added[0].membership(SCHOOL).roles == {"staff", "teacher"}
