"""Signing in with Microsoft and Google: a certified provider plays both, and every misuse is refused."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.web_app import create_app
from bot.identity.service import signed_in

VENDORS = pytest.mark.parametrize("vendor", ["entra", "google"])
BOTH = ("entra", "google")


@pytest.fixture
def entrance(served, issuers, stage):
    """The school with both providers, on the providers' clock."""
    served.clock.at = datetime.now(UTC)
    identity = {vendor: issuers.provider(vendor) for vendor in BOTH}
    served.services = replace(served.services, identity=identity, base_url=stage.address)
    stage.app = create_app(served.services)
    return served


@pytest.fixture
def browse(entrance):
    """A browser of somebody's own."""
    opened = []

    def browser():
        opened.append(httpx.Client(base_url=entrance.address, timeout=20))
        return opened[-1]

    yield browser
    for one in opened:
        one.close()


@pytest.fixture
def walk(entrance, issuers):
    """Begin here, sign in there; return the address of ours that the browser is sent back to."""

    def walked(client, vendor, account="adam", to="/me"):
        there = client.get(f"/sign-in/{vendor}", params={"to": to})
        assert there.status_code == 303, there.text
        return issuers.walk(there.headers["location"], account, entrance.address)

    return walked


def who(school, client):
    found = signed_in(school.services, client.cookies.get("handbell", ""), school.clock())
    return (found.person.key, found.how, found.school.key) if found else None


