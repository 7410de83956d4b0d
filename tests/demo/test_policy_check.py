"""The demo's policy check: a stranger's file in, its promises out, nothing kept; nowhere but in the demo."""

from dataclasses import replace

import httpx
import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.web_app import create_app
from bot.web.context import DemoPerson

POLICY = b"""# Fire Safety Policy

The caretaker tests the fire alarm every Monday.

All staff must read this policy within 10 school days of joining.
"""
PEOPLE = (DemoPerson("merriwell-green", "hd", "Helen Achebe, headteacher", (("Today", "/me"),)),)


@pytest.fixture
def demo(web_school, stage):
    stage.app = create_app(web_school.services, demo_people=PEOPLE)
    with httpx.Client(base_url=stage.address, timeout=30) as client:
        yield client


def soup(answer, status=200):
    assert answer.status_code == status
    return BeautifulSoup(answer.text, "html.parser")


def test_the_first_page_offers_it(demo):
    form = soup(demo.get("/")).find("form", action="/demo/check")
    assert form["enctype"] == "multipart/form-data"
    assert form.find("input", type="file")["name"] == "file"


def test_a_file_of_ones_own_shows_its_promises_and_nothing_is_kept(demo, web_school):
    before = web_school.written()
    page = soup(demo.post("/demo/check", files={"file": ("fire.md", POLICY, "text/markdown")}))
    promises = page.select("main ol > li")
    said = [one.get_text(" ", strip=True) for one in promises]
    assert len(said) == 2
    assert "caretaker" in said[0]
    assert "every Monday" in said[0]
    assert "within 10 school days of joining" in said[1]
    assert [one.blockquote.get_text(strip=True) for one in promises] == [
        "The caretaker tests the fire alarm every Monday.",
        "All staff must read this policy within 10 school days of joining.",
    ]
    assert web_school.written() == before


def test_the_sample_policy_needs_no_file(demo):
    assert len(soup(demo.get("/demo/check")).select("main ol > li")) > 5


@pytest.mark.parametrize("file", [("a.docx", b"no zip"), ("a.exe", b"MZ"), ("a.pdf", b"%PDF-1.7 cut")])
def test_what_cannot_be_read_is_refused_in_words(demo, file):
    page = soup(demo.post("/demo/check", files={"file": (*file, "application/octet-stream")}), 422)
    assert page.select_one(".errors a")["href"] == "#file"
    assert page.find("input", id="file") is not None
    assert page.select("main ol > li") == []


def test_no_file_is_refused(demo):
    assert soup(demo.post("/demo/check"), 422).select_one(".errors a") is not None


def test_another_site_cannot_send_one(demo):
    sent = {"file": ("fire.md", POLICY, "text/markdown")}
    answer = demo.post("/demo/check", files=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 404


def test_it_is_not_there_outside_the_demo(web_school, stage):
    stage.app = create_app(replace(web_school.services, sent_folder=None), demo_people=PEOPLE)
    with httpx.Client(base_url=stage.address, timeout=30) as client:
        assert client.get("/demo/check").status_code == 404
        assert "/demo/check" not in client.get("/").text
