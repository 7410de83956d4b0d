"""A course's own rule of proof holds on every page: no plain yes where a certificate or a quiz is needed."""

import pytest
from bs4 import BeautifulSoup

COURSE = "safeguarding-training"
TITLE = "    title: Safeguarding and child protection training\n"
QUIZ = """    questions:
      - ask: Whom do you tell?
        answers: [The DSL, Nobody]
        right: 1
"""
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def rule(served, register):
    """Set the rule of proof of the course: `rule("    proof: certificate\\n")`."""

    def write(lines):
        text = register.read_text(encoding="utf-8")
        assert text.count(TITLE) == 1
        register.write_text(text.replace(TITLE, TITLE + lines), encoding="utf-8")
        served.apply(register)

    return write


def soup(page):
    return BeautifulSoup(page.text, "html.parser")


def sealed(client, address):
    """The hidden fields of a page's form that is sent there."""
    page = soup(client.get(address))
    found = page.find("form", action=address)
    return {one["name"]: one.get("value", "") for one in found.find_all("input", type="hidden")}


def claim(served, client, files=None):
    address = f"/training/mine/{COURSE}"
    typed = {"finished_on": "2026-11-20", "provider": "The council", "seal": served.seal_of(client)}
    return client.post(address, data=typed, files=files)


def test_a_duty_of_training_leads_to_the_page_that_takes_a_certificate(served, member, client):
    teacher = member("y6")
    cycle = served.cycle("y6", COURSE)
    for page in (teacher.get(f"/me/duty/{COURSE}/{cycle}"), client.get(served.duty("y6", COURSE))):
        assert soup(page).find("a", href=f"/training/mine/{COURSE}") is not None
        assert soup(page).find(id="outcome-done") is not None
    assert soup(teacher.get("/me")).find("a", href="/training/mine") is not None


def test_a_course_that_needs_its_certificate_is_never_ticked_off(served, member, client, rule):
    rule("    proof: certificate\n")
    teacher, cycle = member("y6"), served.cycle("y6", COURSE)
    mine, link = f"/me/duty/{COURSE}/{cycle}", served.duty("y6", COURSE).removeprefix(served.address)
    for who, address in ((teacher, mine), (client, link)):
        page = soup(who.get(address))
        assert page.find(id="outcome-done") is None
        assert page.find("a", class_="button", href=f"/training/mine/{COURSE}") is not None
        typed = {"outcome": "done", "done_on": "2026-11-20", "name": "Nadia Karim"}
        answer = who.post(address, data=sealed(who, address) | typed)
        assert answer.status_code == 422
        assert "needs its certificate" in answer.text
    assert served.kept("y6", COURSE) == []


def test_a_course_that_needs_its_certificate_takes_a_claim_only_with_it(served, member, rule):
    rule("    proof: certificate\n")
    teacher = member("y6")
    refused = claim(served, teacher)
    assert refused.status_code == 422
    assert "Upload the certificate" in refused.text
    assert claim(served, teacher, {"certificate": ("mine.pdf", PDF, "application/pdf")}).status_code == 303


def test_a_person_who_cannot_send_a_certificate_can_still_ask(served, member, rule):
    rule("    proof: certificate\n")
    teacher = member("y6")
    address = f"/me/duty/{COURSE}/{served.cycle('y6', COURSE)}"
    asked = {"outcome": "question", "question": "Mine is lost. What now?"}
    assert teacher.post(address, data=sealed(teacher, address) | asked).status_code == 303


def test_a_course_with_questions_is_done_by_answering_them_and_no_other_way(served, member, rule):
    rule(QUIZ)
    teacher = member("y6")
    address = f"/me/duty/{COURSE}/{served.cycle('y6', COURSE)}"
    assert claim(served, teacher).status_code == 422
    assert soup(teacher.get(f"/training/mine/{COURSE}")).find("a", href=address) is not None
    done = {"outcome": "done", "done_on": "2026-11-20", "check_1": "2"}
    assert teacher.post(address, data=sealed(teacher, address) | done).status_code == 422
    assert teacher.post(address, data=sealed(teacher, address) | done | {"check_1": "1"}).status_code == 303
    assert [one.outcome.value for one in served.kept("y6", COURSE)] == ["done"]
