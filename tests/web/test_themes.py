"""The theme of a Teams tab stays on every page after the first, and nothing else does."""

from dataclasses import replace

import httpx
import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.web_app import create_app

PAGES = ["/me", "/training", "/accounts", "/log", "/governors", "/office", "/school/stuck", "/nothing", "/"]


def shown(client, path, **query):
    return BeautifulSoup(client.get(path, params=query).text, "html.parser").html.get("data-theme")


def test_the_theme_stays_when_the_school_page_is_left(member):
    head = member("hd")
    assert shown(head, "/school", theme="dark") == "dark"
    assert {path: shown(head, path) for path in PAGES} == dict.fromkeys(PAGES, "dark")


def test_signing_in_on_the_way_loses_no_theme(client):
    answer = client.get("/school", params={"theme": "contrast"})
    assert answer.status_code == 303
    assert shown(client, answer.headers["location"]) == "contrast"


def test_an_address_wins_over_what_was_kept_and_is_kept_in_its_place(member):
    head = member("hd")
    shown(head, "/school", theme="dark")
    assert shown(head, "/me", theme="default") == "light"
    assert shown(head, "/me") == "light"


@pytest.mark.parametrize("asked", ["", "purple", "dark\r\nX-Other: 1", '"><script>', "DARK"])
def test_no_other_word_is_kept_or_shown(member, asked):
    head = member("hd")
    answer = head.get("/me", params={"theme": asked})
    assert "set-cookie" not in answer.headers
    assert BeautifulSoup(answer.text, "html.parser").html.get("data-theme") is None


def test_a_cookie_that_is_not_ours_shows_nothing(member):
    head = member("hd")
    head.cookies.set("handbell-theme", '"><script>')
    assert shown(head, "/me") is None


def test_a_picture_drawn_in_a_theme_keeps_none(member):
    answer = member("hd").get("/school/trend.svg", params={"theme": "dark"})
    assert answer.headers["content-type"].startswith("image/svg")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("base_url", "safe"), [("http://127.0.0.1", False), ("https://bell.example", True)])
def test_no_script_reads_the_cookie_and_https_guards_it(web_school, stage, base_url, safe):
    stage.app = create_app(replace(web_school.services, base_url=base_url))
    with httpx.Client(base_url=stage.address, timeout=20) as client:
        answer = client.get("/", params={"theme": "dark"})
    said = answer.headers["set-cookie"].lower()
    assert said.startswith("handbell-theme=dark;")
    assert {"httponly", "samesite=lax", "path=/"} <= {one.strip() for one in said.split(";")}
    assert ("secure" in said) == safe
    assert "max-age" not in said
    assert answer.headers["cache-control"] == "no-store"
