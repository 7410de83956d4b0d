"""Who is signed in: sessions begin, last, end, and never outlive their person or their role."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from fastapi import Depends, FastAPI

from bot.actions.sessions import LASTS, begin_session, end_session, signed_in
from bot.store import sessions
from bot.web.guard import guards
from bot.web.member import HEAD, SignedIn, cookie_name

SETTING = "merriwell-green"


@pytest.fixture
def begun(school):
    def begin(person, how="email link"):
        return begin_session(school.services, SETTING, person, how=how, now=school.clock())

    return begin


def who(school, token):
    found = signed_in(school.services, token, school.clock())
    return (found.person.key, found.how, "headteacher" in found.roles) if found else None


def test_a_session_is_one_person_here_today_in_the_roles_held_today(school, begun):
    token = begun("hd")
    assert who(school, token) == ("hd", "email link", True)
    school.change_person("hd", roles=frozenset({"staff"}))
    assert who(school, token) == ("hd", "email link", False)
    school.change_person("hd", leaves_on=date(2026, 11, 22))
    assert who(school, token) is None


@pytest.mark.parametrize("how", LASTS)
def test_a_session_runs_out(school, begun, how):
    token = begun("hd", how)
    school.clock.at += LASTS[how] - timedelta(seconds=1)
    assert who(school, token) is not None
    school.clock.at += timedelta(seconds=1)
    assert who(school, token) is None


def test_a_session_that_is_put_off_lasts_longer_and_one_that_is_ended_is_over(school, begun):
    first, second = begun("hd"), begun("hd")
    assert first != second
    with school.store.writing() as conn:
        found = signed_in(school.services, first, school.clock())
        sessions.put_off(conn, found.session, school.clock() + timedelta(days=1))
    end_session(school.services, second, school.clock())
    school.clock.turn(hours=20)
    assert who(school, first) is not None
    assert who(school, second) is None
    with school.store.writing() as conn:
        sessions.end_all(conn, "hd", school.clock())
    assert who(school, first) is None


def test_the_store_does_not_hold_what_the_browser_holds(school, begun):
    token = begun("hd")
    assert signed_in(school.services, token + "x", school.clock()) is None
    found = signed_in(school.services, token, school.clock())
    assert token not in found.session


def test_the_cookie_is_bound_to_the_host_behind_https():
    assert cookie_name("https://school.example") == "__Host-handbell"
    assert cookie_name("http://127.0.0.1:8000") == "handbell"


def test_nobody_signed_in_is_led_to_the_sign_in_page_and_comes_back(client):
    asked = client.get("/cases?q=a&state=open")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?to=/cases%3Fq%3Da%26state%3Dopen"


def test_the_menu_leads_to_ones_own_cases(member, case_of):
    number, client = case_of(category="visitor"), member("hd")
    doors = BeautifulSoup(client.get("/me").text, "html.parser").select("nav a")
    assert "/cases" in {one["href"] for one in doors}
    assert number in client.get("/cases").text


@pytest.mark.parametrize(
    ("person", "how", "path"),
    [("ta1", "email link", "/training"), ("hd", "kiosk", "/training"), ("hd", "kiosk", "/cases")],
)
def test_a_role_that_does_not_open_a_page_and_a_shared_device_are_turned_away(member, person, how, path):
    asked = member(person, how).get(path)
    assert asked.status_code == 403
    assert "for other people" in asked.text


def test_the_guard_of_a_signed_in_page_is_seen():
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.get("/x", dependencies=[Depends(SignedIn(HEAD))])(lambda: None)
    assert guards(app) == {"GET /x": (SignedIn(HEAD),)}
