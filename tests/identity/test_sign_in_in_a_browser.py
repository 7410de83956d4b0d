"""Signing in, the tablet and paper in a real Chromium: no state with a fault, and people's whole ways."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from by_axe import violations
from by_hand import enter, go, press
from matrix import whole
from playwright.sync_api import expect

from bot.bootstrap.web_app import create_app
from bot.identity.service import begin_session, make_first_link
from bot.records import people as record_people

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
LOOKS = [{"width": 320}, *whole({"width": 1280, "dark": True})]
TARGETS = "button, input:not([type=hidden]), a.button, a.touch, .choice, .menu a"
PIN = "4815"


@pytest.fixture
def signed_in(served, visitor):
    """A browser in which somebody is signed in."""

    def visit(person, **look):
        page = visitor(**look)
        enter_as(served, page, person)
        return page

    return visit


def enter_as(school, page, person):
    token = begin_session(school.services, SCHOOL, person, how="email link", now=school.clock())
    page.context.add_cookies([{"name": "handbell", "value": token, "url": school.address}])


def choose_pin(page, school, pin=PIN, again=PIN):
    page.goto(f"{school.address}/me/pin")
    page.get_by_label("PIN").first.fill(pin)
    page.get_by_label("The same once more").fill(again)
    press(page, "Save PIN")


def start_kiosk(page, school):
    page.goto(f"{school.address}/kiosk/start")
    page.get_by_label("What is it called?").fill("Staff room")
    press(page, "Use this device")
    page.get_by_role("heading", name="Who are you?").wait_for()


def signing_in(page, school, second_school):
    """Every state of the way in."""
    page.goto(f"{school.address}/sign-in?out=1")
    yield "choices"
    press(page, "Email me a link")
    yield "no address"
    page.get_by_label("Your e-mail address").fill("a.sorley@merriwell.example")
    press(page, "Email me a link")
    page.get_by_role("heading", name="Check your email").wait_for()
    yield "sent"
    link, _ = make_first_link(school.services, SCHOOL, None, school.clock())
    page.goto(school.address + link.removeprefix(school.services.base_url))
    yield "link"
    page.goto(f"{school.address}/sign-in/link/unknown")
    yield "unknown link"
    page.goto(f"{school.address}/sign-in/entra/back?state=x&code=y")
    yield "not finished"
    duty = school.duty("y5", "read-mobile")
    with school.store.writing() as conn:
        record_people.mark_reachable(conn, "y5", "adam@merriwell.example", school.clock())
    assert page.goto(duty).status == 410
    page.get_by_label("Your e-mail address").wait_for()
    yield "link ended"


def at_the_tablet(page, school, second_school):
    """Every state of the shared device, from the office starting it."""
    enter_as(school, page, "y5")
    choose_pin(page, school, "1234", "1234")
    yield "easy pin"
    choose_pin(page, school)
    yield "pin kept"
    enter_as(school, page, "of")
    page.goto(f"{school.address}/kiosk/pin?person=md2")
    yield "pin together"
    page.goto(f"{school.address}/kiosk/start")
    press(page, "Use this device")
    yield "no name"
    start_kiosk(page, school)
    yield "names"
    go(page.get_by_role("link", name="Adam Sorley"))
    yield "ask pin"
    page.get_by_label("Your PIN").fill("9999")
    press(page, "Continue")
    yield "wrong pin"
    enter_as(school, page, "of")
    page.goto(f"{school.address}/kiosk/start")
    yield "devices"


def on_paper(page, school, second_school):
    """Every state of entering a sheet."""
    enter_as(school, page, "of")
    page.goto(f"{school.address}/paper")
    yield "list"
    page.goto(f"{school.address}/paper/enter?person=md2")
    yield "sheet"
    press(page, "Record signatures")
    yield "errors"
    page.goto(f"{school.address}/paper/enter?person=cl")
    yield "nothing to sign"


@pytest.fixture
def offering(served, issuers, stage):
    """The school with Microsoft and Google to sign in with."""
    served.clock.at = datetime.now(UTC)
    identity = {vendor: issuers.provider(vendor) for vendor in ("entra", "google")}
    served.services = replace(served.services, identity=identity, base_url=stage.address)
    stage.app = create_app(served.services)
    return served


def faults(page, name, width):
    for one in violations(page):
        yield f"{name}: {one['id']} {one['nodes'][0]['target']}"
    if page.evaluate("document.documentElement.scrollWidth") > width:
        yield f"{name} scrolls sideways"
    for small in page.evaluate(
        """targets => [...document.querySelectorAll(targets)]
            .filter(one => !['radio', 'checkbox'].includes(one.type) && one.checkVisibility())
            .map(one => [one, one.getBoundingClientRect()])
            .filter(([one, box]) => box.height < 44)
            .map(([one, box]) => `${one.textContent || one.name} ${box.width} x ${box.height}`)""",
        TARGETS,
    ):
        yield f"{name}: {small}"


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("states", [at_the_tablet, on_paper])
def test_every_state_has_no_fault_and_fits(served, visitor, second_school, look, states):
    page, found = visitor(**look), []
    for name in states(page, served, second_school):
        found += faults(page, name, look["width"])
    assert found == []


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_of_signing_in_has_no_fault_and_fits(offering, visitor, second_school, look):
    page, found = visitor(**look), []
    for name in signing_in(page, offering, second_school):
        found += faults(page, name, look["width"])
    assert found == []


@pytest.mark.parametrize(("vendor", "title"), [("entra", "Microsoft"), ("google", "Google")])
def test_a_teacher_signs_in_with_the_account_of_the_school_and_goes_where_they_wanted(
    offering, visitor, vendor, title
):
    page = visitor(width=360, scripts=False)
    page.goto(f"{offering.address}/me/pin")
    go(page.get_by_role("link", name=f"Go on with {title}"))
    page.get_by_role("heading", name="Choose a PIN for the tablet").wait_for()
    expect(page).to_have_url(f"{offering.address}/me/pin")
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "handbell"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Lax", -1)
    press(page, "Sign out")
    page.get_by_text("You are signed out").wait_for()
    page.goto(f"{offering.address}/me")
    page.get_by_role("heading", name="Sign in").wait_for()


def test_a_governor_signs_in_by_keyboard_with_a_link(served, visitor):
    page = visitor(scripts=False)
    link, _ = make_first_link(served.services, SCHOOL, None, served.clock())
    page.goto(served.address + link.removeprefix(served.services.base_url))
    page.get_by_role("button", name="Sign in").focus()
    enter(page)
    page.get_by_role("region", name="You").get_by_text("Helen Achebe").wait_for()
    expect(page).to_have_url(f"{served.address}/me")


def test_a_midday_supervisor_acknowledges_at_the_tablet_and_leaves_it_for_the_next(served, visitor):
    page = visitor(width=768, scripts=False)
    enter_as(served, page, "of")
    page.goto(f"{served.address}/kiosk/start")
    go(page.get_by_role("link", name="Set a PIN together with Irene Castle"))
    page.get_by_label("PIN", exact=True).fill(PIN)
    page.get_by_label("The same once more").fill(PIN)
    press(page, "Save PIN")
    start_kiosk(page, served)
    go(page.get_by_role("link", name="Irene Castle"))
    page.get_by_label("Your PIN").fill(PIN)
    press(page, "Continue")
    go(page.get_by_role("link", name="Open Mobile, Smart Technology and Social Media Policy"))
    page.get_by_label("I confirm this").check()
    press(page, "Submit my answer")
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()
    (record,) = served.kept("md2", "read-mobile")
    assert (record.channel, record.identified_by) == ("kiosk", "kiosk, own PIN")
    press(page, "Finish")
    page.get_by_role("heading", name="Who are you?").wait_for()
    page.goto(f"{served.address}/me")
    page.get_by_role("heading", name="Sign in").wait_for()
