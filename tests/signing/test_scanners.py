"""Mail scanners follow links and press buttons. None of it may ever count as somebody's answer."""

import itertools

import pytest
from bs4 import BeautifulSoup

DUTIES = [("y5", "read-mobile"), ("y5", "agree-acceptable-use"), ("y5", "safeguarding-training")]
AGENTS = ["Mozilla/5.0 (Windows NT 10.0)", "Barracuda Sentinel", "python-requests/2.32", ""]


@pytest.mark.parametrize("duty", DUTIES)
def test_looking_writes_nothing_however_often_and_by_whatever_means(web_school, client, duty):
    before, address = web_school.written(), web_school.duty(*duty)
    for number, (method, agent) in enumerate(itertools.product(["GET", "HEAD"] * 8, AGENTS)):
        suffix = ["", "?utm_source=mail", "?outcome=done&name=Adam+Sorley"][number % 3]
        page = client.request(method, address + suffix, headers={"User-Agent": agent})
        assert page.status_code == 200
    assert web_school.written() == before


def test_head_answers_as_get_does_without_a_body(web_school, client):
    address = web_school.duty(*DUTIES[0])
    head, get = client.head(address), client.get(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-security-policy"] == get.headers["content-security-policy"]


def test_every_link_on_the_page_can_be_followed_without_writing(web_school, client):
    before, address = web_school.written(), web_school.duty(*DUTIES[0])
    page = BeautifulSoup(client.get(address).text, "html.parser")
    for link in page.find_all(["a", "link"], href=True):
        assert client.get(link["href"] if link["href"].startswith("/") else address).status_code == 200
    assert web_school.written() == before


@pytest.mark.parametrize("duty", DUTIES)
@pytest.mark.parametrize(
    "filled_in",
    [
        {},
        {"name": ""},
        {"name": "test"},
        {"name": "John Smith"},
        {"name": "Adam"},
        {"name": "a.sorley@merriwell.example"},
        {"name": "Adam Sorley", "leave_empty": "Adam Sorley"},
    ],
)
def test_a_form_sent_by_a_program_without_the_persons_name_is_not_an_answer(
    web_school, form, duty, filled_in
):
    before = web_school.written()
    page = form(web_school.duty(*duty))
    for outcome in ("done", "question", "declined"):
        written = {"question": "test", "reason": "test", "note": "test", "done_on": "2026-11-20"}
        answer = page.send(**{"outcome": outcome, **written, **filled_in})
        assert answer.status_code == 422
    assert web_school.written() == before


def test_a_form_made_up_without_opening_the_page_is_not_an_answer(web_school, client):
    before = web_school.written()
    answer = client.post(web_school.duty(*DUTIES[0]), data={"outcome": "done", "name": "Adam Sorley"})
    assert answer.status_code == 422
    assert web_school.written() == before


@pytest.mark.browser
def test_a_robot_in_a_browser_that_presses_every_button_is_not_an_answer(served, visitor):
    before = served.written()
    page = visitor()
    page.goto(served.duty(*DUTIES[0]))
    page.evaluate("document.querySelectorAll('input[type=radio]').forEach(one => one.click())")
    with page.expect_navigation():
        page.evaluate("document.forms[0].submit()")
    page.wait_for_selector(".errors")
    page.evaluate("document.querySelectorAll('input:not([type=hidden])').forEach(one => one.value = 'robot')")
    with page.expect_navigation():
        page.evaluate("document.forms[0].submit()")
    page.wait_for_selector(".errors")
    assert served.written() == before
