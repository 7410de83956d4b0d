"""The head's dashboard in a real Chromium: no fault by axe in any theme; it fits a Teams tab of 300 px."""

import re

import pytest
from by_axe import violations
from by_hand import enter, go
from playwright.sync_api import expect

from bot.identity.service import begin_session
from bot.planning.service import plan_day
from bot.records import people as record_people
from bot.rules.people import Membership, Person

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
LOOKS = [({"width": 300}, ""), ({"width": 720}, "?theme=contrast")]
PAGES = (
    "",
    "/people-by-task",
    "/year",
    "/training",
    "/trend",
    "/policies",
    "/stuck",
    "/findings",
    "/messages",
)


@pytest.fixture
def head(served, visitor):
    """A browser in which the head, or somebody else, is signed in: `head(width=300)`."""

    def visit(person="hd", **look):
        token = begin_session(served.services, SCHOOL, person, how="entra", now=served.clock())
        page = visitor(**look)
        page.context.add_cookies([{"name": "handbell", "value": token, "url": served.address}])
        return page

    return visit


def faults(page):
    found = violations(page)
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("look", "theme"), LOOKS)
def test_every_page_of_the_dashboard_has_no_fault_and_fits(served, head, look, theme):
    plan_day(served.services, served.clock())
    page = head(**look)
    for path in PAGES:
        page.goto(f"{served.address}/school{path}{theme}")
        assert faults(page) == [], path
        assert fits(page), path


@pytest.mark.parametrize(("look", "theme"), LOOKS)
def test_the_trusts_view_has_no_fault_and_fits(served, head, second_school, look, theme):
    here = tuple(Membership(key, frozenset({"trust-lead"})) for key in (SCHOOL, second_school))
    with served.store.writing() as conn:
        record_people.save_people(conn, [Person("tl", "Tess Lark", None, here)], served.clock())
    page = head("tl", **look)
    page.goto(f"{served.address}/school/trust{theme}")
    assert faults(page) == []
    assert fits(page)


def test_the_picture_is_really_drawn_and_is_narrow_on_a_phone(served, head):
    page = head(width=360, dark=True)
    page.goto(f"{served.address}/school/trend", wait_until="networkidle")
    drawn = page.evaluate(
        "(i => [i.complete, i.naturalWidth, i.currentSrc])(document.querySelector('.chart img'))"
    )
    assert drawn[0]
    assert drawn[1] > 0
    assert "shape=narrow" in drawn[2]
    assert "theme=dark" in drawn[2]


def test_messages_are_held_and_let_go_by_keyboard_without_scripts(served, head):
    plan_day(served.services, served.clock())
    page = head(width=360, scripts=False)
    page.goto(f"{served.address}/school")
    go(page.get_by_role("link", name="Next messages"))
    page.get_by_role("button", name="Hold for today").focus()
    enter(page)
    expect(page.locator(".errors")).to_be_visible()
    page.get_by_role("checkbox", name="Adam Sorley").press("Space")
    page.get_by_label("Why are you holding them?").fill("We talk about it first.")
    enter(page)
    page.get_by_text("1 message held back.").wait_for()
    page.get_by_role("checkbox", name="Adam Sorley").press("Space")
    page.get_by_role("button", name="Release messages").focus()
    enter(page)
    page.get_by_text("1 message let go.").wait_for()


def test_forty_five_messages_fit_a_phone_a_page_at_a_time_without_scripts(served, head):
    teacher = (Membership(SCHOOL, frozenset({"teacher"})),)
    more = [Person(f"more-{one}", f"Wren {one}", f"w{one}@merriwell.example", teacher) for one in range(20)]
    with served.store.writing() as conn:
        record_people.save_people(conn, more, served.clock())
    plan_day(served.services, served.clock())
    page = head(width=360)
    page.goto(f"{served.address}/school/messages?page=2")
    assert (faults(page), fits(page)) == ([], True)
    # All on one page it was 10,100 px.
    assert page.evaluate("document.documentElement.scrollHeight") < 7000
    page = head(width=360, scripts=False)
    page.goto(f"{served.address}/school/messages")
    go(page.get_by_role("link", name="Later names"))
    go(page.get_by_role("link", name="Later names"))
    expect(page.get_by_text("These are 41 to 45 of 45 messages")).to_be_visible()
    go(page.get_by_role("link", name="Earlier names"))
    expect(page.get_by_text("These are 21 to 40 of 45 messages")).to_be_visible()
    page.goto(f"{served.address}/office/messages")
    go(page.get_by_role("link", name="Earlier messages"))
    assert fits(page)


def test_the_year_is_printed_on_one_sheet_across(served, head):
    page = head(width=1280)
    page.goto(f"{served.address}/school/year")
    printed = page.pdf(prefer_css_page_size=True)
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed))
    assert [tuple(round(float(side)) for side in box) for box in boxes] == [(842, 595)]
