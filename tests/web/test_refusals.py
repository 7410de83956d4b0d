"""Links that do not open, and everything else that goes wrong: plain words, no traces, nothing written."""

import sqlite3
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.web_app import LARGEST_BODY, POSTS_BY_LINK, WRONG_LINKS
from bot.core.links import Link, Links

READ = ("y5", "read-mobile")
OURS = ("Adam Sorley", "Mobile, Smart", "Merriwell", "Traceback", "sqlite", "bot/", ".py")


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def refused(page, status, *said):
    """The page says what to do and gives nothing away."""
    assert page.status_code == status
    shown = words(page)
    for part in said:
        assert part in shown
    for part in OURS:
        assert part not in page.text


def flip(token, at):
    return token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1],
        lambda token: token + "x",
        lambda token: flip(token, 5),
        lambda token: flip(token, -5),
        lambda token: token.partition(".")[0],
        lambda token: "." + token.partition(".")[2],
        lambda token: token.upper(),
        lambda _: "..%2f..%2fetc%2fpasswd",
        lambda _: "%00%ff%fe",
        lambda _: "x" * 4000,
        lambda _: "' or 1=1 --",
    ],
)
def test_a_spoilt_link_opens_nothing(web_school, client, spoil):
    token = web_school.duty(*READ).rpartition("/")[2]
    before = web_school.written()
    refused(client.get(f"/d/{spoil(token)}"), 404, "ask")
    refused(client.post(f"/d/{spoil(token)}", data={"name": "Adam Sorley", "outcome": "done"}), 404, "ask")
    assert web_school.written() == before


def test_a_link_signed_with_another_key_opens_nothing(web_school, client):
    link = Link("duty", "merriwell-green", "y5", "read-mobile", web_school.cycle(*READ))
    token = Links("f" * 48).make(link, web_school.clock())
    refused(client.get(f"/d/{token}"), 404, "This link does not work", "Nothing was recorded.")


def test_a_link_opens_for_sixty_days_and_then_says_that_it_has_run_out(web_school, client, form):
    address = web_school.duty(*READ)
    page = form(address)
    web_school.clock.turn(days=60)
    assert client.get(address).status_code in {200, 410}
    assert "run out" not in words(client.get(address))
    web_school.clock.turn(days=1)
    refused(client.get(address), 410, "This link has expired", "Ask the office for a new one")
    refused(page.send(outcome="done", name="Adam Sorley"), 410, "This link has expired")
    assert web_school.kept(*READ) == []


PAGES = {"duty": "/d/{}", "case": "/c/{}", "calendar": "/calendar/{}.ics"}


@pytest.mark.parametrize(("purpose", "other"), list(permutations(PAGES, 2)))
def test_a_link_opens_what_it_was_made_for_and_nothing_else(web_school, client, purpose, other):
    link = Link(purpose, "merriwell-green", "hd", "read-mobile", "1")
    token = web_school.services.links.make(link, web_school.clock())
    refused(client.get(PAGES[other].format(token)), 404, "This link opens another page.")


def test_who_has_left_is_asked_for_nothing_and_records_nothing(web_school, client, form):
    page = form(web_school.duty(*READ))
    web_school.change_person("y5", leaves_on=date(2026, 11, 20))
    for answer in (client.get(page.address), page.send(outcome="done", name="Adam Sorley")):
        refused(answer, 410, "This link no longer works.", "sign in")
    assert web_school.kept(*READ) == []


@pytest.mark.parametrize(
    "changed", [{"person": "nobody"}, {"obligation": "nothing"}, {"school": "elsewhere"}, {"cycle": "x/y"}]
)
def test_a_good_link_to_what_is_not_there_says_so(web_school, client, changed):
    link = Link("duty", "merriwell-green", "gc", "read-child-protection", "2026-09")
    token = web_school.services.links.make(replace(link, **changed), web_school.clock())
    page = client.get(f"/d/{token}")
    assert page.status_code == 410 or "cycle" in changed
    assert "Traceback" not in page.text


