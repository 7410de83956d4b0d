"""Who reads cases, and by what: a session of their own, or an email's link, which opens one for a while."""

import re
from email import message_from_bytes, policy

import httpx
import pytest
from bs4 import BeautifulSoup

from bot.delivery.service import deliver

HEAD, LEAD = "head@merriwell.example", "deputy@merriwell.example"
PAGES_OF_ALL = (
    "/cases",
    "/cases/list.csv",
    "/cases/disposal",
    "/cases/disposal/check?number=0000-0000",
    "/cases/disposal/signed",
)
ELSEWHERE = ("/me", "/me/pin", "/school", "/log", "/accounts", "/office", "/teams/connect")


def emails(served, to):
    """The emails about cases somebody has, the oldest first."""
    deliver(served.services, now=served.clock(), limit=100)
    found = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in sent(served)]
    return [one for one in found if one["To"].addresses[0].addr_spec == to and "Case" in one["Subject"]]


def sent(served):
    return sorted(served.services.sent_folder.rglob("*.eml"))


def links(served, to):
    texts = [one.get_body(("plain",)).get_content() for one in emails(served, to)]
    return [re.search(r"http://127\.0\.0\.1(/\S+)", text)[1] for text in texts]


def press(client, address, **typed):
    """Send the first form of a page that is not the way out."""
    page = client.get(address)
    assert page.status_code == 200, page.headers
    form = next(one for one in forms(page) if one["action"] != "/sign-out")
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return client.post(form["action"], data=hidden | typed)


def forms(page):
    return BeautifulSoup(page.text, "html.parser").find_all("form", method="post")


def asks_to_sign_in(answer, to=None):
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith("/sign-in?to=")
    return to is None or answer.headers["location"] == f"/sign-in?to={to}"


@pytest.fixture
def number(case_of):
    return case_of(category="visitor")


@pytest.fixture
def link(served, number):
    """The link in the email about a case that its owner has."""
    [found] = links(served, LEAD)
    return found


@pytest.fixture
def pressed(client, link):
    """A browser in which the link was pressed."""
    assert press(client, link).status_code == 303
    return client


def test_no_page_of_cases_has_a_secret_in_its_address(member, number):
    client = member("dh")
    assert client.get("/cases").status_code == 200
    for path in ("/cases", f"/cases/{number}", f"/cases/{number}/lesson", "/cases/disposal"):
        found = BeautifulSoup(client.get(path).text, "html.parser")
        named = [*found.find_all("a", href=True), *found.find_all("form", action=True)]
        inside = {one.get("href") or one["action"] for one in named}
        assert "/cases" in inside
        assert max(len(part) for one in inside if "?" not in one for part in one.split("/")) < 40


def test_after_signing_out_no_address_of_before_shows_a_case(member, post, number):
    client = member("dh")
    assert number in client.get("/cases").text
    shown = [*PAGES_OF_ALL, f"/cases/{number}", f"/cases/{number}/lesson"]
    assert all(client.get(one).status_code in {200, 422} for one in shown)
    assert post(client, "/sign-out").status_code == 303
    client.cookies.clear()
    assert all(asks_to_sign_in(client.get(one)) for one in shown)
    assert asks_to_sign_in(client.post(f"/cases/{number}/note", data={"words": "Slipped in."}))


def test_the_email_holds_a_link_that_opens_its_one_case_and_nothing_else(pressed, case_of, number):
    other = case_of(category="filtering")
    assert number in pressed.get(f"/cases/{number}").text
    assert pressed.get(f"/cases/{number}/lesson").status_code == 200
    for path in (*PAGES_OF_ALL, *ELSEWHERE, f"/cases/{other}", f"/cases/{other}/lesson"):
        assert asks_to_sign_in(pressed.get(path)), path
    assert asks_to_sign_in(pressed.post(f"/cases/{other}/note", data={"words": "Slipped in."}))
    page = pressed.get(f"/cases/{number}").text
    assert other not in page
    assert not BeautifulSoup(page, "html.parser").select("nav a")


def test_a_link_works_on_its_case_and_may_be_ended_by_hand(pressed, number):
    form = next(one for one in forms(pressed.get(f"/cases/{number}")) if one["action"].endswith("/note"))
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    assert pressed.post(form["action"], data=hidden | {"words": "Rang the firm."}).status_code == 303
    assert "Rang the firm." in pressed.get(f"/cases/{number}").text
    assert pressed.post("/sign-out", data={"seal": hidden["seal"]}).status_code == 303
    assert asks_to_sign_in(pressed.get(f"/cases/{number}"))


def test_by_a_link_no_one_adds_a_rule_to_the_register(pressed, number):
    address = f"/cases/{number}/lesson"
    share = next(one for one in forms(pressed.get(address)) if one["action"].endswith("/share"))
    hidden = {one["name"]: one["value"] for one in share.find_all("input", type="hidden")}
    shared = {"words": "Tell visitors about cameras.", "change": "training"}
    assert pressed.post(share["action"], data=hidden | shared).status_code == 303
    page = pressed.get(address)
    assert not [one for one in forms(page) if one["action"].endswith("/add")]
    assert pressed.post(f"{address}/add", data=hidden | {"who": "staff", "month": "9"}).status_code == 422


def test_looking_at_a_link_opens_nothing_and_uses_nothing_up(served, client, link, number):
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
        assert not client.cookies
        assert asks_to_sign_in(client.get(f"/cases/{number}"))
    assert press(client, link).headers["location"] == f"/cases/{number}"


