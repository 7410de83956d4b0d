"""The pages in a real Chromium: a person's whole way, for everybody's eyes and hands, on every width."""

import re

import pytest
from by_axe import violations
from by_hand import enter, go
from matrix import whole
from planned import plan_today
from playwright.sync_api import expect

from bot.delivery.service import deliver
from bot.identity.service import begin_session
from bot.rules.evidence import Outcome

pytestmark = pytest.mark.browser

READ = ("y5", "read-mobile")
LOOKS = [{"width": 360}, *whole({"width": 1280, "dark": True}, {"width": 360, "forced": True})]
# Pages on which every colour is used at least once: enough where only the colours are others.
COLOURFUL = {"home", "train", "school", "list", "message"}
# What a person can press: everything but links that stand in running text.
TARGETS = "button, input:not([type=hidden]):not(#leave-empty), textarea, summary, .choice, a.button, a.touch"


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_teacher_opens_the_message_reads_acknowledges_and_gets_a_receipt(posted, visitor, scripts, width):
    page = visitor(width=width, scripts=scripts)
    page.goto(posted.duty(*READ))
    page.get_by_text("Staff keep personal phones switched off and out of sight").scroll_into_view_if_needed()
    go(page.get_by_role("link", name="Go to your answer"))
    page.get_by_label("I confirm this").check()
    page.get_by_label("Type your full name").fill("Adam Sorley")
    go(page.get_by_role("button", name="Submit my answer"))
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()
    reference = page.locator(".reference").inner_text()
    (record,) = posted.kept(*READ)
    assert record.outcome is Outcome.DONE

    posted.clock.turn(days=1)
    plan_today(posted.services, posted.clock())
    deliver(posted.services, now=posted.clock(), limit=100)
    named_in = [one.name for one in posted.services.sent_folder.glob("*.eml") if reference in one.read_text()]
    page.goto(f"{posted.address}/sent/{named_in[0]}")
    assert reference in page.locator("pre").inner_text()


def test_the_whole_way_goes_by_keyboard_alone(served, visitor):
    page = visitor(width=1280, scripts=False)
    page.goto(served.duty(*READ))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.get_by_label("I confirm this").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Adam Sorley")
    page.keyboard.press("Tab")
    enter(page)
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()
    assert len(served.kept(*READ)) == 1


def test_asking_a_question_shows_its_field_only_and_keeps_the_words(served, visitor):
    page = visitor(width=360, scripts=False)
    page.goto(served.duty(*READ))
    expect(page.get_by_label("Your question")).to_be_hidden()
    page.get_by_label("I have a question").check()
    expect(page.get_by_label("Your question")).to_be_visible()
    expect(page.get_by_label("Your reason")).to_be_hidden()
    page.get_by_label("Your question").fill("Does this mean my watch too?")
    go(page.get_by_role("button", name="Submit my answer"))
    summary = page.get_by_role("heading", name="Nothing is recorded yet")
    summary.wait_for()
    expect(page.get_by_label("Your question")).to_have_value("Does this mean my watch too?")
    go(page.get_by_role("link", name="Enter your name as shown: Adam Sorley."))
    page.get_by_label("Type your full name").fill("Adam Sorley")
    go(page.get_by_role("button", name="Submit my answer"))
    page.get_by_role("heading", name="Your question has been sent").wait_for()


def test_the_summary_of_errors_takes_the_focus(served, visitor):
    page = visitor()
    page.goto(served.duty(*READ))
    go(page.get_by_role("button", name="Submit my answer"))
    page.locator(".errors").wait_for()
    page.wait_for_function("document.activeElement.className === 'errors'")
    expect(page).to_have_title(re.compile("^Please check: "))


def test_a_second_press_of_the_button_is_no_second_record(served, visitor):
    page = visitor()
    page.goto(served.duty(*READ))
    page.get_by_label("I confirm this").check()
    page.get_by_label("Type your full name").fill("Adam Sorley")
    page.get_by_role("button", name="Submit my answer").dblclick()
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()
    page.go_back()
    page.reload()
    assert len(served.kept(*READ)) == 1


