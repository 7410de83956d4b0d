"""The tablet in the staff room: a name and a PIN open one's own page, for three minutes, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import httpx
import pytest
from argon2 import PasswordHasher, Type
from bs4 import BeautifulSoup
from sqlalchemy import select

from bot.bootstrap.web_app import create_app
from bot.database.columns import tables
from bot.identity import kiosk
from bot.identity.guard import guards
from bot.identity.service import signed_in
from bot.records import case_roles as record_case_roles
from bot.records import ledger
from bot.records import people as record_people

PIN = "4815"
KIOSK = "handbell-kiosk"


@pytest.fixture(autouse=True)
def quick_hash(monkeypatch):
    """Make hashing a PIN cost next to nothing; returns the real hasher."""
    real = kiosk.HASHER
    monkeypatch.setattr(kiosk, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return real


def test_a_guess_at_a_kept_pin_costs_what_owasp_asks_for(quick_hash):
    """Argon2id with 19 MiB and two rounds at least."""
    assert quick_hash.type is Type.ID
    assert quick_hash.memory_cost >= 19 * 1024
    assert quick_hash.time_cost >= 2


@pytest.fixture
def pins(member, post):
    """Set a PIN as Adam."""
    adam = member("y5")
    assert post(adam, "/me/pin", pin=PIN, again=PIN).headers["location"] == "/me/pin?kept=1"
    return adam


@pytest.fixture
def tablet(served, member, post, pins):
    """A device that the office made a kiosk, and nobody at it."""
    answer = post(member("of"), "/kiosk/start", name="Staff room")
    assert answer.headers["location"] == "/kiosk"
    with httpx.Client(base_url=served.address, timeout=20) as client:
        client.cookies.set(KIOSK, answer.cookies[KIOSK])
        yield client


def enter(client, pin, person="y5"):
    page = client.get("/kiosk/who", params={"person": person})
    assert page.status_code == 200, page.text
    hidden = {
        one["name"]: one["value"] for one in BeautifulSoup(page.text, "html.parser")("input", type="hidden")
    }
    return client.post("/kiosk/who", data=hidden | {"pin": pin})


def who(school, client):
    token = next((one.value for one in client.cookies.jar if one.name == "handbell"), "")
    found = signed_in(school.services, token, school.clock())
    return (found.person.key, found.how) if found else None


def noted(school):
    with school.store.reading() as conn:
        return [(entry.actor, entry.action, entry.subject) for _, entry in ledger.entries(conn, limit=3)]


def test_a_person_picks_their_name_types_their_pin_and_sees_their_own_page(served, tablet):
    assert "Adam Sorley" in tablet.get("/kiosk").text
    assert "Nadia Karim" not in tablet.get("/kiosk").text
    assert enter(tablet, PIN).headers["location"] == "/me"
    assert who(served, tablet) == ("y5", "kiosk")
    page = tablet.get("/me")
    assert page.status_code == 200
    assert "Finish" in page.text
    assert page.headers["refresh"] == "180; url=/kiosk"


def test_the_office_is_signed_out_of_the_device_it_starts(served, member, post):
    office = member("of")
    token = office.cookies["handbell"]
    answer = post(office, "/kiosk/start", name="Staff room")
    assert signed_in(served.services, token, served.clock()) is None
    cookies = answer.headers.get_list("set-cookie")
    assert any(one.startswith('handbell=""') for one in cookies)
    kept = next(one for one in cookies if one.startswith(KIOSK)).lower()
    assert "httponly" in kept
    assert "samesite=lax" in kept
    assert noted(served)[0] == ("person:of", "started the kiosk “Staff room”", "setting:merriwell-green")


def test_a_session_ends_after_three_minutes_without_a_touch_and_each_touch_puts_it_off(served, tablet):
    enter(tablet, PIN)
    for _ in range(3):
        served.clock.turn(minutes=2, seconds=59)
        assert tablet.get("/me").status_code == 200
    served.clock.turn(minutes=3)
    assert tablet.get("/me").headers["location"].startswith("/sign-in")


def test_a_page_with_something_to_read_leaves_the_time_it_takes(served, tablet):
    enter(tablet, PIN)
    page = tablet.get(f"/me/duty/read-mobile/{served.cycle('y5', 'read-mobile')}")
    assert page.status_code == 200
    seconds = int(page.headers["refresh"].partition(";")[0])
    assert 180 < seconds <= 18 * 60
    served.clock.turn(seconds=seconds - 1)
    assert tablet.get("/me").status_code == 200
    served.clock.turn(minutes=3)
    assert tablet.get("/me").status_code == 303


def test_done_means_done_and_the_names_are_shown_again(served, tablet):
    enter(tablet, PIN)
    page = BeautifulSoup(tablet.get("/me").text, "html.parser")
    form = page.find("form", action="/sign-out")
    hidden = {one["name"]: one["value"] for one in form("input")}
    assert tablet.post("/sign-out", data=hidden).headers["location"] == "/kiosk"
    assert tablet.get("/kiosk").status_code == 200
    assert who(served, tablet) is None


def test_a_shared_device_opens_nothing_but_ones_own_page(served, tablet):
    enter(tablet, PIN)
    for route in guards(create_app(served.services)):
        method, path = route.split()
        if method == "GET" and "{" not in path:
            answer = tablet.get(path)
            if answer.status_code == 308:
                answer = tablet.get(answer.headers["location"])
            own = path == "/me" or (path.startswith("/me/") and path != "/me/pin")
            public = path in {"/", "/robots.txt", "/report", "/sign-in", "/sent", "/demo/check"}
            flags = path in {"/health", "/health/live", "/health/ready"}
            at_it = path == "/kiosk"
            if not (own or public or flags or at_it):
                assert answer.status_code in {400, 403, 404, 422}, route
    assert tablet.get("/me/pin").status_code == 403


def test_five_wrong_tries_lock_a_pin_until_its_owner_or_the_office_opens_it(
    served, tablet, member, post, pins
):
    for number in range(4):
        answer = enter(tablet, "9999")
        assert answer.status_code == 422
        assert "That PIN is wrong" in answer.text, number
    assert "is locked" in enter(tablet, "9999").text
    assert "is locked" in enter(tablet, PIN).text
    assert who(served, tablet) is None

    office = member("of")
    assert "locked after five" in office.get("/kiosk/start").text
    post(office, "/kiosk/unlock", person="y5")
    assert noted(served)[0] == ("person:of", "unlocked a PIN", "person:y5@merriwell-green")
    assert enter(tablet, PIN).status_code == 303

    for _ in range(5):
        enter(tablet, "9999")
    assert post(pins, "/me/pin", pin="7702", again="7702").status_code == 303
    assert enter(tablet, PIN).status_code == 422
    assert enter(tablet, "7702").status_code == 303


def test_a_right_entry_between_them_gives_no_one_more_guesses(served, tablet):
    guesses = 0
    for _ in range(6):
        if enter(tablet, "9999").status_code == 422 and "is locked" not in enter(tablet, PIN).text:
            guesses += 1
        served.clock.turn(days=1)
    assert guesses == 4
    assert "is locked" in enter(tablet, PIN).text


def test_right_entries_never_lock_a_pin_and_slips_are_forgotten_after_a_month(served, tablet):
    for _ in range(4):
        enter(tablet, "9999")
    for _ in range(6):
        assert enter(tablet, PIN).status_code == 303
    served.clock.turn(days=30)
    for _ in range(4):
        assert "That PIN is wrong" in enter(tablet, "9999").text
        assert enter(tablet, PIN).status_code == 303
    served.clock.turn(days=29)
    assert "is locked" in enter(tablet, "9999").text
    served.clock.turn(days=400)
    assert "is locked" in enter(tablet, PIN).text


def test_many_tries_at_once_are_no_more_than_five(served, tablet):
    page = tablet.get("/kiosk/who?person=y5")
    hidden = {
        one["name"]: one["value"] for one in BeautifulSoup(page.text, "html.parser")("input", type="hidden")
    }
    cookies = {KIOSK: tablet.cookies[KIOSK]}

    def attempt(number):
        sent = hidden | {"pin": f"{number:04}"}
        return httpx.post(f"{served.address}/kiosk/who", data=sent, cookies=cookies, timeout=60).text

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(attempt, range(12)))
    assert sum("That PIN is wrong" in one for one in said) <= 5
    assert "is locked" in enter(tablet, PIN).text


def test_guessing_one_pin_after_another_is_slowed_down(tablet, member, post):
    for person in ("y1", "y2", "y3", "y4", "y6", "ta1"):
        post(member(person), "/me/pin", pin="2580", again="2580")
    answers = [
        enter(tablet, "9999", person) for person in ("y1", "y2", "y3", "y4", "y6", "ta1") for _ in range(6)
    ]
    assert answers[-1].status_code == 429


@pytest.mark.parametrize(
    ("pin", "again", "says"),
    [
        ("", "", "4 to 8 digits"),
        ("123", "123", "4 to 8 digits"),
        ("123456789", "123456789", "4 to 8 digits"),
        ("48a5", "48a5", "4 to 8 digits"),
        ("٤٨١٥", "٤٨١٥", "4 to 8 digits"),
        ("1234", "1234", "guessed too easily"),
        ("9876", "9876", "guessed too easily"),
        ("0000", "0000", "guessed too easily"),
        ("1984", "1984", "guessed too easily"),
        ("7373", "7373", "guessed too easily"),
        ("4815", "4816", "do not match"),
    ],
)
def test_a_pin_that_will_not_do_is_said_and_goes_back_to_no_page(member, post, pin, again, says):
    answer = post(member("y6"), "/me/pin", pin=pin, again=again)
    assert answer.status_code == 422
    assert says in answer.text
    assert not pin or f'value="{pin}"' not in answer.text


def test_the_store_and_the_ledger_give_no_pin_away(served, pins):
    with served.store.reading() as conn:
        (hashed,) = conn.exec_driver_sql("select hash from kiosk_pin").one()
    assert hashed.startswith("$argon2id$")
    assert PIN not in hashed
    assert noted(served)[0] == ("person:y5", "chose a PIN", "person:y5@merriwell-green")


def test_a_person_who_cannot_sign_in_chooses_with_the_office_beside_them(served, tablet, member, post):
    office = member("sb")
    assert "Give the keyboard to Irene Castle" in office.get("/kiosk/pin?person=md2").text
    assert post(office, "/kiosk/pin", person="md2", pin=PIN, again=PIN).headers["location"] == "/kiosk/start"
    assert noted(served)[0] == ("person:sb", "had a PIN chosen", "person:md2@merriwell-green")
    assert enter(tablet, PIN, "md2").status_code == 303


def test_a_stopped_device_opens_nothing(served, tablet, member, post):
    office = member("of")
    page = BeautifulSoup(office.get("/kiosk/start").text, "html.parser")
    device = page.find("input", {"name": "device"})["value"]
    assert post(office, "/kiosk/stop", device=device).status_code == 303
    assert tablet.get("/kiosk").headers["location"].startswith("/sign-in")
    assert post(office, "/kiosk/stop", device=device).status_code == 303


def test_a_leaver_is_not_on_the_tablet(served, tablet):
    served.change_person("y5", leaves_on=date(2026, 11, 22))
    assert "Adam Sorley" not in tablet.get("/kiosk").text
    assert tablet.get("/kiosk/who?person=y5").status_code == 404


@pytest.mark.parametrize("path", ["/kiosk", "/kiosk/who?person=y5"])
def test_another_device_is_no_kiosk(served, member, pins, path):
    assert pins.get(path).headers["location"].startswith("/sign-in")
    with httpx.Client(base_url=served.address, cookies={KIOSK: "made-up"}) as made_up:
        assert made_up.get(path).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("person", ["y5", "gc", "cl", "ta1"])
def test_only_the_office_starts_stops_and_unlocks(served, member, post, person):
    client = member(person)
    assert client.get("/kiosk/start").status_code == 403
    for path in ("/kiosk/start", "/kiosk/stop", "/kiosk/unlock", "/kiosk/pin"):
        assert post(client, path, name="x", person="y5").status_code == 403


def test_a_form_without_its_seal_does_nothing(served, tablet, member, pins):
    office = member("of")
    assert office.post("/kiosk/start", data={"name": "x", "seal": "forged"}).status_code == 422
    assert pins.post("/me/pin", data={"pin": "2580", "again": "2580"}).status_code == 422
    assert tablet.post("/kiosk/who", data={"person": "y5", "pin": PIN, "seal": "x"}).status_code == 422
    assert who(served, tablet) is None
    page = BeautifulSoup(office.get("/kiosk/start").text, "html.parser")
    device = page.find("input", {"name": "device"})["value"]
    office.post("/kiosk/stop", data={"device": device})
    assert tablet.get("/kiosk").status_code == 200


def test_a_device_without_a_name_is_not_started(member, post):
    answer = post(member("of"), "/kiosk/start", name="  ")
    assert answer.status_code == 422
    assert "Give the device a name" in answer.text


def test_the_other_schools_devices_and_pins_are_out_of_reach(served, tablet, member, post, second_school):
    there = member("oo", school=second_school)
    page = there.get("/kiosk/start").text
    assert "Adam Sorley" not in page
    assert "Carol Whitlow" not in page
    assert "None yet" in page
    assert there.get("/kiosk/pin?person=y5").status_code == 404
    assert post(there, "/kiosk/pin", person="y5", pin=PIN, again=PIN).status_code == 404
    for _ in range(5):
        enter(tablet, "9999")
    post(there, "/kiosk/unlock", person="y5")
    assert "is locked" in enter(tablet, PIN).text
    ours = BeautifulSoup(member("of").get("/kiosk/start").text, "html.parser")
    post(there, "/kiosk/stop", device=ours.find("input", {"name": "device"})["value"])
    assert tablet.get("/kiosk").status_code == 200


def out_of_reach(school, person):
    with school.store.writing() as conn:
        record_people.mark_unreachable(conn, person, "550 no such user")


def warned(school):
    """Who is written to about a PIN."""
    message = tables.tables["message"]
    with school.store.reading() as conn:
        query = select(message.c.person, message.c.step).where(message.c.kind == "access")
        return {person for person, step in conn.execute(query) if step.startswith("pin ")}


@pytest.mark.parametrize("person", ["hd", "dh", "ey", "gc"])
def test_the_office_sets_and_unlocks_no_pin_of_a_person_who_opens_cases(served, tablet, member, post, person):
    out_of_reach(served, person)
    office = member("of")
    refused = post(office, "/kiosk/pin", person=person, pin=PIN, again=PIN)
    assert (refused.status_code, "location" in refused.headers) == (422, False)
    assert tablet.get("/kiosk/who", params={"person": person}).status_code == 404
    own = member(person)
    assert post(own, "/me/pin", pin="2750", again="2750").status_code == 303
    for wrong in ("1111", "2222", "3333", "4444", "5555"):
        enter(tablet, wrong, person)
    assert post(office, "/kiosk/unlock", person=person).status_code == 422
    assert enter(tablet, "2750", person).status_code == 422
    assert warned(served) == set()


def test_a_second_leader_sets_a_pin_beside_its_owner_and_both_hear_of_it(served, tablet, member, post):
    out_of_reach(served, "hd")
    leader = member("dh")
    assert post(leader, "/kiosk/pin", person="hd", pin=PIN, again=PIN).status_code == 303
    assert enter(tablet, PIN, "hd").status_code == 303
    assert warned(served) == {"hd", "dh"}


def test_a_deputy_who_is_not_confirmed_is_no_second_leader(served, tablet, member, post):
    out_of_reach(served, "hd")
    with served.store.writing() as conn:
        record_case_roles.end(conn, "merriwell-green", [("dh", "dsl"), ("dh", "deputy-head")], served.clock())
    assert post(member("dh"), "/kiosk/pin", person="hd", pin=PIN, again=PIN).status_code == 422
