"""The pages of cases in a real Chromium: in every state, for everybody's eyes and hands, on every width."""

from datetime import date, timedelta

import pytest
from by_hand import enter, go
from matrix import whole
from playwright.sync_api import expect

from bot.cases import corrections
from bot.cases import service as case_service
from bot.cases.corrections import Correction
from bot.cases.model import CaseOutcome, CaseState, Debrief
from bot.cases.service import Advice, NewTask
from bot.rules.case_rules import Answer

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
LOOKS = [{"width": 320}, *whole({"width": 1280, "dark": True})]
# The longest way from one thing to press to another by the Tab key.
MOST_TABS = 120


class Work:
    """What people do to a case, without a page."""

    def __init__(self, school):
        self.school = school

    def __call__(self, act, number, **given):
        return act(self.school.services, SCHOOL, number, "dh", **given, now=self.school.clock())


@pytest.fixture
def cases(served, case_of):
    """A case in each state: by a name to tell which one it was."""
    work, day = Work(served), date(2026, 11, 25)
    numbers = {
        "fresh": case_of(category="visitor"),
        "late": case_of(category="allegation"),
        "running": case_of(category="data-breach", personal_data=True),
        "closed": case_of(category="visitor"),
    }
    late, closed = numbers["late"], numbers["closed"]
    named = Correction(
        category="allegation", named=frozenset({"y5", "ta1"}), policy="mobile-and-social-media", clause="4.2"
    )
    work(corrections.correct_facts, late, correction=named)
    for what, who in (("Ring the firm that runs the club", "of"), ("Have the photographs deleted", "hd")):
        work(case_service.add_task, late, task=NewTask(what, who, day))
    work(case_service.finish_task, late, task=work(case_service.open_case, late).tasks[0].key)
    work(case_service.note, late, words="Spoke to them at the gate. " * 20)
    work(case_service.advise, late, advice=Advice("the LADO", day, "L-204", "Wait until Wednesday."))
    work(case_service.post_to_reporter, late, words="Thank you for telling us.")
    work(case_service.refer, late, reference="CPOMS 4711")
    work(case_service.say_outcome, closed, outcome=CaseOutcome.UPHELD)
    work(case_service.say_debrief, closed, debrief=Debrief("This.", "Thus.", "Nothing has to."))
    for asked in work(case_service.open_case, closed).questions:
        work(
            case_service.answer,
            closed,
            answer=Answer(asked.key, False, date(2026, 11, 23), "Nobody needs to be."),
        )
    for to in (CaseState.TRIAGED, CaseState.ACTIONS, CaseState.DEBRIEF, CaseState.CLOSED):
        work(case_service.move, closed, to=to)
    return numbers


def every_page(page, school, cases):
    """Go to every page of the lead's, the lists first; all that is folded stands open the second time."""
    yield "list", page.goto(school.cases())
    yield "found none", page.goto(school.cases() + "?q=unheard-of")
    for state, number in cases.items():
        page.goto(school.cases(number))
        if state == "late":
            school.clock.turn(days=4)
            page.reload()
        yield state, None
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        yield f"{state}, unfolded", None
    page.goto(school.cases(cases["fresh"]))
    page.locator("#add-task > summary").click()
    page.get_by_label("What is there to do?").fill("Look")
    go(page.get_by_role("button", name="Add action"))
    page.locator(".errors").wait_for()
    yield "refused", None


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_axe_finds_nothing_and_everything_fits_in_every_state(served, signed_in, faults, cases, look):
    nobodys = signed_in("y1", **look)
    nobodys.goto(served.cases())
    assert list(faults(nobodys, "nothing", look["width"])) == []
    page = signed_in("dh", lasts=timedelta(days=30), **look)
    pages = every_page(page, served, cases)
    assert [fault for name, _ in pages for fault in faults(page, name, look["width"])] == []


def focused(page):
    """The words of what has the focus; it must show that it has."""
    words, shown = page.evaluate(
        """() => {
            const one = document.activeElement;
            // At the end of the page, and on the calendar inside a field for a day, the browser has its own.
            if (one === document.body) return ['', 'solid'];
            if (one.type === 'date' && !one.matches(':focus-visible')) return ['', 'solid'];
            const mark = one.closest('.choice') ?? one;
            return [(one.labels?.[0] ?? one).textContent, getComputedStyle(mark).outlineStyle];
        }"""
    )
    assert shown == "solid", f"{words} does not show that it has the focus"
    return words


def tab_to(page, words):
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if words in focused(page):
            return
    pytest.fail(f"Tab never came to {words}")


def press(page, words):
    tab_to(page, words)
    enter(page)


def unfold(page, words):
    tab_to(page, words)
    page.keyboard.press("Enter")


def write(page, words, typed):
    tab_to(page, words)
    page.keyboard.type(typed)


def answer_questions(page):
    """Answer whatever the case asks before it is closed, with no and a reason."""
    while "Answer: " in " ".join(page.locator("summary").all_text_contents()):
        unfold(page, "Answer: ")
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            page.keyboard.press("ArrowRight")
            write(page, "why not", "Nobody needs to be.")
            press(page, "Save answer")
        else:
            write(page, "why not", "There is nothing.")
            press(page, "No action needed")


def test_a_whole_case_is_worked_by_keyboard_alone_and_without_scripts(served, signed_in, case_of):
    number = case_of(category="visitor")
    page = signed_in("dh", width=360, scripts=False)
    page.goto(served.cases())
    press(page, number)
    press(page, "Finish first look")
    unfold(page, "Add a note")
    write(page, "Your note", "Rang the firm.")
    press(page, "Save note")
    press(page, "Move to actions")
    unfold(page, "Add an action")
    write(page, "What is there to do?", "Put up a notice")
    tab_to(page, "Who does it?")
    page.keyboard.type("Tom")
    # The browser of the tests asks for the month first.
    write(page, "By when", "11252026")
    press(page, "Add action")
    press(page, "Done")
    press(page, "Move to lessons")
    unfold(page, "Write lessons")
    for label in ("What happened", "Why it could happen", "What changes"):
        write(page, label, "Nothing more.")
    press(page, "Save")
    unfold(page, "Record the outcome")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    press(page, "Save outcome")
    answer_questions(page)
    press(page, "Close case")
    expect(page.get_by_role("button", name="Reopen case")).to_be_visible()
    unfold(page, "earlier entr")
    expect(page.get_by_text("Rang the firm.")).to_be_visible()
    assert "closed" in page.locator("h1").inner_text().casefold()
