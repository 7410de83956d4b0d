"""Signing out everywhere: every session of oneself ends, and so does every link that would begin one."""

import re
from email import message_from_bytes, policy

from bs4 import BeautifulSoup

from bot.delivery.service import deliver
from bot.identity.service import LASTS, ask_by_email
from bot.records import ledger
from bot.today.calendar_feed import calendar_link, new_calendar_link

SCHOOL, LEAD = "merriwell-green", "deputy@merriwell.example"


def mailed(served, found):
    """What the emails to the deputy head hold of that kind."""
    deliver(served.services, now=served.clock(), limit=100)
    mails = [
        message_from_bytes(one.read_bytes(), policy=policy.default)
        for one in sorted(served.services.sent_folder.rglob("*.eml"))
    ]
    texts = [one.get_body(("plain",)).get_content() for one in mails if LEAD in str(one["To"])]
    return re.findall(found, " ".join(texts))


def press(client, page):
    form = BeautifulSoup(client.get(page).text, "html.parser").find("form", action=page)
    return client.post(page, data={"seal": form.find("input", {"name": "seal"})["value"]})


def test_it_ends_every_session_of_oneself_and_no_one_elses(served, member):
    ways = [how for how in LASTS if how not in {"kiosk", "case link"}]
    mine, other = [member("dh", how) for how in ways], member("hd")
    assert len(mine) > 3
    answer = press(mine[0], "/sign-out/everywhere")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?out=1")
    assert {one.get("/me").status_code for one in mine} == {303}
    assert other.get("/me").status_code == 200
    with served.store.reading() as conn:
        assert ledger.entries(conn, limit=1)[0][1].action == "signed out everywhere"


def test_it_ends_links_that_were_mailed_and_not_used(served, member, client, case_of):
    case_of(category="visitor")
    ask_by_email(served.services, LEAD, served.clock())
    (way,) = mailed(served, r"/sign-in/link/[\w-]+")
    (case,) = mailed(served, r"/c/[\w.-]+")
    assert {client.get(one).status_code for one in (way, case)} == {200}
    press(member("dh"), "/sign-out/everywhere")
    assert client.get(way).status_code == 404
    assert client.get(case).headers["location"].startswith("/sign-in")
    ask_by_email(served.services, LEAD, served.clock())


def test_a_form_of_another_session_ends_nothing(served, member):
    mine, other = member("dh"), member("y5")
    sent = mine.post("/sign-out/everywhere", data={"seal": served.seal_of(other)})
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-out/everywhere")
    assert mine.get("/me").status_code == 200


def test_the_own_page_leads_to_it_and_the_tablet_does_not(member):
    assert "/sign-out/everywhere" in member("dh").get("/me").text
    tablet = member("dh", "kiosk")
    assert "/sign-out/everywhere" not in tablet.get("/me").text
    assert tablet.get("/sign-out/everywhere").status_code == 403


def test_it_ends_a_session_that_a_case_link_began(served, member, client, case_of):
    """The session's row names nobody, and ends with the others all the same."""
    number = case_of(category="visitor")
    (way,) = mailed(served, r"/c/[\w.-]+")
    assert press(client, way).headers["location"] == f"/cases/{number}"
    assert client.get(f"/cases/{number}").status_code == 200
    served.clock.turn(minutes=1)
    press(member("hd"), "/sign-out/everywhere")
    assert client.get(f"/cases/{number}").status_code == 200
    press(member("dh"), "/sign-out/everywhere")
    assert client.get(f"/cases/{number}").headers["location"].startswith("/sign-in")


def test_it_ends_the_address_of_ones_calendar_and_of_nobody_elses(served, member, client):
    """Who lost a phone lost the address with it, which would open the calendar for ten years."""
    made = {key: new_calendar_link(served.services, SCHOOL, key, served.clock()) for key in ("dh", "hd")}
    feeds = {key: address.removeprefix(served.services.base_url) for key, address in made.items()}
    assert {client.get(one).status_code for one in feeds.values()} == {200}
    press(member("dh"), "/sign-out/everywhere")
    assert client.get(feeds["dh"]).status_code == 404
    assert client.get(feeds["hd"]).status_code == 200
    new = calendar_link(served.services, SCHOOL, "dh", served.clock())
    assert client.get(new.removeprefix(served.services.base_url)).status_code == 200