def test_a_link_opens_once(served, pressed, visitor_client, link, number):
    assert asks_to_sign_in(visitor_client.get(link), f"/cases/{number}")
    assert asks_to_sign_in(visitor_client.post(link, data={"seal": ""}), f"/cases/{number}")
    # Where it was pressed it still leads to its case.
    assert pressed.get(link).headers["location"] == f"/cases/{number}"


@pytest.fixture
def visitor_client(client, stage):
    with httpx.Client(base_url=stage.address, timeout=20) as other:
        yield other


def test_of_two_presses_at_once_one_opens(served, client, visitor_client, link):
    pages = [(one, forms(one.get(link))[0]) for one in (client, visitor_client)]
    answers = [
        one.post(link, data={"seal": form.find("input", {"name": "seal"})["value"]}) for one, form in pages
    ]
    assert [one.headers["location"].startswith("/cases/") for one in answers] == [True, False]


def test_a_session_by_a_link_ends_half_an_hour_after_the_last_press(served, pressed, number):
    for _ in range(3):
        served.clock.turn(minutes=29)
        assert pressed.get(f"/cases/{number}").status_code == 200
    served.clock.turn(minutes=31)
    assert asks_to_sign_in(pressed.get(f"/cases/{number}"), f"/cases/{number}")


def test_a_session_by_a_link_ends_after_a_day_however_often_something_is_pressed(served, pressed, number):
    for _ in range(71):
        served.clock.turn(minutes=20)
        assert pressed.get(f"/cases/{number}").status_code == 200
    served.clock.turn(minutes=21)
    assert asks_to_sign_in(pressed.get(f"/cases/{number}"), f"/cases/{number}")


def test_a_link_not_pressed_within_a_day_asks_for_a_sign_in(served, client, link, number):
    served.clock.turn(hours=23)
    form = forms(client.get(link))[0]
    served.clock.turn(hours=1)
    assert asks_to_sign_in(client.get(link), f"/cases/{number}")
    seal = form.find("input", {"name": "seal"})["value"]
    assert asks_to_sign_in(client.post(link, data={"seal": seal}), f"/cases/{number}")


def test_the_sign_in_it_asks_for_leads_to_the_case(served, client, link, number):
    served.clock.turn(days=2)
    asked = client.get(client.get(link).headers["location"])
    form = next(one for one in forms(asked))
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    assert client.post("/sign-in", data=hidden | {"email": LEAD}).status_code == 200
    deliver(served.services, now=served.clock(), limit=100)
    mails = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in sent(served)]
    texts = " ".join(one.get_body(("plain",)).get_content() for one in mails)
    [way] = re.findall(r"/sign-in/link/[\w-]+", texts)
    assert press(client, way).headers["location"] == f"/cases/{number}"
    assert client.get(f"/cases/{number}").status_code == 200


def test_two_emails_about_one_case_each_open_it_once(served, client, visitor_client, member, number, link):
    assert press(client, link).status_code == 303
    owner = member("hd")
    form = next(one for one in forms(owner.get(f"/cases/{number}")) if one["action"].endswith("/assign"))
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    assert owner.post(form["action"], data=hidden | {"who": "dh"}).status_code in {303, 422}
    form = next(one for one in forms(owner.get(f"/cases/{number}")) if one["action"].endswith("/watch"))
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    assert owner.post(form["action"], data=hidden | {"who": "dh"}).status_code == 303
    second = [one for one in links(served, LEAD) if one != link]
    assert len(second) == 1
    assert press(visitor_client, second[0]).headers["location"] == f"/cases/{number}"


def test_who_is_signed_in_goes_straight_to_the_case(member, link, number):
    assert member("dh").get(link).headers["location"] == f"/cases/{number}"
    assert member("dh").get(f"/cases/{number}").status_code == 200


def test_pressing_anothers_link_ends_ones_own_session_here(member, link, number):
    client = member("y5")
    assert press(client, link).headers["location"] == f"/cases/{number}"
    assert client.get(f"/cases/{number}").status_code == 200
    assert asks_to_sign_in(client.get("/me"))


def test_a_link_to_a_case_that_its_reader_may_not_open_any_more_shows_what_an_unknown_one_does(
    served, pressed, member, number
):
    head = member("hd")
    form = next(one for one in forms(head.get(f"/cases/{number}")) if one["action"].endswith("/correct"))
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    typed = {"category": "visitor", "named": "dh", "personal_data": "no", "policy": "", "clause": ""}
    assert head.post(form["action"], data=hidden | typed).status_code == 303
    gone = pressed.get(f"/cases/{number}")
    assert gone.status_code == 404
    assert gone.text == member("y1").get("/cases/0000-0000").text


def test_who_has_left_opens_nothing_by_a_link(served, client, pressed, visitor_client, link, number):
    served.change_person("dh", leaves_on=served.clock().date().replace(day=20))
    assert asks_to_sign_in(pressed.get(f"/cases/{number}"))
    assert asks_to_sign_in(visitor_client.get(link))


def test_the_tablet_opens_no_case(member, number):
    client = member("dh", "kiosk")
    assert all(client.get(one).status_code == 403 for one in ("/cases", f"/cases/{number}"))


def test_the_address_that_older_emails_held_leads_to_signing_in(client, number):
    answer = client.get(f"/cases/WyJj.before/{number}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{number}")
    assert asks_to_sign_in(client.get(f"/cases/{number}"))
    assert client.get("/cases/WyJj.before/disposal").headers["location"] == "/cases/disposal"
