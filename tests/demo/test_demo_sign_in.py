"""The demo lets anybody be somebody of the sample school; nothing of it exists anywhere else."""

from dataclasses import replace

import httpx
import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.services import make_services
from bot.bootstrap.web_app import create_app
from bot.core.config import load_settings
from bot.identity.guard import DemoOnly, guards
from bot.identity.service import signed_in
from bot.web.context import DemoPerson

SCHOOL = "merriwell-green"
PEOPLE = (
    DemoPerson(SCHOOL, "hd", "Helen Achebe, headteacher", (("The school", "/school"), ("Office", "/office"))),
    DemoPerson(SCHOOL, "cl", "Helena Novak, clerk", (("Governors", "/governors"),)),
)


@pytest.fixture
def demo(web_school, stage):
    """The sample school with its people on offer, as `handbell demo` serves it."""
    stage.app = create_app(web_school.services, demo_people=PEOPLE)
    with httpx.Client(base_url=stage.address, timeout=20) as client:
        yield client


def choices(client):
    """Every button of the first page: what it sends, as a browser would."""
    page = BeautifulSoup(client.get("/").text, "html.parser")
    for form in page.find_all("form", action="/demo/sign-in"):
        hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
        for button in form.find_all("button"):
            yield form["action"], hidden | {button["name"]: button["value"]}


def test_each_button_of_the_first_page_opens_its_page_as_that_person(demo, web_school):
    pressed = []
    for address, sent in list(choices(demo)):
        answer = demo.post(address, data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, sent["to"])
        found = signed_in(web_school.services, demo.cookies["handbell"], web_school.clock())
        assert (found.person.key, found.how) == (sent["person"], "demo")
        assert demo.get(sent["to"]).status_code == 200
        pressed.append((sent["person"], sent["to"]))
    assert pressed == [(one.person, href) for one in PEOPLE for _, href in one.doors]


def test_looking_at_the_first_page_signs_no_one_in(demo):
    assert "set-cookie" not in demo.get("/").headers
    assert demo.get("/demo/sign-in").status_code == 405


@pytest.mark.parametrize("person", ["y5", "", "nobody"])
def test_no_one_else_can_be_chosen(demo, person):
    answer = demo.post("/demo/sign-in", data={"person": person, "to": "/me"})
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


def test_another_site_cannot_press_the_button(demo):
    answer = demo.post("/demo/sign-in", data={"person": "hd"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


def test_the_button_leads_to_no_other_site(demo):
    answer = demo.post("/demo/sign-in", data={"person": "hd", "to": "https://elsewhere.example/"})
    assert answer.headers["location"] == "/me"


def test_leaving_leads_back_to_the_choice_of_people(demo, web_school):
    demo.post("/demo/sign-in", data={"person": "hd", "to": "/me"})
    answer = demo.post("/sign-out", data={"seal": web_school.seal_of(demo)})
    assert answer.headers["location"] == "/"


def test_outside_the_demo_there_is_no_such_page(web_school, stage):
    stage.app = create_app(replace(web_school.services, sent_folder=None), demo_people=PEOPLE)
    with httpx.Client(base_url=stage.address, timeout=20) as client:
        answer = client.post("/demo/sign-in", data={"person": "hd", "to": "/me"})
        first = client.get("/").text
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers
    assert "/demo/" not in first
    assert "Helen Achebe" not in first


def test_every_route_of_the_demo_stands_behind_its_guard(web_school):
    standing = guards(create_app(web_school.services))
    demo_routes = {route: some for route, some in standing.items() if " /demo" in route or " /sent" in route}
    assert "POST /demo/sign-in" in demo_routes
    assert all(any(isinstance(one, DemoOnly) for one in some) for some in demo_routes.values())


def test_an_installation_is_no_demo_whatever_its_settings(tmp_path):
    services = make_services(load_settings(data=tmp_path, mail="folder", base_url="http://127.0.0.1:8000"))
    services.store.close()
    assert services.sent_folder is None
