"""My duties and requests in a real Chromium: no fault by axe, nothing to push sideways, a way by keyboard."""

import pytest
from by_axe import violations
from by_hand import go
from matrix import whole
from playwright.sync_api import expect

from bot.rules.evidence import Outcome

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
READ = ("y5", "read-mobile")
LOOKS = [{"width": 320}, *whole({"width": 1280, "dark": True})]


def reword(school, register):
    """A new version of what everybody reads."""
    school.clock.turn(days=7)
    policy = register.parent / "policies" / "mobile-and-social-media.md"
    text = policy.read_text(encoding="utf-8").replace("out of sight while", "in a locker while")
    policy.write_text(text.replace("## 3. Off", "2.9 Watches too.\n\n## 3. Off"), encoding="utf-8")
    school.apply(register)


def acknowledge(page, school):
    page.goto(f"{school.address}/me")
    go(page.get_by_role("link", name="Open Mobile, Smart Technology and Social Media Policy"))
    page.get_by_label("I confirm this").check()
    go(page.get_by_role("button", name="Submit my answer"))
    page.get_by_role("heading", name="Recorded", exact=True).wait_for()


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_teacher_signed_in_reads_acknowledges_and_comes_back_to_the_list(served, signed_in):
    page = signed_in("y5", width=360, scripts=False)
    acknowledge(page, served)
    go(page.get_by_role("link", name="Back to Today"))
    page.get_by_role("heading", name="3 things to do").wait_for()
    (record,) = served.kept(*READ)
    assert (record.outcome, record.identified_by) == (Outcome.DONE, "signed in by an e-mail link")


@pytest.mark.parametrize("look", LOOKS)
def test_the_list_and_a_changed_policy_have_no_fault_and_fit(served, signed_in, register, look):
    page = signed_in("y5", **look)
    acknowledge(page, served)
    reword(served, register)
    page = signed_in("y5", **look)
    changed = f"/me/duty/read-mobile/{served.cycle(*READ)}"
    for address in ("/me", changed):
        page.goto(served.address + address)
        assert not violations(page), address
        assert fits(page), address
    expect(page.locator(".compared ins")).to_have_count(2)


@pytest.mark.parametrize("look", LOOKS)
def test_a_new_starters_list_has_no_fault_and_fits(served, signed_in, look):
    page = signed_in("ta4", **look)
    page.goto(f"{served.address}/me")
    assert not violations(page)
    assert fits(page)


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_requests_have_no_fault_and_fit(served, signed_in, look):
    teacher = signed_in("y5", **look)
    new = f"{served.address}/me/requests/new?kind=own-device"
    teacher.goto(new)
    go(teacher.get_by_role("button", name="Send"))
    teacher.locator(".errors").wait_for()
    assert sound(teacher)
    teacher.get_by_label("What do you ask for?").fill("My own tablet in the hall")
    teacher.get_by_label("Why do you need it?").fill("The school's is being mended")
    teacher.get_by_label("Until").fill("2026-12-18")
    go(teacher.get_by_role("button", name="Send"))
    teacher.get_by_role("heading", name="Own phone, tablet or computer for work").wait_for()
    asked = teacher.url
    head = signed_in("hd", **look)
    head.goto(asked)
    expect(head.get_by_label("The risk assessment")).to_be_hidden()
    head.get_by_label("Yes").check()
    head.get_by_label("The risk assessment").fill("In the office, file 7")
    assert sound(head)
    go(head.get_by_role("button", name="Record it"))
    head.get_by_text("said yes").wait_for()
    assert sound(head)
    for address in ("", "/new", "/new?kind=relationship", "/desk", "/in-force"):
        head.goto(f"{served.address}/me/requests{address}")
        assert sound(head), address


@pytest.mark.parametrize("look", LOOKS)
def test_questions_after_reading_have_no_fault_and_fit_and_keep_what_was_chosen(
    served, signed_in, register, look
):
    text = register.read_text(encoding="utf-8")
    asks = "questions: [{ask: Where is your phone?, answers: [Out of sight, In my hand], right: 1}]"
    register.write_text(
        text.replace("    minutes: 6\n", f"    minutes: 6\n    {asks}\n", 1), encoding="utf-8"
    )
    served.apply(register)
    page = signed_in("y5", **look)
    page.goto(f"{served.address}/me/duty/read-mobile/{served.cycle(*READ)}")
    expect(page.get_by_label("In my hand")).to_be_hidden()
    page.get_by_label("I confirm this").check()
    page.get_by_label("In my hand").check()
    go(page.get_by_role("button", name="Submit my answer"))
    page.locator(".errors").wait_for()
    assert sound(page)
    expect(page.get_by_label("In my hand")).to_be_checked()
    page.get_by_label("Out of sight").check()
    go(page.get_by_role("button", name="Submit my answer"))
    page.get_by_text("All right, after 2 tries").wait_for()


def sound(page):
    """No fault by axe, and nothing to push sideways."""
    return not violations(page) and fits(page)
