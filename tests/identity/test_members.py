"""Who is signed in: sessions begin, last, end, and never outlive their person or their role."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from fastapi import Depends, FastAPI

from bot.core.roles import Permission
from bot.identity.guard import guards
from bot.identity.member import SignedIn, cookie_name
from bot.identity.service import LASTS, begin_session, end_session, signed_in
from bot.records import sign_ins

SCHOOL = "merriwell-green"


@pytest.fixture
def begun(web_school):
    def begin(person, how="email link"):
        return begin_session(web_school.services, SCHOOL, person, how=how, now=web_school.clock())

    return begin


def who(school, token):
    found = signed_in(school.services, token, school.clock())
    return (found.person.key, found.how, "headteacher" in found.roles) if found else None


def test_a_session_is_one_person_here_today_in_the_roles_held_today(web_school, begun):
    token = begun("hd")
    assert who(web_school, token) == ("hd", "email link", True)
    web_school.change_person("hd", roles=frozenset({"staff"}))
    assert who(web_school, token) == ("hd", "email link", False)
    web_school.change_person("hd", leaves_on=date(2026, 11, 22))
    assert who(web_school, token) is None


@pytest.mark.parametrize("how", LASTS)
def test_a_session_runs_out(web_school, begun, how):
    token = begun("hd", how)
    web_school.clock.at += LASTS[how] - timedelta(seconds=1)
    assert who(web_school, token) is not None
    web_school.clock.at += timedelta(seconds=1)
    assert who(web_school, token) is None


def test_a_session_that_is_put_off_lasts_longer_and_one_that_is_ended_is_over(web_school, begun):
    first, second = begun("hd"), begun("hd")
    assert first != second
    with web_school.store.writing() as conn:
        found = signed_in(web_school.services, first, web_school.clock())
        sign_ins.put_off(conn, found.session, web_school.clock() + timedelta(days=1))
    end_session(web_school.services, second, web_school.clock())
    web_school.clock.turn(hours=20)
    assert who(web_school, first) is not None
    assert who(web_school, second) is None
    with web_school.store.writing() as conn:
        sign_ins.end_all(conn, "hd", web_school.clock())
    assert who(web_school, first) is None


def test_the_store_does_not_hold_what_the_browser_holds(web_school, begun):
    token = begun("hd")
    assert signed_in(web_school.services, token + "x", web_school.clock()) is None
    found = signed_in(web_school.services, token, web_school.clock())
    assert token not in found.session


def test_the_cookie_is_bound_to_the_host_behind_https():
    assert cookie_name("https://school.example") == "__Host-handbell"
    assert cookie_name("http://127.0.0.1:8000") == "handbell"


def test_no_one_signed_in_is_led_to_the_sign_in_page_and_comes_back(client):
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
    assert "You cannot open this page" in asked.text


def test_the_guard_of_a_signed_in_page_is_seen():
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.get("/x", dependencies=[Depends(SignedIn(Permission.VIEW_SCHOOL))])(lambda: None)
    assert guards(app) == {"GET /x": (SignedIn(Permission.VIEW_SCHOOL),)}