@pytest.fixture
def head(posted, visitor):
    """A browser in which the headteacher is signed in: `head(width=360)`."""

    def visit(**look):
        page = visitor(**look)
        token = begin_session(posted.services, "merriwell-green", "hd", how="email link", now=posted.clock())
        page.context.add_cookies([{"name": "handbell", "value": token, "url": posted.address}])
        return page

    return visit


def every_page(school):
    """The address of every page, by a name to tell which one it was."""
    first = min(school.services.sent_folder.glob("*.eml")).name
    return {
        "home": f"{school.address}/",
        "read": school.duty(*READ),
        "sign": school.duty("y4", "account-agreement"),
        "train": school.duty("y5", "safeguarding-training"),
        "check": school.duty("y4", "clear-cameras"),
        "school": f"{school.address}/school",
        "list": f"{school.address}/school/training",
        "sent": f"{school.address}/sent",
        "message": f"{school.address}/sent/{first}",
        "spoilt": f"{school.address}/d/spoilt",
        "nothing": f"{school.address}/nothing",
    }


def answered_pages(page, school):
    """Pages that stand only after something was pressed: errors, a receipt, an answered duty."""
    page.goto(school.duty(*READ))
    page.get_by_label("I have a question").check()
    go(page.get_by_role("button", name="Submit my answer"))
    page.locator(".errors").wait_for()
    yield "errors"
    page.goto(school.duty(*READ))
    page.get_by_label("I confirm this").check()
    page.get_by_label("Type your full name").fill("Adam Sorley")
    go(page.get_by_role("button", name="Submit my answer"))
    page.locator(".receipt").wait_for()
    yield "receipt"
    page.goto(school.duty(*READ))
    yield "answered"


def found_by_axe(page, name):
    return [f"{name}: {one['id']} {one['nodes'][0]['target']}" for one in violations(page)]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_axe_finds_nothing_and_everything_fits(posted, head, look):
    page = head(**look)
    found = []
    for name, address in every_page(posted).items():
        if len(look) > 1 and name not in COLOURFUL:
            continue
        page.goto(address)
        found += [*found_by_axe(page, name), *misfits(page, name, look["width"])]
    for name in answered_pages(page, posted):
        found += [*found_by_axe(page, name), *misfits(page, name, look["width"])]
    assert found == []


@pytest.mark.parametrize("width", [320, 768])
def test_everything_fits_on_other_widths_too(posted, head, width):
    page = head(width=width)
    found = []
    for name, address in every_page(posted).items():
        page.goto(address)
        found += misfits(page, name, width)
    for name in answered_pages(page, posted):
        found += misfits(page, name, width)
    assert found == []


def misfits(page, name, width):
    """What scrolls sideways, and what is too small to press."""
    if page.evaluate("document.documentElement.scrollWidth") > width:
        yield f"{name} scrolls sideways"
    for one in too_small(page):
        yield f"{name}: {one}"


def too_small(page):
    """What can be pressed and is smaller than 44 by 44; a radio button counts as its whole label."""
    return page.evaluate(
        """targets => [...document.querySelectorAll(targets)]
            .filter(one => one.type !== 'radio' && one.checkVisibility())
            .map(one => [one, one.getBoundingClientRect()])
            .filter(([one, box]) => box.height < 44 || box.width < 44)
            .map(([one, box]) => `${one.textContent || one.name} ${box.width} x ${box.height}`)""",
        TARGETS,
    )


def test_text_twice_as_large_still_fits(posted, head):
    page = head(width=1280)
    for address in (posted.duty(*READ), f"{posted.address}/school", f"{posted.address}/school/training"):
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_nothing_is_asked_of_any_other_address_and_the_console_is_silent(posted, head):
    page, asked, said = head(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for name, address in every_page(posted).items():
        if name not in {"spoilt", "nothing"}:
            page.goto(address)
    assert {url.split("/")[2] for url in asked} == {posted.address.removeprefix("http://")}
    assert said == []


def test_on_paper_there_is_black_on_white_and_the_day_of_printing(posted, head):
    page = head(dark=True)
    page.emulate_media(media="print", color_scheme="dark")
    for address in (f"{posted.address}/school", posted.duty(*READ)):
        page.goto(address)
        expect(page.get_by_text("Printed from Handbell on Monday 23 November 2026")).to_be_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        expect(page.locator(".skip")).to_be_hidden()
