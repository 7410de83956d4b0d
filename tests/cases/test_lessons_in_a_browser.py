"""Lessons and old cases in a real Chromium: for all eyes and hands, on every width."""

import re
from datetime import timedelta

import pytest
from by_hand import enter, go, press
from matrix import whole
from playwright.sync_api import expect

from bot.cases.context import case_transaction
from bot.cases.model import CaseState
from bot.cases.service import hold
from bot.identity.service import OneCase, begin_case_session_in

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
YEARS = timedelta(days=365 * 7)
LOOKS = [{"width": 320}, *whole({"width": 1280, "dark": True})]


def close(school, number):
    with case_transaction(school.services, SCHOOL, number, "dh", school.clock()) as pen:
        pen.move(state=CaseState.CLOSED.value, closed_at=school.clock())


def sign_in_by_link(page, school, number):
    """Go on as an email's link would let this browser: for one case alone, without adding rules."""
    with school.store.writing() as conn:
        limit = OneCase(number, school.clock() + timedelta(days=1))
        token = begin_case_session_in(conn, school.services, SCHOOL, "dh", limit, school.clock())
    page.context.add_cookies([{"name": "handbell", "value": token, "url": school.address}])


def lesson_steps(page, school, number):
    """Share a lesson with a slip, choose the rule, say it is there; name each page as it stands."""
    page.goto(f"{school.cases(number)}/lesson")
    yield "nothing shared"
    page.get_by_label("The lesson, in plain words").fill("Tell visitors about cameras when they sign in.")
    press(page, "Share this lesson")
    yield "what changes wrong"
    page.get_by_label("Training changes").check()
    press(page, "Share this lesson")
    yield "shared"
    page.get_by_label("Who does it?").select_option("role:headteacher")
    press(page, "Preview rule")
    expect(page.locator("#in-register").get_by_role("link", name="sign in")).to_be_visible()
    expect(page.get_by_label("Who does it?")).to_have_value("role:headteacher")
    yield "who can add it"
    press(page, "Already in our rules")
    yield "no rule chosen"
    page.get_by_label("Which rule does this already?").select_option("safeguarding-training")
    press(page, "Already in our rules")
    yield "in the register"


def disposal_steps(page, school, numbers):
    """Come back when the first case is old enough, tick it, think again, and let it go."""
    first, *rest = numbers
    for number in numbers:
        close(school, number)
    for number in rest:
        hold(school.services, SCHOOL, number, "dh", why="a court asks", now=school.clock())
    page.goto(f"{school.cases()}/disposal")
    yield "nothing due"
    school.clock.turn(days=365 * 6 + 3)
    page.goto(f"{school.cases()}/disposal")
    yield "due"
    press(page, "Continue")
    yield "none ticked"
    page.get_by_label(first).check()
    press(page, "Continue")
    yield "check"
    go(page.get_by_role("link", name="Keep it"))
    page.get_by_label(first).check()
    press(page, "Continue")
    press(page, "Delete permanently")
    page.get_by_text("1 case is deleted for good.").wait_for()
    yield "signed"


def steps(page, school, numbers):
    whole = page.context.cookies()
    sign_in_by_link(page, school, numbers[0])
    yield from lesson_steps(page, school, numbers[0])
    page.context.add_cookies(whole)
    close(school, numbers[0])
    yield from disposal_steps(page, school, numbers)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_axe_finds_nothing_and_everything_fits_on_the_whole_way(served, signed_in, faults, case_of, look):
    page = signed_in("dh", lasts=YEARS, **look)
    numbers = [case_of(), case_of(category="filtering")]
    found = [fault for name in steps(page, served, numbers) for fault in faults(page, name, look["width"])]
    assert found == []


def adding_steps(page, school, number):
    """Share a lesson, choose whom its rule asks, and add it; name each page as it stands."""
    page.goto(f"{school.cases(number)}/lesson")
    page.get_by_label("The lesson, in plain words").fill("Tell visitors about cameras when they sign in.")
    page.get_by_label("Training changes").check()
    press(page, "Share this lesson")
    yield "what it would ask"
    page.get_by_label("Who does it?").select_option("role:headteacher")
    press(page, "Preview rule")
    page.get_by_text("Helen Achebe, by").wait_for()
    yield "what that would ask"
    press(page, "Add this rule")
    page.get_by_text("It is in your rules, or waits for a second yes.").wait_for()
    yield "added"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_a_duty_is_added_with_one_button_without_scripts_and_axe_finds_nothing(
    served, signed_in, faults, case_of, look
):
    number = case_of()
    page = signed_in("dh", **look)
    found = [fault for at in adding_steps(page, served, number) for fault in faults(page, at, look["width"])]
    assert found == []
    plain = signed_in("dh", width=320, scripts=False)
    assert list(adding_steps(plain, served, case_of(category="filtering")))[-1] == "added"


def test_the_whole_way_goes_without_scripts(served, signed_in, case_of):
    page = signed_in("dh", lasts=YEARS, width=320, scripts=False)
    assert list(steps(page, served, [case_of(), case_of()]))[-1] == "signed"


def test_the_summary_of_errors_takes_the_focus_and_keeps_what_was_typed(served, signed_in, case_of):
    page = signed_in("dh")
    page.goto(f"{served.cases(case_of())}/lesson")
    page.get_by_label("The lesson, in plain words").fill("Tell visitors.")
    press(page, "Share this lesson")
    page.wait_for_function("document.activeElement.className === 'errors'")
    expect(page).to_have_title(re.compile("^Please check: "))
    expect(page.get_by_label("The lesson, in plain words")).to_have_value("Tell visitors.")


def test_what_deletes_for_good_is_reached_and_pressed_by_keyboard_alone(served, signed_in, case_of):
    number = case_of()
    close(served, number)
    served.clock.turn(days=365 * 6 + 3)
    page = signed_in("dh", lasts=YEARS, scripts=False)
    page.goto(f"{served.cases()}/disposal")
    page.get_by_label(number).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    enter(page)
    # Past the menu.
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Delete permanently":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    enter(page)
    expect(page.get_by_text("1 case is deleted for good.")).to_be_visible()