def test_an_obligation_taken_out_of_the_register_is_asked_of_no_one(web_school, client, register):
    address = web_school.duty("y5", "agree-acceptable-use")
    kept = register.read_text(encoding="utf-8").split("  - key: agree-acceptable-use", 1)
    rest = kept[1].split("  - key: safeguarding-training", 1)[1]
    register.write_text(kept[0] + "  - key: safeguarding-training" + rest, encoding="utf-8")
    web_school.apply(register)
    refused(client.get(address), 410, "Your school's rules have changed since this link was sent")


def test_another_persons_form_is_not_taken_on_this_link(web_school, client, form):
    theirs, mine = form(web_school.duty("y6", "read-mobile")), web_school.duty(*READ)
    answer = client.post(mine, data=theirs.fields | {"outcome": "done", "name": "Adam Sorley"})
    assert answer.status_code == 422
    assert web_school.kept(*READ) == []


def test_another_persons_receipt_is_not_shown(web_school, client, form):
    answered = form(web_school.duty(*READ)).send(outcome="done", name="Adam Sorley")
    receipt = answered.headers["location"].rpartition("/")[2]
    refused(client.get(f"{web_school.duty('y6', 'read-mobile')}/receipt/{receipt}"), 404, "Page not found")
    refused(client.get(f"{web_school.duty(*READ)}/receipt/HB-0000-0000-0000"), 404, "Page not found")


@pytest.mark.parametrize(
    "path", ["/nothing", "/d/", "/static/../app.py", "/static/none.css", "/docs", "/openapi.json"]
)
def test_an_address_without_a_page_says_so(client, path):
    refused(client.get(path), 404, "Page not found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_page_is_read_or_answered_and_nothing_else(web_school, client, method):
    refused(client.request(method, web_school.duty(*READ)), 405, "This page cannot be used that way")


def test_more_than_anybody_writes_is_refused_unread(web_school, client):
    answer = client.post(web_school.duty(*READ), data={"question": "x" * LARGEST_BODY})
    assert answer.status_code == 413
    assert web_school.kept(*READ) == []


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"outcome": "done", "name": "Adam Sorley"}},
        {"content": b"\xff\xfe\x00", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data"}},
        {"files": {"name": ("name.txt", b"Adam Sorley")}},
        {"content": b"outcome=done&name=Adam+Sorley&name=x&seal=%00"},
    ],
)
def test_a_body_no_page_of_ours_sends_is_refused_in_words(web_school, client, body):
    before = web_school.written()
    answer = client.post(web_school.duty(*READ), **body)
    assert answer.status_code in {400, 422}
    assert "Traceback" not in answer.text
    assert "<h1>" in answer.text
    assert web_school.written() == before


def test_answers_sent_faster_than_people_write_have_to_wait(web_school, client, form):
    page = form(web_school.duty(*READ))
    for _ in range(POSTS_BY_LINK.burst):
        assert page.send(outcome="done").status_code == 422
    answer = page.send(outcome="done", name="Adam Sorley")
    refused(answer, 429, "Please wait a moment", "Try again in a minute.")
    assert answer.headers["Retry-After"] == "20"
    assert web_school.kept(*READ) == []
    assert (
        form(web_school.duty("y6", "read-mobile")).send(outcome="done", name="Nadia Karim").status_code == 303
    )
    web_school.clock.turn(seconds=20)
    assert page.send(outcome="done", name="Adam Sorley").status_code == 303


def test_guessing_at_links_has_to_wait_and_good_links_do_not(web_school, client):
    for _ in range(WRONG_LINKS.burst):
        assert client.get("/d/guess").status_code == 404
    answer = client.get("/d/guess")
    refused(answer, 429, "Please wait a moment")
    assert answer.headers["Retry-After"] == "10"
    assert client.get(web_school.duty(*READ)).status_code == 200


def test_a_defect_of_ours_is_one_calm_page_and_writes_nothing(web_school, client, form, caplog):
    page = form(web_school.duty(*READ))
    with sqlite3.connect(web_school.store.engine.url.database) as database:
        database.execute("alter table ledger rename to gone")
    database.close()
    answer = page.send(outcome="done", name="Adam Sorley")
    refused(answer, 500, "Sorry, there is a problem with Handbell", "Nothing you sent was recorded.")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert web_school.kept(*READ) == []
    assert "a page broke" in caplog.text
