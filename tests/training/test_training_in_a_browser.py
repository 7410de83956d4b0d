"""Training in a real Chromium: every page and state without fault by axe, nothing to push sideways."""

import pytest
from by_axe import violations
from by_hand import go, press
from matrix import whole

from bot.records import evidence as record_evidence
from bot.records.evidence import EvidenceRecord
from bot.rules.evidence import Outcome

pytestmark = pytest.mark.browser

SCHOOL = "merriwell-green"
COURSE = "safeguarding-training"
LOOKS = [{"width": 320}, *whole({"width": 360, "forced": True})]
DONE = {"y5": 30, "y6": 340, "y1": 200, "hd": 400, "of": 80, "ta1": 10}
FILE = b"Name,Email,Course,Completed\nSamuel Kerr,,Safeguarding L1,19/11/2026\nNo One,,Fire,1/11/2026\n"
TARGETS = "main button, main input:not([type=hidden]), main select, main textarea, main a.touch, .matrix a"


@pytest.fixture
def trained(served, register):
    """The sample school with some training done, and a course that enough people must hold."""
    text = register.read_text(encoding="utf-8")
    held = "key: governor-training\n    kind: train\n"
    assert held in text
    register.write_text(text.replace(held, f"{held}    at_least: 1\n    renew_weeks: 8\n"), encoding="utf-8")
    served.apply(register)
    today = served.clock().date()
    with served.store.writing() as conn:
        for person, days in DONE.items():
            act = EvidenceRecord(
                idempotency_key=f"{person} {days}",
                school=SCHOOL,
                obligation=COURSE,
                person=person,
                person_name=person,
                acted_on=today.fromordinal(today.toordinal() - days),
                recorded_at=served.clock(),
                identified_by="the office's training list",
                channel="import",
            )
            record_evidence.record(conn, act)
    return served


def say_it_is_finished(page, school):
    page.goto(f"{school.address}/training/mine/{COURSE}")
    page.get_by_label("I finished it on").fill("2026-11-19")
    page.get_by_label("With").fill("The council")
    page.get_by_label("The certificate").set_input_files(
        {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 it is so"}
    )
    press(page, "Send to the office")
    page.get_by_text("Being checked", exact=True).first.wait_for()


def pages(signed_in, school, look):
    """Go everywhere and name each page as it stands."""
    person = signed_in("y4", **look)
    person.goto(f"{school.address}/training/mine")
    yield "mine", person
    person.goto(f"{school.address}/training/mine/{COURSE}")
    press(person, "Send to the office")
    yield "finished wrong", person
    say_it_is_finished(person, school)
    yield "sent", person
    office = signed_in("of", **look)
    for name in ("training", "training?role=kitchen&state=done", "training/waiting", "training/import"):
        office.goto(f"{school.address}/{name}")
        yield name, office
    press(office, "Upload and check")
    yield "import wrong", office
    office.get_by_label("The file").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": FILE}
    )
    press(office, "Upload and check")
    yield "columns", office
    press(office, "Check matches")
    yield "columns wrong", office
    office.get_by_label("Whose list is it?").fill("Kent Online")
    press(office, "Check matches")
    yield "preview, courses unknown", office
    office.get_by_label("“Safeguarding L1” is").select_option(COURSE)
    press(office, "Save course names")
    yield "preview", office
    office.goto(f"{school.address}/training/people/ta3/{COURSE}")
    press(office, "Record booking")
    yield "cell wrong", office
    office.goto(f"{school.address}/training/people/y5/{COURSE}")
    yield "cell", office


def faults(page, name, width):
    results = violations(page)
    yield from (f"{name}: {one['id']} {one['nodes'][0]['target']}" for one in results)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        yield f"{name}: scrolls sideways"
    small = page.locator(TARGETS).evaluate_all(
        "all => all.filter(e => e.offsetHeight && e.offsetHeight < 43).map(e => e.outerHTML.slice(0, 80))"
    )
    yield from (f"{name}: too small to press: {one}" for one in small)


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_training_has_no_fault_and_fits(trained, signed_in, look):
    assert [
        fault for name, page in pages(signed_in, trained, look) for fault in faults(page, name, look["width"])
    ] == []


def test_a_certificate_goes_from_a_phone_to_the_office_and_is_accepted(trained, signed_in):
    say_it_is_finished(signed_in("y4", width=360, scripts=False), trained)
    office = signed_in("of", scripts=False)
    office.goto(f"{trained.address}/training")
    go(office.get_by_role("link", name="Look at it"))
    go(office.get_by_role("button", name="Accept"))
    office.get_by_role("heading", name="Nothing to look at").wait_for()
    assert trained.kept("y4", COURSE)[-1].outcome is Outcome.DONE


def test_a_refusal_takes_the_focus(trained, signed_in):
    page = signed_in("y4")
    page.goto(f"{trained.address}/training/mine/{COURSE}")
    press(page, "Send to the office")
    page.wait_for_function("document.activeElement.className === 'errors'")
    go(page.get_by_role("link", name="Say who gives the course"))
    page.wait_for_function("document.activeElement.id === 'provider'")