@VENDORS
def test_a_teacher_signs_in_with_the_account_of_the_school(entrance, browse, walk, vendor):
    client = browse()
    answer = client.get(walk(client, vendor, to="/training?year=5"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/training?year=5")
    assert who(entrance, client) == ("y5", vendor, "merriwell-green")
    assert "handbell-journey" not in client.cookies


@VENDORS
def test_the_sign_in_page_offers_what_the_settings_name(entrance, browse, vendor, stage):
    page = BeautifulSoup(browse().get("/sign-in?to=/training").text, "html.parser")
    assert page.find("a", href=f"/sign-in/{vendor}?to=/training")
    stage.app = create_app(replace(entrance.services, identity={}))
    page = browse().get("/sign-in")
    assert "Microsoft" not in page.text
    assert browse().get(f"/sign-in/{vendor}").status_code == 404
    assert browse().get(f"/sign-in/{vendor}/back").status_code == 404


@VENDORS
def test_what_is_sent_along_is_drawn_again_and_the_verifier_stays_here(entrance, browse, vendor):
    client = browse()
    asked = [client.get(f"/sign-in/{vendor}").headers["location"] for _ in range(2)]
    first, second = (parse_qs(urlsplit(one).query) for one in asked)
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
    assert first["code_challenge_method"] == ["S256"]
    assert first["response_type"] == ["code"]
    assert first["redirect_uri"] == [f"{entrance.address}/sign-in/{vendor}/back"]
    assert "verifier" not in asked[0]
    assert "secret" not in asked[0]


@VENDORS
def test_an_address_is_known_whatever_its_capitals(entrance, browse, walk, vendor):
    client = browse()
    assert client.get(walk(client, vendor, "capitals")).status_code == 303
    assert who(entrance, client)[0] == "y5"


@VENDORS
def test_the_directorys_reference_goes_before_an_address(entrance, browse, walk, vendor):
    client = browse()
    assert client.get(walk(client, vendor, "y6")).status_code == 303
    assert who(entrance, client)[0] == "y6"


@VENDORS
@pytest.mark.parametrize("account", ["stranger", "elsewhere", "private", "unproved", "empty"])
def test_another_account_opens_nothing(entrance, browse, walk, vendor, account, caplog):
    client = browse()
    answer = client.get(walk(client, vendor, account))
    assert answer.status_code == 403
    assert "This account does not open Handbell here" in answer.text
    assert who(entrance, client) is None
    assert "@" not in caplog.text


@VENDORS
def test_a_leaver_with_a_working_account_is_no_one_here(entrance, browse, walk, vendor):
    entrance.change_person("y5", leaves_on=date(2026, 9, 1))
    client = browse()
    assert client.get(walk(client, vendor)).status_code == 403
    assert who(entrance, client) is None


@VENDORS
def test_an_answer_counts_once_and_in_its_own_browser_only(entrance, browse, walk, vendor):
    client, thief = browse(), browse()
    address = walk(client, vendor)
    assert thief.get(address).status_code == 400
    journey = client.cookies["handbell-journey"]
    assert client.get(address).status_code == 303
    assert client.get(address).status_code == 400
    again = browse()
    again.cookies.set("handbell-journey", journey)
    assert again.get(address).status_code == 403
    assert who(entrance, again) is None
    assert who(entrance, thief) is None


@VENDORS
@pytest.mark.parametrize(
    "change",
    [
        {"state": "another"},
        {"state": ""},
        {"state": "\udce9"},
        {"code": ""},
        {"iss": "https://accounts.evil.example"},
        {"error": "access_denied"},
    ],
)
def test_an_answer_that_was_changed_on_its_way_opens_nothing(entrance, browse, walk, vendor, change):
    client = browse()
    address = httpx.URL(walk(client, vendor))
    said = {name: value.encode("utf-8", "surrogateescape") for name, value in change.items()}
    answer = client.get(
        address.copy_merge_params({name: value.decode("latin-1") for name, value in said.items()})
    )
    assert answer.status_code == 400
    assert "not finished" in answer.text
    assert who(entrance, client) is None


@VENDORS
def test_a_made_up_code_opens_nothing(entrance, browse, walk, vendor):
    client = browse()
    address = httpx.URL(walk(client, vendor))
    assert client.get(address.copy_merge_params({"code": "made-up"})).status_code == 403
    assert who(entrance, client) is None


@VENDORS
@pytest.mark.parametrize("names_its_issuer", [True, False])
def test_the_answer_of_one_provider_does_not_pass_for_the_others(
    entrance, browse, walk, vendor, names_its_issuer
):
    client, other = browse(), next(one for one in BOTH if one != vendor)
    address = httpx.URL(walk(client, vendor).replace(f"/sign-in/{vendor}/", f"/sign-in/{other}/"))
    answer = client.get(address if names_its_issuer else address.copy_remove_param("iss"))
    assert answer.status_code == 400
    assert who(entrance, client) is None


@VENDORS
def test_a_sign_in_that_took_too_long_is_over(entrance, browse, walk, vendor):
    client = browse()
    address = walk(client, vendor)
    entrance.clock.at += timedelta(minutes=10, seconds=1)
    assert client.get(address).status_code == 400
    assert who(entrance, client) is None


@VENDORS
def test_a_cookie_made_up_elsewhere_is_no_journey(entrance, browse, walk, vendor):
    client = browse()
    address = walk(client, vendor)
    begun = client.cookies["handbell-journey"]
    changed = begun[:-2] + ("B" if begun[-2] == "A" else "A") + begun[-1]
    for made_up in ("", "x", "WyJlbnRyYSJd.signature", changed):
        forger = browse()
        forger.cookies.set("handbell-journey", made_up)
        assert forger.get(address).status_code == 400


@VENDORS
@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_no_one_is_sent_elsewhere_afterwards(browse, walk, vendor, to):
    client = browse()
    assert client.get(walk(client, vendor, to=to)).headers["location"] == "/me"


@VENDORS
def test_a_person_of_two_schools_says_where_they_go(entrance, browse, walk, second_school, vendor):
    client = browse()
    answer = client.get(walk(client, vendor, "clerk"))
    assert answer.headers["location"] == "/sign-in/choose"
    assert who(entrance, client) is None
    page = client.get("/sign-in/choose")
    assert "Otherfield Primary School" in page.text
    seal = BeautifulSoup(page.text, "html.parser").find("input", {"name": "seal"})["value"]
    assert client.post("/sign-in/choose", data={"seal": seal}).status_code == 422
    assert client.post("/sign-in/choose", data={"seal": seal, "setting": "none"}).status_code == 422
    assert client.post("/sign-in/choose", data={"seal": "x", "setting": second_school}).status_code == 400
    stranger = browse().post("/sign-in/choose", data={"seal": seal, "setting": second_school})
    assert stranger.status_code == 400
    assert client.post("/sign-in/choose", data={"seal": seal, "setting": second_school}).status_code == 303
    assert who(entrance, client) == ("cl", vendor, second_school)
    assert client.get("/sign-in/choose").status_code == 400


@VENDORS
def test_a_provider_that_does_not_answer_is_said_plainly(entrance, browse, issuers, stage, vendor):
    away = {vendor: issuers.provider(vendor, issuer="http://127.0.0.1:9")}
    stage.app = create_app(replace(entrance.services, identity=away))
    answer = browse().get(f"/sign-in/{vendor}")
    assert answer.status_code == 503
    assert re.search(r"(Microsoft|Google) does not answer us", answer.text)
