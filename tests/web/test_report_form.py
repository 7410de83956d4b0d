"""The report form, as a browser without scripts sends it: five questions, a last look, a receipt."""

import logging
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from bot.web.app import create_app

ADDRESS = "/report/merriwell-green"
ANSWERS = {
    "category": {"category": "staff-devices"},
    "what": {"what": "A telephone was used at the gate."},
    "where": {"where_when": "At the gate on Friday."},
    "about": {"about": "A visitor"},
    "you": {"told": "anonymous"},
}


def hidden(page):
    found = BeautifulSoup(page.text, "html.parser").find("form")
    return {one["name"]: one["value"] for one in found.find_all("input", type="hidden")}


def heading(page):
    return BeautifulSoup(page.text, "html.parser").h1.get_text(" ", strip=True)


@pytest.fixture
def send(client):
    """Press a button of a page: `send(page, "next", what="...")` gives the page that comes after."""
    return lambda page, go, **typed: client.post(ADDRESS, data=hidden(page) | {"go": go} | typed)


@pytest.fixture
def check(client, served, send):
    """Answer all five questions; give the page on which they are looked through."""

    def answered(**changed):
        page = send(client.get(ADDRESS), "next")
        for step, typed in (ANSWERS | changed).items():
            assert hidden(page)["step"] == step
            page = send(page, "next", **typed)
        served.clock.turn(seconds=60)
        assert heading(page) == "Look through it, then send"
        return page

    return answered


def receipt(page):
    found = BeautifulSoup(page.text, "html.parser")
    return found.find(id="number").text, found.find(id="passphrase").text


def rows(school, table):
    with school.store.reading() as conn:
        return conn.scalar(text(f"select count(*) from {table}"))


def test_five_questions_make_a_case_and_the_receipt_says_what_happens_next(served, check, send):
    page = send(check(), "send")
    number, passphrase = receipt(page)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", number)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", passphrase)
    assert "It goes to the headteacher." in page.text
    assert "Wednesday 25 November 2026" in page.text
    assert rows(served, "case_file") == 1


def test_nothing_is_kept_and_no_cookie_set_until_it_is_sent(served, client, check, send):
    before = served.written()
    page = check()
    assert served.written() == before
    assert rows(served, "case_file") == 0
    assert "set-cookie" not in send(page, "send").headers
    assert not client.cookies


def test_the_same_page_sent_twice_is_one_case_with_one_receipt(served, check, send):
    page = check()
    assert receipt(send(page, "send")) == receipt(send(page, "send"))
    assert rows(served, "case_file") == 1
